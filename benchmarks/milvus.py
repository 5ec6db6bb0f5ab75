"""The same questions put to an index on disk and to the same index in Milvus Lite.

    python benchmarks/milvus.py [--json benchmarks/results/milvus.json] [--sets NAME...]
                                [--shared ../shared] [--work DIR] [--limit N]

Told of each set: the share of questions with the same first extract (bar: .99), and how long a
question takes, as a ratio of the medians. Then an ingestion is killed in the middle, taken up, and
every record compared with the index on disk. Exits with 1 where a bar is missed. Models are those
shipped: this compares two places of one index, and scores nothing.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks.results import write_result
from embeddings.milvus.address import MilvusAddress, parse_address
from embeddings.milvus.ingest import ingest
from embeddings.milvus.reader import open_store
from embeddings.snapshot import Snapshot, open_generation
from qa.engine import Answerer
from qa.evaluation.corpora import open_corpus
from qa.evaluation.readers import read_questions
from qa.links import PageLinks
from qa.settings import Settings, load_settings

BAR = 0.99

SETS = {
    "cmrc2018_dev": ("cmrc2018_dev.json", None),
    "drcd_dev": ("drcd_dev.json", None),
    "xquad.zh": ("xquad.zh.json", None),
    "xquad.en": ("xquad.zh.json", "xquad.en.json"),
    "city_reports.dev": ("city_reports.dev.jsonl", None),
}
"""Name to file, and the file whose questions are asked instead."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One set.

    Attributes:
        name: of the set.
        passages: of its index.
        same: whether the first extracts of each question are the same.
        disk: milliseconds of each question, asked of the index on disk.
        milvus: the same, asked of Milvus Lite.
        ingested: seconds that writing it to Milvus Lite took.
    """

    name: str
    passages: int
    same: Sequence[bool]
    disk: Sequence[float]
    milvus: Sequence[float]
    ingested: float

    @property
    def share(self) -> float:
        """Of questions with the same first extract."""
        return float(np.mean(self.same))

    def figures(self) -> dict[str, Any]:
        """As the result has them."""
        return {
            "passages": self.passages,
            "questions": len(self.same),
            "same": round(self.share, 4),
            "disk_p50_ms": round(float(np.median(self.disk)), 2),
            "milvus_p50_ms": round(float(np.median(self.milvus)), 2),
            "milvus_p95_ms": round(float(np.percentile(self.milvus, 95)), 2),
            "ratio": round(float(np.median(self.milvus) / np.median(self.disk)), 2),
            "ingested_s": round(self.ingested, 2),
        }


def compare(name: str, shared: Path, work: Path, limit: int | None) -> tuple[Compared, Snapshot]:
    """Ask the questions of one set of both."""
    file, others = SETS[name]
    data = shared / "eval"
    found = read_questions(data / file, data / others if others else None)
    settings = _settings(shared, work, found.reports is None)
    opened = open_corpus(settings, found)
    address = parse_address(f"milvus-lite:{work}/sets.db#{name.replace('.', '_')}")
    started = time.perf_counter()
    ingest(opened.snapshot, address)
    ingested = time.perf_counter() - started
    stored = open_store(address, work)
    places = [
        Answerer(one, opened.embedder, PageLinks("pages")) for one in (opened.snapshot, stored)
    ]
    same: list[bool] = []
    times: tuple[list[float], list[float]] = ([], [])
    for question in found.questions[:limit]:
        first = []
        for answerer, spent in zip(places, times, strict=True):
            started = time.perf_counter()
            answer = answerer.ask(question.text)
            spent.append((time.perf_counter() - started) * 1000)
            first.append([(one.citation.passage, one.text) for one in answer.ranked[:1]])
        same.append(first[0] == first[1])
    compared = Compared(name, opened.snapshot.manifest.passages, same, *times, ingested)
    return compared, opened.snapshot


def _settings(shared: Path, work: Path, reports: bool) -> Settings:
    corpus = (shared / "reports",) if reports else ()
    return load_settings(corpus=corpus, cache=work, state=work).model_copy(update={"index": None})


def killed(index: Snapshot, work: Path) -> tuple[int, int, bool]:
    """Kill an ingestion when half is written, take it up, and look at all of it.

    Returns:
        records written when it was killed, records in all, and whether everything is there, once
        and unchanged.
    """
    with tempfile.TemporaryDirectory(dir=work) as folder:
        address = parse_address(f"milvus-lite:{folder}/killed.db")
        command = [sys.executable, __file__, "--killed", str(index.folder), str(address)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != -signal.SIGKILL:
            raise SystemExit(done.stderr)
        written, total = map(int, done.stdout.split()[-2:])
        ingest(index, address)
        stored = open_store(address, Path(folder), verify=True)
        return written, total, len(stored.dense_sentences) == index.manifest.sentences


def _be_killed(generation: str, address: MilvusAddress) -> None:
    def half(done: int, total: int) -> None:
        print(done, total, flush=True)
        if 2 * done >= total:
            os.kill(os.getpid(), signal.SIGKILL)

    ingest(open_generation(Path(generation)), address, progress=half)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--work", type=Path, default=Path("build/milvus"))
    parser.add_argument("--limit", type=int, help="questions a set; all where none is given")
    parser.add_argument("--killed", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.killed:
        _be_killed(arguments.killed[0], parse_address(arguments.killed[1]))
        return
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    done: list[Compared] = []
    bars: list[dict[str, Any]] = []
    index: Snapshot | None = None
    for name in arguments.sets:
        compared, snapshot = compare(name, arguments.shared, work, arguments.limit)
        if index is None or snapshot.manifest.sentences > index.manifest.sentences:
            index = snapshot
        done.append(compared)
        bars.append(
            {
                "what": f"Milvus Lite gives FAISS's first extract, {name}",
                "asked": "≥ 99 %",
                "figure": f"{100 * compared.share:.2f} %",
                "met": compared.share >= BAR,
            }
        )
        print(name, compared.figures(), flush=True)
        _write(arguments.json, done, bars, complete=False)
    if index is not None:
        written, total, whole = killed(index, work)
        bars.append(
            {
                "what": "A kill during ingestion",
                "asked": "nothing lost, nothing twice",
                "figure": f"killed at {written} of {total} records, "
                + ("all there, once" if whole else "not all there"),
                "met": whole,
            }
        )
        print(bars[-1]["figure"])
    _write(arguments.json, done, bars, complete=True)
    if not all(bar["met"] for bar in bars):
        sys.exit(1)


def _write(
    path: Path | None, done: Sequence[Compared], bars: list[dict[str, Any]], *, complete: bool
) -> None:
    if path is None:
        return
    figures = {one.name: one.figures() for one in done}
    columns = list(next(iter(figures.values())))
    table = {
        "title": "An index on disk and the same in Milvus Lite",
        "columns": ["set", *(column.replace("_", " ") for column in columns)],
        "rows": [[name, *values.values()] for name, values in figures.items()],
    }
    write_result(
        path,
        {"sets": figures, "bars": bars, "tables": [table]},
        packages=("pymilvus", "milvus-lite"),
        complete=complete,
    )


if __name__ == "__main__":
    main()
