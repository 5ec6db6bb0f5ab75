"""Characters that no reader should see go; every other character stays."""

from __future__ import annotations

import pytest

from corpus.cleaning.characters import drop_unseen, plain_blanks, unescape_entities


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("&ldquo;老城&rdquo;新貌", "“老城”新貌"),
        ("增长&#49;&#50;%", "增长12%"),
        ("A&amp;amp;B", "A&B"),
        ("&nbsp;&nbsp;本市", "\xa0\xa0本市"),
        ("AT&T公司、R&D费用", "AT&T公司、R&D费用"),
        ("a&copy b", "a&copy b"),
        ("&unknown;", "&unknown;"),
    ],
)
def test_entities_are_written_out_only_with_their_semicolon(raw: str, text: str) -> None:
    assert unescape_entities(raw) == text


@pytest.mark.parametrize(
    "unseen", ["\ufeff", "\u200b", "\u00ad", "\u200e", "\u202e", "\u2066", "\x00", "\x07", "\x9f"]
)
def test_unseen_characters_go(unseen: str) -> None:
    assert drop_unseen(f"河{unseen}道3{unseen}4公里") == "河道34公里"


def test_windows_quotes_read_as_latin_1_are_quotes() -> None:
    assert drop_unseen("\x93红色巴士\x94") == "“红色巴士”"


def test_joiners_go_between_han_and_stay_in_emoji() -> None:
    assert drop_unseen("公\u200d园") == "公园"
    family = "\U0001f468\u200d\U0001f469"
    assert drop_unseen(family) == family


@pytest.mark.parametrize("blank", ["\xa0", "\u3000", "\t", "  ", "\u2003", "\u3164", " \u3000 "])
def test_blanks_of_all_kinds_are_one_space(blank: str) -> None:
    assert plain_blanks(f"{blank}绿道{blank}建成{blank}") == "绿道 建成"
