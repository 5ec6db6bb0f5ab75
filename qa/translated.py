"""The signal of translated words: which passages hold what the dictionary gives for a question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.dictionary import Translation
from embeddings.lexical import idf
from embeddings.search import Allowed, Rows, Scores
from embeddings.snapshot import Snapshot

_SPARSE = 8
"""Postings of a phrase are merged by sorting where they are fewer than one passage in so many."""


@dataclass(frozen=True, slots=True)
class TranslatedTerm:
    """A phrase of the question with the Chinese words that stand for it in these reports.

    Attributes:
        phrase: stems, as looked up.
        forms: in search form.
        certain: how surely each of them is meant, in (0, 1].
        weight: geometric mean of the idf of "any of the forms" and that of the rarest one.
    """

    phrase: str
    forms: tuple[str, ...]
    certain: tuple[float, ...]
    weight: float

    def held(self, plain: str) -> float:
        """How surely a text in search form holds the phrase: that of the surest form in it."""
        return max(
            (sure for form, sure in zip(self.forms, self.certain, strict=True) if form in plain),
            default=0.0,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Translated:
    """BM25 of the translated phrases over its bound.

    Attributes:
        terms: the phrases that any passage holds.
    """

    terms: tuple[TranslatedTerm, ...]
    _documents: int
    _scores: Scores | None  # of all passages; none where there are no terms

    def scores(self, rows: Rows | None = None) -> Scores:
        """The signal of some passages, or of all, in [0, 1]."""
        if self._scores is None:
            return np.zeros(self._documents if rows is None else len(rows), dtype=np.float32)
        return self._scores if rows is None else self._scores[rows]

    def best(self, count: int, allowed: Allowed | None = None) -> Rows:
        """The passages where the signal is largest, in no order; none where it is 0."""
        if self._scores is None:
            return np.empty(0, dtype=np.int64)
        rows = np.flatnonzero(self._scores > 0)
        if allowed is not None:
            rows = rows[allowed.mask[rows]]
        if len(rows) > count:
            rows = rows[np.argpartition(-self._scores[rows], count)[:count]]
        return rows


def translated(
    snapshot: Snapshot, content: str, language: str, places: Sequence[tuple[str, ...]]
) -> Translated:
    """Look the words of a question up and score the passages that hold what they may mean.

    All translations of a phrase count as one term, present in a passage as surely as the surest of
    them is meant. Of a guessed word, presence tells more than frequency, so that the saturation
    counts by its root; and the rarest translation tells how specific the phrase can be.

    Args:
        snapshot: the index.
        content: the question's text for the lexical signals.
        language: in which words that are not Chinese are looked up.
        places: Chinese names of each place that the content names in another script.
    """
    size = snapshot.lexical.documents
    translations = _translations(snapshot, content, language, places)
    if not translations:
        return Translated((), size, None)
    total = np.zeros(size, dtype=np.float32)
    terms: list[TranslatedTerm] = []
    for translation in translations:
        rows, values, rarest = _postings(snapshot, translation)
        if len(rows):
            weight = math.sqrt(idf(size, len(rows)) * rarest)
            total[rows] += np.float32(weight) * values
            terms.append(
                TranslatedTerm(translation.phrase, translation.forms, translation.weights, weight)
            )
    bound = sum(term.weight for term in terms)
    if not bound:
        return Translated(tuple(terms), size, None)
    total /= np.float32(bound)
    return Translated(tuple(terms), size, total)


def _translations(
    snapshot: Snapshot, content: str, language: str, places: Sequence[tuple[str, ...]]
) -> list[Translation]:
    # A Chinese question without Latin words has nothing to look up: the dictionary stays unread.
    plain_chinese = language == "en" and not any("a" <= c.lower() <= "z" for c in content)
    named = [Translation(names[0], names, (1.0,) * len(names)) for names in places]
    spelled = (
        []
        if plain_chinese
        else snapshot.dictionary.translate(content, language, snapshot.lexical.__contains__)
    )
    # A place is known by its name alone: what its parts or its sound may mean is none of it.
    known = {form for names in places for form in names}
    return [*named, *(one for one in spelled if known.isdisjoint(one.forms))]


def _postings(
    snapshot: Snapshot, translation: Translation
) -> tuple[NDArray[np.integer], Scores, float]:
    """Passages that hold any form, how surely and how often each does, and the rarest form's idf.

    Returns:
        rows, ascending, each once; the largest ``sure * sqrt(saturation)`` of each; and the largest
        ``sure * idf`` of a form.
    """
    size = snapshot.lexical.documents
    rarest = 0.0
    found: list[tuple[NDArray[np.int32], Scores]] = []
    for form, sure in zip(translation.forms, translation.weights, strict=True):
        rows, saturation = snapshot.lexical.form(form)
        if len(rows):
            rarest = max(rarest, sure * idf(size, len(rows)))
            found.append((rows, np.float32(sure) * np.sqrt(saturation)))
    if len(found) == 1:
        return *found[0], rarest
    if _SPARSE * sum(len(rows) for rows, _ in found) > size:
        best = np.zeros(size, dtype=np.float32)
        for rows, values in found:
            best[rows] = np.maximum(best[rows], values)
        held = np.flatnonzero(best > 0)
        return held, best[held], rarest
    if not found:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32), rarest
    merged = np.concatenate([rows for rows, _ in found])
    order = np.argsort(merged, kind="stable")
    rows, starts = np.unique(merged[order], return_index=True)
    values = np.maximum.reduceat(np.concatenate([values for _, values in found])[order], starts)
    return rows, values, rarest
