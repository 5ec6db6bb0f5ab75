"""A product does not depend on the threads that share it."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from embeddings.products import product


def test_a_product_is_the_nearest_float32_of_the_exact_one() -> None:
    left = np.array([[1.0, 1e-4], [3.0, 0.5]], dtype=np.float32)
    right = np.array([[1.0], [1e-4]], dtype=np.float32)
    expected = [[np.float32(1 + float(left[0, 1]) * float(right[1, 0]))], [np.float32(3.00005)]]
    found = product(left, right)
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array(expected), abs=1e-7)
    assert product(left, right[:, 0]).shape == (2,)
    assert product(np.empty((0, 4), np.float32), np.zeros(4, np.float32)).shape == (0,)


@pytest.mark.parametrize("shape", [(700, 512, 1), (15, 512, 900), (64, 33, 7)])
def test_equal_factors_give_equal_bits_under_any_number_of_threads(
    shape: tuple[int, int, int],
) -> None:
    random = np.random.default_rng(5)
    left = random.normal(size=shape[:2]).astype(np.float32)
    right = random.normal(size=shape[1:]).astype(np.float32)
    found = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            found.append(product(left, right))
    assert all(np.array_equal(found[0], other) for other in found[1:])
    # Also when only some of the rows are asked for.
    assert np.array_equal(product(left[3:9], right), found[0][3:9])
