"""Over the raw reports, nearly all development questions are answered by the first extract."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.library import read_library
from embeddings.build import build_index
from embeddings.embedder import Embedder
from qa.confidence import calibrate
from qa.engine import Answerer
from qa.evaluation.judge import Judge
from qa.evaluation.metrics import score
from qa.evaluation.readers import read_questions
from qa.evaluation.records import Prediction
from qa.evaluation.run import ask_all
from qa.links import PageLinks

SHARED = Path(__file__).parents[3] / "shared"
QUESTIONS = SHARED / "eval" / "city_reports.dev.jsonl"

pytestmark = [
    pytest.mark.xdist_group("raw_reports"),
    pytest.mark.skipif(
        not ((SHARED / "reports").is_dir() and QUESTIONS.is_file()),
        reason="the raw reports and their questions are not beside this checkout",
    ),
]


@pytest.fixture(scope="module")
def asked(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> list[Prediction]:
    folder = tmp_path_factory.mktemp("raw")
    reports = read_library([SHARED / "reports"]).reports
    snapshot = build_index(reports, embedder, folder, calibrate=calibrate)
    answerer = Answerer(snapshot, embedder, PageLinks(folder))
    return ask_all(answerer, Judge(snapshot), read_questions(QUESTIONS).questions)


def test_the_answers_reach_what_is_asked_of_them(asked: list[Prediction]) -> None:
    scores = score(asked)
    for name, least in (
        ("extract_hit@1", 0.90),
        ("extract_hit@3", 0.97),
        ("refusal_auroc", 0.93),
        ("comparison_complete", 0.80),
    ):
        value = scores[name]
        assert value is not None
        assert value >= least, name


def test_citations_of_raw_reports_are_verbatim(asked: list[Prediction]) -> None:
    texts = {report.id: report.text for report in read_library([SHARED / "reports"]).reports}
    for one in asked:
        for extract in one.extracts:
            assert texts[extract.report][extract.start : extract.end] == extract.text
