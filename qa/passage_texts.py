"""The sentences of passages in search form: made when first needed, the last ones kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.normalise import normalise
from embeddings.kept import Kept
from embeddings.report_store import Head
from embeddings.snapshot import Snapshot
from embeddings.tokens import numbers_and_words
from embeddings.word_pieces import Pieces
from qa.described import Described, described
from qa.occurrences import Coded

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
        self._kept: Kept[SearchTexts] = Kept(KEPT)
        self._heads: Kept[SearchTexts] = Kept(KEPT)
        self._pieces: Kept[list[Pieces]] = Kept(KEPT)
        self._described: Kept[Described] = Kept(KEPT)

    def __getitem__(self, row: int) -> SearchTexts:
        """The sentences of the passage of a row, in order."""
        return self._kept.get(row, lambda: self._make(row))

    def described(self, row: int) -> Described:
        """The candidates of the passage of a row."""
        return self._described.get(row, lambda: self._describe(row))

    def pieces(self, row: int, cut: Callable[[Sequence[str]], list[Pieces]]) -> list[Pieces]:
        """The word pieces of a passage's sentences.

        Args:
            row: of the passage.
            cut: texts to their pieces.
        """
        return self._pieces.get(row, lambda: cut(self[row].plain))

    def head(self, report: str) -> SearchTexts:
        """A report's title and first sentence: what all of it is about. Two texts."""
        known = self._snapshot.heads[report]
        return self._heads.get(known.number, lambda: self._head(known))

    def _head(self, known: Head) -> SearchTexts:
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
