"""The tables of the page of an evaluation: all scores, groups of questions, report by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.evaluation import plots
from qa.evaluation.metrics import METRICS

if TYPE_CHECKING:
    from qa.evaluation.evaluation import Evaluation, Intervals, Scores

GROUP_LIMIT = 100
"""How many reports a table shows; a set in which every paragraph is one has thousands."""

# What stands beside each score; the definitions are those of qa.evaluation.metrics.
_MEANINGS = {
    "passage_recall": "a passage that answers is among the first {k}",
    "document_recall": "the right report is among the first {k}",
    "mrr": "mean of 1 ÷ the rank of the first passage that answers",
    "ndcg": "passages that answer, discounted by rank, against the best order",
    "extract_hit": "an answer is in the first {k} extracts, from the right report",
    "refusal_auroc": "chance that an answerable question is the more confident of two",
    "refusal_precision": "share of the refused that no report answers",
    "refusal_recall": "share of what no report answers that was refused",
    "comparison_complete": "every half of a comparison is shown, from its own report",
    "extract_chars": "mean length of a first extract, in characters",
}
_FIRST = {
    "passage_recall": "the first passage answers",
    "document_recall": "the first passage is of the right report",
    "extract_hit": "an answer is in the first extract, from the right report",
    "answered_hit": "the same, a refusal counted as a miss",
}

_GROUP_METRICS = (
    *("extract_hit@1", "extract_hit@3", "answered_hit@1", "extract_chars"),
    *("document_recall@1", "passage_recall@1", "ndcg@10", "refusal_auroc", "comparison_complete"),
)
"""Columns of the tables by language, kind and report; the whole is in ``metrics.json``."""


@dataclass(frozen=True, slots=True)
class Score:
    """A metric of all questions.

    Attributes:
        name, meaning, value, interval: as shown, empty where it does not apply.
        bar: its drawing, of a share.
    """

    name: str
    meaning: str
    value: str
    interval: str
    bar: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """Scores of some groups of questions.

    Attributes:
        title: what the groups are.
        noun: one of them.
        columns: metrics that apply to any group.
        rows: a group's name, its questions, and its scores with their intervals as shown.
        left_out: how many groups are not shown.
    """

    title: str
    noun: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """One metric by report and language of the question.

    Attributes:
        metric: its name.
        languages: the columns.
        rows: a report and, a language, the score as shown and its tenth, 0 to 9 (or none).
        left_out: how many reports are not shown.
    """

    metric: str
    languages: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, int | None], ...]], ...]
    left_out: int


def scores(evaluation: Evaluation) -> list[Score]:
    """Every metric of all questions."""
    made = []
    for name in _ordered(evaluation.metrics):
        value = evaluation.metrics[name]
        interval = evaluation.intervals.get(name)
        share = name != "extract_chars"
        family, _, cut = name.partition("@")
        made.append(
            Score(
                name=name,
                meaning=_meaning(family, cut),
                value=_shown(name, value),
                interval=_range(name, interval),
                bar=plots.interval_bar(value, interval) if share else "",
            )
        )
    return made


def groupings(evaluation: Evaluation) -> tuple[Grouping, ...]:
    """Scores by language, kind and report; what the evaluation does not group is left out."""
    return tuple(
        _grouping(title, noun, groups, evaluation.sizes.get(f"by_{noun}", {}), intervals)
        for title, noun, groups, intervals in (
            (
                "By language of the question",
                "language",
                evaluation.by_language,
                evaluation.language_intervals,
            ),
            ("By kind of question", "kind", evaluation.by_kind, evaluation.kind_intervals),
            ("By report", "report", evaluation.by_report, {}),
        )
        if groups
    )


def _grouping(
    title: str,
    noun: str,
    groups: Mapping[str, Scores],
    sizes: Mapping[str, int],
    intervals: Mapping[str, Intervals],
) -> Grouping:
    columns = tuple(
        name
        for name in _GROUP_METRICS
        if any(scores.get(name) is not None for scores in groups.values())
    )
    kept = _kept(groups)
    return Grouping(
        title=title,
        noun=noun,
        columns=columns,
        rows=tuple(
            (
                name,
                sizes.get(name, 0),
                tuple(
                    (
                        _shown(column, groups[name].get(column)),
                        _range(column, intervals.get(name, {}).get(column)),
                    )
                    for column in columns
                ),
            )
            for name in kept
        ),
        left_out=len(groups) - len(kept),
    )


def _kept(groups: Mapping[str, Scores]) -> list[str]:
    """The groups that a table shows: all in their order, or the worst of too many, worst first."""
    if len(groups) <= GROUP_LIMIT:
        return list(groups)

    def worst(name: str) -> tuple[float, str]:
        scores = groups[name]
        value = scores.get("extract_hit@1")
        if value is None:
            value = scores.get("document_recall@1")
        return (2.0 if value is None else value, name)

    return sorted(groups, key=worst)[:GROUP_LIMIT]


def matrix(evaluation: Evaluation) -> Matrix | None:
    """The extract score by report and language, or the ranking score where there are no answers."""
    cells = evaluation.matrix
    if not cells:
        return None
    metric = (
        "document_recall@1" if evaluation.metrics.get("extract_hit@1") is None else "extract_hit@1"
    )
    by_report: dict[str, dict[str, float | None]] = {}
    for language, reports in cells.items():
        for report, scores in reports.items():
            by_report.setdefault(report, {})[language] = scores.get(metric)
    kept = [name for name in _kept(evaluation.by_report) if name in by_report]
    languages = tuple(cells)
    return Matrix(
        metric=metric,
        languages=languages,
        rows=tuple(
            (
                report,
                tuple(
                    (_shown(metric, value), None if value is None else min(int(value * 10), 9))
                    for value in (by_report[report].get(language) for language in languages)
                ),
            )
            for report in kept
        ),
        left_out=len(by_report) - len(kept),
    )


def _meaning(family: str, cut: str) -> str:
    if cut == "1" and family in _FIRST:
        return _FIRST[family]
    return _MEANINGS.get(family, "").format(k=cut)


def _ordered(scores: Scores) -> list[str]:
    """The metrics in their order, and after them any that has none."""
    known = [name for name in METRICS if name in scores]
    return known + sorted(set(scores) - set(known))


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if name == "extract_chars" else f"{value:.3f}"


def _range(name: str, interval: tuple[float, float] | None) -> str:
    return "" if interval is None else "–".join(_shown(name, end) for end in interval)
