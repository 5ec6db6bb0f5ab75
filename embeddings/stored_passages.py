"""The passages of an index on disk by their rows, over the reports that they are of."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from typing import Final, overload

from corpus.report import Passage
from embeddings.kept import Kept
from embeddings.report_store import StoredReports

MOST_KEPT: Final = 512
"""Passages kept once they are read: a question asks two or three times for each of its 20 to 35."""

MOST_SENTENCES: Final = 8_192
"""Of the passages kept, at most; about 120 bytes each."""


class StoredPassages(Sequence[Passage]):
    """Row to passage, each read when it is asked for. Safe to share between threads.

    Args:
        reports: of the index.
        most_kept: passages kept once they are read.
        most_sentences: of the passages kept.
    """

    def __init__(
        self,
        reports: StoredReports,
        *,
        most_kept: int = MOST_KEPT,
        most_sentences: int = MOST_SENTENCES,
    ) -> None:
        self._reports = reports
        self._count = int(reports.starts[-1])
        self._kept: Kept[Passage] = Kept(most_kept, most_sentences, _sentences)

    def __len__(self) -> int:
        """How many passages there are."""
        return self._count

    @overload
    def __getitem__(self, row: int) -> Passage: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[Passage]: ...

    def __getitem__(self, row: int | slice) -> Passage | Sequence[Passage]:
        """The passage of a row, or a tuple of those of some rows.

        Raises:
            IndexError: there is no such row.
            IndexDamaged: a report cannot be read.
        """
        if isinstance(row, slice):
            return tuple(self[one] for one in range(*row.indices(len(self))))
        wanted = operator.index(row)
        if wanted < 0:
            wanted += len(self)
        if not 0 <= wanted < len(self):
            raise IndexError(f"there is no passage {row}, only {len(self)}")
        return self._kept.get(wanted, lambda: self._reports.passage(*self._reports.place(wanted)))

    def __iter__(self) -> Iterator[Passage]:
        """All passages, report by report."""
        for number in range(len(self._reports)):
            yield from self._reports.at(number).passages


def _sentences(passage: Passage) -> int:
    return len(passage.sentences)
