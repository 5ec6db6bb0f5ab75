"""The signals by which an extract is chosen: one row of numbers a candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.normalise import normalise
from embeddings.embedder import Vectors
from embeddings.search import ranges
from embeddings.snapshot import Snapshot
from qa.alignment import AlignedQuestion, Alignment, Matches
from qa.answer import Hit
from qa.asked import Asked, Held
from qa.candidates import Candidate
from qa.described import FIXED, Described
from qa.language import CHINESE
from qa.occurrences import longest_run
from qa.passage_texts import PassageTexts, SearchTexts
from qa.question import Question
from qa.retrieve import Retrieved
from qa.scale import Scale
from qa.stretches import Array, Stretches
from qa.wants import WANTS, holds_unit
from qa.within_passage import Local, aligned, local_cosines

PASSAGE_FEATURES = (
    "passage_cosine",
    "passage_sentence",
    "passage_lexical",
    "passage_translated",
    "passage_behind",
    "passage_prior",
    "passage_rank",
    "passage_coverage",
    "passage_sentences",
    "head_coverage",
    "passage_aligned",
)

SENTENCE_FEATURES = (
    "cosine",
    "cosine_behind",
    "cosine_first",
    "before_cosine",
    "after_cosine",
    "coverage",
    "coverage_behind",
    "coverage_first",
    "pairs",
    "pairs_first",
    "peak",
    "before_coverage",
    "after_coverage",
    "context_coverage",
    "run",
    "density",
    "local_cosine",
    "local_coverage",
    "local_first",
    "residual",
    "residual_first",
    "residual_run",
    "head",
    "aligned",
    "aligned_behind",
    "aligned_first",
    "aligned_local",
    "before_aligned",
    "translated_coverage",
    "translated_behind",
    "translated_first",
    "before_translated",
    "unit",
    "numbers",
    "new_numbers",
    "new_quotes",
    "length",
    "position",
    "last",
    "joined",
    "dependent",
    "note",
    "asks",
    *(f"wanted_{want}" for want in WANTS),
)

QUESTION_FEATURES = ("foreign", "question_length", "question_mass", "translated_mass")

FEATURES: tuple[str, ...] = (*PASSAGE_FEATURES, *SENTENCE_FEATURES, *QUESTION_FEATURES)
"""Names of the columns.

- ``passage_*``: the passage's signals; how far its score lies behind the best passage's; its rank
  (natural logarithm); the share of the question's idf mass that it covers; its sentences
  (logarithm); ``head_coverage``: the share that the report's title and first sentence cover;
- ``cosine``: of the question and the candidate's sentences, the best; ``_behind``: how far it lies
  behind the best candidate of the passage, ``_first``: of all passages; ``before_``, ``after_``: of
  the neighbouring sentences (so for all signals);
- ``coverage``: share of the question's idf mass that the candidate's terms cover; ``pairs``: the
  same over character bigrams, words and numbers alone; ``peak``: over the four rarest of these;
  ``context_coverage``: with the sentence before;
- ``run``: longest stretch shared with the question, over the question's length; ``density``:
  coverage over the logarithm of the length;
- ``local_*``: what tells the sentences of one passage apart: terms weighted by how few of its
  sentences hold them too, cosine with what a sentence's vector has beyond the passage's mean;
- ``residual``: coverage of the terms that the report's head has not; ``_run``: longest stretch of
  them; ``head``: it is the head's sentence;
- ``aligned``: how well the question's word pieces find a match (``qa/alignment.py``); ``_local``:
  weighted by what tells the sentences of the passage apart;
- ``translated_coverage``: coverage over the phrases that the dictionary gave;
- ``unit``: a number stands with the unit asked for; ``numbers``: share of the question's numbers;
  ``new_numbers``, ``new_quotes``: numbers and quoted names that the question does not have
  (logarithm);
- ``length``: natural logarithm of the characters; ``position``: share of the passage before it;
  ``last``: it ends the passage;
- ``joined``, ``dependent``, ``note``: as ``Candidate`` and ``Passage`` have them; ``asks``: it is a
  question itself;
- ``wanted_*``: 1 where that kind of value is asked for and there, -1 where it is not there, else 0;
- of the question: whether it is not Chinese, its length and idf mass (logarithms), the idf mass of
  its translations (logarithm).
"""

Matrix = NDArray[np.float32]

DIGITS = 5
"""Behind the point, of every feature."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates with their features.

    Attributes:
        candidates: of all hits, in the order of the hits and of their text.
        hits: of each candidate.
        matrix: shape (candidates, len(FEATURES)).
    """

    candidates: tuple[Candidate, ...]
    hits: tuple[Hit, ...]
    matrix: Matrix


def featurise(
    snapshot: Snapshot,
    texts: PassageTexts,
    question: Question,
    found: Retrieved,
    hits: Sequence[Hit],
    scale: Scale,
    alignment: Alignment,
) -> Scored:
    """The candidates of the retrieved passages and their features.

    Args:
        snapshot: the index.
        texts: of the same snapshot.
        question: as understood.
        found: what was retrieved for it.
        hits: the passages to take candidates from, best first.
        scale: of the model's cosines.
        alignment: of the same snapshot.
    """
    passages = [
        _Passage(rank, hit, int(snapshot.boundaries[hit.row]), texts[hit.row], known)
        for rank, hit in enumerate(hits)
        if (known := texts.described(hit.row)).candidates
    ]
    candidates = tuple(candidate for one in passages for candidate in one.known.candidates)
    of_hits = tuple(one.hit for one in passages for _ in one.known.candidates)
    if not candidates:
        return Scored((), (), np.empty((0, len(FEATURES)), dtype=np.float32))
    stretches = Stretches(
        [len(one.text.plain) for one in passages],
        np.repeat(np.arange(len(passages)), [len(one.known.candidates) for one in passages]),
        np.concatenate([one.known.begin for one in passages]),
        np.concatenate([one.known.end for one in passages]),
    )
    rows = np.array([one.first for one in passages])
    vectors = snapshot.dense_sentences.rows(ranges(rows, rows + stretches.sizes))
    asked = Asked(question, found)
    held = asked.held([one.text for one in passages])
    head = asked.held([texts.head(one.hit.report) for one in passages]).terms
    head = np.maximum(head[::2], head[1::2])
    local = Local(asked, held.terms, head, stretches)
    matches = _matches(texts, question, passages, alignment)
    columns: dict[str, Array] = {name: np.zeros(len(candidates)) for name in _FIRST_COLUMNS}
    columns |= _of_passages(passages, found, asked, held.terms, head, stretches)
    columns |= aligned(*matches, stretches)
    columns |= _of_vectors(vectors, found, scale, stretches)
    columns |= _of_terms(asked, held.terms, local, stretches)
    columns |= _of_translations(asked, passages, stretches)
    columns |= _of_texts(asked, question, passages)
    columns |= _of_runs(asked, held, local, candidates, stretches)
    columns |= dict(
        zip(QUESTION_FEATURES, np.tile(asked.values, (len(candidates), 1)).T, strict=True)
    )
    columns["density"] = columns["coverage"] / np.maximum(columns["length"], 1.0)
    # A column after the other in memory, as trees compare them.
    matrix = np.array([columns[name] for name in FEATURES], dtype=np.float32).T
    # A tree must not tell 0 from what is 0 but for the last digits.
    np.round(matrix, DIGITS, out=matrix)
    _behind_first(matrix)
    return Scored(candidates, of_hits, matrix)


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage with what there is to choose from in it."""

    rank: int
    hit: Hit
    first: int
    text: SearchTexts
    known: Described


def _matches(
    texts: PassageTexts, question: Question, passages: Sequence[_Passage], alignment: Alignment
) -> tuple[AlignedQuestion, Matches]:
    """The question's word pieces, and their matches in every sentence."""
    chinese = question.language in CHINESE
    asked = alignment.question(normalise(question.content) if chinese else question.content)
    sentences = [pieces for one in passages for pieces in texts.pieces(one.hit.row, alignment.cut)]
    return asked, alignment.matches(asked, sentences)


def _of_passages(
    passages: Sequence[_Passage],
    found: Retrieved,
    asked: Asked,
    held: Array,
    head: Array,
    stretches: Stretches,
) -> dict[str, Array]:
    best = found.hits[0].fused
    hits = [one.hit for one in passages]
    values: dict[str, Any] = {
        "passage_cosine": [hit.dense for hit in hits],
        "passage_sentence": [hit.sentence for hit in hits],
        "passage_lexical": [hit.lexical for hit in hits],
        "passage_translated": [hit.translated for hit in hits],
        "passage_behind": [hit.fused - best for hit in hits],
        "passage_prior": [hit.prior for hit in hits],
        "passage_rank": [math.log(one.rank + 1) for one in passages],
        "passage_coverage": asked.coverage(stretches.most_of_passage(held)),
        "passage_sentences": np.log(stretches.sizes),
        "head_coverage": asked.coverage(head),
    }
    return {name: stretches.of_passage(np.asarray(one)) for name, one in values.items()}


def _of_vectors(
    vectors: Vectors, found: Retrieved, scale: Scale, stretches: Stretches
) -> dict[str, Array]:
    cosines = scale.apply(np.einsum("ij,j->i", vectors, found.vector[0]))
    cosine = stretches.most(cosines)
    return {
        "cosine": cosine,
        "cosine_behind": cosine - stretches.of_passage(stretches.most_of_passage(cosines)),
        "before_cosine": stretches.before(cosines),
        "after_cosine": stretches.after(cosines),
        "local_cosine": stretches.most(local_cosines(vectors, found.vector[0], stretches)),
    }


def _of_terms(asked: Asked, held: Array, local: Local, stretches: Stretches) -> dict[str, Array]:
    inside = stretches.most(held)
    alone = asked.coverage(held)
    coverage = asked.coverage(inside)
    most = stretches.of_passage(stretches.most_of_passage(alone))
    return {
        "coverage": coverage,
        "coverage_behind": coverage - np.maximum(coverage, most),
        "pairs": asked.pairs(inside),
        "peak": asked.peak(inside),
        "before_coverage": stretches.before(alone),
        "after_coverage": stretches.after(alone),
        "context_coverage": asked.coverage(np.maximum(inside, stretches.before(held))),
        "local_coverage": local.coverage(inside),
        "residual": local.residual(inside),
        "numbers": asked.numbers(inside),
    }


def _of_translations(
    asked: Asked, passages: Sequence[_Passage], stretches: Stretches
) -> dict[str, Array]:
    alone = np.array([asked.translated(plain) for one in passages for plain in one.text.plain])
    # A stretch is looked at as one text: a word may lie across two sentences.
    whole = np.array([asked.translated(c.plain) for one in passages for c in one.known.candidates])
    return {
        "translated_coverage": whole,
        "translated_behind": whole
        - np.maximum(whole, stretches.of_passage(stretches.most_of_passage(alone))),
        "before_translated": stretches.before(alone),
    }


def _of_texts(asked: Asked, question: Question, passages: Sequence[_Passage]) -> dict[str, Array]:
    known = [one.known for one in passages]
    fixed = np.concatenate([one.fixed for one in known])
    found: dict[str, Array] = dict(zip(FIXED, fixed.T, strict=True))
    found["new_numbers"] = np.array([asked.new_numbers(n) for one in known for n in one.numbers])
    found["new_quotes"] = np.array([asked.new_quotes(q) for one in known for q in one.quotes])
    nothing = np.zeros(len(fixed))
    found["unit"] = nothing
    if question.units:
        plain = (candidate.plain for one in known for candidate in one.candidates)
        found["unit"] = np.array([holds_unit(text, question.units) for text in plain])
    for want in WANTS:
        found[f"wanted_{want}"] = nothing
        if want in question.wants:
            held = np.concatenate([one.holding(want) for one in known])
            # 1 where it is wanted and there, -1 where it is wanted and is not.
            found[f"wanted_{want}"] = np.where(held, 1.0, -1.0)
    return found


def _of_runs(
    asked: Asked,
    held: Held,
    local: Local,
    candidates: Sequence[Candidate],
    stretches: Stretches,
) -> dict[str, Array]:
    pairs = stretches.most(held.pairs) > 0
    residual = longest_run(pairs & stretches.of_passage(local.beyond))
    # No stretch is longer than its pairs in a row, wherever in the text each of them stands.
    most = longest_run(pairs) + (stretches.most(held.characters) > 0)
    run = most.copy()
    for place in np.flatnonzero((most > _SURE) & (stretches.begin == stretches.end)).tolist():
        run[place] = asked.run(candidates[place].plain, _SURE, int(most[place]))
    for place in stretches.several.tolist():
        # Some pair may stand where two sentences meet.
        plain = candidates[place].plain
        run[place] = asked.run(plain)
        residual[place] = local.residual_run(int(stretches.passage[place]), plain)
    return {"run": run / asked.length, "residual_run": residual / asked.length}


_SURE = 2
"""Characters of a stretch that is there where its pair is."""

_FIRST = {
    FEATURES.index(f"{name}_first"): FEATURES.index(source)
    for name, source in (
        ("cosine", "cosine"),
        ("coverage", "coverage"),
        ("pairs", "pairs"),
        ("local", "local_coverage"),
        ("residual", "residual"),
        ("aligned", "aligned"),
        ("translated", "translated_coverage"),
    )
}

_FIRST_COLUMNS = tuple(FEATURES[column] for column in _FIRST)


def _behind_first(matrix: Matrix) -> None:
    """Fill the columns that compare a candidate with those of all passages."""
    if len(matrix):
        for column, source in _FIRST.items():
            matrix[:, column] = matrix[:, source] - matrix[:, source].max()
