"""From settings to an open index: named ones are opened, others built when they are needed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import IndexFault, StorageError
from corpus.library import CLEANING_VERSION, SHIPPED, Library, files_digest
from corpus.report import Report
from embeddings.embedder import Embedder
from embeddings.manifest import FORMAT
from embeddings.models import load_embedder
from embeddings.parameters import PARAMETERS
from embeddings.snapshot import Snapshot, check_embedder, open_index
from qa.confidence import CALIBRATION_VERSION, calibrate, read_calibration
from qa.corpus_reports import CorpusReports, corpus_reports, step_of
from qa.index_place import building_folder, check_place, named_errors, open_place, published
from qa.settings import IndexPlace, Settings
from qa.trained import shipped

if TYPE_CHECKING:
    from corpus.spool import Read
    from embeddings.engines import Engine

Progress = Callable[[str, int, int], None]
"""Called with the step (``wait``, ``read``, ``copies``, those of a build), what is done of it and
what there is in all."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An index ready to be asked.

    Attributes:
        snapshot: its current generation.
        embedder: the model that it was built with.
        left_out: lines about files that were no reports; empty where nothing was read.
    """

    snapshot: Snapshot
    embedder: Embedder
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """Who builds an index.

    Attributes:
        engine: reads and embeds, one of ``embeddings.engines.NAMES``.
        jobs: processes or actors; as many as there are cores for where not given.
        address: of the Ray cluster; none: one of this machine's own.
        gpus: that an actor of Ray takes.
    """

    engine: str = "local"
    jobs: int | None = None
    address: str | None = None
    gpus: float = 0.0

    def made(self, embedder: Embedder) -> tuple[Engine | None, Read | None]:
        """The engine and what reads files; none where this process does it.

        Raises:
            SettingsError: a package that the engine needs is not installed.
        """
        if self.engine == "local":
            return None, None
        from embeddings.engines import engine_named

        engine = engine_named(
            self.engine, embedder, jobs=self.jobs, address=self.address, gpus=self.gpus
        )
        return engine, engine.read


HERE = Making()


def added_reports(settings: Settings) -> Path:
    """The folder of the reports that the user added."""
    return settings.state / "reports"


def corpus_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders of reports: those of the settings, else the shipped and the added ones."""
    if settings.corpus:
        return settings.corpus
    added = added_reports(settings)
    # os.path: where the home folder is another user's, there are no added reports.
    return (SHIPPED, added) if os.path.lexists(added) else (SHIPPED,)


def embedder_of(settings: Settings) -> Embedder:
    """The embedder that the settings name.

    Raises:
        ModelError: it cannot be loaded.
    """
    return load_embedder(
        settings.model,
        threads=settings.threads,
        device=settings.device,
        batch_size=settings.batch_size,
    )


def open_workspace(
    settings: Settings,
    *,
    progress: Progress | None = None,
    verify: bool = False,
    embedder: Embedder | None = None,
    making: Making = HERE,
) -> Opened:
    """Open the index that the settings lead to.

    A named index is opened as it is. Otherwise the index of the corpus lies in the cache folder;
    it is built, or brought up to date, when its files, the model or the format differ.

    Args:
        settings: the effective ones.
        progress: told of each step of a build.
        verify: compare the digests of the index's files first, not only their sizes.
        embedder: that of the settings, where it is loaded already.
        making: who builds it, where it has to be built.

    Raises:
        IndexFault: a named index cannot be used.
        EmptyCorpus, MetadataError, StorageError, ModelError: as building an index.
    """
    if settings.index is not None:
        snapshot = open_place(settings, verify=verify)
        embedder = embedder or embedder_of(settings)
        with named_errors(settings.index):
            check_embedder(snapshot, embedder)
        return Opened(snapshot, embedder)
    embedder = embedder or embedder_of(settings)
    folders = corpus_folders(settings)

    index = cached_index(settings, folders)

    engine, read = making.made(embedder)

    def reports() -> AbstractContextManager[CorpusReports]:
        return corpus_reports(folders, index, read=read, jobs=making.jobs, progress=progress)

    key = _key(files_digest(folders), embedder, settings)
    return _open_cached(
        settings, index, key, embedder, reports, progress, verify=verify, engine=engine
    )


def open_reports(
    settings: Settings,
    reports: Sequence[Report],
    digest: str,
    *,
    progress: Progress | None = None,
) -> Opened:
    """Open the index of reports that lie in no folder, in the cache folder; built when needed.

    Args:
        settings: the effective ones.
        reports: what the index holds.
        digest: of what the reports hold, or of what they were read from.
        progress: told of each step of a build.

    Raises:
        EmptyCorpus, StorageError, ModelError: as building an index.
    """
    embedder = embedder_of(settings)
    index = _cached(settings, ["", digest])
    key = _key(f"{digest} {CLEANING_VERSION}", embedder, settings)
    return _open_cached(
        settings, index, key, embedder, lambda: _there(reports), progress, verify=False
    )


def _there(reports: Sequence[Report]) -> AbstractContextManager[CorpusReports]:
    return contextlib.nullcontext(CorpusReports(reports, ()))


def _open_cached(
    settings: Settings,
    index: Path,
    key: str,
    embedder: Embedder,
    read: Callable[[], AbstractContextManager[CorpusReports]],
    progress: Progress | None,
    *,
    verify: bool,
    engine: Engine | None = None,
) -> Opened:
    """The unnamed index with a key, built from what ``read`` gives where there is none."""
    found = _up_to_date(index, key, verify=verify)
    if found is not None:
        return Opened(found, embedder)
    with _turn(index, progress):
        # Whoever had the turn before may have built just this.
        found = _up_to_date(index, key, verify=verify)
        if found is not None:
            return Opened(found, embedder)
        # Imported here: a question that finds its index built needs nothing of it.
        from embeddings.build import build_index

        with read() as corpus:
            snapshot = build_index(
                corpus.reports,
                embedder,
                index,
                calibrate=calibrate,
                source=key,
                kind=settings.index_kind,
                engine=engine,
                steps=progress,
            )
        return Opened(snapshot, embedder, corpus.left_out)


def _up_to_date(index: Path, key: str, *, verify: bool) -> Snapshot | None:
    """The unnamed index, or none where it has to be built."""
    try:
        snapshot = open_index(index, verify=verify)
        read_calibration(snapshot)
    except IndexFault:
        # Nobody named this index: whatever is wrong with it, building it anew mends it.
        return None
    return snapshot if snapshot.manifest.source == key else None


@contextlib.contextmanager
def _turn(index: Path, progress: Progress | None) -> Iterator[None]:
    """Wait until no other process builds this unnamed index, then keep others waiting.

    Raises:
        StorageError: the cache folder cannot be written.
    """
    # Imported here: a question that finds its index built needs no lock.
    import fcntl

    lock = index.with_name(f"{index.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        stream = lock.open("w")
    except OSError as error:
        raise StorageError(
            f"the index cannot be kept here ({error.strerror})",
            where=str(lock.parent),
            mend="name another folder in CITYQA_CACHE",
        ) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if progress is not None:
                progress("wait", 0, 1)
            fcntl.flock(stream, fcntl.LOCK_EX)
            if progress is not None:
                progress("wait", 1, 1)
        yield


def build_named(
    settings: Settings,
    index: IndexPlace,
    *,
    progress: Progress | None = None,
    making: Making = HERE,
) -> Opened:
    """Build the index in a folder, or at an address, from the corpus of the settings.

    Args:
        settings: the effective ones.
        index: where it is kept.
        progress: told of each step.
        making: who builds it.

    Raises:
        EmptyCorpus, MetadataError, StorageError, ModelError: as ``build_index``.
        IndexMismatch, SettingsError: as ``published``.
    """
    from embeddings.build import build_index

    check_place(index)
    folder = building_folder(settings, index)
    embedder = embedder_of(settings)
    engine, read = making.made(embedder)
    with corpus_reports(
        corpus_folders(settings), folder, read=read, jobs=making.jobs, progress=progress
    ) as corpus:
        snapshot = build_index(
            corpus.reports,
            embedder,
            folder,
            calibrate=calibrate,
            kind=settings.index_kind,
            engine=engine,
            steps=progress,
        )
        snapshot = published(settings, index, snapshot, step_of(progress, "store"))
    return Opened(snapshot, embedder, corpus.left_out)


def bring_up_to_date(
    settings: Settings, read: Callable[[], Library], embedder: Embedder
) -> Snapshot:
    """Build the index that the settings lead to, named or not, unless it holds what is read.

    Args:
        settings: the effective ones.
        read: gives the reports of the folders of the settings.
        embedder: that of the settings.

    Raises:
        EmptyCorpus, MetadataError, StorageError: as building an index.
    """
    folders = corpus_folders(settings)
    if settings.index is None:
        # Before reading: files that change meanwhile are then known to be newer than the index.
        key = _key(files_digest(folders), embedder, settings)
        index = cached_index(settings, folders)
        reports = read().reports
        return _open_cached(
            settings, index, key, embedder, lambda: _there(reports), None, verify=False
        ).snapshot
    # Imported here: a question that finds its index built needs nothing of it.
    from corpus.records import corpus_digest
    from embeddings.build import build_index
    from embeddings.kinds import serves

    reports = read().reports
    try:
        snapshot = open_place(settings)
        manifest = snapshot.manifest
        if (
            manifest.corpus == corpus_digest(reports)
            and serves(manifest.kind, manifest.passages, settings.index_kind)
            and not manifest.fingerprint.differences(embedder.fingerprint)
        ):
            return snapshot
    except IndexFault:
        pass  # building it anew mends it
    folder = building_folder(settings, settings.index)
    built = build_index(reports, embedder, folder, calibrate=calibrate, kind=settings.index_kind)
    return published(settings, settings.index, built)


def _key(corpus: str, embedder: Embedder, settings: Settings) -> str:
    """Digest of everything that an index follows from, the corpus's digest among it."""
    parts = [
        corpus,
        embedder.fingerprint.as_dict(),
        dict(PARAMETERS),
        FORMAT,
        [CALIBRATION_VERSION, shipped().digest],
        settings.index_kind,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def cached_index(settings: Settings, folders: Sequence[Path]) -> Path:
    """Where the index of some folders and a model lies; the same for changed files in them."""
    return _cached(settings, [str(folder.absolute()) for folder in folders])


def _cached(settings: Settings, names: Sequence[str]) -> Path:
    named = "\0".join([settings.model, *names])
    digest = hashlib.sha256(named.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return settings.cache / "indexes" / digest
