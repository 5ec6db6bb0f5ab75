"""Mistyped questions, read as they were probably meant and as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from examples import SETS, read_set
from selection import trained_as
from typing_errors import KINDS, spoil_file

from qa.engine import Answerer
from qa.evaluation.corpora import open_corpus
from qa.evaluation.judge import Judge
from qa.evaluation.metrics import score
from qa.evaluation.records import EvalQuestion
from qa.evaluation.run import ask_all
from qa.links import PageLinks
from qa.question import Question, understand
from qa.settings import Settings
from qa.trained import Judgement

CLEAN = "none"
SET = "xquad.zh"
METRICS = ("document_recall@1", "extract_hit@1")


class LiteralAnswerer(Answerer):
    """Reads a question as it stands."""

    def _understand(self, text: str, cities: Sequence[str]) -> Question:
        return replace(understand(text, self.finder, self._is_word), absent=())


def scores(
    data: Path, judgement: Judgement, most: int, seed: int
) -> Iterator[tuple[str, int, tuple[float, ...], tuple[float, ...]]]:
    """Kind of error, questions, metrics as meant, metrics as they stand.

    Args:
        data: folder of the sets.
        judgement: models that never saw the set.
        most: questions a kind, a seeded sample.
        seed: of the sample and of the errors.
    """
    (source,) = (one for one in SETS if one.name == SET)
    found = read_set(data, source)
    questions = list(found.questions)
    if len(questions) > most:
        questions = Random(f"{seed} {SET}").sample(questions, most)
    # In the cache, as for `cityqa eval`.
    opened = open_corpus(Settings(), found)
    judge = Judge(opened.snapshot)
    answerers = [
        kind(opened.snapshot, opened.embedder, PageLinks("pages"), trained_as(judgement))
        for kind in (Answerer, LiteralAnswerer)
    ]
    for kind in (CLEAN, *KINDS):
        asked = questions if kind == CLEAN else spoiled(questions, kind, seed)
        values = [score(ask_all(one, judge, asked)) for one in answerers]
        read, literal = (tuple(float(one[name] or 0.0) for name in METRICS) for one in values)
        yield kind, len(asked), read, literal


def spoiled(questions: Sequence[EvalQuestion], kind: str, seed: int) -> list[EvalQuestion]:
    """The questions that can be mistyped so, with one error each."""
    lines = "".join(
        json.dumps({"question": one.text, "at": at}) + "\n" for at, one in enumerate(questions)
    )
    records = map(json.loads, spoil_file(lines, kind, 1, seed).splitlines())
    return [replace(questions[one["at"]], text=one["question"]) for one in records]
