"""What can be shown as an extract: a sentence, with its predecessor where it cannot stand alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.normalise import normalise
from corpus.report import Passage, Report, Span

MAX_EXTRACT_CHARS = 320
"""A joined extract is never longer; a single sentence that is longer stays whole."""

# Openings that point back at the sentence before, in search form (Simplified).
_DEPENDENT = re.compile(
    r"^[“\"「『(]?(?:"
    r"其中|其间|期间|同时|此外|另外|此前|此后|据悉|据了解|据介绍|与此同时|为此|因此|对此|由此|从而|于是|随后|接着|之后"
    r"|但是|但|而且|而|然而|不过|并且|并|且|还|也|又|再|则|目前|截至目前|至今|迄今|累计|当天|当日|当年|当时|同日|同年|次日"
    r"|这|该|此|其(?!他)|他|她|它|前者|后者|上述|以上|两者|双方|后来|最终|结果|例如|比如|如(?!何|果|今)|特别是|尤其"
    r"|[在从对为向以把]?(?:这|该|此)[条个些项批次种位座样份里项届]"
    r")"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An extract that could be shown.

    Attributes:
        row: of the passage.
        first, last: sentence rows in the index, both included.
        span: in the report's text.
        text: verbatim.
        plain: in search form.
        position: of the last sentence in its passage, from 0.
        joined: whether the predecessor was taken along.
    """

    row: int
    first: int
    last: int
    span: Span
    text: str
    plain: str
    position: int
    joined: bool


def is_dependent(plain: str) -> bool:
    """Whether a sentence in search form opens with a word that points back."""
    return _DEPENDENT.match(plain) is not None


def candidates_of(report: Report, passage: Passage, row: int, first: int) -> list[Candidate]:
    """All candidates of a passage, one a sentence, in order.

    Args:
        report: that the passage belongs to.
        passage: its sentences in order.
        row: of the passage in the index.
        first: sentence row of its first sentence.
    """
    found: list[Candidate] = []
    plain = [normalise(report.slice(span)) for span in passage.sentences]
    for position, span in enumerate(passage.sentences):
        start = position
        # Taken along: every sentence that the one before still points back at, while it fits.
        while (
            start > 0
            and is_dependent(plain[start])
            and span.end - passage.sentences[start - 1].start <= MAX_EXTRACT_CHARS
        ):
            start -= 1
        whole = Span(passage.sentences[start].start, span.end)
        found.append(
            Candidate(
                row=row,
                first=first + start,
                last=first + position,
                span=whole,
                text=report.slice(whole),
                plain="".join(plain[start : position + 1]),
                position=position,
                joined=start < position,
            )
        )
    return found
