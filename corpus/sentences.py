"""A paragraph's sentences: what an extract is made of, so each should tell something alone.

A sentence ends

- at ``。！？``, ``!?``, ``……`` and at a full stop of Latin text, with the closing quotes and
  brackets after it; not inside ``“…”``, ``（…）`` or ``《…》`` where those hold up to 120
  characters, and not where the sentence goes on behind them (``“…吗？”的问题``);
- at a line break;
- at a semicolon, where it would otherwise be longer than 60 characters;
- where no sentence ends for 400 characters, at a comma, a blank, or at worst anywhere.

Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.report import Span

LONG = 60
"""Characters; a longer sentence is cut at its semicolons."""

LONGEST = 400
"""Characters; a longer sentence is cut wherever it can be."""

_KEPT_WHOLE = 120  # characters of a quote or bracket inside which no sentence ends
_SHORT_PIECE = 15  # characters; a shorter piece between semicolons stays with the next
_SHORT_QUOTE = 20  # characters; a shorter quote is part of the sentence that it stands in
_SHORT_BEFORE_DOTS = 15  # characters; ``……`` after less is a pause

_PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】", "〔": "〕",
    "\uff08": "\uff09", "(": ")", "[": "]",
}  # fmt: skip
_CLOSING = frozenset(_PAIRS.values())
_QUOTES = frozenset('“‘「『"')
_SIGN = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_CLOSING)) + '"\n]')

_END = re.compile(r"[。\uff01\uff1f!?｡]+|…+|\.{3,}|\.|\n")
_AFTER_END = "。\uff01\uff1f!?…" + "".join(_CLOSING)
_GOES_ON = "、\uff0c,\uff1b;\uff1a:。.~\uff5e"
_PARTICLES = "的地得等之被是为為而和与與及或中里裡上下后後前时時"
_ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z])(?:[A-Za-z]|No|Nos|Mr|Mrs|Ms|Dr|Prof|St|Fig|Vol|vs|cf|ca|approx|e\.g|i\.e|pp?)$",
    re.IGNORECASE,
)
_SEMICOLON = re.compile("[;\uff1b]")
_COMMA = re.compile(r"[\uff0c、\uff1a]|[,:](?!\d)| ")
_WORD = re.compile(r"\w")


def split_sentences(text: str) -> list[Span]:
    """The sentences' spans within ``text``, in order; together they hold all but blanks."""
    groups = _Groups(text)
    spans: list[Span] = []
    start = 0
    for end in _hard_ends(text, groups):
        spans += _cut_long(text, _trimmed(text, start, end), groups)
        start = end
    spans += _cut_long(text, _trimmed(text, start, len(text)), groups)
    return _joined(text, [span for span in spans if span.start < span.end])


class _Groups:
    """The quotes and brackets of a text.

    ``opened[i]`` is where the group that closes at ``i`` opens.
    """

    def __init__(self, text: str) -> None:
        spans: list[tuple[int, int]] = []
        waiting: list[tuple[str, int]] = []
        straight: int | None = None
        for sign in _SIGN.finditer(text):
            character, at = sign.group(), sign.start()
            if character == "\n":
                waiting.clear()
                straight = None
            elif character == '"':
                if straight is not None:
                    spans.append((straight, at))
                straight = at if straight is None else None
            elif character in _PAIRS:
                waiting.append((_PAIRS[character], at))
            elif waiting and waiting[-1][0] == character:
                spans.append((waiting.pop()[1], at))
        self.opened = {close: start for start, close in spans}
        self._starts: list[int] = []
        self._closes: list[int] = []
        for start, close in sorted(span for span in spans if span[1] - span[0] <= _KEPT_WHOLE):
            if not self._closes or start > self._closes[-1]:
                self._starts.append(start)
                self._closes.append(close)

    def closing(self, at: int) -> int | None:
        """Where the group that is kept whole and holds ``at`` closes; none outside of any."""
        place = bisect_left(self._starts, at) - 1
        if place < 0 or self._closes[place] <= at:
            return None
        return self._closes[place]


def _hard_ends(text: str, groups: _Groups) -> Iterator[int]:
    """Offsets just behind each sentence, whatever its length."""
    start = seen = 0
    for sign in _END.finditer(text):
        at, end = sign.span()
        if at < seen:
            continue
        if sign.group() == "\n":
            start = end
            yield end
            continue
        if not _ends(text, sign, start):
            continue
        while end < len(text) and (text[end] in _AFTER_END or _closes_straight(text, groups, end)):
            end += 1
        seen = end
        closing = groups.closing(at)
        if closing is not None and closing >= end:
            continue
        if closing is not None and not _closes_sentence(text, groups, end, start):
            continue
        following = text[end : end + 1]
        if following and following in _GOES_ON:
            continue
        if closing is not None and following and following in _PARTICLES and text[at] != "。":
            continue  # “…吗？”的问题
        start = end
        yield end


def _closes_straight(text: str, groups: _Groups, at: int) -> bool:
    """Whether a straight quotation mark there closes a quote."""
    return text[at] == '"' and at in groups.opened


def _ends(text: str, sign: re.Match[str], start: int) -> bool:
    """Whether the mark ends a sentence, quotes aside."""
    mark, at, end = sign.group(), sign.start(), sign.end()
    before, after = text[at - 1 : at], text[end : end + 1]
    if mark == ".":
        return _ends_latin(text, at, start)
    if mark[0] in "….":
        return at - start >= _SHORT_BEFORE_DOTS
    # In an address: /?id=3.
    return not (mark == "?" and before.isascii() and after.isascii() and after.isalnum())


def _ends_latin(text: str, at: int, start: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if after and not after.isspace() and after not in _CLOSING and after != '"':
        # 12.2%, example.org; but a full stop between Han is one.
        return not after.isascii() and (not before.isascii() or before in '%)"')
    if not before.isascii():
        return True
    if _ABBREVIATION.search(text[max(start, at - 8) : at]):
        return False
    if before.isdigit() and at - start <= 4 and text[start:at].strip().isdigit():
        return False  # "1. Strengthen": the number of an item
    following = text[at + 1 : at + 4].lstrip()
    return not following[:1].islower()


def _closes_sentence(text: str, groups: _Groups, end: int, start: int) -> bool:
    """Whether a sentence ends with the quote that was just closed: ``…。”``."""
    opened = groups.opened.get(end - 1)
    if opened is None:
        return True
    if text[opened] not in _QUOTES:
        return text[opened] in "(\uff08" and not text[max(start, opened - 8) : opened].strip()
    before = text[max(start, opened - 8) : opened].rstrip()
    return not before or before[-1] in ":\uff1a,\uff0c道说說" or end - opened > _SHORT_QUOTE + 2


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _cut_long(text: str, span: Span, groups: _Groups) -> list[Span]:
    """The sentence, cut at semicolons if it is long, and at commas if it still is far too long."""
    if span.end - span.start <= LONG:
        return [span]
    ends: list[int] = []
    start = span.start
    for sign in _SEMICOLON.finditer(text, span.start, span.end - 1):
        if groups.closing(sign.start()) is None and sign.end() - start >= _SHORT_PIECE:
            ends.append(sign.end())
            start = sign.end()
    if ends and span.end - ends[-1] < _SHORT_PIECE:
        ends.pop()
    pieces = [_trimmed(text, a, b) for a, b in pairwise([span.start, *ends, span.end])]
    return [part for piece in pieces for part in _cut_endless(text, piece)]


def _cut_endless(text: str, span: Span) -> list[Span]:
    parts: list[Span] = []
    start = span.start
    while span.end - start > LONGEST:
        cuts = [sign.end() for sign in _COMMA.finditer(text, start + LONG, start + LONGEST)]
        end = cuts[-1] if cuts else start + LONGEST
        parts.append(_trimmed(text, start, end))
        start = end
    return [*parts, _trimmed(text, start, span.end)]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Without sentences of nothing but punctuation: they end the one before, or open the next."""
    joined: list[Span] = []
    lone = False
    for span in spans:
        bare = _WORD.search(text, span.start, span.end) is None
        if joined and (bare or lone) and "\n" not in text[joined[-1].end : span.start]:
            joined[-1] = Span(joined[-1].start, span.end)
            lone = lone and bare
        else:
            joined.append(span)
            lone = bare
    return joined
