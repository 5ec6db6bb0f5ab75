"""Over the raw reports, most development questions are answered by the first extract."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from corpus.library import read_library
from embeddings.build import build_index
from embeddings.embedder import Embedder
from qa.answer import Answer
from qa.confidence import calibrate
from qa.engine import Answerer
from qa.links import PageLinks

SHARED = Path(__file__).parents[3] / "shared"
QUESTIONS = SHARED / "eval" / "city_reports.dev.jsonl"
SCORES = Path(__file__).parents[2] / "benchmarks" / "score_city_reports.py"

pytestmark = [
    pytest.mark.xdist_group("raw_reports"),
    pytest.mark.skipif(
        not ((SHARED / "reports").is_dir() and QUESTIONS.is_file() and SCORES.is_file()),
        reason="the raw reports and their questions are not beside this checkout",
    ),
]

Asked = list[tuple[dict[str, Any], Answer]]


@pytest.fixture(scope="module")
def scores() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_city_reports", SCORES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def asked(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("raw")
    reports = read_library([SHARED / "reports"]).reports
    snapshot = build_index(reports, embedder, folder, calibrate=calibrate)
    answerer = Answerer(snapshot, embedder, PageLinks(folder))
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines if line]
    return [(question, answerer.ask(question["question"])) for question in questions]


def holds(scores: ModuleType, question: dict[str, Any], answer: Answer, top: int) -> bool:
    return any(
        extract.citation.report in question["report"]
        and any(scores.contains(extract.text, wanted) for wanted in question["answer"])
        for extract in answer.ranked[:top]
    )


@pytest.mark.parametrize(("top", "share"), [(1, 0.80), (3, 0.93)])
def test_the_answer_is_within_the_first_extracts(
    top: int, share: float, asked: Asked, scores: ModuleType
) -> None:
    hits = [
        holds(scores, question, answer, top)
        for question, answer in asked
        if question["kind"] not in ("comparison", "unanswerable")
    ]
    assert len(hits) > 50
    assert sum(hits) / len(hits) >= share


def test_answerable_questions_are_more_confident_than_others(
    asked: Asked, scores: ModuleType
) -> None:
    single = [(q, a) for q, a in asked if q["kind"] != "comparison"]
    right = [a.confidence for q, a in single if q["kind"] != "unanswerable"]
    wrong = [a.confidence for q, a in single if q["kind"] == "unanswerable"]
    assert scores.auroc(right, wrong) > 0.85


def test_citations_of_raw_reports_are_verbatim(asked: Asked) -> None:
    for _, answer in asked:
        for extract in answer.ranked:
            assert extract.citation.kind == "original"
            assert extract.citation.date is not None
            assert len(extract.text) == extract.citation.span.end - extract.citation.span.start
