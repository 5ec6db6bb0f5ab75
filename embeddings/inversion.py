"""Writing the lexical index of any number of documents in bounded memory: sorted runs, merged.

Witten, Moffat & Bell, "Managing Gigabytes", 1999, section 5.2: terms of a block of documents are
sorted in memory and written as one run; at the end the runs are merged, one range of terms after
another. The terms that have been met are numbered in memory; when they are too many, the numbers
begin anew, and the sorted lists of terms are merged too.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings import bm25
from embeddings.arrays import ArrayFile, read_array, write_array
from embeddings.bm25 import K1, B, encoded, idf
from embeddings.search import Rows, ranges

BLOCK = 4_000_000
"""Terms of documents, repetitions counted, that one run holds: about 90 MB while it is sorted."""
TERMS = 600_000
"""Different terms that are numbered at a time, those of the last block besides: about 150 MB."""
POSTINGS = 2_000_000
"""Postings that are merged at a time, unless one term has more."""
_PIECE = 4_096
"""Terms of a list that are read at a time."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Postings of a block of documents on disk, sorted by term, then document.

    Attributes:
        path: beginning of the names of its files: ``terms`` and where the postings of each
            begin, ``starts``, as arrays; ``documents`` and ``times``, how often the document holds
            the term, as bare numbers, for they are read piece by piece.
        list: which list of terms its numbers are of.
    """

    path: Path
    list: int

    def file(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{name}")

    def write(self, name: str, numbers: NDArray[np.int32]) -> None:
        """Write ``documents`` or ``times``."""
        self.file(name).write_bytes(numbers.data)

    def read(self, name: str, start: int = 0, end: int | None = None) -> NDArray[np.int32]:
        """Read a piece of ``documents`` or ``times``."""
        # Not mapped: the pages of all runs would count as memory of the process.
        count = -1 if end is None else end - start
        return np.fromfile(self.file(name), np.int32, count, offset=4 * start)

    def remove(self) -> None:
        for name in ("terms", "starts", "documents", "times"):
            self.file(name).unlink()


class _Numbers(dict[str, int]):
    """Terms to numbers, in the order in which they are met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class LexicalWriter:
    """Writes the lexical index of documents that are added one by one.

    Args:
        scratch: a folder for the runs, made where there is none; ``finish`` leaves it empty.
        block: as ``BLOCK``.
        terms: as ``TERMS``.
        postings: as ``POSTINGS``.

    Raises:
        OSError: here and below, a file cannot be written in full.
    """

    def __init__(
        self, scratch: Path, *, block: int = BLOCK, terms: int = TERMS, postings: int = POSTINGS
    ) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch
        self._limits = block, terms, postings
        self._numbers = _Numbers()
        self._met = array("i")
        self._lengths = array("i")
        self._first = 0  # document of the block
        self._runs: list[_Run] = []
        self._lists: list[Path] = []

    def add(self, document: Sequence[str]) -> None:
        """Add the next document.

        Args:
            document: its terms, repeated as often as they occur, in any order.
        """
        self._met.extend(map(self._numbers.__getitem__, document))
        self._lengths.append(len(document))
        if len(self._met) >= self._limits[0]:
            self._write_run()
            if len(self._numbers) >= self._limits[1]:
                self._write_list()

    def finish(self, folder: Path) -> None:
        """Write the files of ``bm25.FILES``; equal documents give equal bytes.

        Args:
            folder: to write into.
        """
        self._write_run()
        self._write_list()
        lengths = np.frombuffer(self._lengths, dtype=np.int32)
        ranks, terms = self._merge_lists(folder)
        frequencies = np.zeros(terms, dtype=np.int64)
        heads = _Heads(self._scratch)
        for run in self._runs:
            numbers, starts = _ranked(run, ranks[run.list])
            frequencies[numbers] += np.diff(starts)
            heads.add(run, numbers, starts)
        # Most terms share their frequency with many.
        each, which = np.unique(frequencies, return_inverse=True)
        idfs = np.array([idf(len(lengths), n) for n in each.tolist()], dtype=np.float32)[which]
        indptr = np.zeros(terms + 1, dtype=np.int64)
        np.cumsum(frequencies, out=indptr[1:])
        write_array(folder / bm25.INDPTR, indptr)
        write_array(folder / bm25.IDF, idfs)
        self._merge_runs(heads.opened(), folder, indptr, idfs, lengths)
        heads.remove()
        for run in self._runs:
            run.remove()

    def _write_run(self) -> None:
        """Sort the terms of the block by number and document, and count equal ones."""
        lengths = np.frombuffer(self._lengths, dtype=np.int32)[self._first :]
        if len(self._met):
            keys = np.frombuffer(self._met, dtype=np.int32).astype(np.int64) << 32
            documents = np.arange(self._first, self._first + len(lengths), dtype=np.int64)
            keys |= np.repeat(documents, lengths)
            keys.sort()
            places = _beginnings(keys)
            times = np.diff(places, append=len(keys)).astype(np.int32)
            keys = keys[places]
            numbers = (keys >> 32).astype(np.int32)
            begins = _beginnings(numbers)
            run = _Run(self._scratch / f"run{len(self._runs)}", len(self._lists))
            write_array(run.file("terms"), numbers[begins])
            write_array(run.file("starts"), np.append(begins, len(numbers)))
            run.write("documents", keys.astype(np.int32))
            run.write("times", times)
            self._runs.append(run)
        self._met = array("i")
        self._first += len(lengths)

    def _write_list(self) -> None:
        """Write the terms that have numbers, sorted, with their numbers; and forget them."""
        path = self._scratch / f"list{len(self._lists)}"
        # UTF-8 sorts as code points do.
        terms = sorted(self._numbers)
        names = [encoded(term) for term in terms]
        offsets = np.zeros(len(names) + 1, dtype=np.int64)
        np.cumsum([len(name) for name in names], out=offsets[1:])
        numbers = np.fromiter(map(self._numbers.__getitem__, terms), np.int32, len(terms))
        path.with_suffix(".terms").write_bytes(b"".join(names))
        write_array(path.with_suffix(".offsets.npy"), offsets)
        write_array(path.with_suffix(".numbers.npy"), numbers)
        self._lists.append(path)
        self._numbers = _Numbers()

    def _merge_lists(self, folder: Path) -> tuple[list[NDArray[np.int32]], int]:
        """Write all terms in order.

        Returns:
            for each list, the place among all terms of each of its numbers; how many terms.
        """
        merged = heapq.merge(*(_read_list(path, n) for n, path in enumerate(self._lists)))
        found = [array("i") for _ in self._lists]
        sizes = array("q", [0])
        with (folder / bm25.TERMS).open("wb") as file:
            place = -1
            for place, (term, same) in enumerate(groupby(merged, itemgetter(0))):
                file.write(term)
                sizes.append(len(term))
                for _, which in same:
                    found[which].append(place)
        write_array(folder / bm25.OFFSETS, np.cumsum(np.frombuffer(sizes, dtype=np.int64)))
        ranks = []
        for path, places in zip(self._lists, found, strict=True):
            numbers = read_array(path.with_suffix(".numbers.npy"), np.int32)
            ranks.append(np.empty(len(numbers), dtype=np.int32))
            ranks[-1][numbers] = places
            for suffix in (".terms", ".offsets.npy", ".numbers.npy"):
                path.with_suffix(suffix).unlink()
        return ranks, place + 1

    def _merge_runs(
        self,
        heads: Sequence[_Head],
        folder: Path,
        indptr: Rows,
        idfs: NDArray[np.float32],
        lengths: NDArray[np.int32],
    ) -> None:
        """Write the postings, one range of terms after another, and the largest weights."""
        total = int(indptr[-1])
        mean = lengths.mean() if len(lengths) else np.float64(1)
        largest = np.zeros(len(idfs), dtype=np.float32)
        with (
            (folder / bm25.DOCUMENTS).open("wb") as rows_file,
            (folder / bm25.WEIGHTS).open("wb") as weights_file,
        ):
            rows_out = ArrayFile(rows_file, np.int32, total)
            weights_out = ArrayFile(weights_file, np.float32, total)
            first = 0
            while first < len(idfs):
                wanted = int(indptr[first]) + self._limits[2]
                last = max(first + 1, int(np.searchsorted(indptr, wanted, side="right")) - 1)
                frequencies = np.diff(indptr[first : last + 1])
                rows, times = _gather(heads, first, last, indptr)
                # As bm25s does it: in 64 bits, but for the idf.
                bulk = K1 * ((1 - B) + B * lengths[rows] / mean) + times
                weights = (np.repeat(idfs[first:last], frequencies) * (times / bulk)).astype(
                    np.float32
                )
                rows_out.append(rows)
                weights_out.append(weights)
                begins = indptr[first:last] - indptr[first]
                largest[first:last] = np.maximum.reduceat(weights, begins)
                first = last
        write_array(folder / bm25.LARGEST, largest)


@dataclass(frozen=True, slots=True)
class _Head:
    """The terms of a run, numbered by their place among all, and where their postings begin."""

    run: _Run
    terms: NDArray[np.int32]
    starts: Rows


class _Heads:
    """Those of all runs in two files: a process may have few files open, and runs are many.

    Args:
        scratch: the folder for the files.
    """

    def __init__(self, scratch: Path) -> None:
        self._terms, self._starts = scratch / "terms", scratch / "starts"
        for path in (self._terms, self._starts):
            path.write_bytes(b"")
        self._runs: list[tuple[_Run, int]] = []

    def add(self, run: _Run, terms: NDArray[np.int32], starts: Rows) -> None:
        """Write those of the next run."""
        for path, numbers in ((self._terms, terms), (self._starts, starts)):
            with path.open("ab") as file:
                file.write(numbers.data)
        self._runs.append((run, len(terms)))

    def opened(self) -> list[_Head]:
        """Each of them, mapped."""
        if not self._runs:
            return []
        # Plain arrays: numpy's own class makes every slice slow.
        terms = np.asarray(np.memmap(self._terms, np.int32, "r"))
        starts = np.asarray(np.memmap(self._starts, np.int64, "r"))
        heads = []
        first = 0
        for number, (run, size) in enumerate(self._runs):
            # A run has one start more than it has terms.
            begin = first + number
            heads.append(_Head(run, terms[first : first + size], starts[begin : begin + size + 1]))
            first += size
        return heads

    def remove(self) -> None:
        """Remove the files."""
        self._terms.unlink()
        self._starts.unlink()


def _gather(
    heads: Sequence[_Head], first: int, last: int, indptr: Rows
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Documents and frequencies of the postings of a range of terms, runs one after another."""
    rows = np.empty(int(indptr[last] - indptr[first]), dtype=np.int32)
    times = np.empty_like(rows)
    free = indptr[first:last] - indptr[first]
    for head in heads:
        begin, end = np.searchsorted(head.terms, np.array([first, last], dtype=np.int32))
        if begin < end:
            numbers = head.terms[begin:end] - first
            starts = head.starts[begin : end + 1]
            counts = np.diff(starts)
            places = ranges(free[numbers], free[numbers] + counts)
            rows[places] = head.run.read("documents", int(starts[0]), int(starts[-1]))
            times[places] = head.run.read("times", int(starts[0]), int(starts[-1]))
            free[numbers] += counts
    return rows, times


def _ranked(run: _Run, ranks: NDArray[np.int32]) -> tuple[NDArray[np.int32], Rows]:
    """Sort the postings of a run by the place of their terms among all terms.

    Returns:
        these places, ascending, and where the postings of each begin and the last ones end.
    """
    starts = read_array(run.file("starts"), np.int64)
    places = ranks[read_array(run.file("terms"), np.int32)]
    order = np.argsort(places)
    postings = ranges(starts[order], starts[order + 1])
    for name in ("documents", "times"):
        run.write(name, run.read(name)[postings])
    return places[order], np.concatenate(([0], np.cumsum(np.diff(starts)[order])))


def _beginnings(ascending: NDArray[np.integer]) -> Rows:
    """Where each different number of an array, not empty, begins."""
    changes = np.flatnonzero(ascending[1:] != ascending[:-1]) + 1
    return np.concatenate((np.zeros(1, np.int64), changes))


def _read_list(path: Path, number: int) -> Iterator[tuple[bytes, int]]:
    """Its terms in order, each with the number of the list."""
    offsets = read_array(path.with_suffix(".offsets.npy"), np.int64)
    for first in range(0, len(offsets) - 1, _PIECE):
        piece = offsets[first : first + _PIECE + 1]
        # Opened for each piece: a process may have few files open, and lists may be many.
        with path.with_suffix(".terms").open("rb") as file:
            file.seek(int(piece[0]))
            content = file.read(int(piece[-1] - piece[0]))
        ends = (piece - piece[0]).tolist()
        for start, end in pairwise(ends):
            yield content[start:end], number
