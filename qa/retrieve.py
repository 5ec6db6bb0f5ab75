"""From a question to passages: every signal computed, then fused.

The fused score is a convex combination of similarities, each on a fixed scale (Bruch et al., "An
Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023): cosines as they are, the
lexical score over the largest score that the question could reach. A question in a language that
the reports are not written in reaches almost nothing of that bound, so that the lexical weight
vanishes by itself. Ties are broken by passage id.

Of a few passages every one is scored. Of more those are that some signal brings up
(``qa/pool.py``), by all signals alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.normalise import normalise
from corpus.report import Passage
from embeddings.dense import DenseIndex
from embeddings.embedder import Vectors
from embeddings.lexical import counted
from embeddings.search import Allowed, Rows, Scores, ranges
from embeddings.snapshot import Snapshot
from embeddings.tokens import tokenise
from qa.answer import Hit
from qa.pool import FEW, pool
from qa.priors import against_city
from qa.scale import Scale
from qa.timing import Timings
from qa.translated import Translated, TranslatedTerm, translated
from qa.wants import holds

__all__ = ["Retrieved", "TranslatedTerm", "retrieve"]

_T = TypeVar("_T", bound=np.generic)

PASSAGE_WEIGHT = 0.5
LEXICAL_WEIGHT = 2.0
TRANSLATED_WEIGHT = 0.7

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]+")

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found and what they were found by.

    Attributes:
        hits: best first.
        vector: of the question, shape (1, dim).
        terms: of the question to their idf, less where it is not sure that they are meant.
        translated: terms that the dictionary gave.
    """

    hits: tuple[Hit, ...]
    vector: Vectors
    terms: dict[str, float]
    translated: tuple[TranslatedTerm, ...]


def retrieve(
    snapshot: Snapshot,
    content: str,
    vector: Vectors,
    scale: Scale,
    *,
    bag: Mapping[str, float] | None = None,
    within: Collection[str] | Allowed | None = None,
    priors: Scores | None = None,
    cities: Rows | None = None,
    preferred: Allowed | None = None,
    bylines: float = 0.0,
    language: str = "en",
    places: Sequence[tuple[str, ...]] = (),
    count: int,
    timings: Timings | None = None,
) -> Retrieved:
    """Rank the passages of an index for a question.

    Args:
        snapshot: the index.
        content: the question's text for the lexical signals.
        vector: the question's embedding, shape (1, dim), unit length.
        scale: brings the model's cosines to the scale that the weights were chosen on.
        bag: terms of the content to how surely each is meant; those of the content where none are
            given.
        within: the reports to search, or their ids; none for all.
        priors: a bonus of each report for all its passages, shape (reports,).
        cities: of each report, within which age counts (``priors.against_city``), shape (reports,).
        preferred: reports with a bonus, that a search of a large index looks at by themselves, too.
        bylines: a bonus for passages that name who wrote the report.
        language: in which words that are not Chinese are looked up.
        places: Chinese names of each place that the content names in another script.
        count: hits wanted.
        timings: to add the steps ``dense``, ``lexical``, ``translate`` and ``fuse`` to.
    """
    timings = timings or Timings()
    allowed = _allowed(snapshot, within)
    if bag is None:
        # Kana is grammar here: the reports are Chinese, and only the characters can be in them.
        bag = counted(tokenise(_KANA.sub(" ", content) if language == "ja" else content))
    with timings.step("translate"):
        words = translated(snapshot, content, language, places)
    with timings.step("lexical"):
        authors = _authors(snapshot, allowed) if bylines else None
    rows = _rows(snapshot, vector, bag, words, allowed, preferred, authors, count, timings)
    with timings.step("dense"):
        dense, sentence = _cosines(snapshot, vector, scale, rows)
    with timings.step("lexical"):
        bound = snapshot.lexical.bound(bag)
        terms = {term: min(sure, 1.0) * snapshot.lexical.idf(term) for term, sure in bag.items()}
        lexical = snapshot.lexical.scores(bag, rows)
        if bound > 0:
            lexical /= np.float32(bound)
    with timings.step("fuse"):
        meant = words.scores(rows)
        relevance = sentence + PASSAGE_WEIGHT * dense + LEXICAL_WEIGHT * lexical
        relevance += TRANSLATED_WEIGHT * meant
        prior = np.zeros(len(dense), dtype=np.float32)
        if priors is not None and priors.any():
            prior += _of_reports(snapshot, priors, rows)
            if cities is not None:
                prior = against_city(prior, relevance, _of_reports(snapshot, cities, rows))
        if authors is not None:
            considered = np.arange(len(dense)) if rows is None else rows
            prior += np.float32(bylines) * np.isin(considered, authors)
        score = relevance + prior
        hits = tuple(
            Hit(
                row=row,
                passage=passage.id,
                report=passage.report,
                kind=passage.kind,
                dense=float(dense[place]),
                sentence=float(sentence[place]),
                lexical=float(lexical[place]),
                translated=float(meant[place]),
                prior=float(prior[place]),
                fused=float(score[place]),
                score=float(score[place]),
            )
            for place, row, passage in _best(snapshot, rows, score, count)
        )
    return Retrieved(hits, vector, terms, words.terms)


def _allowed(snapshot: Snapshot, within: Collection[str] | Allowed | None) -> Allowed | None:
    if within is None or isinstance(within, Allowed):
        return within
    return snapshot.allowed([key for key in within if key in snapshot.heads])


def _rows(
    snapshot: Snapshot,
    vector: Vectors,
    bag: Mapping[str, float],
    words: Translated,
    allowed: Allowed | None,
    preferred: Allowed | None,
    authors: Rows | None,
    count: int,
    timings: Timings,
) -> Rows | None:
    """The passages to score, ascending; none for all of the index."""
    if snapshot.lexical.documents <= max(FEW, count):
        return None if allowed is None else allowed.rows
    scopes = [allowed] if preferred is None else [allowed, preferred]
    rows = pool(snapshot, vector, bag, words, scopes, timings)
    if authors is None:
        return rows
    if len(authors) > FEW:
        authors = authors[np.argsort(-snapshot.lexical.scores(bag, authors), kind="stable")[:FEW]]
    return np.union1d(rows, authors)


def _best(
    snapshot: Snapshot, rows: Rows | None, score: Scores, count: int
) -> list[tuple[int, int, Passage]]:
    """Places and rows of the largest scores, best first, equal ones by passage id."""
    count = min(count, len(score))
    if count == 0:
        return []
    # All rows that tie with the last one are sorted, so that the cut does not depend on row order.
    floor = np.partition(score, len(score) - count)[len(score) - count]
    places = np.flatnonzero(score >= floor)
    of_places = places if rows is None else rows[places]
    found = [
        (int(place), int(row), snapshot.passages[int(row)])
        for place, row in zip(places, of_places, strict=True)
    ]
    found.sort(key=lambda one: (-float(score[one[0]]), one[2].id))
    return found[:count]


def _of_reports(snapshot: Snapshot, values: NDArray[_T], rows: Rows | None) -> NDArray[_T]:
    """What each report's passages have, shape (passages,) or (len(rows),)."""
    if rows is None:
        return np.repeat(values, np.diff(snapshot.starts))
    found: NDArray[_T] = values[snapshot.report_numbers(rows)]
    return found


_AUTHOR_WORDS = ("记者", "作者", "通讯员", "撰稿", "责任编辑", "责编", "编辑")
"""One of them stands in every text that ``holds(…, "author")``; a test compares them."""


READ = 64
"""Reports that may be read for one question, to find out whether they name their authors."""


def _authors(snapshot: Snapshot, allowed: Allowed | None) -> Rows:
    """The passages that name reporters, authors or editors, ascending."""
    found = [snapshot.lexical.form(word)[0] for word in _AUTHOR_WORDS]
    rows = np.unique(np.concatenate(found)).astype(np.int64)
    if allowed is not None:
        rows = rows[allowed.mask[rows]]
    if len(rows) > FEW or len(np.unique(snapshot.report_numbers(rows))) > READ:
        # Too many to read: who asks for the author of whatever report is told of some.
        return rows
    texts = (normalise(snapshot.passage_text(int(row))) for row in rows)
    kept = np.fromiter((holds(text, "author") for text in texts), dtype=np.bool_, count=len(rows))
    return rows[kept]


def _cosines(
    snapshot: Snapshot, vector: Vectors, scale: Scale, rows: Rows | None
) -> tuple[Scores, Scores]:
    """Cosine with each passage, and with the best sentence of each.

    Args:
        snapshot: the index.
        vector: of the question.
        scale: of the model's cosines.
        rows: the passages, ascending; none for all.
    """
    passages, sentences = snapshot.dense_passages, snapshot.dense_sentences
    if rows is None and isinstance(passages, DenseIndex) and isinstance(sentences, DenseIndex):
        dense, cosines = passages.every(vector), sentences.every(vector)
        sizes = np.diff(snapshot.boundaries)
    else:
        of = np.arange(snapshot.lexical.documents) if rows is None else rows
        dense = passages.cosines(vector, of)
        first, last = snapshot.boundaries[of], snapshot.boundaries[of + 1]
        cosines = sentences.cosines(vector, ranges(first, last))
        sizes = last - first
    sentence = _largest(cosines, sizes)
    # The last digits depend on how many threads share a product.
    dense, sentence = np.round(dense, _DIGITS), np.round(sentence, _DIGITS)
    return scale.apply(dense), scale.apply(sentence)


def _largest(values: Scores, sizes: Rows) -> Scores:
    """The largest value of each of several stretches; of an empty one, the smallest of all."""
    result = np.full(len(sizes), values.min(initial=1.0), dtype=np.float32)
    filled = np.flatnonzero(sizes)
    starts = np.cumsum(sizes) - sizes
    if len(filled):
        result[filled] = np.maximum.reduceat(values, starts[filled])
    return result
