"""The encoding of a file is found from what is in it."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ReadError
from corpus.readers.common_han import COMMON_HAN, level_one
from corpus.readers.encoding import decode

SIMPLIFIED = "全市改造老旧小区455个，惠及居民12.2万户。"
TRADITIONAL = "全市改造老舊小區455個，惠及居民12.2萬戶。"


def encodable(encoding: str) -> list[str]:
    def fits(character: str) -> bool:
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            return False
        return True

    return sorted(filter(fits, COMMON_HAN))


def texts(encoding: str) -> st.SearchStrategy[str]:
    """Texts of common Han with some punctuation, figures and words among them."""
    # A text of one or two characters can be read in two ways; so can one character repeated.
    han = st.lists(st.sampled_from(encodable(encoding)), min_size=8, max_size=60, unique=True)
    others = st.lists(st.sampled_from(["，", "。", "\n", "12.2%", " GDP ", "（", "）"]), max_size=8)
    return st.tuples(han, others).flatmap(
        lambda parts: st.permutations(parts[0] + parts[1]).map("".join)
    )


@given(texts("gb2312"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"]))
def test_simplified_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), origin="a").text == text


@given(texts("big5"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "big5", "gb18030"]))
def test_traditional_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), origin="a").text == text


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "cp950", "big5hkscs"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32-le", "utf-32-le"),
        ("Ville rénovée à l'été, 12 %.", "cp1252", "cp1252"),
        ("Ville rénovée à l'été, 12 %.", "utf-8", "utf-8"),
        ("Население города выросло", "utf-8", "utf-8"),
        ("plain words", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_named(text: str, written: str, found: str) -> None:
    assert decode(text.encode(written), origin="a") == (text, found)


@pytest.mark.parametrize("declared", ["big5", "gb2312", "utf-8", "iso-8859-1", "x-gbk", "nonsense"])
def test_a_wrong_declaration_is_overruled(declared: str) -> None:
    assert decode(SIMPLIFIED.encode("gb18030"), origin="a", declared=declared).text == SIMPLIFIED
    assert decode(TRADITIONAL.encode("big5"), origin="a", declared=declared).text == TRADITIONAL
    assert decode(SIMPLIFIED.encode("utf-8"), origin="a", declared=declared).text == SIMPLIFIED


def test_a_declaration_decides_between_readings_that_are_equally_likely() -> None:
    # Two common characters of one script in one encoding, two of the other in the other.
    data = "華華".encode("big5")
    assert data.decode("gb18030") == "地地"
    assert decode(data, origin="a", declared="big5").text == "華華"
    assert decode(data, origin="a", declared="gb2312").text == "地地"


@pytest.mark.parametrize(
    ("text", "encoding"), [("市の人口は約十二万人です。", "euc_jp"), ("도시의 인구", "euc_kr")]
)
def test_a_declared_encoding_of_another_language_is_believed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), origin="a", declared=encoding).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_one_damaged_character_spoils_no_other(encoding: str) -> None:
    text = (
        "全市公共服务和生活水平不断提高" if encoding != "big5" else "全市公共服務和生活水平不斷提高"
    )
    data = (text * 3).encode(encoding)
    cut = decode(data[:-1], origin="a").text
    assert cut.startswith(text * 2)
    assert cut.rstrip("\ufffd") == (text * 3)[:-1]


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        b"\0" * 100,
        bytes(range(1, 256)),
        b"\x7fELF\x02\x01\x01" + b"\0\x01\x02" * 50,
        b"\xff\xfe" + b"\x01\0\x02\xd8" * 50,
    ],
    ids=["picture", "zeros", "every byte", "program", "mark before rubbish"],
)
def test_a_binary_file_is_no_text(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"a\.txt: is a binary file, not text"):
        decode(data, origin="a.txt")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_clear_error(data: bytes) -> None:
    with suppress(ReadError):
        text, encoding = decode(data, origin="a.txt")
        assert encoding
        assert "\0" not in text or encoding.startswith("utf-")


def test_a_text_of_megabytes_takes_no_time_to_tell() -> None:
    data = (SIMPLIFIED + "\n").encode("gb18030") * 50_000
    text, encoding = decode(data, origin="a")
    assert encoding == "gb18030"
    assert text.count("\n") == 50_000


def test_random_bytes_without_nul_are_no_text() -> None:
    data = bytes(byte for byte in os.urandom(4000) if byte)
    with pytest.raises(ReadError):
        decode(data, origin="a")


def test_the_common_characters_are_han_in_both_scripts() -> None:
    assert {"区", "區", "万", "萬"} <= COMMON_HAN
    assert len(COMMON_HAN) > 1400
    assert all("\u4e00" <= c <= "\u9fff" for c in COMMON_HAN | level_one())
