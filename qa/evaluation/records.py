"""What an evaluation works on: a question with its gold, and what was predicted for it.

Data flows one way: readers make a ``QuestionSet``; a run makes a ``Prediction`` a question;
metrics, pages and comparisons are computed from predictions alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.report import Report

UNANSWERABLE = "unanswerable"
COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """A question with what is known to be right.

    Attributes:
        id: unique within its set.
        text: as typed.
        language: tag; detected where the set does not tell.
        kind: ``number``, ``name``, ``comparison``, ``unanswerable`` and the like; empty where the
            set does not tell.
        reports: ids of the reports that hold the answer; empty where none does.
        answers: any one is enough; of a comparison, ``answers[i]`` belongs to ``reports[i]``.
            Empty for a question of a BEIR set, whose gold are documents alone.
        line: its number in the file, to name it by (of a JSON file: the entry's number).
    """

    id: str
    text: str
    language: str
    kind: str
    reports: tuple[str, ...]
    answers: tuple[str, ...]
    line: int = field(default=0, compare=False)

    @property
    def answerable(self) -> bool:
        """Whether any report tells."""
        return bool(self.reports)

    @property
    def compares(self) -> bool:
        """Whether every answer is needed, each from its own report."""
        return self.kind == COMPARISON


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line, row or entry of the input that is no question.

    Attributes:
        line: its number, from 1, in the file (of a JSON file: the entry's number).
        reason: what is wrong with it.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file or folder.

    Attributes:
        name: the file's stem or the folder's name.
        questions: in the order of the input.
        malformed: what could not be read, counted apart and never scored.
        reports: of a set that brings its own documents; else none.
        digest: hex SHA-256 of the bytes read.
        files: hex SHA-256 of each file read.
    """

    name: str
    questions: tuple[EvalQuestion, ...]
    malformed: tuple[Malformed, ...]
    reports: tuple[Report, ...] | None
    digest: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PredictedHit:
    """A passage as ranked for a question.

    Attributes:
        passage, report: ids.
        score: by which it is ranked, not increasing down the list.
        signals: name to value.
        right_report: whether it is of a report that holds the answer.
        relevant: whether it is of the right report and contains an answer string (of a BEIR set:
            whether it is of the right document).
    """

    passage: str
    report: str
    score: float
    signals: Mapping[str, float]
    right_report: bool
    relevant: bool


@dataclass(frozen=True, slots=True)
class PredictedExtract:
    """An extract as ranked, before refusal.

    Attributes:
        text: verbatim.
        report, passage: ids.
        start, end: its span in the report's text.
        score: of selection.
        signals: name to value.
        link: to the report's page.
        right: which of the question's answers it contains, by index, from the right report.
    """

    text: str
    report: str
    passage: str
    start: int
    end: int
    score: float
    signals: Mapping[str, float]
    link: str
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was answered to one question.

    Attributes:
        question: with its gold.
        hits: passages, best first, at most 20.
        extracts: best first, before refusal.
        refused: whether it was refused.
        reason: of the refusal; empty where there is none.
        confidence: probability that the first extract answers, 0 to 1.
        latency_ms: total; kept out of what two runs must reproduce.
        relevant: ids of every passage of the index that is relevant to the question, among the
            hits or not: what the best ranking could have shown.
    """

    question: EvalQuestion
    hits: tuple[PredictedHit, ...]
    extracts: tuple[PredictedExtract, ...]
    refused: bool
    reason: str
    confidence: float
    latency_ms: float = field(compare=False)
    relevant: tuple[str, ...] = ()
