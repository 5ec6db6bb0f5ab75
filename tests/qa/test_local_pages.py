"""Of many reports, only the pages that an answer cites are written."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from embeddings.report_store import ReportsWriter, StoredReports
from embeddings.snapshot import Snapshot
from qa.cli.local_pages import MOST_PAGES, LocalPages
from qa.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, cache=tmp_path / "cache")  # type: ignore[call-arg]


@pytest.fixture
def large(shipped: Snapshot, tmp_path: Path) -> Snapshot:
    """An index of one report more than all pages are written of."""
    report = next(iter(shipped.reports.values()))
    folder = tmp_path / "many"
    folder.mkdir()
    with ReportsWriter(folder) as writer:
        for number in range(MOST_PAGES + 1):
            writer.add(dataclasses.replace(report, id=f"town{number}", title=f"第{number}号报告"))
    return dataclasses.replace(shipped, reports=StoredReports(folder))


def names(pages: LocalPages) -> list[str]:
    return sorted(path.name for path in pages.folder.glob("*"))


def test_of_few_reports_all_pages_are_there(settings: Settings, shipped: Snapshot) -> None:
    pages = LocalPages(settings, shipped)
    assert {path.stem for path in pages.folder.glob("*.html")} == set(shipped.reports)
    before = names(pages)
    pages.write(["wuhan"])
    assert names(pages) == before


def test_of_many_reports_those_are_that_were_cited(settings: Settings, large: Snapshot) -> None:
    pages = LocalPages(settings, large)
    assert names(pages) == []
    pages.write(["town3", "town500", "town3"])
    assert names(pages) == ["town3.html", "town500.html"]
    assert "第500号报告" in (pages.folder / "town500.html").read_text(encoding="utf-8")
    # One that is there is not written again.
    (pages.folder / "town3.html").write_text("kept")
    LocalPages(settings, large).write(["town3", "town0"])
    assert names(pages) == ["town0.html", "town3.html", "town500.html"]
    assert (pages.folder / "town3.html").read_text() == "kept"


def test_pages_that_cannot_be_written_are_told_of_in_one_line(
    settings: Settings, large: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = LocalPages(settings, large)
    pages.folder.parent.mkdir(parents=True)
    pages.folder.write_text("a file")
    pages.write(["town3"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("links will not open")
    assert str(pages.folder) in line
