"""Citations are as the standards write them, and hold for whatever a report states of itself."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citations import STYLES, cite
from corpus.report import Report

READ = datetime.date(2026, 1, 31)
PAGE = "https://reports.example/park.html#park-1a2b3c4d_s1"
REPORT = Report(
    id="park",
    kind="original",
    city="襄阳市",
    aliases=(),
    title="襄阳市公园建设报告",
    source_title=None,
    publisher="襄阳晚报",
    authors=("李明", "王芳"),
    date=datetime.date(2022, 3, 5),
    url="https://news.example/1.html",
    language="zh-Hans",
    text="",
    sections=(),
    passages=(),
    origin="park.md",
    sha256="0" * 64,
)


def cited(style: str, *, link: str | None = None, section: str = "", **facts: Any) -> str:
    return cite(replace(REPORT, **facts), style, link=link, accessed=READ, section=section)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {},
            "李明, 王芳. 襄阳市公园建设报告[R/OL]. 襄阳晚报, 2022(2022-03-05)[2026-01-31]. "
            "https://news.example/1.html.",
        ),
        (
            {"title": "绿道通了", "authors": ("甲", "乙", "丙", "丁")},
            "甲, 乙, 丙, 等. 绿道通了[EB/OL]. 襄阳晚报, 2022(2022-03-05)[2026-01-31]. "
            "https://news.example/1.html.",
        ),
        (
            {"authors": ()},
            "襄阳晚报. 襄阳市公园建设报告[R/OL]. (2022-03-05)[2026-01-31]. "
            "https://news.example/1.html.",
        ),
        (
            {"authors": (), "publisher": None, "date": None},
            "襄阳市公园建设报告[R/OL]. [出版者不详][2026-01-31]. https://news.example/1.html.",
        ),
        (
            {"kind": "digest", "language": "zh-Hant", "publisher": None},
            "李明, 王芳. 襄阳市公园建设报告: 摘編[R/OL]. [出版者不詳], "
            "2022(2022-03-05)[2026-01-31]. https://news.example/1.html.",
        ),
        (
            {"kind": "digest", "title": "襄阳市公园建设报告（摘编）"},
            "李明, 王芳. 襄阳市公园建设报告（摘编）[R/OL]. 襄阳晚报, 2022(2022-03-05)[2026-01-31]. "
            "https://news.example/1.html.",
        ),
        (
            {"url": None, "title": "绿道通了"},
            "李明, 王芳. 绿道通了[Z]. [出版地不详]: 襄阳晚报, 2022.",
        ),
        (
            {"language": "en", "authors": ("A. Li", "B", "C", "D"), "publisher": None},
            "A. Li, B, C, et al. 襄阳市公园建设报告[R/OL]. [s.n.], 2022(2022-03-05)[2026-01-31]. "
            "https://news.example/1.html.",
        ),
    ],
)
def test_gbt7714_names_what_is_known_and_says_what_is_not(
    facts: dict[str, Any], expected: str
) -> None:
    assert cited("gbt7714", **facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {},
            "李明 & 王芳. (2022, March 5). 襄阳市公园建设报告. 襄阳晚报. "
            "https://news.example/1.html",
        ),
        (
            {"authors": ("甲", "乙", "丙"), "title": "绿道通了吗？"},
            "甲, 乙, & 丙. (2022, March 5). 绿道通了吗？ 襄阳晚报. https://news.example/1.html",
        ),
        (
            {"authors": (), "date": None},
            "襄阳晚报. (n.d.). 襄阳市公园建设报告. Retrieved January 31, 2026, from "
            "https://news.example/1.html",
        ),
        (
            {"authors": (), "publisher": None},
            "襄阳市公园建设报告. (2022, March 5). https://news.example/1.html",
        ),
        (
            {"kind": "digest", "url": None},
            "李明 & 王芳. (2022, March 5). 襄阳市公园建设报告 [摘编]. 襄阳晚报.",
        ),
    ],
)
def test_apa_begins_with_whoever_is_known(facts: dict[str, Any], expected: str) -> None:
    assert cited("apa", **facts) == expected


def test_apa_names_nineteen_and_the_last_of_more_than_twenty_authors() -> None:
    names = tuple(f"N{number}" for number in range(1, 23))
    assert cited("apa", authors=names[:20]).startswith(f"{', '.join(names[:19])}, & N20. (")
    assert cited("apa", authors=names).startswith(f"{', '.join(names[:19])}, … N22. (")


def test_bibtex_has_an_entry_of_all_that_is_known() -> None:
    assert cited("bibtex", section="一、开局", kind="digest") == (
        "@techreport{park2022,\n"
        "  author = {{李明} and {王芳}},\n"
        "  title = {{襄阳市公园建设报告}},\n"
        "  institution = {{襄阳晚报}},\n"
        "  year = {2022},\n"
        "  month = mar,\n"
        "  day = {5},\n"
        "  url = {https://news.example/1.html},\n"
        "  urldate = {2026-01-31},\n"
        "  note = {摘编; 一、开局}\n"
        "}"
    )


def test_bibtex_takes_no_report_for_one_whose_required_facts_are_unknown() -> None:
    assert cited("bibtex", date=None).startswith("@misc{park,\n")
    assert cited("bibtex", publisher=None).startswith("@misc{park2022,\n")
    assert cited("bibtex", authors=()).startswith("@techreport{park2022,\n  author = {{襄阳晚报}}")


def test_the_original_is_cited_before_our_page_and_a_local_page_never() -> None:
    for style in ("gbt7714", "apa", "bibtex"):
        assert "https://news.example/1.html" in cited(style, link=PAGE)
        assert PAGE not in cited(style, link=PAGE)
        assert PAGE in cited(style, link=PAGE, url=None)
        assert "file://" not in cited(style, link="file:///x/park.html", url=None)
        assert "javascript:" not in cited(style, url="javascript:alert(1)")


def test_a_plain_link_is_that_to_the_extract_or_else_the_best_there_is() -> None:
    assert cited("link", link=PAGE) == PAGE
    assert cited("link") == "https://news.example/1.html"
    assert cited("link", url=None) == "襄阳市公园建设报告"


def test_an_unknown_style_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="'mla' is none of gbt7714, apa, bibtex, link"):
        cite(REPORT, "mla", link=None)


# Of every kind that breaks formats, and more of those.
TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("{}\\$&%#_~^\"'@,;:.\n\r\t\0\x1b\x85\u2028\u202e\ud800 "),
        st.characters(),
        st.sampled_from("武汉市報告"),
    ),
    max_size=30,
)
REPORTS = st.builds(
    replace,
    st.just(REPORT),
    id=st.one_of(st.from_regex(r"[a-z0-9_-]{1,32}", fullmatch=True), TEXTS),
    kind=st.sampled_from(["original", "digest"]),
    title=TEXTS,
    publisher=st.none() | TEXTS,
    authors=st.lists(TEXTS, max_size=25).map(tuple),
    date=st.none() | st.dates(),
    url=st.none() | TEXTS | TEXTS.map("https://news.example/".__add__),
    language=st.sampled_from(["zh-Hans", "zh-Hant", "en", ""]),
)


@given(REPORTS, st.none() | TEXTS, st.none() | st.dates(), TEXTS)
def test_any_report_is_cited_in_lines_that_any_file_takes(
    report: Report, link: str | None, accessed: datetime.date | None, section: str
) -> None:
    for style in STYLES:
        text = cite(report, style, link=link, accessed=accessed, section=section)
        text.encode()
        lines = text.split("\n") if style == "bibtex" else [text]
        for line in lines:
            assert line.splitlines() in ([line], [])
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", line)


def fields_of(entry: str) -> dict[str, str]:
    """What BibTeX reads: braces counted, even behind a backslash, and values up to a comma."""
    head = re.match(r"@(?:misc|techreport)\{[A-Za-z0-9_-]+,\n", entry)
    assert head is not None
    fields: dict[str, str] = {}
    rest = entry[head.end() :]
    while rest != "}":
        field = re.match(r" *([a-z]+) = ", rest)
        assert field is not None
        rest = rest[field.end() :]
        depth = end = 0
        while depth or rest[end] not in ",\n":
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            assert depth >= 0
            end += 1
        fields[field[1]] = rest[:end]
        rest = rest[end:].removeprefix(",").removeprefix("\n")
    return fields


def read_back(value: str) -> str:
    """What TeX makes of a value in two pairs of braces."""
    assert value.startswith("{{")
    assert value.endswith("}}")
    named = {"backslash": "\\", "braceleft": "{", "braceright": "}"}
    named |= {"asciitilde": "~", "asciicircum": "^"}
    return re.sub(
        r"\{\\text([a-z]+)\}|\\([$&%#_])", lambda m: named[m[1]] if m[1] else m[2], value[2:-2]
    )


@given(REPORTS, TEXTS)
def test_bibtex_reads_back_whatever_the_title_holds(report: Report, section: str) -> None:
    entry = cite(report, "bibtex", link=PAGE, accessed=READ, section=section)
    fields = fields_of(entry)
    title = read_back(fields["title"])
    assert title == cite(replace(report, url=None), "link", link=None)
    if report.title.strip() and report.title.isprintable():
        assert title == " ".join(report.title.split())
    assert fields.get("year", "{0}")[1:-1].isdigit()
    assert not re.search(r"[{}\\ ]", fields["url"][1:-1])
