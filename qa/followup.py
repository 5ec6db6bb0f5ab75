"""A question that only says what differs from the one before it: 那济南呢？, "and Loudi?"."""

from __future__ import annotations

from corpus.places.recognise import PlaceFinder


def complete(text: str, previous: str | None, finder: PlaceFinder) -> str | None:
    """The question that a follow-up means.

    Args:
        text: as typed.
        previous: the question before it, itself completed where it was a follow-up; none where
            there was none.
        finder: knows the places of the reports.

    Returns:
        ``previous`` with what ``text`` changes in it; none where ``text`` stands on its own.
    """
    return None
