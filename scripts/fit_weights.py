"""Fit the fixed weights of extract selection and of confidence, and print how they carry over.

    python scripts/fit_weights.py --data ../shared/eval [--write qa/weights.py]

Reads reading-comprehension sets in SQuAD's format (each paragraph becomes one report), asks their
questions with the built-in model, and fits

- selection: a linear score whose softmax over a question's candidates puts its mass on those that
  hold the answer (listwise; Cao et al., "Learning to Rank", ICML 2007);
- confidence: logistic regression on "the first extract holds the answer", over each question asked
  twice: as it is, and with its own paragraph taken away, so that nothing can answer it.

Every score printed is of weights that were fitted on the other sets; the questions over the city
reports are never read here.
"""

from __future__ import annotations

import argparse
import json
import pprint
import random
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus.normalise import simplify
from corpus.passages import split_passages
from corpus.places.recognise import PlaceFinder
from corpus.raw import Line
from corpus.report import Report
from corpus.sections import lay_out
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.confidence import SCORE_FREE_SIGNALS, signals
from qa.features import FEATURES, Scored, featurise
from qa.question import Question, understand
from qa.retrieve import Retrieved, retrieve
from qa.scale import Scale

SEED = 20_261_123
SETS = {
    "cmrc": ("cmrc2018_dev.json", None),
    "drcd": ("drcd_dev.json", None),
    "xquad-zh": ("xquad.zh.json", None),
    "xquad-en": ("xquad.zh.json", "xquad.en.json"),
    "xquad-xx": ("xquad.zh.json", "xquad.en.json"),
}
# XQuAD's languages ask the same questions: they are one set. ``xx`` asks the English ones as if
# in a language that there is no dictionary for.
GROUPS = {
    "cmrc": "cmrc",
    "drcd": "drcd",
    "xquad-zh": "xquad",
    "xquad-en": "xquad",
    "xquad-xx": "xquad",
}

UNANSWERABLE_WEIGHT = 0.25
"""Of a question without its paragraph: one in five is assumed to have no answer."""

SMALLEST_FAMILY = 3
"""Paragraphs of an article that is searched alone."""

FIXED = {"passage_prior": 8.0, "holds_author": 8.0, "note": 0.0}
"""Weights of what these sets have no examples of."""


@dataclass(frozen=True)
class Asked:
    """One question with its candidates' features and which of them hold the answer."""

    matrix: np.ndarray
    right: np.ndarray
    question: Question
    found: Retrieved
    scored: Scored
    focused: bool


def paragraphs(path: Path) -> Iterator[tuple[str, dict]]:
    """Each paragraph with an id of its own."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    flat = [p for article in articles for p in article["paragraphs"]]
    for number, paragraph in enumerate(flat):
        yield f"p{number:05d}", paragraph


def reports_of(path: Path) -> list[Report]:
    """One report a paragraph."""
    reports = []
    for id_, paragraph in paragraphs(path):
        lines = [
            Line(text.strip(), number)
            for number, text in enumerate(paragraph["context"].splitlines(), start=1)
            if text.strip()
        ]
        layout = lay_out(lines)
        passages = split_passages(id_, layout.text, layout.paragraphs)
        reports.append(
            Report(
                id=id_, kind="original", city="", aliases=(), title=id_, source_title=None,
                publisher=None, authors=(), date=None, url=None, language="zh", text=layout.text,
                sections=layout.sections, passages=passages, origin=path.name, sha256="",
            )
        )  # fmt: skip
    return reports


def plain(text: str) -> str:
    """Both sides of the containment test."""
    text = re.sub(r"(\d)。(\d)", r"\1.\2", simplify(text))
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def contains(extract: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the extract; a number not within a longer one."""
    held = plain(extract)
    return any(
        re.search((r"(?<![\d.])" if a[:1].isdigit() else "") + re.escape(a), held)
        for a in map(plain, answers)
        if a
    )


def families(path: Path) -> dict[str, set[str]]:
    """Each paragraph's id to the ids of its article's paragraphs."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    result: dict[str, set[str]] = {}
    number = 0
    for article in articles:
        ids = {f"p{number + i:05d}" for i in range(len(article["paragraphs"]))}
        number += len(ids)
        result.update(dict.fromkeys(ids, ids))
    return result


def searches(gold: str, everything: set[str], family: set[str]) -> Iterator[tuple[set[str], bool]]:
    """Where a question is searched, and whether its paragraph is there.

    Everywhere; and, as for a question that names its city, in its article alone.
    """
    yield everything, True
    yield everything - {gold}, False
    if len(family) >= SMALLEST_FAMILY:
        yield family, True
        yield family - {gold}, False


def ask(
    snapshot: Snapshot,
    embedder: BuiltinEmbedder,
    data: Path,
    names: tuple[str, str | None],
    count: int,
    language: str | None = None,
) -> tuple[list[Asked], list[Asked]]:
    """Questions as they are, and with their own paragraph taken away."""
    other = {}
    if names[1]:
        for _, paragraph in paragraphs(data / names[1]):
            other.update({qa["id"]: qa["question"] for qa in paragraph["qas"]})
    asked = [
        (id_, other.get(qa["id"], qa["question"]), [a["text"] for a in qa["answers"]])
        for id_, paragraph in paragraphs(data / names[0])
        for qa in paragraph["qas"]
    ]
    asked = random.Random(SEED).sample(asked, min(count, len(asked)))
    vectors = embedder.encode_queries([question for _, question, _ in asked])
    finder = PlaceFinder([])
    everything = set(snapshot.reports)
    family = families(data / names[0])
    kept: list[Asked] = []
    taken: list[Asked] = []
    for (gold, text, answers), vector in zip(asked, vectors, strict=True):
        question = replace(understand(text, finder), absent=())
        if language:
            question = replace(question, language=language)
        for within, there in searches(gold, everything, family[gold]):
            found = retrieve(
                snapshot,
                question.terms,
                vector[None, :],
                Scale(),
                within=None if within == everything else within,
                language=question.dictionary,
            )
            scored = featurise(snapshot, question, found, Scale())
            right = np.array(
                [
                    hit.report == gold and contains(candidate.text, answers)
                    for candidate, hit in zip(scored.candidates, scored.hits, strict=True)
                ]
            )
            focused = len(within) < len(everything) - 1
            asked_once = Asked(scored.matrix, right, question, found, scored, focused)
            (kept if there else taken).append(asked_once)
    return kept, taken


def fit_selection(asked: Sequence[Asked], steps: int = 300, decay: float = 2e-3) -> np.ndarray:
    """Weights of the features, shape (len(FEATURES),), by Adam on the listwise loss."""
    useful = [a for a in asked if a.right.any() and not a.right.all()]
    x = np.concatenate([a.matrix for a in useful])
    y = np.concatenate([a.right for a in useful])
    sizes = np.array([len(a.right) for a in useful])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    spread = x.std(axis=0)
    spread[spread < 1e-6] = np.inf
    x = x / spread

    def shares(mass: np.ndarray) -> np.ndarray:
        return mass / (np.repeat(np.add.reduceat(mass, starts), sizes) + 1e-12)

    weights = np.zeros(len(FEATURES), dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        logits = x @ weights
        mass = shares(np.exp(logits - np.repeat(np.maximum.reduceat(logits, starts), sizes)))
        gradient = (mass - shares(mass * y)) @ x / len(useful) + decay * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
    return weights / spread


def hit_rate(asked: Sequence[Asked], weights: np.ndarray, top: int = 1) -> float:
    """Share of questions with an answer among the first candidates."""
    return float(np.mean([a.right[np.argsort(-(a.matrix @ weights))[:top]].any() for a in asked]))


def confidence_rows(asked: Sequence[Asked], weights: np.ndarray) -> tuple[list[dict], np.ndarray]:
    """Signals of each question's first extract, and whether it is right."""
    rows, labels = [], []
    for a in asked:
        if not len(a.right):
            continue
        scores = a.matrix @ weights
        best = int(np.argmax(scores))
        rows.append(signals(a.question, a.found, a.scored, scores, best, focused=a.focused))
        labels.append(bool(a.right[best]))
    return rows, np.array(labels)


def labelled(
    names: Sequence[str],
    kept: dict[str, list[Asked]],
    taken: dict[str, list[Asked]],
    weights: np.ndarray,
) -> tuple[list[dict], np.ndarray, np.ndarray]:
    """Signals, labels and row weights of some sets, with and without their own paragraphs."""
    rows, labels = confidence_rows([a for name in names for a in kept[name]], weights)
    others, wrong = confidence_rows([a for name in names for a in taken[name]], weights)
    shares = np.concatenate([np.ones(len(rows)), np.full(len(others), UNANSWERABLE_WEIGHT)])
    return rows + others, np.concatenate([labels, wrong]), shares


def fit_logistic(
    rows: Sequence[dict], labels: np.ndarray, shares: np.ndarray, names: Sequence[str]
) -> np.ndarray:
    """Weights of the named signals by Newton's method, rows weighted, with a small ridge."""
    x = np.array([[row[name] for name in names] for row in rows])
    weights = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (shares * p * (1 - p))[:, None]).T @ x + np.eye(len(names))
        weights += np.linalg.solve(hessian, x.T @ (shares * (labels - p)) - weights)
    return weights


def auroc(values: np.ndarray, labels: np.ndarray) -> float:
    """Probability that a right one has the larger value than a wrong one; ties count half."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(1, len(values) + 1)
    for value in np.unique(values):
        same = values == value
        ranks[same] = ranks[same].mean()
    positive = labels.sum()
    negative = len(labels) - positive
    return float((ranks[labels].sum() - positive * (positive + 1) / 2) / (positive * negative))


def best_threshold(p: np.ndarray, labels: np.ndarray, shares: np.ndarray) -> float:
    """Where wrong answers shown and right answers refused, together, are fewest."""
    cuts = np.linspace(0.05, 0.95, 91)
    return float(cuts[np.argmin([((p >= cut) != labels) @ shares for cut in cuts])])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=600, help="questions a set")
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    embedder = BuiltinEmbedder()
    kept: dict[str, list[Asked]] = {}
    taken: dict[str, list[Asked]] = {}
    with tempfile.TemporaryDirectory() as folder:
        snapshots: dict[str, Snapshot] = {}
        for name, names in SETS.items():
            if names[0] not in snapshots:
                index = Path(folder) / names[0]
                snapshots[names[0]] = build_index(
                    reports_of(arguments.data / names[0]), embedder, index
                )
            snapshot = snapshots[names[0]]
            language = "xx" if name.endswith("-xx") else None
            kept[name], taken[name] = ask(
                snapshot, embedder, arguments.data, names, arguments.count, language
            )
            print(f"{name}: {len(kept[name])} questions", flush=True)
    signal_names = list(confidence_rows(kept["cmrc"][:1], np.zeros(len(FEATURES)))[0][0])
    free = [name for name in signal_names if name in SCORE_FREE_SIGNALS]
    print("\nfitted on the other sets: extract_hit@1, @3, AUROC of confidence, and score-free")
    for name in SETS:
        others = [other for other in SETS if GROUPS[other] != GROUPS[name]]
        weights = fit_selection([a for other in others for a in kept[other]])
        rows, labels, shares = labelled(others, kept, taken, weights)
        everywhere = [a for a in kept[name] if not a.focused]
        mine, truth = confidence_rows(kept[name] + taken[name], weights)
        scores = []
        for names in (signal_names, free):
            logistic = fit_logistic(rows, labels, shares, names)
            scores.append(auroc(np.array([[r[n] for n in names] for r in mine]) @ logistic, truth))
        print(
            f"{name:9} {hit_rate(everywhere, weights):.3f} {hit_rate(everywhere, weights, 3):.3f}"
            f" {scores[0]:.3f} {scores[1]:.3f}",
            flush=True,
        )
    weights = fit_selection([a for name in SETS for a in kept[name]])
    rounded = {n: round(float(w), 3) for n, w in zip(FEATURES, weights, strict=True)} | FIXED
    weights = np.array(list(rounded.values()))
    rows, labels, shares = labelled(list(SETS), kept, taken, weights)
    fitted = {}
    for title, names in (("CONFIDENCE", signal_names), ("SCORE_FREE", free)):
        logistic = fit_logistic(rows, labels, shares, names)
        fitted[title] = {n: round(float(w), 3) for n, w in zip(names, logistic, strict=True)}
    vector = np.array([[row[n] for n in signal_names] for row in rows])
    p = 1 / (1 + np.exp(-(vector @ np.array([fitted["CONFIDENCE"][n] for n in signal_names]))))
    source = (
        '"""The fixed weights, as `scripts/fit_weights.py` writes them."""\n\n'
        "from __future__ import annotations\n\n"
    )
    for title, values in {"SELECTION": rounded, **fitted}.items():
        source += f"{title}: dict[str, float] = {pprint.pformat(values, sort_dicts=False)}\n\n"
    source += f"THRESHOLD: float = {round(best_threshold(p, labels, shares), 2)}\n"
    print(f"\n{source}")
    if arguments.write:
        arguments.write.write_text(source, encoding="utf-8")


if __name__ == "__main__":
    main()
