from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.places.gazetteer import gazetteer
from corpus.places.identify import display_name, identify_city

REPORTS = Path(__file__).parents[4] / "shared" / "reports"
GLOSS = re.compile(r"\([A-Za-zÀ-ž\u01cd-\u01dc]+\)")


def name(title: str, lines: list[str], publisher: str | None = None) -> str | None:
    place = identify_city(title, lines, publisher)
    return None if place is None else display_name(place)


@pytest.mark.skipif(not REPORTS.exists(), reason="needs the raw reports")
@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("wuhan", "武汉市"),
        ("dongxihu", "武汉市东西湖区"),
        ("loudi", "娄底市"),
        ("jinan", "济南市"),
        ("zhangye", "张掖市"),
    ],
)
def test_the_raw_reports_are_told_with_and_without_a_title(stem: str, expected: str) -> None:
    text = GLOSS.sub("", (REPORTS / f"{stem}.txt").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert name("", lines) == expected
    title = next((line for line in lines[:12] if re.search("综述|綜述|武汉东西湖", line)), "")
    assert name(title, lines) == expected


def test_the_title_decides() -> None:
    lines = ["武汉市派人到娄底市学习。", "武汉市有关部门。", "武汉市。"]
    assert name("娄底市工作报告", lines) == "娄底市"
    assert name("", lines) == "武汉市"


def test_a_district_in_the_title_beats_its_city() -> None:
    lines = ["武汉市的工作。"] * 10
    assert name("武汉东西湖：小区换新颜", lines) == "武汉市东西湖区"
    assert name("东西湖区工作报告", lines) == "武汉市东西湖区"
    assert name("武汉市工作报告", ["东西湖区建了路。"] * 10) == "武汉市"


def test_without_a_title_a_city_collects_the_mentions_of_its_districts() -> None:
    lines = ["江岸区建了公园。", "洪山区修了路。", "武汉市检查。", "娄底市来访。", "娄底市再来。"]
    assert name("", lines) == "武汉市"
    assert name("", ["洪山区修了路。"] * 9 + ["武汉市检查。"]) == "武汉市洪山区"


def test_the_publisher_helps_where_the_text_is_silent() -> None:
    assert name("", ["我市召开会议。"], "娄底日报") == "娄底市"
    assert name("", ["我市召开会议。"], "人民网—湖北频道") is None
    assert name("", [], None) is None


def test_names_are_shown_with_the_city() -> None:
    places = gazetteer()
    shown = [display_name(place) for code in ("420112", "420100", "420000", "110105", "469021")
             if (place := places.get(code)) is not None]  # fmt: skip
    assert shown == ["武汉市东西湖区", "武汉市", "湖北省", "北京市朝阳区", "定安县"]
