"""Ask the development questions of the city reports, and print how many are answered.

    python benchmarks/score_city_reports.py --corpus DIR --questions city_reports.dev.jsonl

Containment is as the questions' README defines it. Comparisons and unanswerable questions are left
out of ``extract_hit`` and ``passage_recall``, and scored apart.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np
from opencc import OpenCC

from corpus.library import read_library
from embeddings.build import build_index
from embeddings.models import load_embedder
from qa.confidence import calibrate
from qa.engine import Answerer
from qa.links import PageLinks

_GLOSS = re.compile(r"[(（][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹɡ]+[)）]")
_simplified = OpenCC("t2s").convert


def plain(text: str) -> str:
    """Both sides of the containment test."""
    text = re.sub(r"(\d)。(\d)", r"\1.\2", _simplified(_GLOSS.sub("", text)))
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def contains(extract: str, answer: str) -> bool:
    """A number is not contained in a longer one."""
    wanted = plain(answer)
    boundary = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    return re.search(boundary + re.escape(wanted), plain(extract)) is not None


def auroc(right: list[float], wrong: list[float]) -> float:
    """Probability that an answerable question is more confident than an unanswerable one."""
    pairs = [(a > b) + 0.5 * (a == b) for a in right for b in wrong]
    return sum(pairs) / len(pairs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--misses", action="store_true", help="print what was missed")
    arguments = parser.parse_args()
    questions = [
        json.loads(line)
        for line in arguments.questions.read_text(encoding="utf-8").splitlines()
        if line
    ]
    embedder = load_embedder(arguments.model)
    scores: dict[str, list[float]] = defaultdict(list)
    confident: dict[bool, list[float]] = {True: [], False: []}
    refused: list[tuple[bool, bool]] = []
    chars, times = [], []
    with tempfile.TemporaryDirectory() as folder:
        library = read_library([arguments.corpus])
        snapshot = build_index(library.reports, embedder, Path(folder), calibrate=calibrate)
        answerer = Answerer(snapshot, embedder, PageLinks(Path(folder)))
        for question in questions:
            answer = answerer.ask(question["question"], top=3)
            times.append(answer.timings["total"])
            kind, language = question["kind"], question["lang"]
            answerable = kind != "unanswerable"
            refused.append((answerable, answer.refused))
            if kind == "comparison":
                complete = all(
                    any(
                        e.citation.report == report and contains(e.text, wanted)
                        for e in answer.ranked
                    )
                    for report, wanted in zip(question["report"], question["answer"], strict=True)
                )
                scores["comparison_complete"].append(complete)
                if arguments.misses and not complete:
                    print("MISS", question["id"], question["question"], question["answer"])
                    for e in answer.ranked:
                        print("    ", e.citation.report, e.text[:110])
                continue
            confident[answerable].append(answer.confidence)
            if not answerable:
                if arguments.misses:
                    said = "REFUSED" if answer.refused else "SHOWN"
                    first = answer.ranked[0].text[:80] if answer.ranked else ""
                    print(
                        "NO ANSWER",
                        said,
                        question["id"],
                        question["question"],
                        round(answer.confidence, 2),
                        "|",
                        first,
                    )
                continue
            right = [
                e.citation.report in question["report"]
                and any(contains(e.text, a) for a in question["answer"])
                for e in answer.ranked
            ]
            chars.append(len(answer.ranked[0].text))
            for name in ("all", f"language {language}", f"kind {kind}"):
                scores[f"extract_hit@1 {name}"].append(any(right[:1]))
                scores[f"extract_hit@3 {name}"].append(any(right[:3]))
            scores["answered_hit@1"].append(any(right[:1]) and not answer.refused)
            if arguments.misses and not any(right[:1]):
                print(
                    "MISS",
                    question["id"],
                    question["question"],
                    question["answer"],
                    "third" if any(right) else "never",
                )
                for e in answer.ranked[:2]:
                    print("    ", e.citation.report, e.text[:110])
            elif arguments.misses and answer.refused:
                print("REFUSED", question["id"], question["question"], round(answer.confidence, 2))
    for name in sorted(scores):
        print(f"{name:34} {np.mean(scores[name]):.3f} of {len(scores[name])}")
    print(f"refusal_auroc                      {auroc(confident[True], confident[False]):.3f}")
    said = [answerable for answerable, no in refused if no]
    print(
        f"refusal_precision                  {1 - np.mean(said):.3f}" if said else "nothing refused"
    )
    unanswerable = [no for answerable, no in refused if not answerable]
    print(f"refusal_recall                     {np.mean(unanswerable):.3f}")
    print(f"extract_chars                      {np.mean(chars):.1f}")
    print(f"milliseconds a question, median    {np.median(times):.1f}")


if __name__ == "__main__":
    main()
