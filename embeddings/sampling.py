"""How much some reports will take in an index, told from a sample of them by a short run.

What needs no embedder is written for half of the sample and for all of it. Texts grow with the
reports; words grow more slowly, as fewer and fewer are new (Heaps, "Information Retrieval", 1978):
each of their files grows with a power of the passages, which follows from the two runs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from corpus.errors import EmptyCorpus
from corpus.records import content_digest
from corpus.report import Report
from embeddings.census import counted
from embeddings.embedder import Embedder, encode_nested
from embeddings.passage_rows import HASHES, ROWS
from embeddings.plan import Counts, Plan
from embeddings.report_store import HEADS, OFFSETS, REPORTS, STARTS
from embeddings.snapshot import BOUNDARIES
from embeddings.written_texts import write_texts

_TEXTS: Final = frozenset((REPORTS, HEADS, OFFSETS, STARTS))
_ROWS: Final = frozenset((HASHES, ROWS, BOUNDARIES))
_MANIFEST: Final = 110
"""Bytes of the manifest for each report."""

_STEEPEST: Final = 1.02
_SECONDS: Final = 1.5
_BATCH: Final = 64
_ROUNDS: Final = 10  # of FAISS's k-means
_MEASURED: Final = 256  # questions that the search is measured with


def expected_counts(reports: Sequence[Report], factor: float) -> tuple[Counts, float]:
    """How much there is to index, where a sample is one of ``factor`` equal parts.

    Args:
        reports: the sample.
        factor: at least 1; 1 where the sample is all there is.

    Returns:
        what to expect of all reports, and the seconds that writing their texts will take.

    Raises:
        EmptyCorpus: no report of the sample has a passage.
        OSError: the folder for temporary files cannot be written.
    """
    census = counted(reports)
    if not census.passages:
        raise EmptyCorpus("there is no passage to index")
    half = [report for report in reports[::2] if report.passages]
    before, _ = _written(half or reports)
    # Written second: what is loaded once for a build does not count in its time.
    sizes, seconds = _written(reports)
    ratio = census.passages / max(1, sum(len(report.passages) for report in half))
    stored = words = 0.0
    for name, size in sizes.items():
        if name in _TEXTS:
            stored += size * factor
        elif name not in _ROWS:
            words += size * factor ** _power(before.get(name, size), size, ratio)
    counts = Counts(
        reports=round(len(reports) * factor),
        passages=round(census.passages * factor),
        sentences=round(census.sentences * factor),
        stored=round(stored + _MANIFEST * len(reports) * factor),
        words=round(words),
    )
    return counts, seconds * factor


def _written(reports: Sequence[Report]) -> tuple[dict[str, int], float]:
    """Sizes of the files that hold the texts of some reports, and the seconds it took."""
    with TemporaryDirectory(prefix="cityqa-plan-") as name:
        folder = Path(name) / "texts"
        folder.mkdir()
        began = time.perf_counter()
        write_texts(reports, folder, Path(name) / "scratch", lambda _: None)
        seconds = time.perf_counter() - began
        return {path.name: path.stat().st_size for path in folder.iterdir()}, seconds


def _power(before: int, after: int, ratio: float) -> float:
    """The power of the passages that a size grows with, of two sizes and what parts them."""
    if ratio <= 1.01 or before <= 0:
        return 1.0
    return min(_STEEPEST, max(0.0, math.log(after / before) / math.log(ratio)))


def known_passages(reports: Sequence[Report], digests: Collection[str]) -> int:
    """Passages of the reports whose content is among some digests."""
    return sum(len(report.passages) for report in reports if content_digest(report) in digests)


def embedding_rate(
    embedder: Embedder, reports: Sequence[Report], seconds: float = _SECONDS
) -> float:
    """Characters of passages a second that are embedded, their sentences with them.

    Args:
        embedder: of both.
        reports: whose passages are embedded, evenly spaced ones.
        seconds: after which the run ends.
    """
    found = [(report, passage) for report in reports for passage in report.passages]
    step = max(1, len(found) // 1_000)
    texts, spans = [], []
    for report, passage in found[::step]:
        begin = passage.span.start
        texts.append(report.slice(passage.span))
        spans.append([(s.start - begin, s.end - begin) for s in passage.sentences])
    # Loaded before the clock runs.
    encode_nested(embedder, texts[:1], spans[:1])
    began, characters = time.perf_counter(), 0
    for first in range(0, len(texts), _BATCH):
        batch = texts[first : first + _BATCH]
        encode_nested(embedder, batch, spans[first : first + _BATCH])
        characters += sum(map(len, batch))
        if time.perf_counter() - began > seconds:
            break
    return characters / max(1e-9, time.perf_counter() - began)


def grouping_seconds(plan: Plan) -> float:
    """Seconds that parting the vectors into lists takes, from the speed of a product of matrices.

    Ten rounds over the sample and one over the passages, each with every centre; and the questions
    that the search is measured with, once with every passage. 0 for an exact index.
    """
    if not plan.lists:
        return 0.0
    left = np.ones((512, plan.dim), dtype=np.float32)
    right = np.ones((plan.dim, 2_048), dtype=np.float32)
    left @ right
    began = time.perf_counter()
    left @ right
    rate = left.shape[0] * right.size / max(1e-9, time.perf_counter() - began)
    passages = plan.counts.passages
    products = plan.lists * (_ROUNDS * plan.sample + passages) + _MEASURED * passages
    return plan.dim * products / rate
