"""An index that is named: a folder, or an address in Milvus."""

from __future__ import annotations

import contextlib
import hashlib
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.errors import IndexFault, IndexMismatch, IndexMissing
from embeddings.manifest import BUILD
from embeddings.milvus.address import MilvusAddress
from embeddings.snapshot import Snapshot, open_index
from embeddings.store import current_generation
from qa.settings import IndexPlace, Settings


def open_place(settings: Settings, *, verify: bool = False) -> Snapshot:
    """Open the named index of the settings.

    Args:
        settings: the effective ones, with an index.
        verify: compare digests, not only sizes and counts.

    Raises:
        IndexFault, StorageError: it cannot be used.
        SettingsError: what asks a store is not installed.
    """
    place = _named(settings)
    with named_errors(place):
        if isinstance(place, Path):
            return open_index(place, verify=verify)
        # Imported here, as everything that asks a store: an index in a folder needs none of it.
        from embeddings.milvus.reader import open_store

        return open_store(place, settings.cache, verify=verify)


@contextlib.contextmanager
def named_errors(place: IndexPlace) -> Iterator[None]:
    """Let what is said of an index that cannot be used name it as the user does."""
    try:
        yield
    except IndexFault as error:
        # Built from other reports than before, it would answer nothing that it answered.
        same = "" if isinstance(error, IndexMissing) else ", with the same --corpus"
        command = f"{BUILD.rstrip('`')} --index {shlex.quote(str(place))}`{same}"
        raise type(error)(
            error.what,
            where=str(place) if isinstance(error, IndexMismatch) else error.where,
            mend=error.mend.replace(BUILD, command) if error.mend else None,
        ) from error


def current_of(settings: Settings) -> str:
    """What tells whether the named index is another one now.

    Raises:
        IndexFault, StorageError, SettingsError: as ``open_place``.
    """
    place = _named(settings)
    with named_errors(place):
        if isinstance(place, Path):
            return current_generation(place).name
        from embeddings.milvus.reader import current_digest

        return current_digest(place)


def building_folder(settings: Settings, place: IndexPlace) -> Path:
    """The folder in which an index is built: itself, or one in the cache folder."""
    if isinstance(place, Path):
        return place
    named = hashlib.sha256(str(place).encode()).hexdigest()[:16]
    return settings.cache / "indexes" / f"milvus-{named}"


def check_place(place: IndexPlace) -> None:
    """An index can be written there, as far as can be told before it is built.

    Raises:
        IndexMismatch, StorageError, SettingsError: it cannot.
    """
    if isinstance(place, MilvusAddress):
        from embeddings.milvus.ingest import check_writable

        check_writable(place)


def published(
    settings: Settings,
    place: IndexPlace,
    built: Snapshot,
    progress: Callable[[int, int], None] | None = None,
) -> Snapshot:
    """What was built, where it belongs and opened from there.

    Args:
        settings: the effective ones.
        place: of the index.
        built: in ``building_folder``.
        progress: told of the records that were written to a store.

    Raises:
        IndexMismatch, StorageError, SettingsError: it cannot be written there.
    """
    if isinstance(place, Path):
        return built
    from embeddings.milvus.ingest import ingest
    from embeddings.milvus.reader import open_store

    ingest(built, place, progress=progress)
    return open_store(place, settings.cache)


def _named(settings: Settings) -> IndexPlace:
    if settings.index is None:
        raise IndexMissing("no index is named", where="CITYQA_INDEX")
    return settings.index
