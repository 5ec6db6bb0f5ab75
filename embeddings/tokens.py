"""Our tokenizer for the lexical index: Han characters and bigrams, words, numbers with units.

White space does not part Chinese words, and segmenters disagree between a question and a report.
Characters together with character bigrams need no dictionary and find both (Luk & Wong, "A
Comparison of Chinese Document Indexing Strategies and Retrieval Models", ACM TALIP 1(3), 2002).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.normalise import normalise

HAN = "㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003134f"
KANA = "ぁ-ゖァ-ヺー"
HANGUL = "가-힣"

_LETTER = rf"(?:(?![{HAN}{KANA}{HANGUL}])[^\W\d_])"
# NFKC writes ℃ as °c, ㎡ as m2.
_UNIT = (
    rf"(?:%|‰|°c|[a-z]?m[23](?!{_LETTER}|\d)|[a-z]{{1,4}}(?!{_LETTER}|\d|['’])"
    r"|[余多]?[万亿千百]?[余多]?"
    r"(?:千米|公里|公顷|小时|周年|人次|场次|平方米|亩|元|[㐀-䶿一-鿿]))"
)
# Thousands in groups of three after at most three digits: 2019,2020 are two numbers.
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_RUN = re.compile(rf"[{HAN}{KANA}{HANGUL}]+")
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT})?"
    rf"|(?P<run>[{HAN}{KANA}{HANGUL}]+)"
    rf"|(?P<word>{_LETTER}+(?:['’]{_LETTER}+)?)"
)
# A unit that stands in the text after its number as well: Han characters, Latin letters alone.
_ALSO_TEXT = re.compile(rf"[{HAN}]|[a-z]+$")


def tokenise(text: str) -> list[str]:
    """Terms of a text, in order, repeated as often as they occur.

    - a run of Han, kana or hangul: every character, and every two neighbours;
    - a number: whole, without thousands separators, and once more with its unit (``455``,
      ``455个``; ``12.2``, ``12.2%``; ``8.46``, ``8.46万``, ``8.46万个``; ``25``, ``25°c``; ``120``,
      ``120m2``; ``5``, ``5g``); Han characters and letters of the unit count as text that follows;
    - any other word: whole, lower-case, without a possessive ending.

    Args:
        text: in any form; it is normalised first.
    """
    return terms_of(normalise(text))


def terms_of(plain: str) -> list[str]:
    """The same for a text that is in search form already."""
    return list(_terms(plain, runs=True))


def numbers_and_words(plain: str) -> frozenset[str]:
    """Those terms of a text in search form that come from numbers and words.

    The others are where their characters are: ``is_of_run``.
    """
    return frozenset(_terms(plain, runs=False))


def _terms(text: str, *, runs: bool) -> Iterator[str]:
    position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        if number := match["number"]:
            number = number.replace(",", "")
            yield number
            unit = match["unit"]
            if unit:
                yield number + unit
                if len(unit) > 1 and unit[0] in "万亿":
                    yield number + unit[0]
                if _ALSO_TEXT.match(unit):
                    # The unit begins what follows: 455个小区 holds 个小; 5g holds g.
                    position = match.start("unit")
        elif run := match["run"]:
            if runs:
                yield from run
                for left, right in pairwise(run):
                    yield left + right
        else:
            word = match["word"]
            yield re.sub(r"['’]s$", "", word)


def is_of_run(term: str) -> bool:
    """Whether a term is a character or two of Han, kana or hangul.

    A text in search form has such a term exactly where the term stands in it, as no other token
    takes characters of a run away.
    """
    return len(term) <= 2 and _RUN.fullmatch(term) is not None


def is_number(term: str) -> bool:
    """Whether a term came from a number."""
    return term[0].isdigit()
