"""The signals by which an extract is chosen: one row of numbers a candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.snapshot import Snapshot
from embeddings.tokens import is_number, terms_of
from qa.answer import Hit
from qa.candidates import Candidate, candidates_of
from qa.question import Question
from qa.retrieve import Retrieved
from qa.scale import Scale
from qa.wants import WANTS, holds, holds_unit

FEATURES: tuple[str, ...] = (
    "cosine",
    "passage_cosine",
    "passage_sentence",
    "passage_lexical",
    "passage_translated",
    "passage_behind",
    "passage_prior",
    "coverage",
    "coverage_behind",
    "translated_coverage",
    "before_coverage",
    "after_coverage",
    "unit",
    "numbers",
    "length",
    "note",
    *(f"holds_{want}" for want in WANTS),
    "lacks_number",
    "lacks_percent",
    "lacks_date",
)
"""Names of the columns.

- ``cosine``: of the question and the candidate's sentences, the best;
- ``passage_*``: the passage's signals, and how far its score lies behind the best passage's;
- ``coverage``: share of the question's idf mass that the candidate's terms cover; ``_behind``:
  how far it lies behind the best candidate of the passage; ``before``, ``after``: of neighbours;
- ``translated_coverage``: the same over the phrases that the dictionary gave;
- ``unit``: a number stands with the unit asked for; ``numbers``: share of the question's numbers;
- ``length``: natural logarithm of the characters;
- ``note``: whether it is a source line, byline or caption;
- ``holds_*``: asked for and there; ``lacks_*``: asked for and not there.
"""

Matrix = NDArray[np.float32]


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


def featurise(snapshot: Snapshot, question: Question, found: Retrieved, scale: Scale) -> Scored:
    """The candidates of the retrieved passages and their features."""
    candidates: list[Candidate] = []
    hits: list[Hit] = []
    rows: list[list[float]] = []
    best = found.hits[0].score if found.hits else 0.0
    for hit in found.hits:
        passage = snapshot.passages[hit.row]
        first = int(snapshot.boundaries[hit.row])
        own = candidates_of(snapshot.reports[hit.report], passage, hit.row, first)
        if not own:
            continue
        vectors = snapshot.dense_sentences.rows(
            np.arange(first, int(snapshot.boundaries[hit.row + 1]))
        )
        cosines = scale.apply(vectors @ found.vector[0])
        held = [frozenset(terms_of(candidate.plain)) for candidate in own]
        covered = [_coverage(terms, found) for terms in held]
        for number, candidate in enumerate(own):
            candidates.append(candidate)
            hits.append(hit)
            rows.append(
                [
                    float(cosines[candidate.first - first : candidate.last - first + 1].max()),
                    hit.dense,
                    hit.sentence,
                    hit.lexical,
                    hit.translated,
                    hit.score - best,
                    hit.prior,
                    covered[number],
                    covered[number] - max(covered),
                    _translated_coverage(candidate.plain, found),
                    covered[number - 1] if number > 0 else 0.0,
                    covered[number + 1] if number + 1 < len(own) else 0.0,
                    *_values(question, found, candidate, held[number]),
                    float(passage.kind != "text"),
                    *_wanted(question, candidate),
                ]
            )
    matrix = np.array(rows, dtype=np.float32).reshape(len(rows), len(FEATURES))
    return Scored(tuple(candidates), tuple(hits), matrix)


def _coverage(held: Set[str], found: Retrieved) -> float:
    mass = sum(found.terms.values())
    if not mass:
        return 0.0
    return sum(weight for term, weight in found.terms.items() if term in held) / mass


def _translated_coverage(plain: str, found: Retrieved) -> float:
    mass = sum(term.weight for term in found.translated)
    if not mass:
        return 0.0
    held = (term.weight for term in found.translated if any(form in plain for form in term.forms))
    return sum(held) / mass


def _values(
    question: Question, found: Retrieved, candidate: Candidate, held: Set[str]
) -> Sequence[float]:
    asked = [term for term in found.terms if is_number(term)]
    return (
        float(bool(question.units) and holds_unit(candidate.plain, question.units)),
        sum(term in held for term in asked) / len(asked) if asked else 0.0,
        math.log(len(candidate.plain) + 1),
    )


def _wanted(question: Question, candidate: Candidate) -> Sequence[float]:
    there = {want: holds(candidate.plain, want) for want in question.wants}
    return (
        *(float(there.get(want, False)) for want in WANTS),
        *(float(not there.get(want, True)) for want in ("number", "percent", "date")),
    )
