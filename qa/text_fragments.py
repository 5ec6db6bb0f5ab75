"""Addresses that a browser opens at a quotation: URL fragment text directives.

Standard: https://wicg.github.io/scroll-to-text-fragment/. A directive is
``text=[prefix-,]start[,end][,-suffix]``; a browser looks for the first place on the page where
``start`` stands, behind ``prefix`` where there is one, and takes what lies between it and the next
``end``. Both must begin and end where words do, and lie in one paragraph each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from corpus.report import Span

SHORT = 40
"""Characters up to which a quotation in one paragraph is given in full."""

_HAN = re.compile(r"[㐀-䶿一-鿿ぁ-ヺー]")
# Words of one character, behind which the next word begins.
_PARTICLES = frozenset("的了")
# Characters of a start or an end: the shortest, and up to where the nearest good place is taken.
_PIECE = (8, 24)
_PIECE_SPACED = (16, 56)
_LONGEST_CONTEXT = 120


def text_directive(text: str, span: Span) -> str | None:
    """The directive that leads to a quotation; none where it cannot be told from another place.

    Args:
        text: of the whole document.
        span: the quotation's characters in it.
    """
    start, end = trimmed(text, span.start, span.end)
    if start >= end:
        return None
    plain = folded(text)
    lines = text[start:end].split("\n")
    if len(lines) == 1 and end - start <= SHORT:
        return _exact(text, plain, start, end)
    return _range(text, plain, start, end)


def with_directive(url: str, directive: str) -> str:
    """An address with a text directive, a fragment that it has kept; an older directive goes."""
    address, mark, fragment = url.partition("#")
    kept = fragment.partition(":~:")[0] if mark else ""
    return f"{address}#{kept}:~:{directive}"


def _encoded(piece: str) -> str:
    """Percent-encoded; the hyphen, comma and ampersand too, which are syntax in a directive."""
    return quote(" ".join(piece.split()), safe="").replace("-", "%2D")


def _exact(text: str, plain: str, start: int, end: int) -> str | None:
    """A directive of the whole quotation, with what stands around it where it stands twice."""
    quoted = _encoded(text[start:end])
    if _once(plain, plain[start:end]):
        return f"text={quoted}"
    for before in _before(text, start):
        if _once_beside(plain, (before, start), (start, end)):
            return f"text={_encoded(text[before:start])}-,{quoted}"
    for after in _after(text, end):
        if _once_beside(plain, (start, end), (end, after)):
            return f"text={quoted},-{_encoded(text[end:after])}"
    return None


def _range(text: str, plain: str, start: int, end: int) -> str | None:
    """A directive of how the quotation begins and ends."""
    first, last = _first_line_end(text, start, end), _last_line_start(text, start, end)
    starts = list(_starts(text, start, first))
    opening = next((cut for cut in starts if _once(plain, plain[start:cut])), None)
    prefix = ""
    if opening is None:
        opening = starts[-1]
        found = next(
            (b for b in _before(text, start) if _once_beside(plain, (b, start), (start, opening))),
            None,
        )
        if found is None:
            return None
        prefix = f"{_encoded(text[found:start])}-,"
    for cut in _ends(text, max(opening, last), end):
        if plain.find(plain[cut:end], opening) == cut:
            return f"text={prefix}{_encoded(text[start:opening])},{_encoded(text[cut:end])}"
    # What begins it is all of it.
    return f"text={prefix}{_encoded(text[start:opening])}" if opening == end else None


def _first_line_end(text: str, start: int, end: int) -> int:
    found = text.find("\n", start, end)
    return end if found < 0 else found


def _last_line_start(text: str, start: int, end: int) -> int:
    found = text.rfind("\n", start, end)
    return start if found < 0 else found + 1


def _starts(text: str, start: int, limit: int) -> Iterator[int]:
    """Where a start may end, the likeliest first, and at last where its paragraph does."""
    shortest, longest = _lengths(text[start:limit])
    cuts = [cut for cut in range(start + 1, limit) if _is_cut(text, cut)]
    near = [cut for cut in cuts if shortest <= cut - start <= longest]
    yield from sorted(near, key=lambda cut: (_is_weak(text, cut), cut))
    yield from (cut for cut in cuts if cut - start > longest)
    yield trimmed(text, start, limit)[1]


def _ends(text: str, limit: int, end: int) -> Iterator[int]:
    """Where an end may begin, the likeliest first, and at last where its paragraph does."""
    limit = trimmed(text, limit, end)[0]
    if limit >= end:
        return
    shortest, longest = _lengths(text[limit:end])
    cuts = [cut for cut in range(end - 1, limit, -1) if _is_cut(text, cut, begins=True)]
    near = [cut for cut in cuts if shortest <= end - cut <= longest]
    yield from sorted(near, key=lambda cut: (_is_weak(text, cut), -cut))
    yield from (cut for cut in cuts if end - cut > longest)
    yield limit


def _before(text: str, start: int) -> Iterator[int]:
    """Where a prefix may begin, the nearest first; it holds a letter or digit.

    It lies in one paragraph: that of the quotation, or the one before where that begins with it.
    """
    last = len(text[:start].rstrip())
    lowest = max(start - _LONGEST_CONTEXT, text.rfind("\n", 0, last) + 1)
    for cut in range(start - 1, lowest - 1, -1):
        holds = any(char.isalnum() for char in text[cut:start])
        if holds and start - cut >= 4 and (cut == 0 or _is_cut(text, cut, begins=True)):
            yield cut


def _after(text: str, end: int) -> Iterator[int]:
    """Where a suffix may end, the nearest first; it holds a letter or digit.

    It lies in one paragraph: that of the quotation, or the next where that ends with it.
    """
    first = len(text) - len(text[end:].lstrip())
    line_end = text.find("\n", first)
    highest = min(end + _LONGEST_CONTEXT, len(text) if line_end < 0 else line_end)
    for cut in range(end + 1, highest + 1):
        holds = any(char.isalnum() for char in text[end:cut])
        if holds and cut - end >= 4 and (cut == len(text) or _is_cut(text, cut)):
            yield cut


def _lengths(text: str) -> tuple[int, int]:
    return _PIECE if 2 * len(_HAN.findall(text)) > len(text) else _PIECE_SPACED


def _is_cut(text: str, cut: int, *, begins: bool = False) -> bool:
    """Whether a piece may end at an offset, or begin there, with a whole word."""
    left, right = text[cut - 1], text[cut]
    if not (right if begins else left).isalnum():
        return False
    if not left.isalnum() or not right.isalnum():
        # 3.5 and 1,000 are one word.
        far = text[cut + 1 : cut + 2] if left.isalnum() else text[cut - 2 : cut - 1]
        number = (left if left.isalnum() else right).isdigit() and far.isdigit()
        return not (number and (right if left.isalnum() else left) in ".,:'-/·%")
    if bool(_HAN.match(left)) != bool(_HAN.match(right)):
        return True
    return bool(_HAN.match(left)) and left in _PARTICLES


def _is_weak(text: str, cut: int) -> bool:
    """Whether no punctuation or blank shows that a word ends here."""
    return text[cut - 1].isalnum() and text[cut].isalnum()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without punctuation and blanks at its ends, which pages write in many ways."""
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _once_beside(plain: str, *spans: tuple[int, int]) -> bool:
    """Whether some pieces stand beside one another, with any space between, at one place only."""
    pieces = (r"[^\S\n]+".join(map(re.escape, plain[a:b].split())) for a, b in spans)
    pattern = r"\s*".join(pieces)
    return len(list(islice(re.finditer(f"(?={pattern})", plain), 2))) == 1


def _once(plain: str, piece: str) -> bool:
    first = plain.find(piece)
    return first >= 0 and plain.find(piece, first + 1) < 0


def folded(text: str) -> str:
    """The text as browsers compare it, without case; as long as it was."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
