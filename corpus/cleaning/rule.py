"""What a cleaning rule is, and what it leaves behind: the lines and a trace of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.raw import Line

Edits = Iterator[tuple[Line, Line | None]]
"""Every line given, in order, with what it becomes; none where it goes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One defect and its mend.

    Attributes:
        name: short, lower case with hyphens; it stands in the trace.
        summary: one English line that says what goes.
        apply: from all lines to each line paired with its mended form, or with none where the line
            is removed. It may look at neighbours, and set ``kind`` and ``level``.
    """

    name: str
    summary: str
    apply: Callable[[Sequence[Line]], Edits]


@dataclass(frozen=True, slots=True)
class Change:
    """One text that a rule changed.

    Attributes:
        rule: the rule's name.
        line: ``Line.number``.
        before: the line's text before.
        after: and after; none where the line was removed.
    """

    rule: str
    line: int
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned lines and every change of text that led to them.

    A line that merely got a kind (heading, caption, note) is not in the trace: its text stands.
    """

    lines: tuple[Line, ...]
    trace: tuple[Change, ...]


def text_rule(name: str, summary: str, mend: Callable[[str], str]) -> Rule:
    """A rule that looks at one line's text at a time; a line left without text goes."""

    def apply(lines: Sequence[Line]) -> Edits:
        for line in lines:
            text = mend(line.text)
            if text == line.text:
                yield line, line
            else:
                yield line, replace(line, text=text) if text.strip() else None

    return Rule(name, summary, apply)


def removal_rule(name: str, summary: str, goes: Callable[[str], bool]) -> Rule:
    """A rule that removes each line of kind ``text`` or ``heading`` of which ``goes`` holds."""

    def apply(lines: Sequence[Line]) -> Edits:
        for line in lines:
            yield line, None if goes(line.text) else line

    return Rule(name, summary, apply)


def run(rules: Iterable[Rule], lines: Sequence[Line]) -> Cleaned:
    """The rules in order, once."""
    trace: list[Change] = []
    for rule in rules:
        kept: list[Line] = []
        for before, after in rule.apply(lines):
            if after is not None:
                kept.append(after)
            if after is None or after.text != before.text:
                text = None if after is None else after.text
                trace.append(Change(rule.name, before.number, before.text, text))
        lines = kept
    return Cleaned(tuple(lines), tuple(trace))
