"""A passage asked for again is the one that was read, as long as it is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.report import Report
from embeddings.report_store import ReportsWriter, StoredReports
from embeddings.stored_passages import StoredPassages

MakeReport = Callable[..., Report]


def stored(reports: list[Report], folder: Path) -> StoredReports:
    with ReportsWriter(folder) as writer:
        for report in reports:
            writer.add(report)
    return StoredReports(folder)


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(0, 4), min_size=1, max_size=5),
    asked=st.lists(st.integers(0, 19)),
    most=st.integers(1, 4),
    sentences=st.integers(0, 6),
)
def test_any_passages_in_any_order_are_those_of_the_reports(
    make_report: MakeReport,
    tmp_path_factory: pytest.TempPathFactory,
    counts: list[int],
    asked: list[int],
    most: int,
    sentences: int,
) -> None:
    made = [
        make_report(f"town{n}", [f"第{n}街有{m}座公园。" for m in range(count)])
        for n, count in enumerate(counts)
    ]
    places = [(n, m) for n, count in enumerate(counts) for m in range(count)]
    reports = stored(made, tmp_path_factory.mktemp("stored"))
    passages = StoredPassages(reports, most_kept=most, most_sentences=sentences)
    assert [reports.place(row) for row in range(len(places))] == places
    for row in asked:
        if row < len(places):
            number, place = places[row]
            assert passages[row] == passages[row - len(places)] == made[number].passages[place]


def test_the_last_passages_are_kept_and_the_others_let_go(
    make_report: MakeReport, tmp_path: Path
) -> None:
    # A sentence each; the fourth passage is made of three.
    texts = ["第一座公园。", "第二座公园。", "第三座公园。", "有山。有水。有人家。"]
    made = make_report("town", texts)
    assert [len(passage.sentences) for passage in made.passages] == [1, 1, 1, 3]
    reports = stored([made], tmp_path)
    by_count = StoredPassages(reports, most_kept=2)
    first = by_count[0]
    assert by_count[0] is by_count[-4] is first
    by_count[1]
    assert by_count[0] is first
    by_count[2]  # the second goes, which was asked for longest ago
    assert by_count[0] is first
    by_count[1]
    by_count[2]
    assert by_count[0] is not first
    by_sentences = StoredPassages(reports, most_sentences=4)
    first, _ = by_sentences[0], by_sentences[3]
    assert by_sentences[0] is first
    by_sentences[1]  # 1 + 3 + 1: the one of three goes
    by_sentences[2]
    assert by_sentences[0] is first
