"""Several quoted texts in one message: which are shortened, and which words are bold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.cleaning import clean
from bot.limits import ENTITY_BUDGET, TEXT_BUDGET
from bot.splitting import beginning
from bot.styled import Styled
from bot.utf16 import units
from bot.views.source import Detail
from corpus.report import Span
from qa.answer import Extract
from qa.marks import matching_spans

LEAST = 80
"""UTF-16 units that an extract is given at least before its source line is shortened."""

_JOINING = "-–·・/"

# How much the source lines tell, and the units that an extract needs at least; what fits first is
# taken. None is longer than the budget, so that in the first two steps each is shown in full.
_STEPS = (
    (Detail.FULL, TEXT_BUDGET),
    (Detail.SHORT, TEXT_BUDGET),
    *((detail, LEAST) for detail in Detail),
)

Build = Callable[[Sequence[Styled], Detail], Styled]
"""Makes the message of the extracts' texts, in order, perhaps fewer than there are."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A message that fits.

    Attributes:
        text: of it.
        shown: how many extracts it holds.
        cut: ranks of those that are not shown in full.
        room: UTF-16 units left.
        entities: left.
    """

    text: Styled
    shown: int
    cut: frozenset[int]
    room: int
    entities: int


def fit(
    build: Build, extracts: Sequence[Extract], words: Sequence[str], *, longest: int = TEXT_BUDGET
) -> Fitted:
    """The most that one message can hold of extracts.

    The original pages' links go first, as their addresses may be long and there are buttons for
    them; then the last extracts are shortened, the source lines, and extracts left out.

    Args:
        build: the message.
        extracts: best first.
        words: to be bold in them.
        longest: UTF-16 units of one extract.
    """
    texts = [beginning(clean(extract.text), longest) for extract in extracts]
    for count in range(len(extracts), -1, -1):
        for detail, least in _STEPS:
            frame = build([Styled("x") for _ in range(count)], detail)
            room = TEXT_BUDGET - frame.size() + count
            entities = ENTITY_BUDGET - frame.entities()
            given = shares([units(text) for text in texts[:count]], room, least)
            if given is None or entities < 0:
                continue
            short = [beginning(text, share) for text, share in zip(texts, given, strict=False)]
            spans = marks(short, words, entities)
            text = build([Styled().mark(*one) for one in zip(short, spans, strict=True)], detail)
            cut = (
                extract.rank
                for extract, shown in zip(extracts, short, strict=False)
                if shown != clean(extract.text)
            )
            return Fitted(
                text,
                count,
                frozenset(cut),
                room - sum(map(units, short)),
                entities - sum(map(len, spans)),
            )
    raise ValueError("the message is too long even without extracts")


def shares(lengths: Sequence[int], room: int, least: int) -> list[int] | None:
    """How much of the room each text gets: the first ones all they need, each the least, if it
    needs that; none where there is not so much room."""
    given = [min(length, least) for length in lengths]
    spare = room - sum(given)
    if spare < 0:
        return None
    for place, length in enumerate(lengths):
        more = min(length - given[place], spare)
        given[place] += more
        spare -= more
    return given


def marks(texts: Sequence[str], words: Iterable[str], most: int) -> list[list[Span]]:
    """Spans of the texts that match words: neighbours are one, and the longest are kept.

    Args:
        texts: cleaned.
        words: as ``Answer.words``.
        most: spans in all.
    """
    words = tuple(words)
    found = [
        (place, span)
        for place, text in enumerate(texts)
        for span in _merged(matching_spans(text, words), text)
    ]
    longest = sorted(found, key=lambda one: one[1].start - one[1].end)[: max(most, 0)]
    kept: list[list[Span]] = [[] for _ in texts]
    for place, span in sorted(longest):
        kept[place].append(span)
    return kept


def _merged(spans: Iterable[Span], text: str) -> list[Span]:
    """Spans that a blank or a hyphen parts become one."""
    merged: list[Span] = []
    for span in spans:
        between = text[merged[-1].end : span.start] if merged else ""
        if merged and (between.isspace() or between in _JOINING) and len(between) <= 1:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged
