"""What changed between two versions of a report, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from corpus.report import Report

ALIKE: Final = 0.5
"""Share of characters (``difflib``'s ratio) from which a sentence is a changed one."""

LONGEST_RUN: Final = 200
"""Sentences in a row of which each is compared with each; of longer runs, only those in step."""


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that is not as it was.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        section: the heading that it stands under, now or, where it is gone, before.
        before: as it was; empty where it is new.
        after: as it is; empty where it is gone.
    """

    kind: Literal["added", "removed", "changed"]
    section: str
    before: str
    after: str


_Sentence = tuple[str, str]  # section, text


def sentence_changes(before: Report, after: Report) -> tuple[SentenceChange, ...]:
    """The sentences that were added, removed or changed, in the order of the texts."""
    old, new = _sentences(before), _sentences(after)
    matcher = SequenceMatcher(None, [t for _, t in old], [t for _, t in new], autojunk=False)
    changes: list[SentenceChange] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            changes += _run(old[i1:i2], new[j1:j2])
    return tuple(changes)


def _sentences(report: Report) -> list[_Sentence]:
    return [(p.section, report.slice(span)) for p, _, span in report.sentences()]


def _run(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> Iterator[SentenceChange]:
    """The changes between two runs of sentences that have none in common, in order."""
    done = 0
    for section, text in new:
        partner = _partner(old, done, text)
        if partner is None:
            yield SentenceChange("added", section, "", text)
            continue
        for gone, lost in old[done:partner]:
            yield SentenceChange("removed", gone, lost, "")
        yield SentenceChange("changed", section, old[partner][1], text)
        done = partner + 1
    for gone, lost in old[done:]:
        yield SentenceChange("removed", gone, lost, "")


def _partner(old: Sequence[_Sentence], start: int, text: str) -> int | None:
    """The sentence that a new one came from: the most alike of those that are left."""
    best, score = None, ALIKE
    reach = len(old) if len(old) - start <= LONGEST_RUN else min(len(old), start + 1)
    for number in range(start, reach):
        matcher = SequenceMatcher(None, old[number][1], text, autojunk=False)
        if matcher.real_quick_ratio() < score or matcher.quick_ratio() < score:
            continue
        ratio = matcher.ratio()
        if ratio > score or (best is None and ratio >= score):
            best, score = number, ratio
    return best
