"""``cityqa index build | info | verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import say, say_json, warn
from qa.settings import IndexPlace, Settings

if TYPE_CHECKING:
    from embeddings.snapshot import Snapshot


@click.group()
def index() -> None:
    """Build an index, tell about it, verify it."""


@index.command()
@corpus_option
@index_option
@model_option
@click.option("--plan", is_flag=True, help="Build nothing: tell what it would make and take.")
@click.option("--json", "as_json", is_flag=True, help="With --plan: print one JSON object.")
def build(
    folders: tuple[Path, ...],
    folder: IndexPlace | None,
    model: str | None,
    plan: bool,
    as_json: bool,
) -> None:
    """Build the index of the reports and make it current in one step.

    Reports that the index holds already keep their vectors. Until the build is done, whoever asks
    gets the index that was there before; a build that is stopped changes nothing.
    """
    if as_json and not plan:
        raise click.UsageError("--json goes with --plan.")
    settings = effective(corpus=folders, index=folder, model=model)
    if plan:
        from qa.cli.plan import show_plan

        show_plan(settings, as_json=as_json)
        return
    from qa.cli.progress import progress_bar
    from qa.workspace import build_named, left_out_lines, open_workspace

    with progress_bar() as progress:
        if settings.index is not None:
            snapshot, library = build_named(settings, settings.index, progress=progress)
            lines = left_out_lines(library)
        else:
            opened = open_workspace(settings, progress=progress, verify=True)
            snapshot, lines = opened.snapshot, opened.left_out
    for line in lines:
        warn(line)
    manifest = snapshot.manifest
    say(
        f"{len(manifest.reports)} reports, {manifest.passages} passages, "
        f"{manifest.sentences} sentences in {settings.index or snapshot.folder.parent}"
    )


@index.command()
@corpus_option
@index_option
@model_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def info(
    folders: tuple[Path, ...], folder: IndexPlace | None, model: str | None, as_json: bool
) -> None:
    """Tell what an index was made from."""
    from qa.confidence import read_calibration

    place, snapshot = _opened(effective(corpus=folders, index=folder, model=model))
    manifest = snapshot.manifest
    calibration = read_calibration(snapshot)
    facts = {
        "index": str(place),
        "digest": manifest.digest,
        "corpus": manifest.corpus,
        "format": manifest.format,
        "model": manifest.fingerprint.name,
        "model_version": manifest.fingerprint.version,
        "dim": manifest.fingerprint.dim,
        "reports": len(manifest.reports),
        "passages": manifest.passages,
        "sentences": manifest.sentences,
        "terms": len(snapshot.lexical),
        "phrases": len(snapshot.dictionary),
        "bytes": sum(entry.size for entry in manifest.files.values()),
        "calibration": calibration.method,
        "threshold": calibration.threshold,
    }
    if as_json:
        say_json(facts)
        return
    for name, value in facts.items():
        say(f"{name:14} {value}")


@index.command()
@corpus_option
@index_option
@model_option
def verify(folders: tuple[Path, ...], folder: IndexPlace | None, model: str | None) -> None:
    """Compare every file of an index with the digest in its manifest."""
    settings = effective(corpus=folders, index=folder, model=model)
    place, snapshot = _opened(settings, verify=True)
    manifest = snapshot.manifest
    say(f"{place}: {len(manifest.files)} files as they were built")


def _opened(settings: Settings, *, verify: bool = False) -> tuple[IndexPlace, Snapshot]:
    """The index that a question would be answered from, and where it is kept."""
    from embeddings.snapshot import open_index
    from qa.index_place import open_place
    from qa.workspace import cached_index, corpus_folders

    if settings.index is not None:
        return settings.index, open_place(settings, verify=verify)
    folder = cached_index(settings, corpus_folders(settings))
    return folder, open_index(folder, verify=verify)
