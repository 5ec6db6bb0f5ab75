"""From reports to an index on disk: one pass after another, each in bounded memory.

The passages and sentences are embedded block by block, their texts written, the vectors brought
into the files of their kind, and the whole described, calibrated and published. What is done lies
in ``embeddings.staging``: a build that is killed is gone on with, and ends with the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import CityqaError, EmptyCorpus
from corpus.report import Report
from embeddings import embedding
from embeddings import moved as old_ids
from embeddings.blocks import PASSAGES, Held, planned
from embeddings.census import Census, counted
from embeddings.earlier import HeldVectors, opened
from embeddings.embedder import Embedder
from embeddings.embedding import embed
from embeddings.engines import Engine
from embeddings.engines.local import LocalEngine
from embeddings.kinds import AUTO, EXACT, finish_vectors, kind_for, stored_type
from embeddings.manifest import FILE, FORMAT, FileEntry, Manifest, describe, file_digest
from embeddings.parameters import PARAMETERS as PARAMETERS
from embeddings.raw_vectors import Stored
from embeddings.snapshot import CALIBRATION, Snapshot, open_generation, open_index
from embeddings.staging import Staging, staging
from embeddings.store import current_generation, disk_errors, publish
from embeddings.written_texts import write_texts

Progress = Callable[[int, int], None]
"""Called with the texts embedded so far and the texts in all."""

Steps = Callable[[str, int, int], None]
"""Called with the step (``embed``, ``words``, ``vectors``, ``check``, ``calibrate``), what is done
of it and what there is in all: once with nothing done when it begins."""

Calibrate = Callable[[Snapshot, Embedder], bytes]
"""Given the finished index, the bytes to keep with it as its calibration."""

_LAYOUT = 3
"""Of a staging; goes up when what is in it changes its meaning."""


def build_index(
    reports: Sequence[Report],
    embedder: Embedder,
    index: Path,
    *,
    calibrate: Calibrate | None = None,
    progress: Progress | None = None,
    source: str = "",
    kind: str = AUTO,
    engine: Engine | None = None,
    steps: Steps | None = None,
    block: int = PASSAGES,
) -> Snapshot:
    """Build the index of some reports and make it current.

    A report whose content the index already holds, with the same embedder, keeps its vectors, and a
    text that another report has too is embedded once. What a build has embedded that was ended is
    not embedded again, whatever the reports are by then. Equal input gives equal bytes, also where
    a build was killed and another one went on; vectors that were kept agree within 1e-6 with those
    of an index built from nothing, before they are stored in half precision.

    Args:
        reports: in order; ids must differ. Looked at several times, one at a time.
        embedder: of passages and sentences.
        index: the folder; made where there is none.
        calibrate: computes what ``Snapshot.calibration`` will hold.
        progress: told after each block of passages.
        source: kept in the manifest, for whoever wants to know whether the index is up to date.
        kind: of vector index, as ``embeddings.kinds`` has them.
        engine: embeds; this process where none is given.
        steps: told of every step, embedding among them.
        block: passages that are embedded together, which is what a kill costs.

    Raises:
        EmptyCorpus: there is no passage to index.
        SettingsError: there is no such kind.
        StorageError: the disk refuses, or another build is running; the index is as it was.
        ValueError: two reports have one id.
    """
    census = counted(reports)
    if not census.passages:
        raise EmptyCorpus("there is no passage to index", where=str(index))
    kind = kind_for(census.passages, kind)
    told = _Told(progress, steps)
    with staging(
        index, lambda: _key(census, embedder, index, kind, block), _made(embedder, kind)
    ) as stage:
        current = _usable(index, embedder, kind)
        held = {} if current is None else _held(current)
        with _held_vectors(stage, current, embedder.dim, stored_type(kind)) as vectors:
            embed(
                planned(reports, census.digests, held, size=block, earlier=vectors),
                engine or LocalEngine(embedder),
                stage,
                embedder.dim,
                stored_type(kind),
                held=vectors,
                progress=told.counter("embed", census.passages + census.sentences),
            )
        with disk_errors(index):
            if not stage.has_words():
                stage.clear()
                tell = told.counter("words", census.passages)
                write_texts(reports, stage.generation, stage.folder / "words", tell)
                stage.note(words=describe(stage.generation))
        with disk_errors(index):
            finished = _finish_vectors(stage, kind, told)
            (stage.generation / FILE).unlink(missing_ok=True)
            (stage.generation / CALIBRATION).unlink(missing_ok=True)
            moved = old_ids.moved_since(index, reports, census.digests)
            if moved:
                (stage.generation / old_ids.FILE).write_bytes(old_ids.encode(moved))
            told("check", 0, 1)
            files = describe(stage.generation)
            told("check", 1, 1)
        manifest = Manifest(
            format=FORMAT,
            corpus=census.corpus,
            fingerprint=embedder.fingerprint,
            parameters=PARAMETERS,
            source=source,
            reports=census.digests,
            passages=census.passages,
            sentences=census.sentences,
            files=files,
            kind=kind,
            vectors=finished,
        )
        manifest = _calibrated(manifest, stage.generation, embedder, calibrate, told)
        return open_generation(publish(index, stage.generation, manifest.digest))


@dataclass(frozen=True, slots=True)
class _Told:
    """Whoever wants to know how far a build is."""

    progress: Progress | None
    steps: Steps | None

    def __call__(self, step: str, done: int, total: int) -> None:
        if step == "embed" and self.progress is not None:
            self.progress(done, total)
        if self.steps is not None:
            self.steps(step, done, total)

    def counter(self, step: str, total: int) -> Callable[[int], None]:
        """Told of parts of a step, tells of their sum."""
        done = 0
        if self.steps is not None:
            self.steps(step, 0, total)

        def add(more: int) -> None:
            nonlocal done
            done += more
            self(step, done, total)

        return add


def _key(census: Census, embedder: Embedder, index: Path, kind: str, block: int) -> str:
    """Digest of everything that the files of a staging follow from."""
    try:
        current = current_generation(index).name
    except CityqaError:
        current = ""
    parts = [
        _LAYOUT,
        FORMAT,
        census.corpus,
        embedder.fingerprint.as_dict(),
        dict(PARAMETERS),
        kind,
        block,
        current,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _made(embedder: Embedder, kind: str) -> str:
    """Digest of everything that the vector of a text follows from, and how it is stored."""
    parts = [
        _LAYOUT,
        FORMAT,
        embedder.fingerprint.as_dict(),
        dict(PARAMETERS),
        stored_type(kind).__name__,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@contextlib.contextmanager
def _held_vectors(
    stage: Staging, current: Snapshot | None, dim: int, dtype: Stored
) -> Iterator[tuple[HeldVectors, HeldVectors]]:
    """The vectors of passages and of sentences that need no embedding."""
    found = stage.earlier()
    names = embedding.PASSAGES, embedding.SENTENCES
    earlier = None if found is None else opened(found[0], names, dim, dtype, found[1])
    passages, sentences = earlier or (None, None)
    try:
        yield (
            HeldVectors(None if current is None else current.dense_passages, passages),
            HeldVectors(None if current is None else current.dense_sentences, sentences),
        )
    finally:
        for one in earlier or ():
            one.close()


def _usable(index: Path, embedder: Embedder, kind: str) -> Snapshot | None:
    """The current index, if its vectors are those that this one would get."""
    try:
        snapshot = open_index(index, verify=True)
    except CityqaError:
        # Whatever is wrong with it, building does not need it.
        return None
    if snapshot.manifest.fingerprint.differences(embedder.fingerprint):
        return None
    # Numbers of half precision are not those of single precision; the other way round they are.
    return None if kind == EXACT and snapshot.manifest.kind != EXACT else snapshot


def _held(snapshot: Snapshot) -> dict[str, Held]:
    """Where an index holds each report, by the digest of its content."""
    return {
        digest: Held(int(row), int(snapshot.boundaries[row]))
        for digest, row in zip(
            snapshot.manifest.reports.values(), snapshot.starts[:-1], strict=True
        )
    }


def _finish_vectors(stage: Staging, kind: str, told: _Told) -> Mapping[str, Any]:
    """Make the files of a kind; the vectors they are made of stay, for who has to begin again."""
    told("vectors", 0, stage.rows[0])
    links = []
    for name in (embedding.PASSAGES, embedding.SENTENCES):
        link = stage.folder / f"{name}.link"
        link.unlink(missing_ok=True)
        try:
            link.hardlink_to(stage.folder / name)
        except OSError:
            # Not on every disk.
            shutil.copyfile(stage.folder / name, link)
        links.append(link)
    return finish_vectors(
        kind,
        links[0],
        links[1],
        stage.generation,
        progress=lambda done, total: told("vectors", done, total),
    )


def _calibrated(
    manifest: Manifest,
    folder: Path,
    embedder: Embedder,
    calibrate: Calibrate | None,
    told: _Told,
) -> Manifest:
    """Write the manifest, and the calibration of what it describes."""
    index = folder.parent.parent
    with disk_errors(index):
        (folder / FILE).write_bytes(manifest.encode())
    if calibrate is None:
        return manifest
    told("calibrate", 0, 1)
    calibration = calibrate(open_generation(folder), embedder)
    path = folder / CALIBRATION
    with disk_errors(index):
        path.write_bytes(calibration)
        entry = FileEntry(len(calibration), file_digest(path))
        manifest = replace(manifest, files={**manifest.files, CALIBRATION: entry})
        (folder / FILE).write_bytes(manifest.encode())
    told("calibrate", 1, 1)
    return manifest
