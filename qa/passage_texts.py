"""The sentences of passages in search form: made when first needed, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar

from corpus.normalise import normalise
from embeddings.snapshot import Snapshot
from embeddings.tokens import numbers_and_words
from embeddings.word_pieces import Pieces
from qa.described import Described, described
from qa.occurrences import Coded

_K = TypeVar("_K", int, str)
_V = TypeVar("_V")

KEPT = 4_096
"""Passages, and heads of reports; about 10 KB each."""


class SearchTexts:
    """Texts in search form, as terms are looked for in them.

    Args:
        plain: the texts.

    Attributes:
        plain: as given.
        coded: their characters.
    """

    __slots__ = ("_written", "coded", "plain")

    def __init__(self, plain: Sequence[str]) -> None:
        self.plain = tuple(plain)
        self.coded = Coded.of(self.plain)
        self._written: tuple[frozenset[str], ...] | None = None

    @property
    def written(self) -> tuple[frozenset[str], ...]:
        """Of each, its terms from numbers and words; few questions have any."""
        if self._written is None:
            self._written = tuple(map(numbers_and_words, self.plain))
        return self._written


class PassageTexts:
    """Reads the passages of one snapshot. Safe to share between threads.

    Args:
        snapshot: the index.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._kept: OrderedDict[int, SearchTexts] = OrderedDict()
        self._heads: OrderedDict[str, SearchTexts] = OrderedDict()
        self._pieces: OrderedDict[int, list[Pieces]] = OrderedDict()
        self._described: OrderedDict[int, Described] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, row: int) -> SearchTexts:
        """The sentences of the passage of a row, in order."""
        return self._known(self._kept, row, lambda: self._make(row))

    def described(self, row: int) -> Described:
        """The candidates of the passage of a row."""
        return self._known(self._described, row, lambda: self._describe(row))

    def pieces(self, row: int, cut: Callable[[Sequence[str]], list[Pieces]]) -> list[Pieces]:
        """The word pieces of a passage's sentences.

        Args:
            row: of the passage.
            cut: texts to their pieces.
        """
        return self._known(self._pieces, row, lambda: cut(self[row].plain))

    def head(self, report: str) -> SearchTexts:
        """A report's title and first sentence: what all of it is about. Two texts."""
        return self._known(self._heads, report, lambda: self._head(report))

    def _known(self, kept: OrderedDict[_K, _V], key: _K, make: Callable[[], _V]) -> _V:
        """What is kept of a key, made where there is nothing; the last ones used are kept."""
        with self._lock:
            found = kept.get(key)
            if found is not None:
                kept.move_to_end(key)
                return found
        made = make()
        with self._lock:
            kept[key] = made
            if len(kept) > KEPT:
                kept.popitem(last=False)
        return made

    def _head(self, report: str) -> SearchTexts:
        known = self._snapshot.heads[report]
        first = self[int(self._snapshot.starts[known.number])].plain[:1]
        return SearchTexts((normalise(known.title), *(first or ("",))))

    def _describe(self, row: int) -> Described:
        report, number = self._snapshot.line(row)
        first = int(self._snapshot.boundaries[row])
        return described(
            report,
            self._snapshot.passages[row],
            row,
            first,
            self[row].plain,
            opens=number == 0,
        )

    def _make(self, row: int) -> SearchTexts:
        passage = self._snapshot.passages[row]
        report, _ = self._snapshot.line(row)
        return SearchTexts([normalise(report.slice(span)) for span in passage.sentences])
