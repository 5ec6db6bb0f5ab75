"""What changed between two texts, in a few words."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.differences import as_it_is, as_it_was, changed_places


def changed_parts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each place that changed, as it was and as it is, with a little text around it."""
    for place in changed_places(before, after):
        yield as_it_was(place), as_it_is(place)
