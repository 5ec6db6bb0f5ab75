"""Reports come back from their records as they went in."""

from __future__ import annotations

import dataclasses
import datetime
import json

from hypothesis import given
from hypothesis import strategies as st

from corpus.records import content_digest, corpus_digest, report_from_record, report_record
from corpus.report import Passage, Report, Section, Source, Span

any_text = st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"])))
spans = st.builds(Span, st.integers(0, 999), st.integers(0, 999))


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    name = draw(st.from_regex(r"[a-z0-9_-]{1,32}", fullmatch=True))
    passages = st.builds(
        Passage,
        id=any_text,
        report=st.just(name),
        section=any_text,
        kind=st.sampled_from(["text", "note", "caption"]),
        span=spans,
        sentences=st.lists(spans, max_size=3).map(tuple),
    )
    return draw(
        st.builds(
            Report,
            id=st.just(name),
            kind=st.sampled_from(["original", "digest"]),
            city=any_text,
            aliases=st.lists(any_text, max_size=3).map(tuple),
            title=any_text,
            source_title=st.none() | any_text,
            publisher=st.none() | any_text,
            authors=st.lists(any_text, max_size=3).map(tuple),
            date=st.none() | st.dates(datetime.date(1, 1, 1)),
            url=st.none() | any_text,
            language=any_text,
            text=any_text,
            sections=st.lists(st.builds(Section, any_text, spans), max_size=3).map(tuple),
            passages=st.lists(passages, max_size=3).map(tuple),
            origin=any_text,
            sha256=any_text,
            mirrors=st.lists(
                st.builds(
                    Source,
                    id=any_text,
                    publisher=st.none() | any_text,
                    date=st.none() | st.dates(datetime.date(1, 1, 1)),
                    url=st.none() | any_text,
                    origin=any_text,
                ),
                max_size=2,
            ).map(tuple),
        )
    )


@given(any_report())
def test_a_report_comes_back_equal(report: Report) -> None:
    written = json.dumps(report_record(report), ensure_ascii=False)
    read = json.loads(written.encode("utf-8", "surrogatepass"))
    assert report_from_record(read) == report


@given(any_report(), st.text())
def test_the_digest_is_of_the_content_not_of_its_place(report: Report, origin: str) -> None:
    moved = dataclasses.replace(report, origin=origin)
    assert content_digest(moved) == content_digest(report)
    assert corpus_digest([moved]) == corpus_digest([report])


@given(any_report())
def test_the_digest_differs_with_any_content(report: Report) -> None:
    changed = [
        dataclasses.replace(report, text=report.text + "。"),
        dataclasses.replace(report, title=report.title + "x"),
        dataclasses.replace(report, aliases=(*report.aliases, "江城")),
        dataclasses.replace(report, passages=()) if report.passages else None,
    ]
    digests = {content_digest(other) for other in changed if other is not None}
    assert content_digest(report) not in digests
    assert len(digests) == sum(other is not None for other in changed)


def test_the_order_of_reports_is_part_of_their_digest(reports: tuple[Report, ...]) -> None:
    assert corpus_digest(reports) != corpus_digest(reports[::-1])


@given(any_report())
def test_records_without_other_copies_are_as_they_were_before_there_were_any(
    report: Report,
) -> None:
    record = report_record(dataclasses.replace(report, mirrors=()))
    assert "mirrors" not in record
    assert report_from_record(record).mirrors == ()


def test_the_digest_knows_other_copies_but_not_where_they_were_read_from() -> None:
    here = Source("b", "乙报", datetime.date(2022, 1, 2), "https://b.example/1", "/here/b.txt")
    there = dataclasses.replace(here, origin="/there/b.txt")
    bare = Report(
        *("a", "original", "甲市", (), "题", None, None, (), None, None, "zh-Hans", ""),
        *((), (), "a.txt", ""),
    )
    digests = [
        content_digest(dataclasses.replace(bare, mirrors=mirrors))
        for mirrors in ((), (here,), (there,))
    ]
    assert digests[0] != digests[1] == digests[2]
