"""Report pages: one self-contained HTML file a report, with an anchor for every sentence."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from corpus.anchors import page_name
from corpus.errors import StorageError
from corpus.pages.folder import COMPLETE, is_complete
from corpus.report import Report, Section


def render_page(report: Report) -> str:
    """The page of a report as HTML; everything from the report is escaped."""
    # Imported here: a question that finds the pages written needs no templates.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("corpus.pages"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["blocks"] = _blocks
    return environment.get_template("report.html").render(report=report)


def _blocks(report: Report, section: Section) -> list[object]:
    """The passages of a section, in order."""
    return [p for p in report.passages if section.span.start <= p.span.start < section.span.end]


def write_pages(reports: Iterable[Report], folder: Path) -> None:
    """Write the pages of some reports into a folder, all or none.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".pages-", dir=folder.parent))
        try:
            for report in reports:
                (fresh / page_name(report)).write_text(
                    render_page(report), encoding="utf-8", errors="replace"
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


def _publish(fresh: Path, folder: Path) -> None:
    """Rename a written folder into place, unless another process has done so meanwhile."""
    if folder.exists() and not is_complete(folder):
        shutil.rmtree(folder)
    try:
        fresh.replace(folder)
    except OSError:
        if not is_complete(folder):
            raise
