"""What a browser marks on a page for a text directive, so that links can be tested without one.

Standard: https://wicg.github.io/scroll-to-text-fragment/, sections 3.5 (finding ranges) and 3.3
(syntax). Where browsers differ, the stricter reading is taken: blanks count, though how many does
not, and each part of a directive stands within one paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from qa.text_fragments import folded

MAX_CHARACTERS: Final = 2_000_000
"""Searched of a page; what lies behind is not found."""

MAX_PLACES: Final = 200
"""Looked at for one directive before it is given up: a page may repeat a piece without end."""

_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"[0-9a-z]")


class _Parts(NamedTuple):
    prefix: str
    start: str
    end: str
    suffix: str


class PageSearch:
    """The text of a page, to be searched as browsers do.

    Args:
        paragraphs: of the page, in order.
    """

    def __init__(self, paragraphs: Sequence[str]) -> None:
        # A line end is in no part of a directive: none reaches across one.
        text = "\n".join(map(_one_blank, paragraphs))
        self.text: Final = folded(text[:MAX_CHARACTERS])

    def marked(self, directive: str) -> str | None:
        """The text that a directive leads to, in lower case; none where it leads nowhere.

        Args:
            directive: ``text=[prefix-,]start[,end][,-suffix]``.
        """
        parts = _parts(directive)
        if not parts.start:
            return None
        tries = iter(range(MAX_PLACES))
        for at in self._starts(parts, tries):
            stop = self._stop(parts, at + len(parts.start), tries)
            if stop is not None:
                return self.text[at:stop]
        return None

    def _starts(self, parts: _Parts, tries: Iterator[int]) -> Iterator[int]:
        """Where the start stands, behind the prefix if there is one."""
        if not parts.prefix:
            yield from self._places(parts.start, 0, tries)
            return
        for place in self._places(parts.prefix, 0, tries):
            at = self._behind(place + len(parts.prefix))
            if self._stands(parts.start, at):
                yield at

    def _stop(self, parts: _Parts, begin: int, tries: Iterator[int]) -> int | None:
        """Where the marked text ends, for a start that ends at an offset."""
        if not parts.end:
            return begin if self._is_followed(parts, begin) else None
        for place in self._places(parts.end, begin, tries):
            if self._is_followed(parts, place + len(parts.end)):
                return place + len(parts.end)
        return None

    def _is_followed(self, parts: _Parts, stop: int) -> bool:
        return not parts.suffix or self._stands(parts.suffix, self._behind(stop))

    def _places(self, piece: str, begin: int, tries: Iterator[int]) -> Iterator[int]:
        """Where a piece stands from an offset on, until the tries are used up."""
        place = self.text.find(piece, begin)
        while place >= 0 and next(tries, None) is not None:
            if self._stands(piece, place):
                yield place
            place = self.text.find(piece, place + 1)

    def _behind(self, place: int) -> int:
        found = _BLANKS.match(self.text, place)
        return found.end() if found else place

    def _stands(self, piece: str, place: int) -> bool:
        """Whether a piece stands at an offset, cutting no word or number."""
        stop = place + len(piece)
        return self.text.startswith(piece, place) and not (
            self._is_within(place) or self._is_within(stop)
        )

    def _is_within(self, place: int) -> bool:
        """Whether a word of letters or digits goes on across an offset."""
        around = self.text[place - 1 : place + 1] if place else ""
        return len(around) == 2 and all(map(_WORD.match, around))


def _parts(directive: str) -> _Parts:
    pieces = directive.removeprefix("text=").split(",")
    prefix = pieces.pop(0)[:-1] if pieces[0].endswith("-") else ""
    suffix = pieces.pop()[1:] if pieces and pieces[-1].startswith("-") else ""
    start, end = [*pieces, "", ""][:2]
    return _Parts(*(folded(unquote(piece)) for piece in (prefix, start, end, suffix)))


def _one_blank(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
