"""What can be shown as an extract: a sentence, with its predecessor where it cannot stand alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.report import Passage, Span, Worded

MAX_EXTRACT_CHARS = 320
"""A joined extract is never longer; a single sentence that is longer stays whole."""

# Openings that point back at the sentence before, in search form (Simplified). One character alone
# may begin another word, so each is followed by what it must not begin: 还原, 并购, 但丁, 如期.
_WORDS = (
    r"其中|其间|期间(?!费)|同时(?![期代])|与此同时|此外|另外|除此之外|据悉|据了解|据介绍|为此|因此|对此|由此|至此"
    r"|从而|于是(?!之)|进而|继而|随后|随即|然后|接着|紧接着|接下来|之后|然而|不过|同样|反之|总之|可见|相比之下"
    r"|目前|截至目前|至今|迄今|累计|当天|当日|当年|当时|同日|同年|同期|次日|那时|那里"
    r"|他们|她们|它们|前者|后者|上述|两者|双方|后来(?![居者人])|最终(?!目)|结果|例如|比如|特别是|尤其|另有|另一方面"
    r"|以上(?![海率级饶虞思高犹栗杭蔡甘城门学网下])"
)
_CHARACTERS = (
    r"但(?![丁愿凡])|而(?![立今])|且(?![末慢])|则(?!徐)|又(?!一城)|再(?![生造现见])"
    r"|并(?![州购轨线联列肩网发排行蒂称存举重拢案入])"
    r"|还(?![原清款乡珠贷债田林湖迁价账击礼俗绿路钱嘴愿政湿童]|本付|建[房小社楼])"
    r"|也(?![门许])|其(?![他它乐])|他(?![山乡人杀国日])|她(?![乡经力])|它(?!山)|该(?!不该)|这|此"
    r"|如(?![何果今东皋期实意愿约数火荼诗画同遇有需能不若一厕法常下上既]|图[所\d一二三四五六七八九])"
)
# 在这次活动中, 对该项目, 将其, 向他们; but 与其 and 对其他 begin otherwise.
_OBJECTS = r"[在从对为向以把将由因据除到让给](?:[这该此]|其(?![他它实])|[他她它]们?(?![山乡人国]))"
_DEPENDENT = re.compile(rf"^[“\"「『(]?(?:{_WORDS}|{_CHARACTERS}|{_OBJECTS})")


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
        joined: whether what stands before was taken along.
        dependent: whether its last sentence points back at the one before.
    """

    row: int
    first: int
    last: int
    span: Span
    text: str
    plain: str
    position: int
    joined: bool
    dependent: bool


def is_dependent(plain: str) -> bool:
    """Whether a sentence in search form opens with a word that points back."""
    return _DEPENDENT.match(plain) is not None


def candidates_of(
    report: Worded, passage: Passage, row: int, first: int, plain: Sequence[str]
) -> list[Candidate]:
    """All candidates of a passage: each sentence, and where it points back also with those before.

    Args:
        report: that the passage belongs to.
        passage: its sentences in order.
        row: of the passage in the index.
        first: sentence row of its first sentence.
        plain: its sentences in search form.
    """
    found: list[Candidate] = []
    for position, span in enumerate(passage.sentences):
        start = position
        # Taken along: every sentence that the one before still points back at, while it fits.
        while (
            start > 0
            and is_dependent(plain[start])
            and span.end - passage.sentences[start - 1].start <= MAX_EXTRACT_CHARS
        ):
            start -= 1
        for begin in dict.fromkeys((position, start)):
            whole = Span(passage.sentences[begin].start, span.end)
            found.append(
                Candidate(
                    row=row,
                    first=first + begin,
                    last=first + position,
                    span=whole,
                    text=report.slice(whole),
                    plain="".join(plain[begin : position + 1]),
                    position=position,
                    joined=begin < position,
                    dependent=start < position,
                )
            )
    return found
