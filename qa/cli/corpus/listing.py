"""``cityqa corpus list``."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.corpus.reading import facts, read, source_line
from qa.cli.options import corpus_option, effective
from qa.cli.output import say, say_json


@click.command("list")
@corpus_option
@click.option(
    "--duplicates", is_flag=True, help="List only reports that other copies are known of."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array and nothing else.")
def list_(folders: tuple[Path, ...], duplicates: bool, as_json: bool) -> None:
    """List the reports: id, city, date, kind, passages, title, publisher.

    Other copies of a report, from elsewhere or in the other script, stand below it.
    """
    library = read(effective(corpus=folders))
    entries = [one for one in library.entries if one.report.mirrors or not duplicates]
    if as_json:
        say_json([facts(entry) for entry in entries])
        return
    for entry in entries:
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
        for mirror in report.mirrors:
            say(f"  also: {source_line(mirror)}")
