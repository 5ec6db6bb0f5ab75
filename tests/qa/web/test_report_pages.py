"""Report pages as they are served: each report has one, each is made once, none takes too long."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.anchors import SITE_PAGES
from corpus.library import SHIPPED, read_entry
from embeddings.report_store import ReportsWriter, StoredReports
from qa.live import Current
from qa.web import traces
from qa.web.asking import Overloaded, TookTooLong
from qa.web.making import Making
from qa.web.report_pages import ReportPages
from qa.web.traces import trace_of, traces_of
from tests.qa.web.serving import settings_in


def test_a_report_named_like_a_page_of_the_site_has_a_page(
    current: Current, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot = current.answerer.snapshot
    report = next(iter(snapshot.reports.values()))
    with ReportsWriter(tmp_path) as writer:
        for name in (*SITE_PAGES, "report-index"):
            writer.add(dataclasses.replace(report, id=name, title=f"题为{name}"))
    renamed = StoredReports(tmp_path)
    # Only these of what is current are looked at.
    there: Any = SimpleNamespace(
        answerer=SimpleNamespace(snapshot=dataclasses.replace(snapshot, reports=renamed)),
        versions=current.versions,
    )
    pages = ReportPages(settings_in(tmp_path, None), 8, 10)

    async def shown(name: str) -> str:
        made = await pages.page(there, name)
        return made.body.decode() if made else ""

    async def check() -> None:
        for name in SITE_PAGES:
            assert f"<title>题为{name}" in await shown(f"report-{name}.html")
        assert "<title>题为" not in await shown("index.html")
        assert await shown("404.html") == ""

    asyncio.run(check())
    pages.close()
    # Both would have one page. Said once, not with every page.
    (told,) = caplog.messages
    assert "index and report-index would both be report-index.html" in told


def test_what_many_ask_for_at_once_is_made_once() -> None:
    making: Making[str, int] = Making(2, 10)
    go, made = threading.Event(), []

    def make() -> int:
        go.wait(10)
        made.append(1)
        return 7

    async def check() -> None:
        waiting = [asyncio.create_task(making.once("a", make)) for _ in range(5)]
        other = asyncio.create_task(making.once("b", lambda: 8))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await making.once("c", make)
        # The first, for whom it was begun, goes away.
        waiting[0].cancel()
        await asyncio.sleep(0)
        go.set()
        assert await asyncio.gather(*waiting[1:], other) == [7, 7, 7, 7, 8]
        assert made == [1]

    asyncio.run(check())
    making.close()


def test_what_takes_too_long_is_not_begun_again_meanwhile() -> None:
    making: Making[str, None] = Making(2, 0.01)
    go, begun = threading.Event(), []

    def make() -> None:
        begun.append(1)
        go.wait(10)

    async def check() -> None:
        for _ in range(3):
            with pytest.raises(TookTooLong):
                await making.once("a", make)

    asyncio.run(check())
    go.set()
    making.close()
    assert begun == [1]


def test_changes_are_read_again_only_where_that_costs_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wuhan.txt"
    shutil.copy(next(SHIPPED.glob("wuhan.*")), path)
    entry = read_entry(path)
    report, size = entry.report, path.stat().st_size
    assert trace_of(report) == entry.trace
    assert traces_of([report, report]) == {report.id: entry.trace}
    twin = dataclasses.replace(report, id="twin")
    monkeypatch.setattr(traces, "MOST_READ_FOR_ALL", 2 * size - 1)
    assert list(traces_of([report, twin])) == [report.id]
    monkeypatch.setattr(traces, "MOST_READ", size - 1)
    assert trace_of(report) is None
    monkeypatch.setattr(traces, "MOST_READ", size)
    # Whatever its name says, it would be read as what it is; and the page is shown without.
    for head in (b"%PDF-1.7\n", b"PK\x03\x04"):
        path.write_bytes(head + b"a")
        assert trace_of(report) is None
    path.unlink()
    assert trace_of(report) is None
