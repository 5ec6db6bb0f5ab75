"""The scores of a run: overall, by group, with intervals, and what the run was made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluation.bootstrap import intervals
from qa.evaluation.metrics import score
from qa.evaluation.records import EvalQuestion, Malformed, Prediction

Scores = Mapping[str, float | None]
Intervals = Mapping[str, tuple[float, float] | None]

SEED = 20_261_123
RESAMPLES = 1000

MOST_REPORTS = 100
"""Reports up to which each is scored apart."""

NO_KIND = "other"
"""The group, by kind, of the questions of which the set does not tell it."""

SEEN = "these models were trained on this set: its scores say nothing"
"""What is said of an evaluation that has ``Evaluation.seen``."""

NO_REPORT = "none"
"""The group, by report, of the questions that no report answers."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the predictions of a run are worth. A metric that does not apply is none.

    Attributes:
        metrics: of all questions.
        by_language: question language to metrics.
        by_kind: kind of question to metrics; ``other`` where the set tells none.
        by_report: gold report to metrics; ``none`` for unanswerable questions. A question with
            several gold reports counts for each. Empty where there are more than
            ``MOST_REPORTS``, as in a set whose every paragraph is a report.
        matrix: question language to report to metrics; empty where ``by_report`` is.
        intervals: of ``metrics``, at 95 %.
        language_intervals, kind_intervals: the same for the groups.
        sizes: ``by_language``, ``by_kind`` and ``by_report`` to group to number of questions.
        n: number of questions.
        index: digest of the index's manifest.
        latency_ms: ``p50`` and ``p95`` of a question, in milliseconds; none without questions.
        run: what it was made of: versions, model, parameters, set and the like, as plain values.
        malformed: what of the set could not be read, or names a report that the index has not.
    """

    metrics: Scores
    by_language: Mapping[str, Scores]
    by_kind: Mapping[str, Scores]
    by_report: Mapping[str, Scores]
    matrix: Mapping[str, Mapping[str, Scores]]
    intervals: Intervals
    language_intervals: Mapping[str, Intervals]
    kind_intervals: Mapping[str, Intervals]
    sizes: Mapping[str, Mapping[str, int]]
    n: int
    index: str
    latency_ms: Mapping[str, float | None]
    run: Mapping[str, Any]
    malformed: tuple[Malformed, ...]

    @property
    def seen(self) -> tuple[str, ...]:
        """Names of the sets, among the files scored, that the models were trained on."""
        trained = self.run.get("trained")
        return tuple(trained.get("seen", ())) if isinstance(trained, Mapping) else ()

    def as_json(self) -> dict[str, Any]:
        """The object that ``cityqa eval --json`` prints."""
        return {
            "metrics": dict(self.metrics),
            "by_language": _plain(self.by_language),
            "by_kind": _plain(self.by_kind),
            "by_report": _plain(self.by_report) or None,
            "matrix": {language: _plain(row) for language, row in self.matrix.items()} or None,
            "intervals": {
                name: None if interval is None else list(interval)
                for name, interval in self.intervals.items()
            },
            "n": self.n,
            "index": self.index,
            "latency_ms": dict(self.latency_ms),
            "malformed": [{"line": one.line, "reason": one.reason} for one in self.malformed],
        }


def evaluate(
    predictions: Sequence[Prediction],
    *,
    index: str,
    run: Mapping[str, Any],
    malformed: Sequence[Malformed] = (),
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> Evaluation:
    """Score the predictions of a run.

    Args:
        predictions: one a question.
        index: digest of the index's manifest.
        run: what the run was made of, as plain values.
        malformed: what was left out.
        seed: of the bootstrap.
        resamples: of the bootstrap.
    """
    languages = _grouped(predictions, lambda one: (one.question.language,))
    kinds = _grouped(predictions, lambda one: (one.question.kind or NO_KIND,))
    reports = _grouped(predictions, _reports_of)
    matrix = {
        language: _scores(_grouped(group, _reports_of))
        for language, group in languages.items()
        if len(reports) <= MOST_REPORTS
    }
    if len(reports) > MOST_REPORTS:
        reports = {}

    def bounds(group: Sequence[Prediction]) -> Intervals:
        return intervals(group, seed=seed, resamples=resamples)

    return Evaluation(
        metrics=score(predictions),
        by_language=_scores(languages),
        by_kind=_scores(kinds),
        by_report=_scores(reports),
        matrix=matrix,
        intervals=bounds(predictions),
        language_intervals={name: bounds(group) for name, group in languages.items()},
        kind_intervals={name: bounds(group) for name, group in kinds.items()},
        sizes={
            "by_language": {name: len(group) for name, group in languages.items()},
            "by_kind": {name: len(group) for name, group in kinds.items()},
            "by_report": {name: len(group) for name, group in reports.items()},
        },
        n=len(predictions),
        index=index,
        latency_ms=latency(predictions),
        run=run,
        malformed=tuple(malformed),
    )


def groups_of(questions: Sequence[EvalQuestion]) -> dict[str, list[str]]:
    """The names of the groups that questions will be scored in."""
    reports = {name for one in questions for name in gold_of(one)}
    return {
        "by_language": sorted({one.language for one in questions}),
        "by_kind": sorted({one.kind or NO_KIND for one in questions}),
        "by_report": sorted(reports) if len(reports) <= MOST_REPORTS else [],
    }


def latency(predictions: Sequence[Prediction]) -> dict[str, float | None]:
    """Median and 95th percentile of milliseconds a question, by linear interpolation."""
    import numpy as np

    values = [one.latency_ms for one in predictions]
    return {
        name: round(float(np.percentile(values, share)), 2) if values else None
        for name, share in (("p50", 50), ("p95", 95))
    }


def gold_of(question: EvalQuestion) -> Sequence[str]:
    """The groups by report that a question counts for."""
    return tuple(dict.fromkeys(question.reports)) or (NO_REPORT,)


def _reports_of(prediction: Prediction) -> Sequence[str]:
    return gold_of(prediction.question)


def _grouped(
    predictions: Sequence[Prediction], names: Callable[[Prediction], Sequence[str]]
) -> dict[str, list[Prediction]]:
    """Predictions by group, the groups in order of their names."""
    groups: dict[str, list[Prediction]] = {}
    for prediction in predictions:
        for name in names(prediction):
            groups.setdefault(name, []).append(prediction)
    return dict(sorted(groups.items()))


def _scores(groups: Mapping[str, Sequence[Prediction]]) -> dict[str, Scores]:
    return {name: score(group) for name, group in groups.items()}


def _plain(groups: Mapping[str, Scores]) -> dict[str, dict[str, float | None]]:
    return {name: dict(scores) for name, scores in groups.items()}
