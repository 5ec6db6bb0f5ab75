"""Report pages: one self-contained HTML file a report, with an anchor for every sentence."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from corpus.anchors import page_name
from corpus.errors import StorageError
from corpus.pages.folder import COMPLETE, is_complete
from corpus.report import Report

if TYPE_CHECKING:
    from corpus.cleaning import Change

NONE_MOVED: Mapping[str, str] = MappingProxyType({})


def render_page(
    report: Report,
    *,
    trace: Sequence[Change] | None = None,
    moved: Mapping[str, str] = NONE_MOVED,
    home: str | None = None,
    cleaning: str | None = None,
    ask: str | None = None,
    citation_link: str | None = None,
) -> str:
    """The page of a report as HTML; everything from the report is escaped.

    Args:
        report: to show.
        trace: what cleaning changed, shown on demand; none where it is not known.
        moved: ids of earlier texts to those that took their place; links to them lead there.
        home: address of the index of cities, relative to the page; none where there is none.
        cleaning: address of the page on cleaning, relative to the page; none where there is none.
        ask: address of a page to ask on; none where there is none.
        citation_link: public address of the page, for citations; none where it has none.
    """
    # Imported here: a question that finds the pages written needs none of it.
    from corpus.citations import STYLES, cite
    from corpus.pages.changes import changes_of
    from corpus.pages.description import (
        citation_tags,
        description_of,
        json_ld,
        open_graph,
        web_address,
    )
    from corpus.pages.environment import render
    from corpus.pages.layout import sections_of

    return render(
        "report.html",
        language=report.language,
        script=True,
        report=report,
        url=web_address(report.url),
        mirrors=[(mirror, web_address(mirror.url)) for mirror in report.mirrors],
        sections=sections_of(report, moved),
        citations=[(style, cite(report, style, link=citation_link)) for style in STYLES],
        changes=None if trace is None else changes_of(trace),
        description=description_of(report),
        json_ld=json_ld(report, citation_link),
        citation_tags=tuple(citation_tags(report, citation_link)),
        open_graph=tuple(open_graph(report, citation_link)),
        home=home,
        cleaning=cleaning,
        ask=ask,
        canonical=citation_link,
    )


def write_pages(
    reports: Iterable[Report], folder: Path, *, moved: Mapping[str, str] = NONE_MOVED
) -> None:
    """Write the pages of some reports into a folder, all or none.

    Args:
        reports: one page each.
        folder: made anew.
        moved: as for ``render_page``.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".pages-", dir=folder.parent))
        try:
            for report in reports:
                (fresh / page_name(report)).write_text(
                    render_page(report, moved=moved), encoding="utf-8", errors="replace"
                )
            (fresh / COMPLETE).touch()
            fresh.chmod(0o755)
            _publish(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise StorageError(
            f"the report pages cannot be written ({error.strerror})", where=str(folder)
        ) from error


def write_missing(
    reports: Iterable[Report], folder: Path, *, moved: Mapping[str, str] = NONE_MOVED
) -> None:
    """Write those pages that are not there into a folder, one by one.

    Args:
        reports: one page each.
        folder: made where there is none.
        moved: as for ``render_page``.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for report in reports:
            path = folder / page_name(report)
            if path.exists():
                continue
            with tempfile.TemporaryDirectory(prefix=".page-", dir=folder) as fresh:
                page = Path(fresh, path.name)
                page.write_text(
                    render_page(report, moved=moved), encoding="utf-8", errors="replace"
                )
                page.replace(path)
    except OSError as error:
        raise StorageError(
            f"the report pages cannot be written ({error.strerror})", where=str(folder)
        ) from error


def _publish(fresh: Path, folder: Path) -> None:
    """Rename a written folder into place, unless another process has done so meanwhile."""
    if folder.exists() and not is_complete(folder):
        shutil.rmtree(folder)
    try:
        fresh.replace(folder)
    except OSError:
        if not is_complete(folder):
            raise
