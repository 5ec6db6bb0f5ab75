"""One short text: the vector of the package, and the same bits whatever was embedded before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Vectors, unit_rows
from embeddings.short_text import short_vector
from embeddings.threads import BLAS_THREADS

QUESTIONS = (
    "去年新建了多少座公园?",
    "How many kilometres of cycle lanes does the city have now?",
    "图书馆几点开门",
    "¿Qué puente se abrió en otoño?",
    "港は何年に拡張されましたか",
    "Сколько деревьев посадили у реки?",
    "公",
    "\ufdfa\ufdfa",
    " ",
    "",
)
questions = st.one_of(st.sampled_from(QUESTIONS), st.text(max_size=60))


def asked(embedder: BuiltinEmbedder, text: str) -> Vectors:
    return embedder.encode_queries([text])


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(text=questions)
@example(text="公园" * 128)
def test_a_short_text_is_as_the_package_embeds_it(builtin: BuiltinEmbedder, text: str) -> None:
    readable = text.encode("utf-8", "replace").decode()
    expected = unit_rows(builtin._backend.encode([readable]))
    np.testing.assert_allclose(asked(builtin, text), expected, atol=1e-6)


@pytest.mark.parametrize("count", range(1, 14))
def test_no_number_of_pieces_lets_the_filling_show(builtin: BuiltinEmbedder, count: int) -> None:
    backend = builtin._backend
    pieces = np.random.default_rng(count).integers(5, 100_000, count).tolist()
    expected = np.empty((1, 512), dtype=np.float32)
    backend._encode_batch([pieces], count, expected)
    found = short_vector(backend, pieces)
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(text=questions, others=st.lists(questions, max_size=4), threads=st.integers(1, 4))
def test_a_question_has_the_same_bits_whatever_was_asked_before_and_by_how_many_threads(
    builtin: BuiltinEmbedder, text: str, others: Sequence[str], threads: int
) -> None:
    first = asked(builtin, text)
    for other in others:
        asked(builtin, other)
    with BLAS_THREADS.at_most(threads):
        np.testing.assert_array_equal(asked(builtin, text), first)


def test_asking_changes_no_weight_of_the_model(builtin: BuiltinEmbedder) -> None:
    backend = builtin._backend
    weights = {
        name: [np.copy(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in vars(backend).items()
        if isinstance(value, np.ndarray | list)
    }
    for text in QUESTIONS:
        asked(builtin, text)
    for name, before in weights.items():
        value = getattr(backend, name)
        for old, new in zip(before, value if isinstance(value, list) else [value], strict=True):
            np.testing.assert_array_equal(new, old)
