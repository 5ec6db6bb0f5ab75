"""The sentences of passages in search form: made when first needed, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from corpus.normalise import normalise
from embeddings.snapshot import Snapshot
from embeddings.tokens import terms_of, tokenise
from embeddings.word_pieces import Pieces

KEPT = 4_096
"""Passages, and heads of reports; about 4 KB each."""


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
        self._lock = Lock()

    def __getitem__(self, row: int) -> PassageText:
        """The passage of a row."""
        with self._lock:
            found = self._kept.get(row)
            if found is not None:
                self._kept.move_to_end(row)
                return found
        made = self._make(row)
        with self._lock:
            self._kept[row] = made
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def pieces(self, row: int, cut: Callable[[Sequence[str]], list[Pieces]]) -> list[Pieces]:
        """The word pieces of a passage's sentences.

        Args:
            row: of the passage.
            cut: texts to their pieces.
        """
        with self._lock:
            found = self._pieces.get(row)
        if found is None:
            found = cut(self[row].plain)
            with self._lock:
                self._pieces[row] = found
                if len(self._pieces) > KEPT:
                    self._pieces.popitem(last=False)
        return found

    def head(self, report: str) -> frozenset[str]:
        """Terms of a report's title and first sentence: what all of it is about."""
        with self._lock:
            found = self._heads.get(report)
        if found is None:
            known = self._snapshot.heads[report]
            first = self[int(self._snapshot.starts[known.number])].terms[:1]
            found = frozenset(tokenise(known.title)).union(*first)
            with self._lock:
                self._heads[report] = found
                if len(self._heads) > KEPT:
                    self._heads.popitem(last=False)
        return found

    def _make(self, row: int) -> PassageText:
        passage = self._snapshot.passages[row]
        report = self._snapshot.reports[passage.report]
        plain = tuple(normalise(report.slice(span)) for span in passage.sentences)
        return PassageText(plain, tuple(frozenset(terms_of(text)) for text in plain))
