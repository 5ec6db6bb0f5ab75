"""An index as a reader holds it: immutable, all of one generation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged, IndexMismatch
from embeddings.arrays import read_array
from embeddings.dictionary import FILE as DICTIONARY
from embeddings.dictionary import Dictionary
from embeddings.embedder import Embedder
from embeddings.kinds import PASSAGES as PASSAGES
from embeddings.kinds import SENTENCES as SENTENCES
from embeddings.kinds import open_vectors
from embeddings.lexical import LexicalIndex
from embeddings.manifest import REBUILD, Manifest, check_digests, check_sizes, read_manifest
from embeddings.moved import FILE as MOVED
from embeddings.moved import read_moved
from embeddings.parameters import PARAMETERS
from embeddings.passage_rows import PassageRows
from embeddings.readings import Readings
from embeddings.report_lines import ReportLine
from embeddings.report_store import Head, StoredReports
from embeddings.search import Allowed, Rows, VectorIndex, WordIndex
from embeddings.store import current_generation, generation_digest
from embeddings.stored_passages import StoredPassages

BOUNDARIES = "sentences.boundaries.npy"
CALIBRATION = "calibration.json"


@dataclass(frozen=True)
class Snapshot:
    """One generation of an index.

    Rows are passages in the order of the reports and of their text; sentence rows likewise.

    Attributes:
        folder: the generation's files.
        manifest: what it was made from.
        reports: id to report, in order; each is read when it is asked for.
        passages: row to passage, likewise.
        rows: passage id to row, likewise.
        dense_passages: one vector a passage.
        dense_sentences: one vector a sentence.
        boundaries: sentence rows of passage row ``i`` are ``boundaries[i]:boundaries[i + 1]``.
        lexical: BM25 over passages.
        readings: pairs of characters, for typing errors.
        calibration: what ``qa`` stored with the index; empty where it stored nothing.
        moved: ids of passages and sentences of earlier generations to those that took their place.
    """

    folder: Path
    manifest: Manifest
    reports: StoredReports
    passages: StoredPassages
    rows: PassageRows
    dense_passages: VectorIndex
    dense_sentences: VectorIndex
    boundaries: NDArray[np.int64]
    lexical: WordIndex
    readings: Readings
    calibration: bytes
    # Read when the generation is opened, for its folder may be gone later; parsed when asked for.
    _dictionary: bytes = field(repr=False)
    moved: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def dictionary(self) -> Dictionary:
        """Foreign phrases to words of these reports; parsed when first asked for.

        Raises:
            IndexDamaged: its file is none.
        """
        try:
            return Dictionary.parse(self._dictionary)
        except ValueError as error:
            raise IndexDamaged(
                f"a file of the index cannot be read ({error})",
                where=str(self.folder / DICTIONARY),
                mend=REBUILD,
            ) from error

    @property
    def heads(self) -> Mapping[str, Head]:
        """Report id to what there is to tell of it without reading it, in order."""
        return self.reports.heads

    @property
    def starts(self) -> Rows:
        """First passage row of each report, and the number of passages, shape (reports + 1,)."""
        return self.reports.starts

    def passage_text(self, row: int) -> str:
        """The text of a passage, verbatim.

        Raises:
            IndexDamaged: its report cannot be read.
        """
        report, _ = self.line(row)
        return report.slice(self.passages[row].span)

    def line(self, row: int) -> tuple[ReportLine, int]:
        """The text of the report that a passage is of, and the passage's place in it.

        Raises:
            IndexDamaged: the report cannot be read.
        """
        number, place = self.reports.place(row)
        return self.reports.line(number), place

    def report_numbers(self, rows: Rows) -> Rows:
        """The places of the reports that passages are of, from 0, shape (len(rows),)."""
        numbers: Rows = np.searchsorted(self.starts, rows, side="right").astype(np.int64) - 1
        return numbers

    def allowed(self, reports: Collection[str]) -> Allowed | None:
        """The passages of some reports; none, which is no filter, where these are all.

        Raises:
            KeyError: there is no report of such an id.
        """
        numbers = sorted({self.heads[id_].number for id_ in reports})
        if len(numbers) == len(self.heads):
            return None
        return Allowed(reports, np.array(numbers, dtype=np.int64), self.starts)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What of a generation is kept in a store, and not in its folder.

    Attributes:
        files: names of the files that the manifest has and the folder has not.
        dense_passages, dense_sentences, lexical: what they hold.
    """

    files: Collection[str]
    dense_passages: VectorIndex
    dense_sentences: VectorIndex
    lexical: WordIndex


def open_generation(
    folder: Path, *, verify: bool = False, elsewhere: Elsewhere | None = None
) -> Snapshot:
    """Open the generation in ``folder``.

    Args:
        folder: of one generation.
        verify: compare every file's digest, not only its size.
        elsewhere: what does not lie there; none where all does.

    Raises:
        IndexMismatch: another format or other parameters wrote it.
        IndexDamaged: a file is missing, cut short or unreadable.
        StorageError: it may not be read.
    """
    manifest = read_manifest(folder, generation_digest(folder))
    _check_parameters(folder, manifest)
    away = elsewhere.files if elsewhere else ()
    here = {name: entry for name, entry in manifest.files.items() if name not in away}
    (check_digests if verify else check_sizes)(folder, replace(manifest, files=here))
    calibration = folder / CALIBRATION
    try:
        reports = StoredReports(folder)
        vectors = (
            (elsewhere.dense_passages, elsewhere.dense_sentences)
            if elsewhere
            else open_vectors(folder, manifest.kind, manifest.vectors)
        )
        passages = StoredPassages(reports)
        snapshot = Snapshot(
            folder=folder,
            manifest=manifest,
            reports=reports,
            passages=passages,
            rows=PassageRows(folder, passages),
            dense_passages=vectors[0],
            dense_sentences=vectors[1],
            boundaries=read_array(folder / BOUNDARIES, np.int64),
            lexical=elsewhere.lexical if elsewhere else LexicalIndex.open(folder, len(passages)),
            readings=Readings.open(folder),
            calibration=calibration.read_bytes() if CALIBRATION in manifest.files else b"",
            _dictionary=(folder / DICTIONARY).read_bytes(),
            moved=read_moved(folder) if MOVED in manifest.files else {},
        )
        counts = (len(passages), len(snapshot.dense_passages), len(snapshot.boundaries) - 1)
        sentences = (len(snapshot.dense_sentences), int(snapshot.boundaries[-1]))
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, MemoryError) as error:
        raise IndexDamaged(
            f"a file of the index cannot be read ({error})", where=str(folder), mend=REBUILD
        ) from error
    if (
        set(counts) != {manifest.passages}
        or set(sentences) != {manifest.sentences}
        or list(snapshot.heads) != list(manifest.reports)
    ):
        raise IndexDamaged(
            "the files of the index do not belong together", where=str(folder), mend=REBUILD
        )
    return snapshot


def _check_parameters(folder: Path, manifest: Manifest) -> None:
    """The index was made the way in which this version of cityqa asks it.

    Raises:
        IndexMismatch: naming both sides.
    """
    for name, value in PARAMETERS.items():
        if manifest.parameters.get(name) != value:
            raise IndexMismatch(
                f"the index was made with the {name} {manifest.parameters.get(name)!r}, "
                f"this version of cityqa uses {value!r}",
                where=str(folder.parent),
                mend=REBUILD,
            )


def open_index(index: Path, *, verify: bool = False) -> Snapshot:
    """Open the current generation of the index in ``index``.

    Raises:
        IndexMissing: there is none.
        IndexMismatch, IndexDamaged, StorageError: as ``open_generation``.
    """
    folder = current_generation(index)
    try:
        return open_generation(folder, verify=verify)
    except IndexDamaged:
        # A build may have replaced the generation between reading its name and its files.
        newer = current_generation(index)
        if newer == folder:
            raise
        return open_generation(newer, verify=verify)


def check_embedder(snapshot: Snapshot, embedder: Embedder) -> None:
    """The index was built with this embedder.

    Raises:
        IndexMismatch: naming both sides.
    """
    stored, given = snapshot.manifest.fingerprint, embedder.fingerprint
    differences = stored.differences(given)
    if differences:
        raise IndexMismatch(
            f"the index was built with the model {stored.name} ({stored.version}), "
            f"not with {given.name} ({given.version}); they differ in {', '.join(differences)}",
            where=str(snapshot.folder.parent),
            mend=REBUILD
            if stored.name == given.name
            else "ask with --model and the name or folder that it was built with, or build it anew "
            "with `cityqa index build --model` and the one you want",
        )
