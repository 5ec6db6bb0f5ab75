"""Selection and refusal, trained anew without a signal."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from examples import SETS, Example, SourceSet, examples_of, read_set
from fitting import (
    auroc,
    by_group,
    choose_brevity,
    chosen_of,
    features_of,
    fit_confidence,
    fit_trees,
    signals_of,
)

from corpus.library import read_library
from corpus.places.recognise import PlaceFinder
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.confidence import calibrate, probability
from qa.engine import Answerer
from qa.evaluation.judge import Judge
from qa.evaluation.metrics import score
from qa.evaluation.readers import read_questions
from qa.evaluation.run import ask_all
from qa.features import FEATURES, Scored
from qa.links import PageLinks
from qa.question import Question
from qa.search import Found, Searcher
from qa.trained import Judgement, Trained

METRICS = ("document_recall@1", "extract_hit@1", "refusal_auroc")
SCORED = ("cmrc2018_dev", "drcd_dev", "xquad.zh", "xquad.en")

Values = dict[str, float]
"""Of ``METRICS``."""


@dataclass(frozen=True)
class Asked:
    """An example with what it is scored by.

    Attributes:
        set: name of its set.
        example: of ``scripts/train_selector``.
        gold: id of the paragraph that answers; empty of all but plain questions.
    """

    set: str
    example: Example
    gold: str


def load(data: Path, kept: Path | None, share: float, seed: int) -> list[Asked]:
    """A seeded share of each kind of example of every set.

    Args:
        data: folder of the sets.
        kept: folder that keeps all examples between runs, as ``scripts/train_selector`` does.
        share: above 0 to 1.
        seed: of the sample.
    """
    found: list[Asked] = []
    for source in SETS:
        kinds: dict[str, list[Asked]] = {}
        questions = iter(read_set(data, source).questions)
        for example in _examples(data, source, kept):
            gold = ""
            if example.kind == "plain":
                # In the order of the questions, of which those without candidates are left out.
                text = example.question.text
                gold = next(one.reports[0] for one in questions if one.text == text)
            kinds.setdefault(example.kind, []).append(Asked(source.name, example, gold))
        for kind, several in kinds.items():
            rng = Random(f"{seed} {source.name} {kind}")
            found += rng.sample(several, max(2, round(share * len(several))))
    return found


def _examples(data: Path, source: SourceSet, kept: Path | None) -> list[Example]:
    path = kept / f"{source.name}.pickle" if kept else None
    if path is not None and path.exists():
        found: list[Example] = pickle.loads(path.read_bytes())
        if found[0].matrix.shape[1] == len(FEATURES):
            return found
    with tempfile.TemporaryDirectory() as folder:
        made = examples_of(data, source, Path(folder))
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(made))
    return made


def blinded(found: Found, columns: Sequence[int]) -> Found:
    """What was found, with some features all nought: trees never split on them."""
    matrix = found.scored.matrix.copy()
    matrix[:, columns] = 0.0
    scored: Scored = replace(found.scored, matrix=matrix)
    return replace(found, scored=scored)


ROUNDS, RATE = 200, 0.08
"""Fewer trees than what ships, at a higher learning rate: many trainings are compared here."""


class Ablation:
    """Models trained without some features.

    Each group's brevity and refusal are fitted to the other groups, whose candidates are scored by
    trees that did not see their own group (but this one).

    Args:
        asked: what to train on and to score.
        columns: that are switched off.
    """

    def __init__(self, asked: Sequence[Asked], columns: Sequence[int]) -> None:
        self._columns = columns
        self._asked = [
            replace(one, example=replace(one.example, found=blinded(one.example.found, columns)))
            for one in asked
        ]
        self._groups = by_group([one.example for one in self._asked])
        self._crossed = {
            group: self._trees([e for e in self._examples if e.group != group])
            for group in self._groups
        }
        self._brevity = {
            group: choose_brevity(own, [self._crossed[group].score(e.matrix) for e in own])
            for group, own in self._groups.items()
        }

    @property
    def _examples(self) -> list[Example]:
        return [one.example for one in self._asked]

    def _trees(self, examples: Sequence[Example]) -> Judgement:
        features = features_of("signals")
        return Judgement(features, fit_trees(examples, "signals", ROUNDS, RATE), 0.0, {}, 0.5)

    def without(self, group: str) -> Judgement:
        """Models that never saw a group."""
        return self._judged(self._crossed[group], [g for g in self._groups if g != group])

    @cached_property
    def on_all(self) -> Judgement:
        """Models trained on every group."""
        return self._judged(self._trees(self._examples), list(self._groups))

    def _judged(self, trees: Judgement, groups: Sequence[str]) -> Judgement:
        examples: list[Example] = []
        scores: list[np.ndarray] = []
        for group in groups:
            crossed = replace(self._crossed[group], brevity=self._brevity[group])
            examples += self._groups[group]
            scores += [crossed.score(e.matrix) for e in self._groups[group]]
        weights, threshold = fit_confidence(examples, scores, "signals")
        brevity = float(np.mean([self._brevity[group] for group in groups]))
        return replace(trees, brevity=brevity, confidence=weights, threshold=threshold)

    def scores(self) -> dict[str, Values]:
        """Each scored set to its metrics, by models that never saw its group."""
        judgements = {group: self.without(group) for group in self._groups}
        return {name: self._scores(name, judgements) for name in SCORED}

    def _scores(self, name: str, judgements: Mapping[str, Judgement]) -> Values:
        documents, hits, confident, gone = [], [], [], []
        for one in self._asked:
            example = one.example
            if one.set != name or example.kind not in ("plain", "taken"):
                continue
            judgement = judgements[example.group]
            chosen = chosen_of(example, judgement.score(example.matrix))
            confidence = probability(judgement.confidence, signals_of(example, chosen))
            if example.taken:
                gone.append(confidence)
                continue
            first = chosen[0].index
            confident.append(confidence)
            hits.append(bool(example.right[first]))
            documents.append(example.found.scored.hits[first].report == one.gold)
        area = auroc(confident + gone, [True] * len(confident) + [False] * len(gone))
        values = (float(np.mean(documents)), float(np.mean(hits)), area)
        return dict(zip(METRICS, values, strict=True))


class _BlindSearcher(Searcher):
    def __init__(self, searcher: Searcher, columns: Sequence[int]) -> None:
        self._searcher = searcher
        self._columns = columns

    def find(self, *arguments: Any, **named: Any) -> Found:
        return blinded(self._searcher.find(*arguments, **named), self._columns)


class BlindAnswerer(Answerer):
    """Answers with some features switched off."""

    columns: Sequence[int] = ()

    @cached_property
    def _searcher(self) -> Searcher:
        return _BlindSearcher(super()._searcher, self.columns)


class UnfocusedAnswerer(Answerer):
    """Takes the name of a city for a word like any other."""

    @cached_property
    def finder(self) -> PlaceFinder:
        return PlaceFinder([])

    def _understand(self, text: str, cities: Sequence[str]) -> Question:
        return replace(super()._understand(text, cities), focus=(), absent=())


def trained_as(judgement: Judgement) -> Trained:
    """Models as an ``Answerer`` takes them."""
    return Trained("ablation", {}, {}, {"signals": judgement, "score-free": judgement}, "")


class Cities:
    """The development questions over the city reports.

    Args:
        questions: their file.
        corpus: folder of the reports.
        folder: for the index.
    """

    def __init__(self, questions: Path, corpus: Path, folder: Path) -> None:
        self.questions = read_questions(questions).questions
        self._embedder = BuiltinEmbedder()
        reports = read_library([corpus]).reports
        self._snapshot: Snapshot = build_index(reports, self._embedder, folder, calibrate=calibrate)

    def scores(
        self, judgement: Judgement, columns: Sequence[int] = (), kind: type[Answerer] | None = None
    ) -> Values:
        """The metrics, with models that no city question trained."""
        links = PageLinks("pages")
        answerer = (kind or BlindAnswerer)(
            self._snapshot, self._embedder, links, trained_as(judgement)
        )
        if isinstance(answerer, BlindAnswerer):
            answerer.columns = columns
        found = score(ask_all(answerer, Judge(self._snapshot), self.questions))
        return {name: float(found[name] or 0.0) for name in METRICS}
