"""Readings in brackets go; every other bracket stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import pinyin
from corpus.cleaning.glosses import drop_glosses


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("時(shí)間", "時間"),
        ("时（shí）间", "时间"),
        ("漢 (hàn)字", "漢字"),
        ("學習(xué xí)好", "學習好"),
        ("學習(xuéxí)好", "學習好"),
        ("西安(Xī'ān)市", "西安市"),
        ("學(XUÉ)校", "學校"),
        ("綠(lǜ)道、女(nǚ)兒", "綠道、女兒"),
        ("嗯(ńg)", "嗯"),
        ("實(shi\u0301)際", "實際"),
        ("广(ɡuǎnɡ)场", "广场"),
        ("扎實(shí)推進(jìn)", "扎實推進"),
        ("动(d?ng)工", "动工"),
        ("走了(le)", "走了"),
    ],
)
def test_glosses_go(raw: str, text: str) -> None:
    assert drop_glosses(raw) == text


@pytest.mark.parametrize(
    "text",
    [
        "国内生产总值(GDP)",
        "三类清单(ABC)",
        "选项(a)与选项(b)",
        "第二批(第一批)",
        "三会一课（党员大会、党小组会）",
        "平台(app)",
        "单位(km)",
        "宣讲(含百姓宣讲)",
        "公司(Café)",
        "电话(12345)",
        "(shí)",
        "中心(center)",
    ],
)
def test_other_brackets_stay(text: str) -> None:
    assert drop_glosses(text) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [("xuéxí", 2), ("Wǔhàn", 2), ("zhuàng", 1), ("lüè", 1), ("GDP", 0), ("café", 0), ("", 0)],
)
def test_pinyin_falls_into_syllables(text: str, count: int) -> None:
    assert pinyin.syllables(text) == count


@given(st.text(alphabet="学时间務(（)）abcxéíà '·?\ufffd", max_size=40))
def test_no_han_character_is_ever_lost(text: str) -> None:
    def han(line: str) -> list[str]:
        return [c for c in line if c in "学时间務"]

    assert han(drop_glosses(text)) == han(text)
