"""What is to be embedded, block by block, and where every other vector comes from.

A block is a fixed number of passages, in the order of the reports, whoever embeds them and wherever
a build goes on: the same reports make the same blocks. A text is embedded once, whichever report
repeats it, and a report that the current index holds not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.report import Report
from embeddings.earlier import HeldVectors
from embeddings.engines import Block
from embeddings.known_texts import Digests, KnownTexts, digests_of
from embeddings.search import Rows

PASSAGES: Final = 1_024
"""Passages a block. What a kill costs is one of them: a few seconds on a small machine."""

NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Held:
    """Where the current index holds a report.

    Attributes:
        passage: its first passage row.
        sentence: its first sentence row.
    """

    passage: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the vectors of a block come from, those of its passages or those of its sentences.

    Attributes:
        first: row of the new index that the block begins with.
        embedded: numbers within the block of those that the engine embeds, in its order.
        rows: of each vector, the row of the new index that has the same text, at most its own.
        held: of each vector, the row of ``HeldVectors`` that holds it; ``NONE`` where none does.
        digests: of the texts, as ``digests_of`` gives them.
    """

    first: int
    embedded: Rows
    rows: Rows
    held: Rows
    digests: Digests


@dataclass(frozen=True, slots=True)
class Planned:
    """A block, and what else its rows need.

    Attributes:
        block: to embed.
        passages: where the vectors of its passages come from.
        sentences: where those of its sentences come from.
    """

    block: Block
    passages: Sources
    sentences: Sources


def planned(
    reports: Iterable[Report],
    digests: Mapping[str, str],
    held: Mapping[str, Held],
    *,
    size: int = PASSAGES,
    earlier: tuple[HeldVectors, HeldVectors] | None = None,
) -> Iterator[Planned]:
    """The blocks of some reports.

    Args:
        reports: in order.
        digests: of their contents, by id.
        held: by such digests, the reports whose vectors the current index holds.
        size: passages a block.
        earlier: finds passages and sentences, by their texts, that an ended build has embedded.
    """
    gathered = _Gathered(*(earlier or (None, None)))
    for report in reports:
        at = held.get(digests[report.id])
        start = 0
        while start < len(report.passages):
            end = start + size - len(gathered)
            gathered.add(report, start, end, at)
            start = end
            if len(gathered) == size:
                yield gathered.planned()
    if len(gathered):
        yield gathered.planned()


class _Texts:
    """The texts of a block of one kind, and which were there before it."""

    def __init__(self, earlier: HeldVectors | None) -> None:
        self._earlier = earlier
        self._known = KnownTexts()
        self._first = 0
        self.texts: list[str] = []
        self.held: list[int] = []

    def add(self, text: str, held: int) -> None:
        self.texts.append(text)
        self.held.append(held)

    def taken(self) -> tuple[int, Rows, Rows, Digests, NDArray[np.bool_]]:
        """First row, rows, rows held, digests, and which are to be embedded; the next block is
        empty."""
        digests = digests_of(self.texts)
        own = self._first + np.arange(len(digests), dtype=np.int64)
        rows = self._known.rows(digests)
        # The first of equal ones within the block stands for all.
        _, firsts, groups = np.unique(digests, axis=0, return_index=True, return_inverse=True)
        rows = np.where(rows < 0, own[firsts[groups.reshape(-1)]] if len(own) else own, rows)
        new = rows == own
        self._known.add(digests[new], own[new])
        held = np.array(self.held, dtype=np.int64)
        if self._earlier is not None:
            sought = new & (held == NONE)
            held[sought] = self._earlier.places(digests[sought])
        first = self._first
        self._first += len(own)
        self.texts, self.held = [], []
        return first, rows, held, digests, new & (held == NONE)


class _Gathered:
    """Passages that will make a block."""

    def __init__(self, passages: HeldVectors | None, sentences: HeldVectors | None) -> None:
        self._passages, self._sentences = _Texts(passages), _Texts(sentences)
        self._spans: list[tuple[tuple[int, int], ...]] = []

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, report: Report, start: int, end: int, held: Held | None) -> None:
        """Some passages of a report."""
        before = sum(len(passage.sentences) for passage in report.passages[:start])
        for number, passage in enumerate(report.passages[start:end], start):
            begin = passage.span.start
            row = NONE if held is None else held.passage + number
            self._passages.add(report.slice(passage.span), row)
            for span in passage.sentences:
                row = NONE if held is None else held.sentence + before
                self._sentences.add(report.slice(span), row)
                before += 1
            self._spans.append(tuple((s.start - begin, s.end - begin) for s in passage.sentences))

    def planned(self) -> Planned:
        """The block of what has been added; the next one is empty."""
        texts, all_spans = self._passages.texts, self._spans
        first, rows, held, digests, wanted = self._passages.taken()
        first_sentence, sentence_rows, sentences_held, sentence_digests, wanted_sentences = (
            self._sentences.taken()
        )
        passages: list[int] = []
        sentences: list[int] = []
        spans: list[tuple[tuple[int, int], ...]] = []
        row = 0
        for number, of_passage in enumerate(all_spans):
            chosen = [n for n in range(len(of_passage)) if wanted_sentences[row + n]]
            if wanted[number] or chosen:
                passages.append(number)
                sentences += [row + n for n in chosen]
                spans.append(tuple(of_passage[n] for n in chosen))
            row += len(of_passage)
        self._spans = []
        return Planned(
            Block(tuple(texts[number] for number in passages), tuple(spans)),
            Sources(first, np.array(passages, np.int64), rows, held, digests),
            Sources(
                first_sentence,
                np.array(sentences, np.int64),
                sentence_rows,
                sentences_held,
                sentence_digests,
            ),
        )
