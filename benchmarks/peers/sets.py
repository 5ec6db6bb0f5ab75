"""The sets, read with the program's own readers, as tasks for every system."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from task import Task

from qa.evaluation.containment import contains
from qa.evaluation.readers import read_questions
from qa.evaluation.records import EvalQuestion
from qa.settings import load_settings
from qa.workspace import open_workspace


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set lies.

    Attributes:
        name: of the set.
        file: name of its file.
        questions: name of the file whose questions are asked instead; empty for its own.
        quick: how many questions a quick run asks; none where it leaves the set out.
    """

    name: str
    file: str
    questions: str = ""
    quick: int | None = None


CITIES = "city_reports.dev"

SOURCES = (
    Source("cmrc2018_dev", "cmrc2018_dev.json", quick=300),
    Source("drcd_dev", "drcd_dev.json"),
    Source("xquad.zh", "xquad.zh.json"),
    Source("xquad.en", "xquad.zh.json", questions="xquad.en.json"),
    Source(CITIES, "city_reports.dev.jsonl", quick=1000),
)


def task_of(
    source: Source,
    data: Path,
    reports: Path,
    scratch: Path,
    limit: int | None,
    spread: int | None = None,
) -> Task:
    """A set as a task: its answerable questions that compare nothing, at most ``limit``.

    Args:
        source: of the set.
        data: folder of the sets.
        reports: folder of the raw city reports.
        scratch: for the index that passages of the reports are taken from.
        limit: all where none is given.
        spread: so many questions, evenly spaced over the set; all where none is given.
    """
    others = data / source.questions if source.questions else None
    found = read_questions(data / source.file, others)
    asked = [one for one in found.questions if one.answerable and not one.compares][:limit]
    if spread is not None and spread < len(asked):
        asked = [asked[place * len(asked) // spread] for place in range(spread)]
    texts = tuple(one.text for one in asked)
    if found.reports is None:
        names, documents, right = _of_reports(asked, reports, scratch)
        corpus = str(reports.resolve())
    else:
        contexts = _contexts(data / source.file)
        names, documents, corpus = tuple(contexts), tuple(contexts.values()), ""
        right = _of_paragraphs(asked, contexts)
    return Task(source.name, names, documents, texts, right, corpus, found.files)


def _contexts(path: Path) -> dict[str, str]:
    """The paragraphs of a file in SQuAD's format, by the ids that the reader gives them."""
    articles = json.loads(path.read_text(encoding="utf-8-sig"))["data"]
    texts: Iterator[str] = (
        paragraph["context"] for article in articles for paragraph in article["paragraphs"]
    )
    whole = (text for text in texts if text.strip())
    return {f"p{number:05d}": text for number, text in enumerate(whole, start=1)}


def _of_paragraphs(
    asked: Sequence[EvalQuestion], contexts: dict[str, str]
) -> tuple[tuple[int, ...], ...]:
    """Right are the paragraph of a question and those with the very same text."""
    same: dict[str, list[int]] = {}
    for number, text in enumerate(contexts.values()):
        same.setdefault(text, []).append(number)
    return tuple(tuple(same[contexts[one.reports[0]]]) for one in asked)


def _of_reports(
    asked: Sequence[EvalQuestion], reports: Path, scratch: Path
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[int, ...], ...]]:
    """The program's passages; right are those of a right report that hold an answer string."""
    snapshot = open_workspace(load_settings(cache=scratch / "cache", corpus=(reports,))).snapshot
    passages = list(snapshot.passages)
    documents = tuple(snapshot.passage_text(row) for row in range(len(passages)))
    right = tuple(
        tuple(
            row
            for row, passage in enumerate(passages)
            if passage.report in one.reports
            and any(contains(documents[row], answer) for answer in one.answers)
        )
        for one in asked
    )
    return tuple(passage.id for passage in passages), documents, right
