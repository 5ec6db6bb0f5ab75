"""``cityqa corpus list | show | add | remove``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import CityqaError, CorpusError, UnknownReport, UsageError
from qa.cli.differences import changed_parts
from qa.cli.options import corpus_option, effective
from qa.cli.output import complain, say, say_json, warn
from qa.settings import Settings
from qa.workspace import added_reports, corpus_folders, left_out_lines

if TYPE_CHECKING:
    from corpus.library import Entry, Library


@click.group()
def corpus() -> None:
    """List, show, add and remove reports."""


def _read(settings: Settings) -> Library:
    from corpus.library import read_library
    from qa.cli.progress import progress_bar

    with progress_bar() as progress:
        library = read_library(
            corpus_folders(settings), progress=lambda done, total: progress("read", done, total)
        )
    for line in left_out_lines(library):
        warn(line)
    return library


@corpus.command("list")
@corpus_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array and nothing else.")
def list_(folders: tuple[Path, ...], as_json: bool) -> None:
    """List the reports: id, city, date, kind, passages, title, publisher."""
    library = _read(effective(corpus=folders))
    if as_json:
        say_json([_facts(entry) for entry in library.entries])
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


def _facts(entry: Entry) -> dict[str, object]:
    report = entry.report
    return {
        "id": report.id,
        "kind": report.kind,
        "city": report.city,
        "aliases": list(report.aliases),
        "title": report.title,
        "source_title": report.source_title,
        "publisher": report.publisher,
        "authors": list(report.authors),
        "date": report.date.isoformat() if report.date else None,
        "url": report.url,
        "language": report.language,
        "passages": len(report.passages),
        "sentences": sum(len(passage.sentences) for passage in report.passages),
        "path": str(entry.path),
    }


@corpus.command()
@click.argument("report")
@corpus_option
@click.option("--cleaning", is_flag=True, help="Show what each cleaning rule changed.")
@click.option("--passages", is_flag=True, help="Show each passage with its id.")
def show(report: str, folders: tuple[Path, ...], cleaning: bool, passages: bool) -> None:
    """Show the metadata and the cleaned text of REPORT."""
    entry = _entry(_read(effective(corpus=folders)), report)
    if cleaning:
        for change in entry.trace:
            say(f"{change.rule}, line {change.line}")
            if change.after is None:
                say(f"  - {change.before}")
                continue
            for before, after in changed_parts(change.before, change.after):
                say(f"  - {before}")
                say(f"  + {after}")
        by_rule: dict[str, int] = {}
        for change in entry.trace:
            by_rule[change.rule] = by_rule.get(change.rule, 0) + 1
        counted = ", ".join(f"{rule} {count}" for rule, count in by_rule.items())
        say(f"{len(entry.trace)} changes" + (f": {counted}" if counted else ""))
        return
    for name, value in _facts(entry).items():
        shown = "、".join(map(str, value)) if isinstance(value, list) else value
        say(f"{name}: {'' if shown is None else shown}")
    say("")
    if passages:
        for passage in entry.report.passages:
            say(f"[{passage.id}] {passage.kind} · {passage.section}")
            say(entry.report.slice(passage.span) + "\n")
    else:
        say(entry.report.text)


def _entry(library: Library, name: str) -> Entry:
    for entry in library.entries:
        if entry.report.id == name:
            return entry
    known = ", ".join(report.id for report in library.reports)
    raise UnknownReport(f"there is no report {name}", mend=f"the reports are {known}")


@corpus.command()
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


@corpus.command()
@click.argument("report")
@corpus_option
@click.option("--yes", is_flag=True, help="Do not ask before the file is deleted.")
def remove(report: str, folders: tuple[Path, ...], yes: bool) -> None:
    """Remove REPORT: its file is deleted, the index follows at the next question."""
    from corpus.adding import remove_entry
    from corpus.library import SHIPPED

    entry = _entry(_read(effective(corpus=folders)), report)
    if entry.path.is_relative_to(SHIPPED):
        raise UsageError(
            f"{report} comes with the program and cannot be removed",
            mend="name your own folders in CITYQA_CORPUS to work without the shipped reports",
        )
    if not yes:
        click.confirm(f"Delete {entry.path}?", abort=True)
    remove_entry(entry)
    say(f"{report} removed: {entry.path}")
