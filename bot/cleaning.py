"""A text as it may be sent: nothing in it is refused, or changes how what follows is shown."""

from __future__ import annotations

import re
import unicodedata

_SUSPECT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
_OPENING = {
    "\u202a": "embedding",
    "\u202b": "embedding",
    "\u202d": "embedding",
    "\u202e": "embedding",
    "\u2066": "isolate",
    "\u2067": "isolate",
    "\u2068": "isolate",
}
_END_OF_EMBEDDING = "\u202c"
_END_OF_ISOLATE = "\u2069"

# What clients show as nothing at all; a message of these alone is refused as empty.
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufffc\U000e0000-\U000e0fff]*"
)


def clean(text: str) -> str:
    """The text without what cannot be sent; cleaning it again changes nothing.

    Lone surrogates and control characters go, tabs become blanks, all kinds of line ends ``\\n``.
    Embeddings, overrides and isolates of bidirectional text (UAX 9) stay where they are closed
    within their line, as they would otherwise turn what follows around.
    """
    return "".join(replacements(text)) if _SUSPECT.search(text) else text


def replacements(text: str) -> list[str]:
    """What stands for each character of a text once it is cleaned: itself, nothing or another."""
    result = [_replacement(text, place) for place in range(len(text))]
    open_at: list[int] = []
    for place, char in enumerate(result):
        if char == "\n":
            _drop(result, open_at)
        elif char in _OPENING:
            open_at.append(place)
        elif char == _END_OF_EMBEDDING:
            if open_at and _OPENING[result[open_at[-1]]] == "embedding":
                open_at.pop()
            else:
                result[place] = ""
        elif char == _END_OF_ISOLATE:
            isolates = [n for n, at in enumerate(open_at) if _OPENING[result[at]] == "isolate"]
            if isolates:
                within = open_at[isolates[-1] + 1 :]
                del open_at[isolates[-1] :]
                _drop(result, within)
            else:
                result[place] = ""
    _drop(result, open_at)
    return result


def is_invisible(text: str) -> bool:
    """Whether a text shows nothing: it is empty, blank, or of characters without width."""
    return _INVISIBLE.fullmatch(text) is not None


def _replacement(text: str, place: int) -> str:
    char = text[place]
    if char == "\n" or not _SUSPECT.match(char):
        return char
    if char == "\t":
        return " "
    if char in _LINE_ENDS:
        return "" if char == "\r" and text[place + 1 : place + 2] == "\n" else "\n"
    return char if unicodedata.category(char) == "Cf" else ""


def _drop(result: list[str], places: list[int]) -> None:
    for place in places:
        result[place] = ""
    places.clear()
