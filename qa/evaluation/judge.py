"""From an answer to a prediction: which passages and extracts are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from embeddings.snapshot import Snapshot
from qa.answer import Answer, Hit
from qa.evaluation.containment import contains
from qa.evaluation.records import EvalQuestion, PredictedExtract, PredictedHit, Prediction

HITS = 20
"""Passages kept for a question: the largest k of a recall."""

TOP = 3
"""Extracts asked for: the largest k of an extract hit. A comparison shows two of each place."""


class Judge:
    """Judges answers given from one index.

    Args:
        snapshot: the index.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def unknown(self, question: EvalQuestion) -> tuple[str, ...]:
        """Gold reports of a question that the index does not hold."""
        return tuple(name for name in question.reports if name not in self._snapshot.heads)

    def prediction(self, question: EvalQuestion, answer: Answer) -> Prediction:
        """What an answer is worth: extracts as ranked before refusal, and the first ``HITS`` hits.

        A passage is relevant, and an extract right, if it is of a report that holds the answer and
        contains an answer string; of a comparison, one of that very report. Where there are no
        answer strings, every passage of a right report is relevant, and no extract is right.
        """
        relevant = self._relevant(question)
        known = set(relevant)
        return Prediction(
            question=question,
            hits=tuple(
                PredictedHit(
                    passage=hit.passage,
                    report=hit.report,
                    score=hit.score,
                    signals=_signals(hit),
                    right_report=hit.report in question.reports,
                    relevant=hit.passage in known,
                )
                for hit in answer.hits[:HITS]
            ),
            extracts=tuple(
                PredictedExtract(
                    text=extract.text,
                    report=extract.citation.report,
                    passage=extract.citation.passage,
                    start=extract.citation.span.start,
                    end=extract.citation.span.end,
                    score=extract.score,
                    signals=extract.signals,
                    link=extract.citation.link,
                    right=_contained(question, extract.citation.report, extract.text),
                )
                for extract in answer.ranked
            ),
            refused=answer.refused,
            reason=answer.reason,
            confidence=answer.confidence,
            latency_ms=answer.timings["total"],
            relevant=relevant,
        )

    def _relevant(self, question: EvalQuestion) -> tuple[str, ...]:
        """Ids of all relevant passages of the index, in its order."""
        return tuple(
            self._snapshot.passages[row].id
            for report in dict.fromkeys(question.reports)
            for row in self._rows(report)
            if not question.answers
            or _contained(question, report, self._snapshot.passage_text(row))
        )

    def _rows(self, report: str) -> range:
        """The passages of a report; none where the index does not hold it."""
        head = self._snapshot.heads.get(report)
        if head is None:
            return range(0)
        first, last = self._snapshot.starts[head.number : head.number + 2]
        return range(int(first), int(last))


def _contained(question: EvalQuestion, report: str, text: str) -> tuple[int, ...]:
    """Which answers a text of a report contains, of those that belong to that report."""
    if not question.compares:
        places = range(len(question.answers)) if report in question.reports else range(0)
        return tuple(place for place in places if contains(text, question.answers[place]))
    return tuple(
        place
        for place, (gold, answer) in enumerate(zip(question.reports, question.answers, strict=True))
        if gold == report and contains(text, answer)
    )


def _signals(hit: Hit) -> Mapping[str, float]:
    """Every number of a hit but its score and its row."""
    return {
        name: float(value)
        for name, value in asdict(hit).items()
        if name not in ("row", "score") and isinstance(value, int | float)
    }
