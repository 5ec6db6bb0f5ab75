"""Questions to one index: what is needed to put them, and to say how well and fast it went."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale.generator import Question
from embeddings.embedder import Embedder
from embeddings.snapshot import Snapshot, open_index
from qa.answer import Answer
from qa.engine import Answerer, Cache
from qa.evaluation.containment import contains
from qa.links import PageLinks
from qa.settings import Settings
from qa.workspace import embedder_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, what came, and the milliseconds it took."""

    question: Question
    answer: Answer
    milliseconds: float


def opened(index: Path) -> Answerer:
    """An answerer for a named index, as ``cityqa serve`` makes one."""
    return answerer(open_index(index), embedder_of(Settings(index=index)))


def answerer(snapshot: Snapshot, embedder: Embedder, cache: Cache | None = None) -> Answerer:
    """An answerer for a snapshot; each question is looked up unless a cache is given."""
    links = PageLinks("http://127.0.0.1")
    return Answerer(snapshot, embedder, links, cache=cache)


def ask(answers: Answerer, question: Question) -> Asked:
    """Put one question."""
    started = time.perf_counter()
    answer = answers.ask(question.text)
    return Asked(question, answer, (time.perf_counter() - started) * 1000)


def hit(asked: Asked) -> bool:
    """Whether the first extract holds the answer and is of the right report, before refusal."""
    ranked = asked.answer.ranked
    return bool(
        ranked
        and contains(ranked[0].text, asked.question.answer)
        and asked.question.report in ("", ranked[0].citation.report)
    )


def quantiles(values: Iterable[float]) -> dict[str, float]:
    """p50, p95 and p99 (nearest rank), and the mean."""
    ordered = sorted(values)
    if not ordered:
        return {}
    found = {
        f"p{share}": round(ordered[max(0, -(-share * len(ordered) // 100) - 1)], 2)
        for share in (50, 95, 99)
    }
    return {**found, "mean": round(statistics.fmean(ordered), 2), "n": len(ordered)}


def steps(asked: Sequence[Asked]) -> dict[str, float]:
    """Median milliseconds of each step that the answers tell of."""
    names = dict.fromkeys(name for one in asked for name in one.answer.timings)
    return {
        name: round(statistics.median(one.answer.timings.get(name, 0.0) for one in asked), 3)
        for name in names
    }
