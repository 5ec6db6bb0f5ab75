"""The signals by which an extract is chosen: one row of numbers a candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.normalise import normalise
from embeddings.products import product
from embeddings.snapshot import Snapshot
from qa.alignment import Alignment
from qa.answer import Hit
from qa.asked import Asked
from qa.candidates import Candidate, candidates_of
from qa.language import CHINESE
from qa.passage_texts import PassageText, PassageTexts
from qa.question import Question
from qa.retrieve import Retrieved
from qa.scale import Scale
from qa.wants import WANTS, holds, holds_unit
from qa.within_passage import AlignedPassage, Local

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


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is measured of one stretch of sentences."""

    cosine: float
    coverage: float
    translated: float


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
    asked = Asked(question, found)
    aligned = _aligned(texts, question, hits, alignment)
    candidates: list[Candidate] = []
    of_hits: list[Hit] = []
    rows: list[list[float]] = []
    best = found.hits[0].fused if found.hits else 0.0
    for rank, hit in enumerate(hits):
        passage = snapshot.passages[hit.row]
        text = texts[hit.row]
        first = int(snapshot.boundaries[hit.row])
        own = candidates_of(snapshot.reports[hit.report], passage, hit.row, first, text.plain)
        if not own:
            continue
        vectors = snapshot.dense_sentences.rows(
            np.arange(first, int(snapshot.boundaries[hit.row + 1]))
        )
        cosines = scale.apply(product(vectors, found.vector[0]))
        alone = [
            _Sentence(float(cosine), asked.coverage(terms), asked.translated(plain))
            for cosine, terms, plain in zip(cosines, text.terms, text.plain, strict=True)
        ]
        of_passage = [
            hit.dense,
            hit.sentence,
            hit.lexical,
            hit.translated,
            hit.fused - best,
            hit.prior,
            math.log(rank + 1),
            asked.coverage(frozenset().union(*text.terms)),
            math.log(len(text.plain)),
            asked.coverage(texts.head(hit.report)),
            aligned[rank].passage,
        ]
        local = Local(asked, text, texts.head(hit.report), vectors, found.vector[0])
        opens = hit.row == int(snapshot.starts[snapshot.heads[hit.report].number])
        for candidate in own:
            begin, end = candidate.first - first, candidate.last - first
            candidates.append(candidate)
            of_hits.append(hit)
            rows.append(
                [
                    *of_passage,
                    *_sentence_values(
                        asked, candidate, begin, end, text, alone, local, opens, aligned[rank]
                    ),
                    float(passage.kind != "text"),
                    float(candidate.plain.rstrip().endswith(("?", "吗", "呢"))),
                    *_wanted(question, candidate),
                    *asked.values,
                ]
            )
    matrix = np.array(rows, dtype=np.float32).reshape(len(rows), len(FEATURES))
    # A tree must not tell 0 from what is 0 but for the last digits.
    np.round(matrix, DIGITS, out=matrix)
    _behind_first(matrix)
    return Scored(tuple(candidates), tuple(of_hits), matrix)


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


def _behind_first(matrix: Matrix) -> None:
    """Fill the columns that compare a candidate with those of all passages."""
    if len(matrix):
        for column, source in _FIRST.items():
            matrix[:, column] = matrix[:, source] - matrix[:, source].max()


def _aligned(
    texts: PassageTexts, question: Question, hits: Sequence[Hit], alignment: Alignment
) -> list[AlignedPassage]:
    """The alignment with every hit, in order."""
    chinese = question.language in CHINESE
    asked = alignment.question(normalise(question.content) if chinese else question.content)
    sentences = [texts.pieces(hit.row, alignment.cut) for hit in hits]
    matches = alignment.matches(asked, [one for several in sentences for one in several])
    cuts = np.cumsum([len(several) for several in sentences])[:-1]
    return [AlignedPassage(asked, own) for own in np.split(matches, cuts, axis=1)] if hits else []


_NOTHING = _Sentence(0.0, 0.0, 0.0)


def _sentence_values(
    asked: Asked,
    candidate: Candidate,
    begin: int,
    end: int,
    text: PassageText,
    alone: Sequence[_Sentence],
    local: Local,
    opens: bool,
    aligned: AlignedPassage,
) -> Sequence[float]:
    """The columns of ``SENTENCE_FEATURES`` up to ``dependent``."""
    held = frozenset().union(*text.terms[begin : end + 1])
    before = alone[begin - 1] if begin > 0 else _NOTHING
    after = alone[end + 1] if end + 1 < len(alone) else _NOTHING
    context = held | text.terms[begin - 1] if begin > 0 else held
    cosine = max(one.cosine for one in alone[begin : end + 1])
    coverage = asked.coverage(held)
    translated = asked.translated(candidate.plain)
    length = math.log(len(candidate.plain) + 1)
    return (
        cosine,
        cosine - max(one.cosine for one in alone),
        0.0,
        before.cosine,
        after.cosine,
        coverage,
        coverage - max(coverage, *(one.coverage for one in alone)),
        0.0,
        asked.pairs(held),
        0.0,
        asked.peak(held),
        before.coverage,
        after.coverage,
        asked.coverage(context),
        asked.run(candidate.plain),
        coverage / max(length, 1.0),
        float(local.cosines[begin : end + 1].max()),
        local.coverage(held),
        0.0,
        local.residual(held),
        0.0,
        local.residual_run(candidate.plain),
        float(opens and begin == 0),
        *aligned.values(begin, end),
        translated,
        translated - max(translated, *(one.translated for one in alone)),
        0.0,
        before.translated,
        float(bool(asked.question.units) and holds_unit(candidate.plain, asked.question.units)),
        asked.numbers(held),
        asked.new_numbers(candidate.plain),
        asked.new_quotes(candidate.plain),
        length,
        begin / len(alone),
        float(end + 1 == len(alone)),
        float(candidate.joined),
        float(candidate.dependent),
    )


def _wanted(question: Question, candidate: Candidate) -> Sequence[float]:
    return [
        (1.0 if holds(candidate.plain, want) else -1.0) if want in question.wants else 0.0
        for want in WANTS
    ]
