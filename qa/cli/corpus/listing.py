"""``cityqa corpus list``."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.corpus.reading import facts, read
from qa.cli.options import corpus_option, effective
from qa.cli.output import say, say_json


@click.command("list")
@corpus_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array and nothing else.")
def list_(folders: tuple[Path, ...], as_json: bool) -> None:
    """List the reports: id, city, date, kind, passages, title, publisher."""
    library = read(effective(corpus=folders))
    if as_json:
        say_json([facts(entry) for entry in library.entries])
        return
    for entry in library.entries:
        report = entry.report
        say(
            "  ".join(
                (
                    report.id,
                    report.city or "(no city)",
                    report.date.isoformat() if report.date else "(no date)",
                    report.kind,
                    f"{len(report.passages)} passages",
                    report.title,
                    report.publisher or "(no publisher)",
                )
            )
        )
