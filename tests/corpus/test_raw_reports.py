"""The raw reports come out clean, whole and with the right metadata."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from opencc import OpenCC

from corpus.cleaning import Cleaned, clean
from corpus.compose import compose
from corpus.metadata import City
from corpus.raw import Line, RawReport
from corpus.report import Report

SHARED = Path(__file__).parents[3] / "shared"
NAMES = ("dongxihu", "jinan", "loudi", "wuhan", "zhangye")
QUESTIONS = SHARED / "eval" / "city_reports.dev.jsonl"

pytestmark = pytest.mark.skipif(
    not (SHARED / "reports").is_dir(), reason="the raw reports are not beside this checkout"
)

_simplified = OpenCC("t2s").convert


def raw(name: str) -> RawReport:
    path = SHARED / "reports" / f"{name}.txt"
    data = path.read_bytes()
    texts = data.decode("utf-8").splitlines()
    lines = tuple(Line(t, n) for n, t in enumerate(texts, 1) if t.strip())
    return RawReport(str(path), name, "text", "utf-8", hashlib.sha256(data).hexdigest(), lines)


@cache
def cleaned(name: str) -> Cleaned:
    return clean(raw(name).lines)


@cache
def report(name: str) -> Report:
    return compose(raw(name), identify=lambda *_: City(name)).report


@pytest.mark.parametrize("name", NAMES)
def test_no_defect_is_left(name: str) -> None:
    text = "\n".join(line.text for line in cleaned(name).lines)
    assert not re.findall(r"[(\uff08][^()\uff08\uff09]*[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü][^()]*\)", text)
    assert not re.findall("[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ]", text)
    assert not re.findall(r"\d。\d|———|\?!|[\xa0\u3000\ufffd]|^\?|>>", text, re.MULTILINE)
    page = "首[页頁]|位置 ?:|手机版|相关|鏈接|頂部|推荐\n|访问:|标签:|星期"
    assert not [m for m in re.findall(page, text) if m != "首页"]
    assert text.count("首页") == raw_text(name).count("APP首页")


def raw_text(name: str) -> str:
    return "\n".join(line.text for line in raw(name).lines)


# Figures of the page, not of the report: the crawl's stamp, menus, the title given twice.
_PAGE_FIGURES = {"jinan": "2023年03月29日", "zhangye": "2019专题 2021专题"}


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_intact(name: str) -> None:
    figure = re.compile(r"\d+(?:[.。]\d+)?")
    before = [f.replace("。", ".") for f in figure.findall(raw_text(name))]
    after = figure.findall("\n".join(line.text for line in cleaned(name).lines))
    for number in figure.findall(_PAGE_FIGURES.get(name, "")):
        before.remove(number)
    assert after == before


@pytest.mark.parametrize("name", NAMES)
def test_no_han_character_of_the_report_is_lost(name: str) -> None:
    kept = {line.number for line in cleaned(name).lines}
    joined = {c.line for c in cleaned(name).trace if c.rule == "title" and c.after is None}
    repaired = {"loudi": 15, "jinan": 14}.get(name)
    gloss = re.compile(r"\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü]+\)")
    raw_lines = {line.number: gloss.sub("", line.text) for line in raw(name).lines}
    han = re.compile("[\u3400-\u9fff]")
    for line in cleaned(name).lines:
        own = [raw_lines[line.number]]
        if line.level == 1:
            own += [raw_lines[number] for number in joined]
        expected = "".join(han.findall("".join(own)))
        found = "".join(han.findall(line.text))
        if line.number == repaired:
            assert abs(len(found) - len(expected)) <= 1
        elif line.kind == "note":
            assert expected.startswith(found)
        else:
            assert found == expected
    assert kept


def test_lost_bytes_are_put_back() -> None:
    def around(name: str, rule: str) -> str:
        changes = [change for change in cleaned(name).trace if change.rule == rule]
        assert len(changes) == 1
        return changes[0].after or ""

    assert "。”在黨史" in around("loudi", "lost-byte")
    assert "第一要務," in around("jinan", "torn-gloss")


def test_joined_and_kept_blanks() -> None:
    text = {name: "\n".join(line.text for line in cleaned(name).lines) for name in NAMES}
    assert "進基層活動" in text["jinan"]
    assert "有聲 踐諾" in text["jinan"]
    assert "97%,群众" in text["zhangye"]
    assert "百年路 启航" in text["wuhan"]
    assert "鄒武雄 彭敏" in text["loudi"]


@pytest.mark.parametrize(
    ("name", "headings", "captions", "notes"),
    [
        ("dongxihu", 3, 0, 3),
        ("jinan", 3, 0, 2),
        ("loudi", 5, 0, 4),
        ("wuhan", 6, 0, 2),
        ("zhangye", 4, 5, 2),
    ],
)
def test_lines_have_their_kinds(name: str, headings: int, captions: int, notes: int) -> None:
    lines = cleaned(name).lines
    assert sum(line.kind == "heading" and line.level > 1 for line in lines) == headings
    assert sum(line.kind == "caption" for line in lines) == captions
    assert sum(line.kind == "note" for line in lines) == notes
    assert all(len(line.text) > 9 for line in lines if line.kind == "text")


EXPECTED = {
    "dongxihu": (datetime.date(2021, 10, 25), "人民网—湖北频道", (), "zh-Hans"),
    "jinan": (datetime.date(2021, 10, 22), None, (), "zh-Hant"),
    "loudi": (datetime.date(2021, 12, 7), "婁底日報", ("鄒武雄", "彭敏"), "zh-Hant"),
    "wuhan": (datetime.date(2022, 10, 27), "武汉市地方志编纂委员会办公室", (), "zh-Hans"),
    "zhangye": (datetime.date(2021, 12, 31), "张掖日报", ("姜玉勇",), "zh-Hans"),
}


@pytest.mark.parametrize("name", NAMES)
def test_metadata_is_recognised(name: str) -> None:
    found = report(name)
    assert (found.date, found.publisher, found.authors, found.language) == EXPECTED[name]
    assert found.kind == "original"


def test_titles_are_recognised() -> None:
    assert report("dongxihu").title == "武汉东西湖:一领两用三加强 高质量推进党史学习教育"
    for name in ("jinan", "loudi", "zhangye"):
        assert re.fullmatch(r"\S+(?: \S+)?——\S{2}市\S+综述", _simplified(report(name).title))


def normalised(text: str) -> str:
    """The containment rule of the evaluation sets."""
    text = re.sub(r"[(\uff08][A-Za-zÀ-ɏ]+[)\uff09]", "", text)
    text = re.sub(r"(\d)。(\d)", r"\1.\2", _simplified(text))
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def contains(text: str, answer: str) -> bool:
    before = r"(?<![\d.])" if answer[0].isdigit() else ""
    return re.search(before + re.escape(normalised(answer)), normalised(text)) is not None


@pytest.mark.skipif(not QUESTIONS.is_file(), reason="the questions are not beside this checkout")
def test_every_answer_stands_in_one_sentence_of_its_report() -> None:
    missing = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        names, answers = question["report"], question["answer"]
        wanted = (
            [(name, [answer]) for name, answer in zip(names, answers, strict=True)]
            if question["kind"] == "comparison"
            else [(name, answers) for name in names]
        )
        for name, alternatives in wanted:
            found = report(name)
            missing += [
                (question["id"], answer)
                for answer in alternatives
                if not contains(found.text, answer)
            ]
            sentences = [found.slice(span) for _, _, span in found.sentences()]
            if not any(contains(s, answer) for answer in alternatives for s in sentences):
                missing.append((question["id"], "in one sentence"))
    assert not missing
