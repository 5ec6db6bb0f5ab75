"""Judging answers, and runs that are stopped and go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import EvaluationError, StorageError
from corpus.report import Report
from embeddings.build import build_index
from embeddings.embedder import Embedder
from embeddings.snapshot import Snapshot
from qa.answer import Answer
from qa.confidence import calibrate
from qa.engine import Answerer
from qa.evaluation.judge import HITS, TOP, Judge
from qa.evaluation.readers import read_questions
from qa.evaluation.records import UNANSWERABLE, EvalQuestion
from qa.evaluation.run import PARTIAL, ask_all, known_questions, partial_run
from qa.links import PageLinks

BRIDGES = "2023年，怀化市新修公路桥梁27座，其中跨越沅江的大桥3座。"
TREES = "怀化市去年沿江栽种香樟树1.8万株，新建街头花园52个。"
LAKE = "襄阳市疏浚湖泊27处，投入资金4.6亿元。"
IDENTITY = {"index": "i", "questions": "q"}


@pytest.fixture(scope="module")
def snapshot(
    make_report: Callable[..., Report],
    embedder: Embedder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Snapshot:
    reports = [
        make_report(BRIDGES, TREES, stem="huaihua", city="怀化市", title="怀化市综述"),
        make_report(LAKE, stem="xiangyang"),
    ]
    return build_index(reports, embedder, tmp_path_factory.mktemp("run"), calibrate=calibrate)


@pytest.fixture(scope="module")
def answerer(snapshot: Snapshot, embedder: Embedder) -> Answerer:
    return Answerer(snapshot, embedder, PageLinks("pages"))


@pytest.fixture(scope="module")
def judge(snapshot: Snapshot) -> Judge:
    return Judge(snapshot)


def question(
    id_: str = "q", *, text: str = "怀化新修了多少座公路桥梁？", **more: Any
) -> EvalQuestion:
    fields = {"reports": ("huaihua",), "answers": ("27座", "27"), "kind": "number", **more}
    return EvalQuestion(id=id_, text=text, language="zh-Hans", **fields)


QUESTIONS = (
    question("bridges"),
    question("trees", text="怀化栽种了多少株香樟树？", answers=("1.8万株",)),
    question("lake", text="襄阳疏浚了多少处湖泊？", reports=("xiangyang",), answers=("27处",)),
    question("mayor", text="襄阳有几家博物馆？", reports=(), answers=(), kind=UNANSWERABLE),
)


def passage(snapshot: Snapshot, text: str) -> str:
    (found,) = (
        p.id for row, p in enumerate(snapshot.passages) if text in snapshot.passage_text(row)
    )
    return found


def test_hits_and_extracts_are_right_by_report_and_containment(
    answerer: Answerer, judge: Judge, snapshot: Snapshot
) -> None:
    asked = question(answers=("没有的话", "27座"))
    made = judge.prediction(asked, answerer.ask(asked.text, top=TOP))
    bridges = passage(snapshot, "公路桥梁")
    assert made.hits[0].passage == bridges
    assert {hit.passage for hit in made.hits if hit.relevant} == {bridges}
    assert {hit.report for hit in made.hits if hit.right_report} == {"huaihua"}
    assert made.relevant == (bridges,)
    assert made.extracts[0].right == (1,)
    assert (
        made.extracts[0].text
        == snapshot.reports["huaihua"].text[made.extracts[0].start : made.extracts[0].end]
    )
    assert made.extracts[0].link.startswith("pages/huaihua.html#")
    assert {"dense", "lexical", "sentence"} <= set(made.hits[0].signals)
    assert made.latency_ms > 0


def test_an_answer_in_another_report_is_not_right(
    answerer: Answerer, judge: Judge, snapshot: Snapshot
) -> None:
    # 27 stands in both reports.
    asked = question(reports=("xiangyang",), answers=("27",))
    made = judge.prediction(asked, answerer.ask(asked.text, top=TOP))
    assert made.extracts[0].report == "huaihua"
    assert made.extracts[0].right == ()
    assert made.relevant == (passage(snapshot, "湖泊"),)
    assert not made.hits[0].relevant


def test_each_answer_of_a_comparison_belongs_to_its_own_report(
    answerer: Answerer, judge: Judge, snapshot: Snapshot
) -> None:
    text = "怀化和襄阳的27是什么：桥梁还是湖泊？"
    asked = question(
        text=text, kind="comparison", reports=("huaihua", "xiangyang"), answers=("27座", "27处")
    )
    made = judge.prediction(asked, answerer.ask(text, top=TOP))
    right = {extract.report: extract.right for extract in made.extracts if extract.right}
    assert right == {"huaihua": (0,), "xiangyang": (1,)}
    assert set(made.relevant) == {passage(snapshot, "公路桥梁"), passage(snapshot, "湖泊")}
    swapped = replace(asked, answers=("27处", "27座"))
    made = judge.prediction(swapped, answerer.ask(text, top=TOP))
    assert made.relevant == ()
    assert not any(extract.right for extract in made.extracts)


def test_where_only_documents_are_known_every_passage_of_them_is_relevant(
    answerer: Answerer, judge: Judge, snapshot: Snapshot
) -> None:
    asked = question(answers=())
    made = judge.prediction(asked, answerer.ask(asked.text, top=TOP))
    mine = [p.id for p in snapshot.passages if p.report == "huaihua"]
    assert list(made.relevant) == mine
    assert not any(extract.right for extract in made.extracts)


def test_no_more_hits_are_kept_than_the_largest_k(answerer: Answerer, judge: Judge) -> None:
    answer = answerer.ask(QUESTIONS[0].text, top=TOP)
    many = replace(answer, hits=answer.hits * 30)
    assert len(judge.prediction(QUESTIONS[0], many).hits) == HITS == 20


def test_a_question_of_a_report_that_the_index_has_not_is_malformed(judge: Judge) -> None:
    strange = replace(question("strange", reports=("huaihua", "gone")), line=7)
    known, malformed = known_questions([QUESTIONS[0], strange, QUESTIONS[3]], judge)
    assert [one.id for one in known] == ["bridges", "mayor"]
    assert [(one.line, one.reason) for one in malformed] == [(7, "the index holds no report gone")]
    with pytest.raises(EvaluationError, match="no question is of this corpus; 7: the index holds"):
        known_questions([strange], judge)


class CountedAnswerer(Answerer):
    """Counts what it is asked, and is stopped at a question."""

    asked: list[str]
    stop: int | None

    def ask(self, text: str, **more: Any) -> Answer:
        if len(self.asked) == self.stop:
            raise KeyboardInterrupt
        self.asked.append(text)
        return super().ask(text, **more)


@pytest.fixture(scope="module")
def counted(snapshot: Snapshot, embedder: Embedder) -> Callable[..., CountedAnswerer]:
    """An answerer that has been asked nothing yet."""
    answerer = CountedAnswerer(snapshot, embedder, PageLinks("pages"))

    def begin(stop: int | None = None) -> CountedAnswerer:
        answerer.asked, answerer.stop = [], stop
        return answerer

    return begin


@pytest.fixture
def stopped(counted: Any, judge: Judge, tmp_path: Path) -> Path:
    """A folder with a run that was stopped after two questions."""
    with (
        pytest.raises(KeyboardInterrupt),
        partial_run(tmp_path, IDENTITY) as partial,
    ):
        ask_all(counted(2), judge, QUESTIONS, partial=partial)
    return tmp_path


def resumed(
    folder: Path, answerer: CountedAnswerer, judge: Judge, identity: Any = IDENTITY
) -> tuple[list[Any], bool]:
    with partial_run(folder, identity) as partial:
        return ask_all(answerer, judge, QUESTIONS, partial=partial), partial.other


def test_a_stopped_run_asks_only_what_is_left_and_ends_the_same(
    stopped: Path, counted: Any, judge: Judge
) -> None:
    whole = ask_all(counted(), judge, QUESTIONS)
    again = counted()
    predictions, other = resumed(stopped, again, judge)
    assert again.asked == [one.text for one in QUESTIONS[2:]]
    assert predictions == whole
    assert not other
    assert not (stopped / PARTIAL).exists()


def test_a_torn_last_line_is_dropped(stopped: Path, counted: Any, judge: Judge) -> None:
    path = stopped / PARTIAL
    content = path.read_bytes()
    for cut in (1, 50):
        path.write_bytes(content[:-cut])
        again = counted(1)
        with pytest.raises(KeyboardInterrupt):
            resumed(stopped, again, judge)
        assert again.asked == [QUESTIONS[1].text]
        lines = path.read_text().splitlines()
        assert [json.loads(line).get("id") for line in lines] == [None, "bridges", "trees"]


@pytest.mark.parametrize("line", [b"{}\n", b"[]\n", b"\xff\n", b"\n", b'{"id": "bridges"}\n'])
def test_a_line_that_is_no_prediction_ends_what_is_taken(
    stopped: Path, counted: Any, judge: Judge, line: bytes
) -> None:
    path = stopped / PARTIAL
    header, first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(header + first + line + second)
    again = counted()
    predictions, _ = resumed(stopped, again, judge)
    assert len(again.asked) == 3
    assert [one.question for one in predictions] == list(QUESTIONS)


def test_what_was_begun_by_another_run_is_told_and_begun_anew(
    stopped: Path, counted: Any, judge: Judge
) -> None:
    again = counted()
    predictions, other = resumed(stopped, again, judge, {**IDENTITY, "index": "another"})
    assert other
    assert len(again.asked) == len(predictions) == len(QUESTIONS)


def test_a_file_that_holds_nothing_yet_is_no_other_run(
    counted: Any, judge: Judge, tmp_path: Path
) -> None:
    for content in (b"", b'{"index": "i", "que', b'{"index": "another"}\n'):
        (tmp_path / PARTIAL).write_bytes(content)
        predictions, other = resumed(tmp_path, counted(), judge)
        assert (len(predictions), other) == (len(QUESTIONS), False)


def test_progress_is_told_of_what_is_taken_and_of_each_question(
    stopped: Path, counted: Any, judge: Judge
) -> None:
    told: list[tuple[int, int]] = []
    with partial_run(stopped, IDENTITY) as partial:
        ask_all(
            counted(), judge, QUESTIONS, partial=partial, progress=lambda *now: told.append(now)
        )
    assert told == [(2, 4), (3, 4), (4, 4)]


def test_two_runs_cannot_write_into_one_folder(tmp_path: Path) -> None:
    with (
        partial_run(tmp_path, IDENTITY),
        pytest.raises(EvaluationError, match="another evaluation is writing here"),
        partial_run(tmp_path, IDENTITY),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StorageError, match="the results cannot be kept here"),
        partial_run(tmp_path / "file", IDENTITY),
    ):
        pass


# Asks one question every tenth of a second, so that the killer finds it at work.
CHILD = """
import sys, time
from pathlib import Path
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import open_index
from qa.engine import Answerer
from qa.evaluation.judge import Judge
from qa.evaluation.run import ask_all, partial_run
from qa.evaluation.readers import read_questions
from qa.links import PageLinks

class SlowAnswerer(Answerer):
    def ask(self, text, **more):
        time.sleep(0.1)
        return super().ask(text, **more)

snapshot = open_index(Path(sys.argv[1]))
answerer = SlowAnswerer(snapshot, BuiltinEmbedder(), PageLinks("pages"))
questions = read_questions(Path(sys.argv[2])).questions
with partial_run(Path(sys.argv[3]), {"index": "i", "questions": "q"}) as partial:
    ask_all(answerer, Judge(snapshot), questions, partial=partial)
"""


def test_a_killed_run_goes_on_where_it_was(
    snapshot: Snapshot, counted: Any, judge: Judge, tmp_path: Path
) -> None:
    source = tmp_path / "questions.jsonl"
    lines = [
        {
            "id": f"q{n}",
            "question": f"怀化新修了多少座公路桥梁{n}？",
            "report": "huaihua",
            "answer": "27座",
        }
        for n in range(200)
    ]
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    out = tmp_path / "out"
    root = Path(__file__).parents[3]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(snapshot.folder.parent), str(source), str(out)],
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    path = out / PARTIAL
    try:
        until = time.monotonic() + 60
        # A header and two predictions at least.
        while not (path.is_file() and path.read_bytes().count(b"\n") > 2):
            assert child.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    assert child.returncode == -signal.SIGKILL
    whole = path.read_bytes().count(b"\n") - 1
    questions = read_questions(source).questions
    assert 2 <= whole < len(questions)
    again = counted(3)
    with pytest.raises(KeyboardInterrupt), partial_run(out, IDENTITY) as partial:
        ask_all(again, judge, questions, partial=partial)
    assert again.asked == [one.text for one in questions[whole : whole + 3]]
