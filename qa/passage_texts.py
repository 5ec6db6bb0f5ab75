"""The sentences of passages in search form: made when first needed, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from corpus.normalise import normalise
from embeddings.snapshot import Snapshot
from embeddings.tokens import terms_of, tokenise
from embeddings.word_pieces import Pieces
from qa.described import Described, described

_K = TypeVar("_K", int, str)
_V = TypeVar("_V")

KEPT = 4_096
"""Passages, and heads of reports; about 10 KB each."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage's sentences, in order.

    Attributes:
        plain: each in search form.
        terms: of each, as the lexical index has them.
    """

    plain: tuple[str, ...]
    terms: tuple[frozenset[str], ...]


class PassageTexts:
    """Reads the passages of one snapshot. Safe to share between threads.

    Args:
        snapshot: the index.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._kept: OrderedDict[int, PassageText] = OrderedDict()
        self._heads: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._pieces: OrderedDict[int, list[Pieces]] = OrderedDict()
        self._described: OrderedDict[int, Described] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, row: int) -> PassageText:
        """The passage of a row."""
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

    def head(self, report: str) -> frozenset[str]:
        """Terms of a report's title and first sentence: what all of it is about."""
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

    def _head(self, report: str) -> frozenset[str]:
        known = self._snapshot.heads[report]
        first = self[int(self._snapshot.starts[known.number])].terms[:1]
        return frozenset(tokenise(known.title)).union(*first)

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

    def _make(self, row: int) -> PassageText:
        passage = self._snapshot.passages[row]
        report, _ = self._snapshot.line(row)
        plain = tuple(normalise(report.slice(span)) for span in passage.sentences)
        return PassageText(plain, tuple(frozenset(terms_of(text)) for text in plain))
