"""From the lines of a file as they stand to the lines of a report: one rule a defect, traced.

No rule changes a figure or a name. What a rule changed is in the trace; running them again over
their own result changes nothing. The rules are in ``corpus.cleaning.rules``.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cleaning.rule import Change, Cleaned, Rule, run
from corpus.raw import Line

__all__ = ["Change", "Cleaned", "Rule", "clean"]

_MOST_PASSES = 12


def clean(lines: Sequence[Line]) -> Cleaned:
    """The lines without the page's defects, and what was changed.

    One repair can lay open another (a gloss inside an entity), so the rules run until they change
    nothing, which makes ``clean(clean(x).lines).lines == clean(x).lines``. Time is linear in the
    length of the text.
    """
    # Imported here: compiling the rules' patterns takes longer than loading a built index.
    from corpus.cleaning.rules import RULES

    trace: list[Change] = []
    current = tuple(lines)
    for _ in range(_MOST_PASSES):
        cleaned = run(RULES, current)
        trace += cleaned.trace
        if cleaned.lines == current:
            break
        current = cleaned.lines
    return Cleaned(current, tuple(trace))
