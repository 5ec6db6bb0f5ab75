"""From sets of questions to what is fitted: candidates with features, and which are right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from glossing import gloss

from corpus.places.recognise import PlaceFinder
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.dictionary import Dictionary, Translation
from embeddings.snapshot import Snapshot
from qa.evaluation.containment import normalised
from qa.evaluation.readers import read_questions
from qa.evaluation.records import EvalQuestion, QuestionSet
from qa.question import Question, understand
from qa.reading import reread
from qa.scale import Scale
from qa.search import Found, Searcher

SEED = 20_261_125

FORGOTTEN = 0.35
"""Share of phrases that the dictionary is made to forget for glossed questions, which would else
find every word of theirs in it."""


@dataclass(frozen=True)
class SourceSet:
    """A file of questions.

    Attributes:
        name: of the set.
        group: sets of one group are held out together.
        file: with paragraphs and questions.
        questions: the file whose questions are asked instead; empty for none.
    """

    name: str
    group: str
    file: str
    questions: str = ""


SETS = (
    SourceSet("cmrc2018_dev", "cmrc", "cmrc2018_dev.json"),
    SourceSet("cmrc2018_trial", "cmrc", "cmrc2018_trial.json"),
    SourceSet("drcd_dev", "drcd", "drcd_dev.json"),
    SourceSet("xquad.zh", "xquad", "xquad.zh.json"),
    SourceSet("xquad.en", "xquad", "xquad.zh.json", "xquad.en.json"),
)


@dataclass(frozen=True)
class Example:
    """One question asked once.

    Attributes:
        group: of its set.
        kind: ``plain``; ``family``, in its article alone; ``glossed``; ``taken``, without its own
            paragraph; ``taken-family``, ``taken-glossed``.
        question: as understood.
        found: what the search gave.
        right: which candidates hold the answer, shape (candidates,).
        chars: characters of each candidate, shape (candidates,).
    """

    group: str
    kind: str
    question: Question
    found: Found
    right: np.ndarray
    chars: np.ndarray

    @property
    def matrix(self) -> np.ndarray:
        return self.found.scored.matrix

    @property
    def taken(self) -> bool:
        return self.kind.startswith("taken")

    @property
    def focused(self) -> bool:
        return self.kind.endswith("family")


class ForgetfulDictionary(Dictionary):
    """Forgets a fixed share of its phrases."""

    def translate(self, *args: object, **kwargs: object) -> list[Translation]:
        found = super().translate(*args, **kwargs)  # type: ignore[arg-type]
        return [t for t in found if random.Random(f"{SEED} {t.phrase}").random() >= FORGOTTEN]


def read_set(data: Path, source: SourceSet) -> QuestionSet:
    return read_questions(data / source.file, data / source.questions if source.questions else None)


def examples_of(data: Path, source: SourceSet, folder: Path) -> list[Example]:
    """All examples of one set.

    Args:
        data: the folder of the sets.
        source: the set.
        folder: for the index of its paragraphs.
    """
    # One thread: the processes share the cores.
    embedder = BuiltinEmbedder(threads=1)
    questions = read_set(data, source)
    assert questions.reports is not None
    snapshot = build_index(questions.reports, embedder, folder)
    rng = random.Random(f"{SEED} {source.name}")
    maker = _Maker(source.group, snapshot, embedder)
    plain = list(questions.questions)
    everything = set(snapshot.reports)
    families = _families(data / source.file, questions)
    examples = list(maker.ask("plain", plain))
    some = rng.sample(plain, len(plain) // 2)
    examples += maker.ask("taken", some, lambda q: everything - set(q.reports))
    near = [q for q in plain if len(families[q.reports[0]]) > 2]
    some = rng.sample(near, len(near) // 3)
    examples += maker.ask("family", some, lambda q: families[q.reports[0]])
    examples += maker.ask("taken-family", some, lambda q: families[q.reports[0]] - set(q.reports))
    if source.name.startswith(("cmrc", "drcd", "xquad.zh")):
        forgetful = replace(snapshot)
        vars(forgetful)["dictionary"] = ForgetfulDictionary(
            **{name: getattr(snapshot.dictionary, name) for name in snapshot.dictionary.__slots__}
        )
        maker = _Maker(source.group, forgetful, embedder)
        glossed = [replace(q, text=gloss(q.text, rng)) for q in rng.sample(plain, len(plain) // 2)]
        glossed = [q for q in glossed if len(q.text) > 8]
        examples += maker.ask("glossed", glossed)
        some = rng.sample(glossed, len(glossed) // 2)
        examples += maker.ask("taken-glossed", some, lambda q: everything - set(q.reports))
    return examples


class _Maker:
    def __init__(self, group: str, snapshot: Snapshot, embedder: BuiltinEmbedder) -> None:
        self._group = group
        self._snapshot = snapshot
        self._embedder = embedder
        self._searcher = Searcher(snapshot, embedder.word_pieces, Scale())
        self._finder = PlaceFinder([])
        self._plain: dict[tuple[int, int], str] = {}

    def ask(
        self, kind: str, questions: Sequence[EvalQuestion], within: object = None
    ) -> Iterator[Example]:
        understood = [
            replace(reread(understand(q.text, self._finder), self._snapshot), absent=())
            for q in questions
        ]
        vectors = self._embedder.encode_queries([question.meant for question in understood])
        for asked, question, vector in zip(questions, understood, vectors, strict=True):
            places = within(asked) if callable(within) else None
            if places is not None and not places:
                continue
            found = self._searcher.find(question, vector[None, :], within=places)
            candidates = found.scored.candidates
            if not candidates:
                continue
            right = [
                hit.report in asked.reports and self._holds(candidate, asked)
                for candidate, hit in zip(candidates, found.scored.hits, strict=True)
            ]
            chars = np.array([len(candidate.text) for candidate in candidates])
            yield Example(self._group, kind, question, found, np.array(right, dtype=bool), chars)

    def _holds(self, candidate: object, asked: EvalQuestion) -> bool:
        key = (candidate.first, candidate.last)  # type: ignore[attr-defined]
        if key not in self._plain:
            self._plain[key] = normalised(candidate.text)  # type: ignore[attr-defined]
        held = self._plain[key]
        return any(
            re.search((r"(?<![\d.])" if a[:1].isdigit() else "") + re.escape(a), held)
            for a in map(normalised, asked.answers)
            if a
        )


def _families(path: Path, questions: QuestionSet) -> Mapping[str, set[str]]:
    """Each paragraph's id to the ids of its article's paragraphs."""
    import json

    from qa.evaluation.readers.squad import read_paragraphs

    articles: dict[int, set[str]] = {}
    of: dict[str, int] = {}
    for paragraph in read_paragraphs(json.loads(path.read_text("utf-8")), path.name):
        articles.setdefault(paragraph.article, set()).add(paragraph.report.id)
        of[paragraph.report.id] = paragraph.article
    return {report: articles[article] for report, article in of.items()}
