"""From a question to passages: every signal computed, then fused.

The fused score is a convex combination of similarities, each on a fixed scale (Bruch et al., "An
Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023): cosines as they are, the
lexical score over the largest score that the question could reach. A question in a language that
the reports are not written in reaches almost nothing of that bound, so that the lexical weight
vanishes by itself. Ties are broken by passage id.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.normalise import normalise
from embeddings.dictionary import Translation
from embeddings.embedder import Vectors
from embeddings.lexical import counted, idf
from embeddings.snapshot import Snapshot
from embeddings.tokens import tokenise
from qa.answer import Hit
from qa.scale import Scale
from qa.wants import holds

PASSAGE_WEIGHT = 0.5
LEXICAL_WEIGHT = 2.0
TRANSLATED_WEIGHT = 0.7

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]+")

_DIGITS = 6

SEARCHED = 2_000
"""Passage and sentence vectors scored by FAISS for one question, at most."""


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
    within: Collection[str] | None = None,
    priors: Mapping[str, float] | None = None,
    bylines: float = 0.0,
    language: str = "en",
    places: Sequence[tuple[str, ...]] = (),
    count: int,
) -> Retrieved:
    """Rank the passages of an index for a question.

    Args:
        snapshot: the index.
        content: the question's text for the lexical signals.
        vector: the question's embedding, shape (1, dim), unit length.
        scale: brings the model's cosines to the scale that the weights were chosen on.
        bag: terms of the content to how surely each is meant; those of the content where none are
            given.
        within: ids of the reports to search; none for all.
        priors: report id to a bonus for all its passages.
        bylines: a bonus for passages that name who wrote the report.
        language: in which words that are not Chinese are looked up.
        places: Chinese names of each place that the content names in another script.
        count: hits wanted.
    """
    allowed = _allowed(snapshot, within)
    dense, sentence = _dense(snapshot, vector, scale, allowed)
    if bag is None:
        # Kana is grammar here: the reports are Chinese, and only the characters can be in them.
        bag = counted(tokenise(_KANA.sub(" ", content) if language == "ja" else content))
    bound = snapshot.lexical.bound(bag)
    terms = {term: min(sure, 1.0) * snapshot.lexical.idf(term) for term, sure in bag.items()}
    lexical = snapshot.lexical.scores(bag)
    if bound > 0:
        lexical /= np.float32(bound)
    translated, phrases = _translated(snapshot, content, language, places)
    prior = _per_passage(snapshot, priors or {})
    if bylines:
        prior += np.float32(bylines) * _bylines(snapshot, allowed)
    score = (
        sentence
        + PASSAGE_WEIGHT * dense
        + LEXICAL_WEIGHT * lexical
        + TRANSLATED_WEIGHT * translated
        + prior
    )
    score = np.where(allowed, score, -np.inf)
    hits = tuple(
        Hit(
            row=row,
            passage=snapshot.passages[row].id,
            report=snapshot.passages[row].report,
            kind=snapshot.passages[row].kind,
            dense=float(dense[row]),
            sentence=float(sentence[row]),
            lexical=float(lexical[row]),
            translated=float(translated[row]),
            prior=float(prior[row]),
            fused=float(score[row]),
            score=float(score[row]),
        )
        for row in _best(snapshot, score, count)
    )
    return Retrieved(hits, vector, terms, tuple(phrases))


def _best(snapshot: Snapshot, score: NDArray[np.float32], count: int) -> list[int]:
    """Rows of the largest finite scores, best first, equal ones by passage id."""
    count = min(count, len(score))
    if count == 0:
        return []
    # All rows that tie with the last one are sorted, so that the cut does not depend on row order.
    floor = np.partition(score, len(score) - count)[len(score) - count]
    rows = [int(row) for row in np.flatnonzero(score >= floor) if np.isfinite(score[row])]
    rows.sort(key=lambda row: (-float(score[row]), snapshot.passages[row].id))
    return rows[:count]


def _allowed(snapshot: Snapshot, within: Collection[str] | None) -> NDArray[np.bool_]:
    if within is None:
        return np.ones(len(snapshot.passages), dtype=np.bool_)
    return np.fromiter(
        (passage.report in within for passage in snapshot.passages),
        dtype=np.bool_,
        count=len(snapshot.passages),
    )


def _per_passage(snapshot: Snapshot, values: Mapping[str, float]) -> NDArray[np.float32]:
    result = np.zeros(len(snapshot.passages), dtype=np.float32)
    if any(values.values()):
        for row, passage in enumerate(snapshot.passages):
            result[row] = values.get(passage.report, 0.0)
    return result


def _bylines(snapshot: Snapshot, allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    """1 for each passage that names reporters, authors or editors, shape (passages,)."""
    result = np.zeros(len(allowed), dtype=np.float32)
    for row in np.flatnonzero(allowed):
        result[row] = holds(normalise(snapshot.passage_text(int(row))), "author")
    return result


def _dense(
    snapshot: Snapshot, vector: Vectors, scale: Scale, allowed: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosine with each passage, and with the best sentence of each, both shape (passages,).

    What the search does not reach has the lowest score that it did reach.
    """
    size = len(snapshot.passages)
    searched = SEARCHED if allowed.all() else max(len(snapshot.dense_sentences), 1)
    rows, cosines = snapshot.dense_passages.search(vector, searched)
    dense = np.full(size, cosines.min(initial=1.0), dtype=np.float32)
    dense[rows] = cosines
    rows, cosines = snapshot.dense_sentences.search(vector, searched)
    sentence = np.full(size, cosines.min(initial=1.0), dtype=np.float32)
    np.maximum.at(sentence, snapshot.sentence_passages[rows], cosines)
    # FAISS shares a search among threads, and the last digits depend on how many there are.
    dense, sentence = np.round(dense, _DIGITS), np.round(sentence, _DIGITS)
    return scale.apply(dense), scale.apply(sentence)


def _translated(
    snapshot: Snapshot, content: str, language: str, places: Sequence[tuple[str, ...]]
) -> tuple[NDArray[np.float32], list[TranslatedTerm]]:
    """BM25 of translated phrases over its bound, shape (passages,), and the phrases.

    All translations of a phrase count as one term, present in a passage as surely as the surest of
    them is meant. Of a guessed word, presence tells more than frequency, so that the saturation
    counts by its root; and the rarest translation tells how specific the phrase can be.
    """
    size = len(snapshot.passages)
    total = np.zeros(size, dtype=np.float32)
    terms: list[TranslatedTerm] = []
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
    spelled = [one for one in spelled if known.isdisjoint(one.forms)]
    for translation in (*named, *spelled):
        best = np.zeros(size, dtype=np.float32)
        rarest = 0.0
        for form, sure in zip(translation.forms, translation.weights, strict=True):
            rows, saturation = snapshot.lexical.form(form)
            if len(rows):
                rarest = max(rarest, sure * idf(size, len(rows)))
                best[rows] = np.maximum(best[rows], np.float32(sure) * np.sqrt(saturation))
        frequency = int(np.count_nonzero(best))
        if frequency:
            weight = math.sqrt(idf(size, frequency) * rarest)
            total += np.float32(weight) * best
            terms.append(
                TranslatedTerm(translation.phrase, translation.forms, translation.weights, weight)
            )
    bound = sum(term.weight for term in terms)
    return (total / np.float32(bound) if bound else total), terms
