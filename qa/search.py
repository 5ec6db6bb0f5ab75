"""From a question to candidates with features: what selection and refusal are computed from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from embeddings.embedder import Vectors
from embeddings.search import Allowed, Scores
from embeddings.snapshot import Snapshot
from embeddings.word_pieces import WordPieces
from qa.alignment import Alignment
from qa.answer import Hit
from qa.features import Scored, featurise
from qa.passage_texts import PassageTexts
from qa.priors import cities
from qa.question import Question
from qa.retrieve import Retrieved, retrieve
from qa.scale import Scale
from qa.timing import Timings
from qa.trees import Scores as TreeScores

CANDIDATES = 12
"""Passages handed to extract selection."""

PASSAGES = 20
"""Passages found for one question."""

BYLINE_BONUS = 0.6
"""For bylines, when the question asks who wrote the report."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave.

    Attributes:
        retrieved: passages by the fused score, with what they were found by.
        scored: candidates of the first ``CANDIDATES`` of them.
    """

    retrieved: Retrieved
    scored: Scored

    def ranked(self, scores: TreeScores) -> tuple[Hit, ...]:
        """The passages by their best candidate's score; those without candidates follow.

        Args:
            scores: of the candidates, shape (candidates,).
        """
        best: dict[int, float] = {}
        for hit, score in zip(self.scored.hits, scores.tolist(), strict=True):
            best[hit.row] = max(score, best.get(hit.row, float("-inf")))
        with_best = [replace(h, score=best[h.row]) for h in self.retrieved.hits if h.row in best]
        with_best.sort(key=lambda hit: (-hit.score, hit.passage))
        floor = with_best[-1].score if with_best else 0.0
        others = [h for h in self.retrieved.hits if h.row not in best]
        top = max((hit.fused for hit in others), default=0.0)
        return (*with_best, *(replace(h, score=floor + h.fused - top) for h in others))


class Searcher:
    """Searches one snapshot. Safe to share between threads.

    Args:
        snapshot: the index.
        word_pieces: of the built-in model.
        scale: of the embedder's cosines.
    """

    def __init__(self, snapshot: Snapshot, word_pieces: WordPieces, scale: Scale) -> None:
        self._snapshot = snapshot
        self._scale = scale
        self._cities = cities(snapshot.heads.values())
        self._texts = PassageTexts(snapshot)
        self._alignment = Alignment(snapshot, self._texts, word_pieces)

    def find(
        self,
        question: Question,
        vector: Vectors,
        *,
        within: Collection[str] | Allowed | None = None,
        priors: Scores | None = None,
        preferred: Allowed | None = None,
        passages: int = PASSAGES,
        timings: Timings | None = None,
    ) -> Found:
        """Retrieve passages and describe their candidates.

        Args:
            question: as understood.
            vector: of the question, shape (1, dim), unit length.
            within: the reports to search, or their ids; none for all.
            priors: a bonus of each report for all its passages, shape (reports,).
            preferred: reports with a bonus, see ``retrieve``.
            passages: wanted.
            timings: to add the steps of ``retrieve`` and ``describe`` to.
        """
        timings = timings or Timings()
        retrieved = retrieve(
            self._snapshot,
            question.terms,
            vector,
            self._scale,
            bag=question.bag,
            within=within,
            priors=priors,
            cities=self._cities,
            preferred=preferred,
            bylines=BYLINE_BONUS if "author" in question.wants else 0.0,
            language=question.dictionary,
            places=question.places,
            count=max(passages, CANDIDATES),
            timings=timings,
        )
        with timings.step("describe"):
            scored = featurise(
                self._snapshot,
                self._texts,
                question,
                retrieved,
                retrieved.hits[:CANDIDATES],
                self._scale,
                self._alignment,
            )
        return Found(retrieved, scored)
