"""``cityqa index build | info | verify``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import complain, say, say_json, warn
from qa.settings import IndexPlace, Settings

if TYPE_CHECKING:
    from embeddings.manifest import FileEntry
    from embeddings.snapshot import Snapshot


@click.group()
def index() -> None:
    """Build an index, tell about it, verify it."""


@index.command()
@corpus_option
@index_option
@model_option
@click.option(
    "--kind",
    type=click.Choice(["auto", "exact", "ivf-pq4", "ivf-sq8", "ivf-pq"]),
    help="Kind of vector index; by default the one for the number of passages.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="What reads and embeds: this machine, or Ray.",
)
@click.option(
    "--ray-address",
    metavar="HOST:PORT",
    help="The Ray cluster of --engine ray; by default one of this machine's own.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Processes that read, or actors of Ray; default the usable cores.",
)
@click.option("--plan", is_flag=True, help="Build nothing: tell what it would make and take.")
@click.option("--json", "as_json", is_flag=True, help="With --plan: print one JSON object.")
def build(
    folders: tuple[Path, ...],
    folder: IndexPlace | None,
    model: str | None,
    kind: str | None,
    engine: str,
    ray_address: str | None,
    jobs: int | None,
    plan: bool,
    as_json: bool,
) -> None:
    """Build the index of the reports and make it current in one step.

    Reports that the index holds already keep their vectors. Until the build is done, whoever asks
    gets the index that was there before. A build that is stopped changes nothing, and the same
    command goes on from there.
    """
    if as_json and not plan:
        raise click.UsageError("--json goes with --plan.")
    if ray_address is not None and engine != "ray":
        raise click.UsageError("--ray-address goes with --engine ray.")
    settings = effective(
        corpus=folders, index=folder, model=model, index_kind=kind, ray_address=ray_address
    )
    if plan:
        from qa.cli.plan import show_plan

        show_plan(settings, kind=settings.index_kind, as_json=as_json)
        return
    from qa.cli.progress import StepTimes, progress_bar
    from qa.workspace import Making, build_named, open_workspace

    making = Making(engine, jobs, settings.ray_address, settings.ray_gpus)
    try:
        with progress_bar() as progress:
            times = StepTimes(progress)
            if settings.index is not None:
                opened = build_named(settings, settings.index, progress=times, making=making)
            else:
                opened = open_workspace(settings, progress=times, verify=True, making=making)
    except KeyboardInterrupt as error:
        complain("stopped; the index is as it was, and the same command goes on from here")
        raise click.exceptions.Exit(130) from error
    for line in opened.left_out:
        warn(line)
    for line in times.lines():
        say(line)
    snapshot = opened.snapshot
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
        "kind": manifest.kind,
        "nprobe": manifest.vectors.get("nprobe"),
        "bytes": sum(entry.size for entry in manifest.files.values()),
        **_bytes_by_group(manifest.files),
        "calibration": calibration.method,
        "threshold": calibration.threshold,
    }
    if as_json:
        say_json(facts)
        return
    for name, value in facts.items():
        if value is not None:
            say(f"{name:16} {value}")


def _bytes_by_group(files: Mapping[str, FileEntry]) -> dict[str, int]:
    """Bytes of an index's files by what they hold, which their names begin with."""
    sizes: Counter[str] = Counter()
    for name, entry in files.items():
        stem = name.split(".")[0]
        sizes[_GROUPS.get(stem, "other")] += entry.size
    return {f"bytes_{group}": size for group, size in sorted(sizes.items())}


_GROUPS = {
    "reports": "reports",
    "heads": "reports",
    "ids": "reports",
    "passages": "passages",
    "sentences": "sentences",
    "lexical": "words",
    "readings": "words",
    "dictionary": "words",
}


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
