"""From reports to an index on disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import CityqaError, EmptyCorpus
from corpus.report import Report
from embeddings import dictionary, lexical
from embeddings import moved as old_ids
from embeddings.arrays import write_array
from embeddings.dense import write_vectors
from embeddings.embedder import Embedder, Vectors
from embeddings.manifest import FILE, FORMAT, Manifest, describe
from embeddings.parameters import PARAMETERS as PARAMETERS
from embeddings.readings import write_readings
from embeddings.records import content_digest, corpus_digest
from embeddings.report_store import ReportsWriter
from embeddings.snapshot import (
    BOUNDARIES,
    CALIBRATION,
    PASSAGES,
    SENTENCES,
    Snapshot,
    open_generation,
    open_index,
)
from embeddings.store import disk_errors, new_generation, publish
from embeddings.tokens import tokenise

Progress = Callable[[int, int], None]
"""Called with the texts embedded so far and the texts in all."""

Calibrate = Callable[[Snapshot, Embedder], bytes]
"""Given the finished index, the bytes to keep with it as its calibration."""


def build_index(
    reports: Sequence[Report],
    embedder: Embedder,
    index: Path,
    *,
    calibrate: Calibrate | None = None,
    progress: Progress | None = None,
    source: str = "",
) -> Snapshot:
    """Build the index of some reports and make it current.

    A report whose content the index already holds, with the same embedder, keeps its vectors; only
    the others are embedded, one report at a time in the given order. Equal input gives equal bytes.

    Args:
        reports: in order; ids must differ.
        embedder: of passages and sentences.
        index: the folder; made where there is none.
        calibrate: computes what ``Snapshot.calibration`` will hold.
        progress: told after each report.
        source: kept in the manifest, for whoever wants to know whether the index is up to date.

    Raises:
        EmptyCorpus: there is no passage to index.
        StorageError: the disk refuses, or another build is running; the index is as it was.
        ValueError: two reports have one id.
    """
    if len({report.id for report in reports}) < len(reports):
        raise ValueError("two reports have one id")
    if not any(report.passages for report in reports):
        raise EmptyCorpus("there is no passage to index", where=str(index))
    known = _known_vectors(index, embedder)
    with new_generation(index) as folder:
        passages, sentences = _embed(reports, embedder, known, progress)
        with disk_errors(index):
            _write(folder, reports, passages, sentences)
            moved = old_ids.moved_since(index, reports)
            if moved:
                (folder / old_ids.FILE).write_bytes(old_ids.encode(moved))
            files = describe(folder)
        manifest = Manifest(
            format=FORMAT,
            corpus=corpus_digest(reports),
            fingerprint=embedder.fingerprint,
            parameters=PARAMETERS,
            source=source,
            reports={report.id: content_digest(report) for report in reports},
            passages=len(passages),
            sentences=len(sentences),
            files=files,
        )
        with disk_errors(index):
            (folder / FILE).write_bytes(manifest.encode())
        if calibrate is not None:
            calibration = calibrate(open_generation(folder), embedder)
            with disk_errors(index):
                (folder / CALIBRATION).write_bytes(calibration)
                manifest = replace(manifest, files=describe(folder))
                (folder / FILE).write_bytes(manifest.encode())
        return open_generation(publish(index, folder, manifest.digest))


def _embed(
    reports: Sequence[Report],
    embedder: Embedder,
    known: Mapping[str, tuple[Vectors, Vectors]],
    progress: Progress | None,
) -> tuple[Vectors, Vectors]:
    """Vectors of all passages and of all sentences, in the order of the reports."""
    total = sum(len(r.passages) + sum(len(p.sentences) for p in r.passages) for r in reports)
    done = 0
    passages: list[Vectors] = []
    sentences: list[Vectors] = []
    for report in reports:
        vectors = known.get(content_digest(report))
        if vectors is None:
            vectors = (
                embedder.encode_passages([report.slice(p.span) for p in report.passages]),
                embedder.encode_passages([report.slice(span) for _, _, span in report.sentences()]),
            )
        passages.append(vectors[0])
        sentences.append(vectors[1])
        done += len(vectors[0]) + len(vectors[1])
        if progress is not None:
            progress(done, total)
    return np.concatenate(passages), np.concatenate(sentences)


def _write(folder: Path, reports: Sequence[Report], passages: Vectors, sentences: Vectors) -> None:
    texts = [report.slice(p.span) for report in reports for p in report.passages]
    counts = [len(p.sentences) for report in reports for p in report.passages]
    boundaries = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=boundaries[1:])
    with ReportsWriter(folder) as writer:
        for report in reports:
            writer.add(report)
    write_vectors(passages, folder / PASSAGES)
    write_vectors(sentences, folder / SENTENCES)
    write_array(folder / BOUNDARIES, boundaries)
    documents = [tokenise(text) for text in texts]
    lexical.write_lexical(documents, folder)
    write_readings(documents, folder)
    (folder / dictionary.FILE).write_bytes(_json(dictionary.compile_all(texts)))


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # As json reads bytes: a text that is not well formed comes back as it was, its spans right.
    return text.encode("utf-8", "surrogatepass")


def _known_vectors(index: Path, embedder: Embedder) -> dict[str, tuple[Vectors, Vectors]]:
    """Content digest to vectors, of the index that is there; empty where none can be used."""
    try:
        snapshot = open_index(index, verify=True)
    except CityqaError:
        # Whatever is wrong with it, building does not need it.
        return {}
    if snapshot.manifest.fingerprint.differences(embedder.fingerprint):
        return {}
    known = {}
    for head in snapshot.heads.values():
        row, end = int(snapshot.starts[head.number]), int(snapshot.starts[head.number + 1])
        first, last = snapshot.boundaries[row], snapshot.boundaries[end]
        known[snapshot.manifest.reports[head.id]] = (
            snapshot.dense_passages.rows(np.arange(row, end)),
            snapshot.dense_sentences.rows(np.arange(first, last)),
        )
    return known
