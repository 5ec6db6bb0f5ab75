"""Compare what an index finds with an exhaustive search of the same vectors.

    python benchmarks/scale/comparing.py INDEX QUESTIONS.json OUT.json [--sample 30]

Recall@10 of the passage search, over all questions; and, on a sample, how many of the ten first
hits and of the first extracts stay the same where passages and sentences are searched in full.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import qa.retrieve
from benchmarks.scale.asking import answerer
from benchmarks.scale.exhaustive import Exhaustive, recall
from benchmarks.scale.parent import end_with
from embeddings.snapshot import open_index
from qa.settings import Settings
from qa.workspace import embedder_of

COUNT = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sample", type=int, default=30)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.parent is not None:
        end_with(arguments.parent)
    embedder = embedder_of(Settings(index=arguments.index))
    snapshot = open_index(arguments.index)
    texts = [one["text"] for one in json.loads(arguments.questions.read_text("utf-8"))]
    dense = snapshot.dense_passages
    queries = embedder.encode_queries(texts)
    exact = Exhaustive(dense).nearest_of_all(queries, COUNT)
    recalls = [
        recall(dense.search(queries[n : n + 1], COUNT)[0], exact[n]) for n in range(len(texts))
    ]
    usual = answerer(snapshot, embedder)
    full = answerer(
        replace(
            snapshot,
            dense_passages=Exhaustive(dense),
            dense_sentences=Exhaustive(snapshot.dense_sentences),
        ),
        embedder,
    )
    shares, same = [], []
    few = qa.retrieve.FEW
    for text in texts[:: max(1, len(texts) // max(1, arguments.sample))][: arguments.sample]:
        one = usual.ask(text)
        # Every passage is scored, not only those that a signal brings up.
        qa.retrieve.FEW = len(snapshot.passages)
        two = full.ask(text)
        qa.retrieve.FEW = few
        before, after = ([hit.passage for hit in answer.hits[:COUNT]] for answer in (one, two))
        shares.append(len(set(before) & set(after)) / max(1, len(after)))
        firsts = [answer.ranked[0].text if answer.ranked else "" for answer in (one, two)]
        same.append(firsts[0] == firsts[1])
    figures = {
        "recall@10": round(statistics.fmean(recalls), 4),
        "recall@10_least": round(min(recalls), 2),
        "questions": len(texts),
        "hits_overlap@10": round(statistics.fmean(shares), 4) if shares else None,
        "same_first_extract": round(statistics.fmean(same), 4) if same else None,
        "sample": len(shares),
    }
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
