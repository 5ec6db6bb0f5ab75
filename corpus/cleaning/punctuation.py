"""Punctuation that a page broke: decimal points, dashes, doubled marks.

Quotation marks stay as the page has them: an extract is verbatim.
"""

from __future__ import annotations

import re

from corpus.cleaning.hanzi import HAN
from corpus.cleaning.rule import text_rule

# A sentence may end in a figure and the next begin with a year or a date, which is no decimal.
_DECIMAL = re.compile(
    r"(?<=[0-9\uff10-\uff19])。(?=[0-9\uff10-\uff19])(?!(?:19|20)[0-9]{2}(?:年|[-/.])|[0-9]{1,2}月)"
)
# Some pages write the thousands' comma wide. Where every group has three digits
# (100，200) it may be an enumeration.
_THOUSANDS = re.compile(r"(?<![0-9\uff0c,.、])[0-9]{1,2}(?:\uff0c[0-9]{3})+(?![0-9\uff0c])")


def mend_decimals(text: str) -> str:
    """``1。1万`` to ``1.1万``, ``1，234`` to ``1,234``."""
    text = _DECIMAL.sub(".", text)
    return _THOUSANDS.sub(lambda match: match.group().replace("\uff0c", ","), text)


_DASH = re.compile(
    # Three and more, or two of another sign: minus, hyphen, bar, box line.
    r"—{3,}|[\u2015\u2500\u2501\uff0d\u2013]{2,}|\u2e3a|[—\u2500\uff0d]{3,}"
    rf"|(?<=[{HAN}”》\uff09)])-{{2,4}}(?=[{HAN}“《])|^-{{2,4}}(?=[{HAN}“《])"
)


def mend_dashes(text: str) -> str:
    """Every dash of Chinese text as ``——``."""
    return _DASH.sub("——", text)


_DOUBLED = re.compile(r"([\uff0c、\uff1b\uff1a])\1+|(?<!。)(。)。(?!。)|(?<=\w),,(?!,)")
_STOPS = re.compile("。{3,}")


def single_marks(text: str) -> str:
    """``，，`` to ``，``, ``。。`` to ``。``, three or more full stops to ``……``."""
    text = _DOUBLED.sub(lambda match: match.group()[0], text)
    return _STOPS.sub("……", text)


DECIMALS = text_rule("broken-decimal", "1。1万 for 1.1万, 1，234 for 1,234", mend_decimals)
DASHES = text_rule("odd-dash", "———, －－ and -- for ——", mend_dashes)
DOUBLED = text_rule("doubled-mark", "a comma or full stop given twice", single_marks)
