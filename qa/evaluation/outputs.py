"""The files of a run. But for what latency tells, two runs write the same bytes."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from corpus.errors import StorageError
from corpus.report import Report
from qa.evaluation.evaluation import Evaluation
from qa.evaluation.records import Prediction
from qa.evaluation.records_json import prediction_record

METRICS = "metrics.json"
PREDICTIONS = "predictions.jsonl"
LATENCY = "latency.json"
RUN = "run.trec"
QRELS = "qrels.trec"
PAGE = "report.html"
PAGES = "pages"
"""The folder of the pages of the reports that extracts are from; links lead there."""

TAG = "cityqa"
"""Names the system in a TREC run."""

_STEP = 1e-6
"""Least difference between the scores of two lines of a TREC run, which has six decimals."""

_BLANK = re.compile(r"[\s%]")


def write_outputs(
    folder: Path,
    evaluation: Evaluation,
    predictions: Sequence[Prediction],
    reports: Mapping[str, Report],
    *,
    pages: bool,
) -> None:
    """Write all files of a run into a folder, each beside the old one and then in its place.

    Args:
        folder: made where there is none.
        evaluation: the scores.
        predictions: in the order of the questions.
        reports: id to report, of the index.
        pages: whether links lead to pages in the folder, which are then written.

    Raises:
        StorageError: the disk refuses.
    """
    # Imported here: only a run with a folder needs a page.
    from qa.evaluation.page import write_page

    scores = evaluation.as_json()
    latency = scores.pop("latency_ms")
    every = {one.question.id: round(one.latency_ms, 3) for one in predictions}
    texts: dict[str, Iterable[str]] = {
        METRICS: [_json({**scores, "run": dict(evaluation.run)}, indent=1)],
        PREDICTIONS: (_json(prediction_record(one)) for one in predictions),
        LATENCY: [_json({**latency, "questions": every}, indent=1)],
        RUN: run_lines(predictions),
        QRELS: qrels_lines(predictions),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if pages:
            _write_pages(folder / PAGES, predictions, reports)
        for name, lines in texts.items():
            with _beside(folder / name) as fresh:
                _write(fresh, lines)
        with _beside(folder / PAGE) as fresh:
            write_page(fresh, evaluation, predictions)
    except OSError as error:
        raise StorageError(
            f"the results cannot be written ({error.strerror})",
            where=str(folder),
            mend="name another folder with --out",
        ) from error


def run_lines(predictions: Iterable[Prediction]) -> Iterator[str]:
    """Lines of a TREC run: ``question Q0 passage rank score tag``.

    trec_eval ranks by score and breaks ties by id, so each score is made smaller than the one
    before it where it is not.
    """
    for prediction in predictions:
        least = float("inf")
        for rank, hit in enumerate(prediction.hits, start=1):
            least = min(hit.score, least - _STEP)
            yield f"{_trec(prediction.question.id)} Q0 {hit.passage} {rank} {least:.6f} {TAG}"


def qrels_lines(predictions: Iterable[Prediction]) -> Iterator[str]:
    """Lines of TREC qrels: ``question 0 passage 1`` for every relevant passage of the index."""
    for prediction in predictions:
        for passage in prediction.relevant:
            yield f"{_trec(prediction.question.id)} 0 {passage} 1"


def _trec(id_: str) -> str:
    """A question's id without blanks, which part the columns."""
    return _BLANK.sub(lambda match: quote(match[0]), id_)


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # A lone surrogate, which a JSON input may spell, is no UTF-8.
    return re.sub(r"[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in lines)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file to write, which then takes the place of another; not after an error."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        yield fresh
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _write_pages(
    folder: Path, predictions: Iterable[Prediction], reports: Mapping[str, Report]
) -> None:
    from corpus.pages import write_pages
    from corpus.pages.folder import is_complete

    if is_complete(folder):
        # Ours, of an earlier run.
        shutil.rmtree(folder)
    shown = {extract.report for one in predictions for extract in one.extracts}
    write_pages((reports[name] for name in reports if name in shown), folder)
