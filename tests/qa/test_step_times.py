"""A build tells how fast its steps go, where that says something."""

from __future__ import annotations

import pytest

from qa.cli.progress import _rate


@pytest.mark.parametrize(
    ("done", "seconds", "said"),
    [
        (100, 2.0, ", 50 a second"),
        (5_000, 2.0, ", 2,500 a second"),
        (100, 100.0, ", 1 a second"),
        # Less than one, and too few to tell.
        (150, 200.0, ""),
        (99, 1.0, ""),
        (0, 3.0, ""),
    ],
)
def test_a_rate_is_told_of_a_hundred_pieces_and_from_one_a_second_on(
    done: int, seconds: float, said: str
) -> None:
    assert _rate(done, seconds) == said
