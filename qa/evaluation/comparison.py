"""Two runs over the same questions, side by side: what changed, and whether it is more than chance.

The first run is the one to compare with, the second the one that is to be better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import EvaluationError
from qa.evaluation.metrics import METRICS, score
from qa.evaluation.metrics.table import MEANS, QUOTIENTS, Table, table
from qa.evaluation.records import Prediction
from qa.evaluation.saved_run import SavedRun
from qa.evaluation.significance import SAMPLES, auroc_test, holm, mean_test, quotient_test

SIDES = ("extract_hit@1", "answered_hit@1")
"""Metrics of which each question that changed sides is named."""

LENGTHS = frozenset({"extract_chars"})
"""Lengths, not scores: shorter is counted as better, and longer is no regression."""


@dataclass(frozen=True, slots=True)
class Change:
    """One metric of both runs.

    Attributes:
        metric: its name.
        first, second: its values; none where it does not apply.
        difference: second − first; none where either is.
        p: of the paired test, two-sided; none where there is no difference to test.
        p_holm: the same, corrected for all metrics of the comparison.
        wins, ties, losses: questions for which the second run is better, as good, worse; none
            for metrics that have no value of one question.
    """

    metric: str
    first: float | None
    second: float | None
    difference: float | None
    p: float | None
    p_holm: float | None
    wins: int | None
    ties: int | None
    losses: int | None

    @property
    def better(self) -> bool | None:
        """Whether the second run is better; none where neither is."""
        if not self.difference:
            return None
        return (self.difference > 0) != (self.metric in LENGTHS)

    def significant(self, alpha: float) -> bool:
        """Whether the difference is more than chance, all metrics considered."""
        return self.p_holm is not None and self.p_holm < alpha


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that changed sides.

    Attributes:
        gained: whether the second run has it right, and the first had not.
        first, second: what the runs answered.
    """

    gained: bool
    first: Prediction
    second: Prediction


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared.

    Attributes:
        questions: how many were compared.
        changes: one a metric, in the order of ``METRICS``.
        moved: each of ``SIDES`` that was compared, to the questions that changed sides.
        warnings: what to know before believing it, a line each.
    """

    questions: int
    changes: tuple[Change, ...]
    moved: Mapping[str, tuple[Moved, ...]]
    warnings: tuple[str, ...]

    def regressions(self, alpha: float) -> tuple[Change, ...]:
        """Metrics that are worse by more than chance; lengths are none of them."""
        return tuple(
            change
            for change in self.changes
            if change.better is False and change.metric not in LENGTHS and change.significant(alpha)
        )

    def as_json(self) -> dict[str, Any]:
        """The object that ``cityqa compare --json`` prints."""
        return {
            "questions": self.questions,
            "metrics": {
                change.metric: {
                    "first": change.first,
                    "second": change.second,
                    "difference": change.difference,
                    "p": change.p,
                    "p_holm": change.p_holm,
                    "wins": change.wins,
                    "ties": change.ties,
                    "losses": change.losses,
                }
                for change in self.changes
            },
            "changed": {
                metric: {
                    "gained": [_moved_json(one) for one in moved if one.gained],
                    "lost": [_moved_json(one) for one in moved if not one.gained],
                }
                for metric, moved in self.moved.items()
            },
            "warnings": list(self.warnings),
        }


def compare(first: SavedRun, second: SavedRun, metrics: Sequence[str] = METRICS) -> Comparison:
    """Compare two runs over the questions that both answered.

    Args:
        first: what to compare with.
        second: what is to be better.
        metrics: names of those to compare; the correction is over these alone.

    Raises:
        EvaluationError: they have no question in common.
    """
    common = [
        id_
        for id_, prediction in first.predictions.items()
        if id_ in second.predictions and second.predictions[id_].question == prediction.question
    ]
    if not common:
        raise EvaluationError(
            "have no question in common",
            where=f"{first.folder} and {second.folder}",
            mend="compare runs over the same set",
        )
    pair = [[run.predictions[id_] for id_ in common] for run in (first, second)]
    tables = [table(predictions) for predictions in pair]
    scores = [score(predictions) for predictions in pair]
    wanted = [name for name in METRICS if name in metrics]
    p = {name: _p(name, scores, tables) for name in wanted}
    corrected = holm(p)
    return Comparison(
        questions=len(common),
        changes=tuple(_change(name, scores, tables, p[name], corrected[name]) for name in wanted),
        moved={name: tuple(_moved(pair, tables, name)) for name in SIDES if name in wanted},
        warnings=tuple(_warnings(first, second, len(common))),
    )


def _p(
    name: str, scores: Sequence[Mapping[str, float | None]], tables: Sequence[Table]
) -> float | None:
    if any(one[name] is None for one in scores):
        return None
    first, second = tables
    if name == "refusal_auroc":
        # Each sample sorts nothing but weighs every question: fewer of them for very many.
        samples = min(SAMPLES, max(1000, 20_000_000 // len(first.confidence)))
        return auroc_test(first.confidence, second.confidence, first.answerable, samples=samples)
    if name in MEANS:
        return mean_test(_differences(name, tables))
    column = QUOTIENTS.index(name)
    return quotient_test(
        (first.above[:, column], first.below[:, column]),
        (second.above[:, column], second.below[:, column]),
    )


def _differences(name: str, tables: Sequence[Table]) -> list[float]:
    """Second − first of the questions of which both runs have a value, of a mean."""
    first, second = tables
    column = QUOTIENTS.index(name)
    both = (first.below[:, column] > 0) & (second.below[:, column] > 0)
    return [float(one) for one in (second.above - first.above)[both, column]]


def _change(
    name: str,
    scores: Sequence[Mapping[str, float | None]],
    tables: Sequence[Table],
    p: float | None,
    p_holm: float | None,
) -> Change:
    first, second = (one[name] for one in scores)
    wins = ties = losses = None
    if name in MEANS and p is not None:
        differences = _differences(name, tables)
        wins = sum(one > 0 for one in differences)
        losses = sum(one < 0 for one in differences)
        ties = len(differences) - wins - losses
        if name in LENGTHS:
            wins, losses = losses, wins
    return Change(
        metric=name,
        first=first,
        second=second,
        difference=None if first is None or second is None else second - first,
        p=p,
        p_holm=p_holm,
        wins=wins,
        ties=ties,
        losses=losses,
    )


def _moved(
    pair: Sequence[Sequence[Prediction]], tables: Sequence[Table], name: str
) -> Iterator[Moved]:
    column = QUOTIENTS.index(name)
    change = tables[1].above[:, column] - tables[0].above[:, column]
    for difference, first, second in zip(change, *pair, strict=True):
        if difference:
            yield Moved(bool(difference > 0), first, second)


def _warnings(first: SavedRun, second: SavedRun, common: int) -> Iterator[str]:
    counts = [len(run.predictions) for run in (first, second)]
    if {common} != set(counts):
        yield (
            f"the runs are over different questions ({counts[0]} and {counts[1]}): "
            f"only the {common} that are the same in both are compared"
        )
    if first.corpus and second.corpus and first.corpus != second.corpus:
        yield "the runs are over different reports: a difference may be theirs"
    for run in (first, second):
        if run.set_name and (run.set_name in trained_on(run) or _seen(run)):
            yield f"{run.folder}: its models were trained on {run.set_name}, its own questions"


def trained_on(run: SavedRun) -> frozenset[str]:
    """Names that a run tells its models were trained on: every string below a key ``sets``."""
    return frozenset(_sets(run.trained, within=False))


def _seen(run: SavedRun) -> bool:
    """Whether the run itself tells so, of files that it knew by their digests."""
    return isinstance(run.trained, Mapping) and bool(run.trained.get("seen"))


def _sets(value: Any, *, within: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _sets(part, within=within or key == "sets")
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _sets(part, within=within)
    elif within and isinstance(value, str):
        yield value


def _moved_json(moved: Moved) -> dict[str, Any]:
    return {
        "id": moved.first.question.id,
        "question": moved.first.question.text,
        "first": _shown_json(moved.first),
        "second": _shown_json(moved.second),
    }


def _shown_json(prediction: Prediction) -> dict[str, Any]:
    extract = prediction.extracts[0] if prediction.extracts else None
    return {
        "extract": None if extract is None else extract.text,
        "report": None if extract is None else extract.report,
        "refused": prediction.refused,
        "confidence": prediction.confidence,
    }
