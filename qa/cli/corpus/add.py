"""``cityqa corpus add``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import CityqaError, CorpusError
from qa.cli.options import corpus_option, effective
from qa.cli.output import complain, say
from qa.workspace import added_reports

if TYPE_CHECKING:
    from corpus.library import Entry


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="PATH_OR_URL...")
@corpus_option
@click.option("--replace", is_flag=True, help="Take the place of files with the same name.")
@click.option("--allow-private", is_flag=True, help="Fetch from private and local addresses too.")
def add(
    sources: tuple[str, ...], folders: tuple[Path, ...], replace: bool, allow_private: bool
) -> None:
    """Add reports: files, folders of files, web addresses.

    Files are copied into the first corpus folder, or, when none is named, into the folder for added
    reports. An original takes the place of the shipped digest with the same id.
    """
    from corpus.adding import add_file, add_url, files_in

    settings = effective(corpus=folders)
    target = settings.corpus[0] if settings.corpus else added_reports(settings)
    failed = 0
    added = 0
    for source in sources:
        web = "://" in source
        try:
            paths = [] if web else files_in(Path(source))
        except CityqaError as error:
            complain(str(error))
            failed += 1
            continue
        for item in [source] if web else paths:
            try:
                if isinstance(item, str):
                    entry = add_url(item, target, replace=replace, allow_private=allow_private)
                else:
                    entry = add_file(item, target, replace=replace)
            except CorpusError as error:
                complain(str(error))
                failed += 1
                continue
            added += 1
            _tell(entry)
    say(f"{added} added to {target}")
    if failed:
        raise CorpusError(f"{failed} of {failed + added} could not be added, for the reasons above")


def _tell(entry: Entry) -> None:
    report = entry.report
    say(
        f"{report.id}: {report.city or '(no city)'}, "
        f"{report.date.isoformat() if report.date else '(no date)'}, "
        f"{len(report.passages)} passages, {len(entry.trace)} changes by cleaning: {report.title}"
    )
    lacking = [name for name in ("city", "date", "publisher") if not getattr(report, name)]
    if lacking:
        say(
            f"  {', '.join(lacking)} not found in the text; state it under [{entry.path.stem}] in "
            f"{entry.path.parent / 'reports.toml'}"
        )
