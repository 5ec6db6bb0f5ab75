"""Questions from folders in BEIR's format, whose gold are documents."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EvaluationError, UsageError
from qa.evaluation.readers import read_questions
from qa.evaluation.records import QuestionSet

DOCUMENTS = [
    {"_id": "Bridge-1", "title": "桥梁", "text": "怀化市新修公路桥梁27座。"},
    {"_id": "bridge-1", "title": "", "text": "跨越沅江的大桥3座。"},
    {"_id": "树/2", "title": "沿江", "text": "沿江栽种香樟树1.8万株。"},
]
QUERIES = [
    {"_id": "q1", "text": "怀化有多少座桥？"},
    {"_id": "q2", "text": "香樟树有多少株？"},
    {"_id": "train", "text": "谁种的树？"},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\tBridge-1\t1", "q1\tbridge-1\t2", "q2\t树/2\t1"]


def write(folder: Path, documents: Sequence[Any], queries: Sequence[Any], qrels: list[str]) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, values in (("corpus.jsonl", documents), ("queries.jsonl", queries)):
        lines = [value if isinstance(value, str) else json.dumps(value) for value in values]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def call(
        documents: Sequence[Any] = DOCUMENTS,
        queries: Sequence[Any] = QUERIES,
        qrels: list[str] = QRELS,
    ) -> QuestionSet:
        return read_questions(write(tmp_path / "trees", documents, queries, qrels))

    return call


def test_a_question_has_all_its_relevant_documents_as_gold(read: Any) -> None:
    found = read()
    assert found.name == "trees"
    first, second = found.questions
    assert (first.id, len(first.reports), first.answers) == ("q1", 2, ())
    texts = {report.id: report.text for report in found.reports}
    assert [texts[name] for name in first.reports] == [
        "桥梁\n怀化市新修公路桥梁27座。",
        "跨越沅江的大桥3座。",
    ]
    # A title with which the text begins is not said twice.
    assert [texts[name] for name in second.reports] == ["沿江栽种香樟树1.8万株。"]
    # The question of another split is neither asked nor malformed.
    assert found.malformed == ()


def test_ids_stay_readable_where_they_can_and_never_collide(read: Any) -> None:
    first, second, third = (report.id for report in read().reports)
    assert first == "bridge-1"
    assert second.startswith("bridge-1-")
    assert re.fullmatch(r"r-[0-9a-f]{8}", third)


ids = st.lists(
    st.text(st.sampled_from("Aa-_/. 桥1"), min_size=1, max_size=40), min_size=1, unique=True
)


@given(ids)
def test_documents_of_any_ids_get_valid_ids_of_their_own(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    documents = [{"_id": name, "text": f"第{place}座桥"} for place, name in enumerate(names)]
    qrels = [QRELS[0], f"q\t{names[0].strip() or 'x'}\t1"]
    folder = tmp_path_factory.mktemp("ids") / "set"
    documents.append({"_id": qrels[1].split("\t")[1] + "!", "text": "桥"})
    qrels.append(f"q\t{documents[-1]['_id']}\t1")
    found = read_questions(write(folder, documents, [{"_id": "q", "text": "哪座桥？"}], qrels))
    given_ids = [report.id for report in found.reports or ()]
    assert len(set(given_ids)) == len(documents)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,32}", name) for name in given_ids)


def test_a_score_of_zero_is_not_relevant(read: Any) -> None:
    found = read(qrels=[*QRELS[:2], "q1\tbridge-1\t0", "q2\t树/2\t0"])
    assert [(one.id, one.reports) for one in found.questions] == [("q1", ("bridge-1",))]
    (malformed,) = found.malformed
    assert malformed.line == 2
    assert malformed.reason.startswith("queries.jsonl: is judged, but no document is relevant")


def test_the_columns_of_trec_and_a_file_without_header_are_read_too(read: Any) -> None:
    assert [one.id for one in read(qrels=["q1\t0\tBridge-1\t1"]).questions] == ["q1"]


def test_what_is_malformed_is_named_by_file_line_and_reason(read: Any) -> None:
    found = read(
        documents=[*DOCUMENTS, "{", DOCUMENTS[0], {"_id": "x", "text": 5}, {"text": "桥"}],
        queries=[*QUERIES, QUERIES[0], {"_id": "q3", "text": ""}, {"_id": "q4", "text": "桥？"}],
        qrels=[*QRELS, "q3\tBridge-1\t1", "q4\tgone\t1", "q5\tBridge-1\t1", "q1\tx", "q1\tx\tone"],
    )
    assert [one.id for one in found.questions] == ["q1", "q2"]
    told = [(one.line, one.reason) for one in found.malformed]
    expected = [
        (8, "qrels/test.tsv: has 2 columns instead of 3 (question, document, score)"),
        (9, "qrels/test.tsv: its score is no whole number"),
        (4, "corpus.jsonl: is not JSON"),
        (5, "corpus.jsonl: has the _id Bridge-1, as a line before it"),
        (6, "corpus.jsonl: its text or title is no string"),
        (7, "corpus.jsonl: has no _id"),
        (4, "queries.jsonl: has the id q1, as a line before it"),
        (5, "queries.jsonl: the question is empty"),
        (6, "queries.jsonl: no document that is relevant to it is in corpus.jsonl (gone)"),
        (7, "qrels/test.tsv: queries.jsonl has no question q5"),
    ]
    assert len(told) == len(expected)
    for (line, reason), (wanted, begin) in zip(told, expected, strict=True):
        assert line == wanted
        assert reason.startswith(begin)


def test_a_folder_without_one_of_the_files_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"no BEIR folder, for it has no corpus\.jsonl"):
        read_questions(tmp_path)
    folder = write(tmp_path / "set", DOCUMENTS, QUERIES, QRELS)
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(EvaluationError, match=r"it has no qrels/test\.tsv"):
        read_questions(folder)
    with pytest.raises(UsageError, match="--questions goes with"):
        read_questions(folder, tmp_path / "other.json")


def test_every_byte_of_the_set_is_in_its_digest(tmp_path: Path) -> None:
    one = read_questions(write(tmp_path / "one" / "set", DOCUMENTS, QUERIES, QRELS))
    same = read_questions(write(tmp_path / "two" / "set", DOCUMENTS, QUERIES, QRELS))
    other = read_questions(write(tmp_path / "three" / "set", DOCUMENTS, QUERIES, QRELS[:3]))
    assert one == same
    assert one.digest != other.digest
