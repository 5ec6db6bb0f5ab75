"""Where an index lives: generations in a folder, one of them current.

``INDEX/CURRENT`` names a generation, a folder beside it. A new generation is written in full,
flushed to disk, and then made current by renaming one small file over ``CURRENT``. Whoever opens
the index before that moment gets the old one, whoever opens it after gets the new one; a build
killed at any moment leaves the old one current, and a folder that the next build goes on with or
clears away (``embeddings.staging``).
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import IndexDamaged, IndexMissing, StorageError
from embeddings.manifest import MAKE, REBUILD

CURRENT = "CURRENT"
_LOCK = ".lock"
_GENERATION = "generation-"
_AGAIN = "-again"
_NAME = re.compile(rf"{_GENERATION}([0-9a-f]{{16}})(?:{_AGAIN})?")


def current_generation(index: Path) -> Path:
    """The folder of the current generation.

    Raises:
        IndexMissing: there is no index here.
        IndexDamaged: ``CURRENT`` names nothing that is here.
        StorageError: it may not be read.
    """
    try:
        name = (index / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise IndexMissing("there is no index here", where=str(index), mend=MAKE) from error
    except NotADirectoryError as error:
        raise IndexMissing("is a file, not an index", where=str(index)) from error
    except (IsADirectoryError, UnicodeDecodeError) as error:
        raise IndexDamaged(
            "the file CURRENT is not text",
            where=str(index),
            mend=REBUILD,
        ) from error
    except OSError as error:
        raise _storage(error, index) from error
    folder = index / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise IndexDamaged(
            f"the index names a generation {name[:40]!r} that is not here",
            where=str(index),
            mend=REBUILD,
        )
    return folder


def generation_digest(folder: Path) -> str:
    """What the digest of a generation's manifest begins with; empty for an unfinished one."""
    match = _NAME.fullmatch(folder.name)
    return match[1] if match else ""


@contextlib.contextmanager
def disk_errors(index: Path) -> Iterator[None]:
    """Raise what the disk refuses as a StorageError."""
    try:
        yield
    except OSError as error:
        raise _storage(error, index) from error


def publish(index: Path, folder: Path, digest: str) -> Path:
    """Make a written folder the current generation; the one before it is kept for its readers.

    Args:
        index: the index's folder, locked by its staging.
        folder: written in full.
        digest: of its manifest; names the generation.

    Returns:
        the generation's final folder.

    Raises:
        StorageError: the disk refuses; the current generation is as it was.
    """
    with disk_errors(index):
        for path in folder.iterdir():
            flush(path)
        folder.chmod(0o755)
        flush(folder)
        previous = _named(index)
        target = index / f"{_GENERATION}{digest[:16]}"
        if target == previous:
            # The same index, built again, perhaps because it was damaged. What is current is never
            # touched, for there would be a moment without it.
            target = index / f"{target.name}{_AGAIN}"
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
        flush(index)
        pointer = index / f"{CURRENT}.new"
        pointer.write_text(target.name + "\n", encoding="ascii")
        flush(pointer)
        pointer.replace(index / CURRENT)
        flush(index)
    for old in index.iterdir():
        if _NAME.fullmatch(old.name) and old not in (target, previous):
            shutil.rmtree(old, ignore_errors=True)
    return target


def _named(index: Path) -> Path | None:
    try:
        return current_generation(index)
    except (IndexMissing, IndexDamaged):
        # Nothing is current, so there is nothing to keep.
        return None


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to disk.

    Raises:
        OSError: the disk refuses.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(index: Path) -> Iterator[None]:
    """Keep other builds of an index away.

    Raises:
        StorageError: another one is running.
        OSError: the lock cannot be written.
    """
    import fcntl

    with (index / _LOCK).open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError(
                "another process is building this index", where=str(index), mend="wait for it"
            ) from error
        yield


def _storage(error: OSError, index: Path) -> StorageError:
    where = str(error.filename or index)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError(
            "the disk is full or the file too large for it; the index is as it was",
            where=where,
            mend="free some space, and the same command goes on, or name another folder with "
            "--index",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "no permission to read and write here",
            where=where,
            mend="name another folder with --index",
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return StorageError(
            "is a file, so it cannot hold an index",
            where=where,
            mend="name another folder with --index",
        )
    return StorageError(
        f"the disk refuses ({error.strerror})",
        where=where,
        mend="name another folder with --index",
    )
