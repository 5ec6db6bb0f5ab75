"""A stored line gives the text and any passage, whatever stands in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.report import Report
from embeddings import report_lines
from embeddings.report_lines import ReportLine
from embeddings.report_store import REPORTS, ReportsWriter, StoredReports
from embeddings.stored_passages import StoredPassages

MakeReport = Callable[..., Report]

# What the line is cut at, and what comes close to it.
PARTS = [
    ']],["',
    "]],[",
    "]",
    '"',
    "\\",
    ",",
    '"text":"',
    ',"sections":[',
    ',"passages":[',
    "\ud800",
]
tricky = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=3))).map("".join)


def stored(report: Report, folder: Path) -> StoredReports:
    with ReportsWriter(folder) as writer:
        writer.add(report)
    return StoredReports(folder)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(tricky, max_size=4), data=st.data())
def test_text_and_passages_come_back(
    make_report: MakeReport,
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str],
    data: st.DataObject,
) -> None:
    made = make_report("town", texts)
    made = dataclasses.replace(
        made,
        title=data.draw(tricky),
        url=data.draw(st.none() | tricky),
        passages=tuple(
            dataclasses.replace(
                passage,
                section=data.draw(tricky),
                sentences=passage.sentences * data.draw(st.integers(0, 2)),
            )
            for passage in made.passages
        ),
    )
    folder = tmp_path_factory.mktemp("stored")
    line = ReportLine(_line(made, folder), len(made.passages))
    assert (line.id, line.kind, line.url, line.text) == (made.id, made.kind, made.url, made.text)
    assert tuple(map(line.passage, range(len(made.passages)))) == made.passages
    with pytest.raises(IndexError):
        line.passage(len(made.passages))


def _line(report: Report, folder: Path) -> bytes:
    stored(report, folder)
    return (folder / REPORTS).read_bytes()


def test_a_passage_is_made_without_the_others(make_report: MakeReport, tmp_path: Path) -> None:
    made = make_report("town", [f"第{n}座公园。" for n in range(100)])
    passages = StoredPassages(stored(made, tmp_path))
    real = report_lines.passage_from_record
    with patch.object(report_lines, "passage_from_record", side_effect=real) as making:
        assert passages[70] == made.passages[70]
        assert making.call_count == 1


def test_lines_with_other_passages_are_damaged(make_report: MakeReport, tmp_path: Path) -> None:
    found = stored(make_report("town", ["第一座公园。", "第二座公园。"]), tmp_path)
    path = tmp_path / REPORTS
    content = path.read_bytes()
    start = content.index(b'"passages":[[') + len(b'"passages":[[')
    broken = content[: start + 3] + b'"' + content[start + 4 :]
    for other in (content.replace(b',"text":"', b',"tact":"'), broken):
        assert len(other) == len(content)
        path.write_bytes(other)
        passages = StoredPassages(StoredReports(tmp_path))
        with pytest.raises(IndexDamaged, match="town cannot be read"):
            passages[0]
    path.write_bytes(content)
    assert StoredPassages(found)[1].id.startswith("town-")
    with pytest.raises(ValueError, match="other passages"):
        ReportLine(content, 3)
