"""Metadata is read off source lines; what is stated for cityqa goes before it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import clean
from corpus.cleaning.dates import find_dates
from corpus.errors import MetadataError
from corpus.metadata import City, Metadata, check, recognise
from corpus.raw import Line, RawReport

PROSE = (
    "去年,全市新建公园12个,改造道路34条,修复湿地5处,群众满意度达到98%,"
    "各项任务按时完成,工作得到了各方面的好评。"
)


def known(
    *texts: str,
    front: Mapping[str, Any] | None = None,
    declared: bool = False,
    overrides: Mapping[str, Any] | None = None,
    media: Literal["text", "html", "pdf"] = "text",
    place: City | None = None,
) -> Metadata:
    lines = tuple(Line(text, number) for number, text in enumerate(texts, 1))
    raw = RawReport("a.txt", "a", media, "utf-8", "0" * 64, lines, front or {}, declared)
    return recognise(raw, clean(lines), lambda *_: place, overrides=overrides)


DAY = datetime.date(2021, 10, 22)


@pytest.mark.parametrize(
    "text",
    [
        "2021-10-22 17:10",
        "2021年10月22日 10:23",
        "2021/10/22",
        "2021.10.22",
        "二〇二一年十月二十二日",
        "发布日期:2021-10-22",
        "发布时间：2021年10月22日10时",
        "2021-10-22T08:00:00+08:00",
    ],
)
def test_dates_are_read_in_many_layouts(text: str) -> None:
    assert [date for date, _ in find_dates(text)] == [DAY]


@pytest.mark.parametrize(
    "text", ["2021-13-41", "3.2021.10.22", "12021-10-22", "2021-10", "第2021号"]
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert list(find_dates(text)) == []


@given(st.dates(datetime.date(1949, 10, 1), datetime.date(2099, 12, 31)))
def test_every_day_is_read_back(day: datetime.date) -> None:
    for text in (f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y/%m/%d}"):
        assert [date for date, _ in find_dates(text)] == [day]


def test_the_labelled_date_wins() -> None:
    found = known(
        "某市综述与展望", "2023-01-05 10:00", "更新时间:2022-02-02", "发布时间:2021-10-22", PROSE
    )
    assert found.date == DAY


def test_the_day_of_crawling_and_dates_of_the_text_do_not_count() -> None:
    assert known("2023年03月29日 星期三", "某市综述与展望", "2022年3月1日," + PROSE).date is None


def test_dates_of_the_future_and_of_long_ago_do_not_count() -> None:
    assert known("某市综述与展望", "发布日期:2921-10-22", PROSE).date is None
    assert known("某市综述与展望", "发布日期:2087-10-22", "2021-10-22", PROSE).date == DAY
    assert known("某市综述与展望", "日期:1911-10-10", PROSE).date is None


@pytest.mark.parametrize(
    ("note", "publisher"),
    [
        ("来源:某某日报", "某某日报"),
        ("發布日期:2021-10-22 來源:某某日報 作者:李明", "某某日報"),
        ("时间:2021-10-22 来源:某网—某频道", "某网—某频道"),
        ("来源：某市地方志办公室 访问：12", "某市地方志办公室"),
        ("来源:某某日报 李建国", "某某日报"),
        ("来源：某某晚报 2021-10-22", "某某晚报"),
        ("2021-10-22 10:30 某某日报 李建国 王芳", "某某日报"),
        ("稿源：某某网", "某某网"),
    ],
)
def test_the_publisher_is_recognised(note: str, publisher: str) -> None:
    assert known("某市综述与展望", note, PROSE).publisher == publisher


@pytest.mark.parametrize(
    ("note", "authors"),
    [
        ("作者:李建国、王芳", ("李建国", "王芳")),
        ("本报记者 李建国 王芳", ("李建国", "王芳")),
        ("记者 李建国 通讯员 王芳", ("李建国", "王芳")),
        ("责任编辑:李建国", ()),
        ("编辑:王芳", ()),
        ("来源:某某日报 作者:李建国 编辑:王芳", ("李建国",)),
    ],
)
def test_authors_are_recognised_and_editors_are_none(note: str, authors: tuple[str, ...]) -> None:
    assert known("某市综述与展望", note, PROSE).authors == authors


def test_a_byline_at_the_end_of_the_text_names_the_author() -> None:
    assert known("某市综述与展望", PROSE + "(记者 李建国)").authors == ("李建国",)
    assert known("某市综述与展望", "本报讯（记者李建国 通讯员王芳）" + PROSE).authors == (
        "李建国",
        "王芳",
    )
    assert known("某市综述与展望", PROSE + "(记者在现场看到)" + PROSE).authors == ()


def test_the_title_is_the_heading_else_the_front_else_the_original_title() -> None:
    front = {"title": "网页题目"}
    assert known("某市综述与展望", PROSE, front=front).title == "某市综述与展望"
    assert known(PROSE, front=front).title == "网页题目"
    assert known(PROSE, "原标题:某市的综述").title == "某市的综述"
    assert known(PROSE).title == ""


def test_the_script_tells_the_language() -> None:
    assert known(PROSE).language == "zh-Hans"
    assert (
        known("去年,全市新建公園,改造道路,修復濕地,羣眾滿意,各項任務按時完成。").language
        == "zh-Hant"
    )
    assert known("The city built twelve parks last year.").language == "und"
    assert known("市は昨年、公園を十二か所つくりました。").language == "ja"


def test_front_matter_goes_before_the_text_and_overrides_before_both() -> None:
    texts = ("某市综述与展望", "来源:某某日报", "发布日期:2021-10-22", PROSE)
    front = {
        "title": "甲",
        "publisher": "甲报",
        "date": datetime.date(2020, 1, 2),
        "kind": "digest",
    }
    found = known(*texts, front=front, declared=True, overrides={"publisher": "乙报"})
    assert (found.title, found.publisher, found.date) == ("甲", "乙报", datetime.date(2020, 1, 2))
    assert found.kind == "digest"


def test_page_properties_only_fill_gaps() -> None:
    front = {
        "publisher": "某网",
        "date": datetime.date(2020, 1, 2),
        "authors": ["王芳"],
        "url": "x",
    }
    found = known("某市综述与展望", "来源:某某日报", PROSE, front=front, media="html")
    assert (found.publisher, found.date) == ("某某日报", datetime.date(2020, 1, 2))
    assert (found.authors, found.url) == (("王芳",), None)
    labelled = known("某市综述与展望", "发布日期:2021-10-22", PROSE, front=front, media="html")
    assert labelled.date == DAY


def test_the_place_is_asked_of_identify_and_its_names_are_aliases() -> None:
    asked: list[tuple[str, Sequence[str], str | None]] = []

    def identify(title: str, lines: Sequence[str], publisher: str | None) -> City:
        asked.append((title, lines, publisher))
        return City("武汉市", ("武汉", "Wuhan"))

    lines = (Line("武汉市综述", 1), Line("来源:某某日报", 2), Line(PROSE, 3))
    raw = RawReport("a", "a", "text", "utf-8", "", lines, {"aliases": ["江城"]}, True)
    found = recognise(raw, clean(lines), identify)
    assert asked == [("武汉市综述", ["武汉市综述", "来源:某某日报", PROSE], "某某日报")]
    assert (found.city, found.aliases) == ("武汉市", ("江城", "武汉", "Wuhan"))


def test_a_stated_city_does_not_take_another_place_s_names() -> None:
    found = known(PROSE, overrides={"city": "济南市"}, place=City("武汉市", ("武汉",)))
    assert (found.city, found.aliases) == ("济南市", ())
    assert known(PROSE).city == ""


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"date": "2021-02-30"}, "date"),
        ({"date": 2021}, "date"),
        ({"city": 7}, "city"),
        ({"city": " "}, "city"),
        ({"aliases": {"a": 1}}, "aliases"),
        ({"authors": [1]}, "authors"),
        ({"kind": "copy"}, "kind"),
        ({"url": "ftp://example.org"}, "url"),
        ({"language": "中文"}, "language"),
        ({"publsher": "x"}, "publsher"),
    ],
)
def test_unusable_values_are_named(values: dict[str, Any], key: str) -> None:
    with pytest.raises(MetadataError) as caught:
        check(values, where="reports.toml")
    assert "reports.toml" in str(caught.value)
    assert key in str(caught.value)
    assert "\n" not in str(caught.value)


def test_values_get_their_types() -> None:
    values = {"date": "2021年10月22日", "aliases": "武汉", "authors": ["王芳 ", ""], "title": None}
    assert check(values, where="") == {"date": DAY, "aliases": ("武汉",), "authors": ("王芳",)}
    assert check({"date": datetime.datetime(2021, 10, 22, 8)}, where="") == {"date": DAY}
