"""Reports on disk come back as they were, one at a time, whatever happens to their folder."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.report import Report
from corpus.years import years_of
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.passage_rows import PassageRows
from embeddings.report_store import (
    FILES,
    HEADS,
    OFFSETS,
    REPORTS,
    ReportsWriter,
    StoredReports,
)
from embeddings.stored_passages import StoredPassages

MakeReport = Callable[..., Report]

any_text = st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"])))


def write(reports: Sequence[Report], folder: Path) -> Path:
    with ReportsWriter(folder) as writer:
        for report in reports:
            writer.add(report)
    return folder


@pytest.fixture
def stored(reports: tuple[Report, ...], tmp_path: Path) -> Path:
    return write(reports, tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(any_text, max_size=4), min_size=1, max_size=5))
def test_reports_passages_and_rows_come_back(
    make_report: MakeReport, texts: list[list[str]]
) -> None:
    reports = [make_report(f"town{n}", paragraphs) for n, paragraphs in enumerate(texts)]
    passages = [passage for report in reports for passage in report.passages]
    with tempfile.TemporaryDirectory() as name:
        found = StoredReports(write(reports, Path(name)))
        rows = PassageRows(Path(name), StoredPassages(found))
        assert list(found) == [report.id for report in reports]
        assert list(found.values()) == reports
        stored = StoredPassages(found)
        assert list(stored) == passages
        assert [stored[row] for row in range(len(passages))] == passages
        assert stored[1:] == tuple(passages[1:])
        assert dict(rows) == {passage.id: row for row, passage in enumerate(passages)}
        assert found.starts.tolist() == [
            sum(map(len, texts[:number])) for number in range(len(texts) + 1)
        ]


def test_a_head_tells_what_the_report_does(reports: tuple[Report, ...], stored: Path) -> None:
    same = {field.name for field in dataclasses.fields(Report)} - {"text", "sections", "passages"}
    # 2021 is the year of the date.
    assert years_of(reports[0]) == {2021}
    for number, (report, head) in enumerate(
        zip(reports, StoredReports(stored).heads.values(), strict=True)
    ):
        assert {name: getattr(head, name) for name in same} == {
            name: getattr(report, name) for name in same
        }
        assert (head.number, head.years) == (number, {2021})
        assert head.passages == head.passage_count == report.passage_count == len(report.passages)


def test_the_last_reports_are_kept_and_the_others_let_go(
    make_report: MakeReport, tmp_path: Path
) -> None:
    # 10, 20, 30 and 100 characters.
    made = [make_report(f"town{n}", ["园" * size]) for n, size in enumerate((10, 20, 30, 100))]
    write(made, tmp_path)
    by_count = StoredReports(tmp_path, most_kept=2)
    first = by_count.at(0)
    by_count.at(1)
    assert by_count.at(0) is first
    by_count.at(2)
    assert by_count.at(0) is first
    by_count.at(1)
    by_count.at(2)
    assert by_count.at(0) is not first
    by_size = StoredReports(tmp_path, most_characters=50)
    first = by_size.at(0)
    by_size.at(2)
    assert by_size.at(0) is first
    by_size.at(1)  # 10 + 30 + 20: the one of 30 goes, which was asked for longest ago
    assert by_size.at(0) is first
    large = by_size.at(3)
    assert by_size.at(3) is large
    assert by_size.at(0) is not first


def test_threads_read_the_same(make_report: MakeReport, tmp_path: Path) -> None:
    made = [make_report(f"town{n}", [f"第{n}条街道。", "公园。"]) for n in range(40)]
    found = StoredReports(write(made, tmp_path), most_kept=3)
    passages = StoredPassages(found)
    wanted = [n * 7 % 80 for n in range(2_000)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda row: passages[row].id, wanted)) == [
            made[row // 2].passages[row % 2].id for row in wanted
        ]


def test_what_is_not_there_is_an_error_of_python(reports: tuple[Report, ...], stored: Path) -> None:
    found = StoredReports(stored)
    passages = StoredPassages(found)
    rows = PassageRows(stored, passages)
    assert "none" not in found
    assert found.get("none") is None
    with pytest.raises(KeyError):
        rows["none-12345678"]
    assert passages[-1] == reports[-1].passages[-1]
    for row in (len(passages), -len(passages) - 1):
        with pytest.raises(IndexError):
            passages[row]


def test_two_readers_go_on_when_the_folder_is_gone(
    reports: tuple[Report, ...], stored: Path
) -> None:
    one, two = StoredReports(stored), StoredReports(stored)
    rows = PassageRows(stored, StoredPassages(two))
    assert one.at(1) == reports[1]
    shutil.rmtree(stored)
    assert list(one.values()) == list(two.values()) == list(reports)
    assert rows[reports[2].passages[1].id] == len(StoredPassages(one)) - 1


def test_a_report_that_cannot_be_read_is_named_when_it_is_asked_for(
    reports: tuple[Report, ...], stored: Path
) -> None:
    path = stored / REPORTS
    content = path.read_bytes()
    second = content.index(b"\n") + 1
    changed = [
        content[:second] + b"!" + content[second + 1 :],
        # Another report of the same length.
        content.replace(b'"haicheng"', b'"haimeng!"'),
        content[:second] + content[second:].replace(b'"passages":[[', b'"passages":[ ['[:-1], 1),
    ]
    for other in changed:
        assert other != content
        path.write_bytes(other.ljust(len(content), b" "))
        found = StoredReports(stored)
        assert found.at(0) == reports[0]
        with pytest.raises(IndexDamaged) as caught:
            found["haicheng"]
        line = str(caught.value)
        assert line.startswith(f"{path}: ")
        assert "haicheng" in line
        assert "cityqa index build" in line
    path.write_bytes(content)
    found = StoredReports(stored)
    os.truncate(path, second + 10)
    assert found.at(0) == reports[0]
    with pytest.raises(IndexDamaged, match="ends before"):
        found.at(1)


def test_files_of_other_reports_do_not_open(
    reports: tuple[Report, ...], stored: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = write(reports[:2], tmp_path_factory.mktemp("other"))
    for name in FILES:
        if name in (HEADS, OFFSETS, REPORTS, "reports.starts.npy"):
            mixed = Path(shutil.copytree(stored, tmp_path_factory.mktemp("mixed") / "index"))
            shutil.copy(other / name, mixed / name)
            with pytest.raises(ValueError, match="not of these reports"):
                StoredReports(mixed)
    twice = (stored / HEADS).read_bytes().replace(b'"haicheng"', b'"jiangcheng"')
    (stored / HEADS).write_bytes(twice)
    with pytest.raises(ValueError, match="one id"):
        StoredReports(stored)


def test_a_snapshot_knows_which_rows_are_whose(
    reports: tuple[Report, ...], make_report: MakeReport, builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    # 2, 0, 2 and 2 passages.
    made = (reports[0], make_report("empty", []), *reports[1:])
    snapshot = build_index(made, builtin, tmp_path)
    assert snapshot.starts.tolist() == [0, 2, 2, 4, 6]
    rows = np.array([5, 0, 1, 2, 3, 4])
    assert snapshot.report_numbers(rows).tolist() == [3, 0, 0, 2, 2, 3]
    assert snapshot.report_numbers(rows[:0]).tolist() == []
    some = snapshot.allowed({"shancheng", "empty", "jiangcheng"})
    assert some is not None
    assert (some.numbers.tolist(), some.rows.tolist()) == ([0, 1, 3], [0, 1, 4, 5])
    assert snapshot.allowed([report.id for report in made]) is None
    nothing = snapshot.allowed([])
    assert nothing is not None
    assert nothing.count == 0
    with pytest.raises(KeyError):
        snapshot.allowed(["none"])
    # Heads are one line a report, without its text.
    lines = (snapshot.folder / HEADS).read_bytes().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [report.id for report in made]
    assert not any("改造" in line.decode() for line in lines)
