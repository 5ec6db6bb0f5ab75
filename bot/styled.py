"""A text with styles, links and quotes, built piece by piece and split before it is rendered.

Styles are kept as message entities, never as markup: no content can break them, and nothing that
a report or a user wrote is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Self

from bot.addresses import is_web
from bot.cleaning import clean, replacements
from bot.limits import ENTITY_BUDGET, TEXT_BUDGET
from bot.rendered import Link, Quote, Rendered, Run, Style, joined, plain_units, render, stretches
from bot.splitting import split
from bot.utf16 import units
from corpus.report import Span

__all__ = ["Rendered", "Style", "Styled"]


class Styled:
    """A text with styles; each method adds to it and returns it.

    What is added is cleaned first (``bot.cleaning``). Lines and quotes begin on lines of their
    own: the line ends between them need not be given.

    Args:
        text: to begin with.
        styles: of it.
    """

    def __init__(self, text: str = "", *styles: Style) -> None:
        self._runs: list[Run] = []
        self._breaks = 0  # line ends that have to stand before what is added next
        self.add(text, *styles)

    def __bool__(self) -> bool:
        return bool(self._runs)

    def __repr__(self) -> str:
        return f"Styled({self.text!r})"

    @property
    def text(self) -> str:
        """What was added so far, cleaned, without its styles."""
        return joined(self._runs)

    def add(self, text: str, *styles: Style) -> Self:
        """Add a text where the last one ended."""
        return self._push([Run(clean(text), frozenset(styles))])

    def link(self, text: str, url: str | None, *styles: Style) -> Self:
        """Add a link; where the address is none, or not of the web, the text alone."""
        link = Link(url) if is_web(url) else None
        return self._push([Run(clean(text), frozenset(styles), link)])

    def mark(self, text: str, spans: Iterable[Span], style: Style = Style.BOLD) -> Self:
        """Add a text of which some spans have a style.

        Args:
            text: as it is; it is cleaned as a whole, so that what opens in one span may close in
                another.
            spans: characters of it, in order, not overlapping.
            style: of the spans.
        """
        pieces = replacements(text)
        runs = []
        place = 0
        for span in spans:
            runs.append(Run("".join(pieces[place : span.start])))
            runs.append(Run("".join(pieces[span.start : span.end]), frozenset({style})))
            place = span.end
        return self._push([*runs, Run("".join(pieces[place:]))])

    def append(self, other: Styled) -> Self:
        """Add another text with its styles and quotes; it may be used on."""
        runs = list(other._runs)
        first_quote = runs[0].quote if runs else None
        if first_quote is not None:
            self._break(1)
        self._push(runs)
        self._break(other._breaks)
        return self

    def line(self, *pieces: str | Styled) -> Self:
        """Begin a new line, and add pieces to it."""
        self._break(1)
        for piece in pieces:
            if isinstance(piece, str):
                self.add(piece)
            else:
                self.append(piece)
        return self

    def gap(self) -> Self:
        """Leave an empty line before what is added next."""
        return self._break(2)

    def quote(self, parts: Styled, *, expandable: bool = False) -> Self:
        """Add a block quote, a paragraph of its own.

        Args:
            parts: what is quoted, with its styles; quotes within it become part of this one.
            expandable: shown folded, opened by a tap.
        """
        quote = Quote(expandable)
        runs = [replace(run, quote=quote) for run in _without_line_ends(parts._runs)]
        if runs:
            self._break(1)
            self._push(runs)
            self._break(1)
        return self

    def parts(self, budget: int = TEXT_BUDGET, entities: int = ENTITY_BUDGET) -> tuple[Styled, ...]:
        """The text split into such as one message holds each; arguments as of ``rendered``."""
        result = []
        for runs in self._split(budget, entities):
            part = Styled()
            part._runs = runs
            result.append(part)
        return tuple(result)

    def rendered(
        self, budget: int = TEXT_BUDGET, entities: int = ENTITY_BUDGET
    ) -> tuple[Rendered, ...]:
        """The messages that show the text; none where there is nothing to see.

        It is cut at the end of a paragraph, else a line, a sentence, a word, and at worst
        between two characters as people see them. Styles and quotes go on in the next message.

        Args:
            budget: UTF-16 units of a message, also of its plain form.
            entities: of a message.

        Raises:
            ValueError: the budgets leave no room (``bot.splitting``).
        """
        return tuple(render(runs) for runs in self._split(budget, entities))

    def size(self) -> int:
        """UTF-16 units of the plain form of all."""
        return plain_units(self._runs)

    def entities(self) -> int:
        """How many entities all of it takes."""
        return len(stretches(self._runs))

    def _split(self, budget: int, entities: int) -> list[list[Run]]:
        # An address that would take most of a message leaves no room for what it is for.
        runs = [
            replace(run, link=None) if run.link and units(run.link.url) > budget // 2 else run
            for run in self._runs
        ]
        return split(runs, budget, entities)

    def _break(self, count: int) -> Self:
        self._breaks = max(self._breaks, count)
        return self

    def _push(self, runs: list[Run]) -> Self:
        runs = [run for run in runs if run.text]
        if not runs:
            return self
        if self._runs:
            before, after = self._runs[-1].text, runs[0].text
            there = len(before) - len(before.rstrip("\n")) + len(after) - len(after.lstrip("\n"))
            if there < self._breaks:
                self._runs.append(Run("\n" * (self._breaks - there)))
        self._breaks = 0
        self._runs += runs
        if runs[-1].quote is not None:
            self._break(1)
        return self


def _without_line_ends(runs: Iterable[Run]) -> list[Run]:
    """Without line ends at the beginning and the end, which would make a quote higher."""
    result = list(runs)
    while result and not result[0].text.strip("\n"):
        del result[0]
    while result and not result[-1].text.strip("\n"):
        del result[-1]
    if result:
        result[0] = replace(result[0], text=result[0].text.lstrip("\n"))
        result[-1] = replace(result[-1], text=result[-1].text.rstrip("\n"))
    return result
