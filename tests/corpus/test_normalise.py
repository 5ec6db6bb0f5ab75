"""The search form of a text is what its definition says, by whatever shorter way it is made."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from opencc import OpenCC

from corpus.normalise import _VARIANTS as VARIANTS
from corpus.normalise import normalise, simplify, without_surrogates

CONVERTER = OpenCC("t2s")

every_text = st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"])))
# What the shorter ways look for, and what composes or changes next to something else.
PARTS = [
    *"，；：？！（）％",
    *map(chr, VARIANTS),
    *"ÅÉİΣσﬁ㎡１／\u3000\xa0\x85\x1c \n\t\0頭髮乾隆",
    "\u0301",
    "\u0338",
    "e",
]
tricky = st.lists(st.one_of(st.sampled_from([*PARTS, "\ud800"]), every_text)).map("".join)


def defined_plain(text: str) -> str:
    """The text without lone surrogates: encoded with ``?`` for them, and decoded."""
    return text.encode("utf-8", "replace").decode("utf-8")


def defined_simple(text: str) -> str:
    """All of the text converted, then all of it translated."""
    converted: str = CONVERTER.convert(defined_plain(text))
    return converted.translate(VARIANTS)


def defined_form(text: str) -> str:
    """NFKC, lower case, Simplified, NFKC again, each run of blanks as one."""
    text = defined_simple(unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


@given(tricky)
@example("１２％（É）：著名，")
@example("！\u0338 \ud800妳")
def test_each_form_is_the_defined_one(text: str) -> None:
    assert without_surrogates(text) == defined_plain(text)
    assert simplify(text) == defined_simple(text)
    assert normalise(text) == defined_form(text)


@pytest.mark.parametrize("around", ["{}", " {}，", "e{}\u0301", "中{}文"])
def test_each_character_has_the_defined_form(around: str) -> None:
    # Some thousand at once, between line ends, where nothing composes with its neighbours.
    step = 1 << 13
    for first in range(0, sys.maxunicode + 1, step):
        characters = map(chr, range(first, first + step))
        text = "\n".join(map(around.format, characters))
        assert normalise(text) == defined_form(text)


@pytest.mark.parametrize("sign", "，；：？！（）％")
def test_a_sign_has_its_own_form_before_whatever_composes(sign: str) -> None:
    own = unicodedata.normalize("NFKC", sign)
    assert own != sign
    for mark in filter(unicodedata.combining, map(chr, range(sys.maxunicode + 1))):
        for text in (sign + mark, "e" + sign + mark, sign + mark + sign + "e" + mark):
            expected = unicodedata.normalize("NFKC", text)
            assert unicodedata.normalize("NFKC", text.replace(sign, own)) == expected
