"""Runs of styled text, and the message that they make."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from telegram import MessageEntity

from bot.utf16 import offsets, units


class Style(StrEnum):
    """How a text is shown."""

    BOLD = MessageEntity.BOLD
    ITALIC = MessageEntity.ITALIC
    CODE = MessageEntity.CODE


# Each link and each quote is itself and no other: two with equal fields side by side stay two.
@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """What a text leads to; ``url`` is http or https."""

    url: str


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """A block quote; an expandable one is shown folded."""

    expandable: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look.

    Attributes:
        text: cleaned.
        styles: of it.
        link: that it is part of.
        quote: that it is part of.
    """

    text: str
    styles: frozenset[Style] = frozenset()
    link: Link | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message.

    Attributes:
        text: to be sent with the entities.
        entities: sorted, nested, offsets in UTF-16 units.
        plain: to be sent where the entities are refused: links are written out.
    """

    text: str
    entities: tuple[MessageEntity, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """An entity to be, its ends counted in characters."""

    kind: Quote | Link | Style
    start: int
    end: int


_LOOKS: tuple[Style, ...] = tuple(Style)


def joined(runs: Sequence[Run]) -> str:
    """The text of runs."""
    return "".join(run.text for run in runs)


def starts_of(runs: Sequence[Run]) -> list[int]:
    """The place of each run's first character, and behind them the length of all."""
    return list(accumulate((len(run.text) for run in runs), initial=0))


def part_of(runs: Sequence[Run], starts: Sequence[int], start: int, end: int) -> list[Run]:
    """The runs from one character to another; ``starts`` as of ``starts_of``."""
    result = []
    for number in range(max(bisect_right(starts, start) - 1, 0), len(runs)):
        run, place = runs[number], starts[number]
        if place >= end:
            break
        text = run.text[max(start - place, 0) : end - place]
        if text:
            result.append(run if len(text) == len(run.text) else replace(run, text=text))
    return result


def stretches(runs: Sequence[Run]) -> list[Stretch]:
    """The entities of runs: sorted, nested, none blank or beginning or ending with a blank.

    A quote holds links, a link holds styles: what would overlap is cut in two. Code holds nothing
    and is held by a quote alone, as the Bot API wants it.
    """
    text = joined(runs)
    found: list[Stretch] = []
    opened: list[tuple[Quote | Link | Style, int]] = []
    place = 0
    for run in [*runs, Run("")]:
        wanted = _kinds(run)
        kept = 0
        while kept < min(len(opened), len(wanted)) and opened[kept][0] == wanted[kept]:
            kept += 1
        while len(opened) > kept:
            kind, start = opened.pop()
            found += _trimmed(Stretch(kind, start, place), text)
        opened += [(kind, place) for kind in wanted[kept:]]
        place += len(run.text)
    # The inner ones were closed, and so found, first; the sort keeps the order of equal ones.
    found.reverse()
    return sorted(found, key=lambda stretch: (stretch.start, -stretch.end))


def plain_text(runs: Sequence[Run]) -> str:
    """The text with the address behind each link: ``label (https://…)``."""
    return "".join(_plain_pieces(runs))


def plain_units(runs: Sequence[Run]) -> int:
    """UTF-16 units of ``plain_text``."""
    return sum(map(units, _plain_pieces(runs)))


def render(runs: Sequence[Run]) -> Rendered:
    """The message of runs that fit into one."""
    text = joined(runs)
    at = offsets(text)
    entities = tuple(
        MessageEntity(
            _type(stretch.kind),
            at[stretch.start],
            at[stretch.end] - at[stretch.start],
            url=stretch.kind.url if isinstance(stretch.kind, Link) else None,
        )
        for stretch in stretches(runs)
    )
    return Rendered(text, entities, plain_text(runs))


def _kinds(run: Run) -> list[Quote | Link | Style]:
    """From the outermost to the innermost."""
    outer: list[Quote | Link | Style] = [run.quote] if run.quote else []
    if Style.CODE in run.styles:
        return [*outer, Style.CODE]
    if run.link:
        outer.append(run.link)
    return outer + [style for style in _LOOKS if style in run.styles]


def _trimmed(stretch: Stretch, text: str) -> list[Stretch]:
    """Without blanks at its ends, which Telegram takes off anyway; nothing where it is blank."""
    inner = text[stretch.start : stretch.end]
    if not inner.strip():
        return []
    if isinstance(stretch.kind, Quote):
        return [stretch]
    start = stretch.start + len(inner) - len(inner.lstrip())
    return [Stretch(stretch.kind, start, start + len(inner.strip()))]


def _plain_pieces(runs: Sequence[Run]) -> Iterator[str]:
    label = ""
    for run, following in zip(runs, [*runs[1:], Run("")], strict=True):
        yield run.text
        if run.link is None:
            continue
        label += run.text
        if following.link is not run.link:
            if label.strip() != run.link.url:
                yield f" ({run.link.url})"
            label = ""


def _type(kind: Quote | Link | Style) -> str:
    if isinstance(kind, Link):
        return MessageEntity.TEXT_LINK
    if isinstance(kind, Quote):
        return MessageEntity.EXPANDABLE_BLOCKQUOTE if kind.expandable else MessageEntity.BLOCKQUOTE
    return kind.value
