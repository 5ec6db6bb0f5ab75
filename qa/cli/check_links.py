"""``cityqa corpus check-links``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import CorpusError
from qa.cli.options import corpus_option, effective
from qa.cli.output import say, say_json

if TYPE_CHECKING:
    from qa.link_check import LinkCheck


@click.command()
@click.argument("names", nargs=-1, metavar="[REPORT]...")
@corpus_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array and nothing else.")
@click.option(
    "--strict", is_flag=True, help="Fail where a page does not answer or lacks a sentence."
)
@click.option("--allow-private", is_flag=True, help="Fetch from private and local addresses too.")
@click.option(
    "--ignore-robots", is_flag=True, help="Do not ask for robots.txt: for sites of your own."
)
def check_links(
    names: tuple[str, ...],
    folders: tuple[Path, ...],
    as_json: bool,
    strict: bool,
    allow_private: bool,
    ignore_robots: bool,
) -> None:
    """Try the addresses of the originals, of each REPORT or of all.

    Links to an original then open at the extract only where its page has it, as it stands in the
    report; the addresses of digests are tried, but their sentences are not on the page. What was
    found is kept in the state folder.
    """
    from qa.checked_links import CheckedPage, record_checks
    from qa.cli.corpus.reading import entry_of, read
    from qa.cli.progress import progress_bar
    from qa.link_check import check_links as check
    from qa.link_check import has_address

    settings = effective(corpus=folders)
    library = read(settings)
    chosen = [entry_of(library, name).report for name in names] or list(library.reports)
    checks: dict[str, LinkCheck] = {}
    record: dict[str, CheckedPage] = {}
    with progress_bar() as progress:
        for one, pages in check(
            list({report.id: report for report in chosen if has_address(report)}.values()),
            allow_private=allow_private,
            ignore_robots=ignore_robots,
            progress=lambda done, total: progress("links", done, total),
        ):
            checks[one.report.id] = one
            record |= pages
    if record:
        record_checks(settings.state, record)
    if as_json:
        say_json([_facts(checks[report.id]) for report in chosen if report.id in checks])
    else:
        for report in chosen:
            say(_line(checks[report.id]) if report.id in checks else f"{report.id}: no address")
    unsound = [one.report.id for one in checks.values() if not one.is_sound]
    if strict and unsound:
        raise CorpusError(
            f"links to {len(unsound)} of {len(checks)} originals do not all lead to their place",
            where=", ".join(unsound),
            mend="correct the url in reports.toml, or add the pages anew",
        )


def _line(check: LinkCheck) -> str:
    parts = []
    if not check.reachable:
        parts.append(f"not reachable: {check.reason}")
    elif check.reason:
        parts.append(f"{check.status}, but {check.reason}")
    elif check.report.kind == "digest":
        parts.append(f"{check.status}, the original of a digest")
    else:
        share = f"{check.found} of {check.sentences} sentences found"
        parts.append(f"{check.status}, {share}")
        if check.media in ("pdf", "docx"):
            parts.append(f"no link opens within a {check.media.upper()}")
    if check.redirected:
        parts.append(f"redirects to {check.final}")
    return f"{check.report.id}: {'; '.join(parts)}"


def _facts(check: LinkCheck) -> dict[str, object]:
    is_original = check.report.kind == "original"
    return {
        "report": check.report.id,
        "kind": check.report.kind,
        "url": check.report.url,
        "reachable": check.reachable,
        "status": check.status,
        "final": check.final,
        "redirected": check.redirected,
        "media": check.media,
        "reason": check.reason or None,
        "sentences": check.sentences if is_original else None,
        "found": check.found if is_original else None,
        "missing": list(check.missing),
    }
