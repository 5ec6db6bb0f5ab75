"""Where a build keeps what it has done, so that the next one goes on from there.

``INDEX/.building-KEY`` holds the vectors embedded so far, a journal that tells how many blocks they
are, and ``generation``, the folder that will be published. The key is a digest of everything that
the result follows from, the current generation among it: whatever lies under another one is
removed, but for vectors that the same embedder has made of texts, which stay in ``earlier``.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from embeddings.manifest import FileEntry, file_digest
from embeddings.store import disk_errors, flush, locked

FOLDER: Final = ".building-"
EARLIER: Final = "earlier"
_JOURNAL = "journal.json"


@dataclass(slots=True)
class Staging:
    """What a build has done and will go on with.

    Attributes:
        folder: of the staging.
        blocks: whose vectors are on disk.
        rows: how many vectors these are, of passages and of sentences.
        words: the files of reports, words and dictionary in ``generation``, once all are there;
            else empty.
        made: tells stagings apart whose vectors are not interchangeable.
    """

    folder: Path
    blocks: int = 0
    rows: tuple[int, int] = (0, 0)
    words: Mapping[str, FileEntry] = field(default_factory=dict)
    made: str = ""
    generation: Path = field(init=False)

    def __post_init__(self) -> None:
        self.generation = self.folder / "generation"

    def note(
        self,
        *,
        blocks: int | None = None,
        rows: tuple[int, int] | None = None,
        words: Mapping[str, FileEntry] | None = None,
    ) -> None:
        """Remember what is done, once it is on disk: the files of ``words`` are brought there.

        Raises:
            OSError: the disk refuses; what was noted before stays.
        """
        self.blocks = self.blocks if blocks is None else blocks
        self.rows = self.rows if rows is None else rows
        self.words = self.words if words is None else words
        for name in words or ():
            flush(self.generation / name)
        if words:
            flush(self.generation)
        noted = {
            "blocks": self.blocks,
            "rows": self.rows,
            "made": self.made,
            "words": {name: [one.size, one.sha256] for name, one in self.words.items()},
        }
        new = self.folder / f"{_JOURNAL}.new"
        new.write_text(json.dumps(noted))
        flush(new)
        new.replace(self.folder / _JOURNAL)

    def has_words(self) -> bool:
        """Whether the files of ``words`` are there, with the bytes that were noted.

        Raises:
            OSError: one cannot be read.
        """
        paths = {self.generation / name: entry for name, entry in self.words.items()}
        return bool(paths) and all(
            path.is_file()
            and path.stat().st_size == entry.size
            and file_digest(path) == entry.sha256
            for path, entry in paths.items()
        )

    def clear(self) -> None:
        """Begin ``generation`` anew.

        Raises:
            OSError: the disk refuses.
        """
        shutil.rmtree(self.generation)
        self.generation.mkdir()

    def forget(self) -> None:
        """Begin anew: what is there cannot be used.

        Raises:
            OSError: the disk refuses.
        """
        self.blocks, self.rows, self.words = 0, (0, 0), {}
        for path in self.folder.iterdir():
            if path.is_dir() and path.name != EARLIER:
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        self.generation.mkdir()

    def earlier(self) -> tuple[Path, tuple[int, int]] | None:
        """The folder of an ended build that has vectors, and how many of them are whole."""
        folder = self.folder / EARLIER
        rows = _rows_of(folder, self.made)
        return (folder, rows) if sum(rows) else None


@contextlib.contextmanager
def staging(index: Path, key: Callable[[], str], made: str = "") -> Iterator[Staging]:
    """The staging of a build, as an earlier one with the same key has left it.

    Holds the index's lock meanwhile, so that two builds cannot interleave. On an exception it is
    kept where a block was done, and else removed; the current generation stays.

    Args:
        index: the index's folder; made where there is none.
        key: gives a hex digest of everything that the result follows from; asked once no other
            build can change the current generation.
        made: as ``Staging.made``.

    Raises:
        StorageError: the disk refuses, or another build is running.
    """
    with contextlib.ExitStack() as stack:
        # Only what is done here: an error of whoever writes into the folder is not the disk's.
        with disk_errors(index):
            index.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(index))
            folder = index / f"{FOLDER}{key()[:16]}"
            for old in index.glob(f"{FOLDER}*"):
                if old != folder:
                    _keep_vectors(old, folder, made)
                    shutil.rmtree(old, ignore_errors=True)
            found = Staging(folder, made=made)
            found.generation.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
                noted = json.loads((folder / _JOURNAL).read_bytes())
                passages, sentences = map(int, noted["rows"])
                words = {n: FileEntry(int(s), str(d)) for n, (s, d) in noted["words"].items()}
                found.rows = passages, sentences
                found.blocks, found.words = int(noted["blocks"]), words
        try:
            yield found
        except BaseException:
            if not found.blocks and found.earlier() is None:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)


def _keep_vectors(old: Path, folder: Path, made: str) -> None:
    """Move what is of use of another staging into the one of a folder."""
    # What it has itself, or what it had found and not got to.
    best = max((old, old / EARLIER), key=lambda place: sum(_rows_of(place, made)))
    rows = sum(_rows_of(best, made))
    if rows <= sum(_rows_of(folder / EARLIER, made)):
        return
    for path in best.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    shutil.rmtree(folder / EARLIER, ignore_errors=True)
    best.rename(folder / EARLIER)


def _rows_of(folder: Path, made: str) -> tuple[int, int]:
    """How many vectors a staging has, if they are made so."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        noted = json.loads((folder / _JOURNAL).read_bytes())
        if noted["made"] == made:
            passages, sentences = map(int, noted["rows"])
            return passages, sentences
    return 0, 0
