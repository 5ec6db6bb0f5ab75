"""What ``benchmarks/scores.py`` makes of a run."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchmarks.scores import (
    EXPECTED,
    SENTENCES,
    Line,
    mean_sentence,
    measured_values,
    read_entries,
    rows,
    updated,
)
from qa.evaluation.bars import parse_bar
from qa.evaluation.readers import read_questions

TEXT = """\
# A comment.
["set.a"]
command = ["{shared}/a.json"]  # another

["set.a".metrics]
"extract_hit@1" = { expected = 0.5, tolerance = 0.01, bar = 0.4 }  # kept
"mrr@10" = { tolerance = 0.01 }
"ndcg@10" = {}

[b]
command = ["b.json"]

["b".metrics]
"extract_hit@1" = { bar = 0.4 }
"""


@pytest.mark.parametrize(
    ("line", "measured", "mark"),
    [
        (Line("m", expected=0.9, tolerance=0.01), 0.91, "reached"),
        (Line("m", expected=0.9, tolerance=0.01), 0.89, "reached"),
        (Line("m", expected=0.9, tolerance=0.01), 0.885, "missed"),
        (Line("m", expected=0.9, tolerance=0.01), 0.92, "better"),
        (Line("m", expected=0.9, tolerance=0.05, bar=0.9), 0.88, "missed"),
        (Line("m", expected=0.7, tolerance=0.01, bar=0.9), 0.8, "missed"),
        (Line("m", bar=0.9), 0.9, "reached"),
        (Line("m", most=1.3), 1.31, "missed"),
        (Line("m", expected=1.2, tolerance=0.01, most=1.3), 1.1, "better"),
        (Line("m", expected=1.1, tolerance=0.01, most=1.3), 1.2, "missed"),
        (Line("m"), None, "missed"),
        (Line("m"), 0.0, "reached"),
    ],
)
def test_a_score_is_held_against_what_is_expected_and_asked(
    line: Line, measured: float | None, mark: str
) -> None:
    assert line.mark(measured) == mark


def test_expected_scores_are_written_and_nothing_else_changes() -> None:
    after = updated(TEXT, {"set.a": {"extract_hit@1": 0.61234, "mrr@10": 0.7, "ndcg@10": 1.0}})
    before_lines, after_lines = TEXT.splitlines(), after.splitlines()
    changed = [line for old, line in zip(before_lines, after_lines, strict=True) if old != line]
    assert changed == [
        '"extract_hit@1" = { expected = 0.6123, tolerance = 0.01, bar = 0.4 }  # kept',
        '"mrr@10" = { expected = 0.7000, tolerance = 0.01 }',
        '"ndcg@10" = { expected = 1.0000 }',
    ]
    first, other = read_entries(after)
    assert first.lines[0] == Line("extract_hit@1", 0.6123, 0.01, 0.4)
    assert other.lines == (Line("extract_hit@1", bar=0.4),)
    # Written twice, it is the same.
    assert updated(after, {"set.a": {"extract_hit@1": 0.6123}}) == after


def test_an_entry_without_command_or_with_an_unknown_key_is_named() -> None:
    with pytest.raises(ValueError, match="b: 'command'"):
        read_entries("[b.metrics]\n")
    with pytest.raises(ValueError, match=r"b: .*lowest"):
        read_entries('[b]\ncommand = []\n[b.metrics]\n"m" = { lowest = 1 }\n')


def test_what_ships_names_metrics_that_there_are() -> None:
    entries = read_entries(EXPECTED.read_text(encoding="utf-8"))
    assert {entry.name for entry in entries} >= {
        "city_reports.dev",
        "cmrc2018_dev",
        "drcd_dev",
        "xquad.zh",
        "xquad.en",
    }
    for entry in entries:
        folders = {"shared": "S", "models": "M", "scratch": "T"}
        arguments = entry.arguments(folders)
        preparation = entry.preparation(folders)
        assert not any("{" in part for part in (*arguments, *preparation))
        if preparation:
            # What is asked is what was made.
            script, _, source = preparation[:3]
            assert EXPECTED.with_name(script).is_file()
            assert source.startswith("S/eval/")
            assert preparation[-1] == arguments[0]
            assert arguments[0].startswith("T/")
            assert "refusal_auroc" in {line.metric for line in entry.lines}
        else:
            assert arguments[0].startswith("S/eval/")
            assert SENTENCES in {line.metric for line in entry.lines}
        # The questions over the city reports train nothing.
        trained_on = "city_reports" not in entry.name
        assert any(part.startswith("M") for part in arguments) is trained_on
        for line in entry.lines:
            if line.metric != SENTENCES:
                # Raises for a metric or group that there is not.
                parse_bar(f"{line.metric}=0")
    # Rewriting every line with other numbers still gives what can be read.
    text = EXPECTED.read_text(encoding="utf-8")
    measured = {entry.name: {line.metric: 0.1234 for line in entry.lines} for entry in entries}
    for value in tomllib.loads(updated(text, measured)).values():
        assert all(asked["expected"] == 0.1234 for asked in value["metrics"].values())


def test_values_are_found_in_their_groups_and_length_in_sentences() -> None:
    (entry,) = read_entries(
        '[s]\ncommand = []\n[s.metrics]\n"mrr@10" = {}\n"by_language.zh-Hans.mrr@10" = {}\n'
        '"by_kind.name.mrr@10" = {}\n"refusal_auroc" = {}\n"extract_sentences" = { most = 1.3 }\n'
    )
    scores = {
        "metrics": {"mrr@10": 0.5, "extract_chars": 30.0, "refusal_auroc": None},
        "by_language": {"zh-Hans": {"mrr@10": 0.25}},
        "by_kind": {},
    }
    values = measured_values(entry, scores, sentence=20.0)
    assert values == {"mrr@10": 0.5, "by_language.zh-Hans.mrr@10": 0.25, SENTENCES: 1.5}
    lines = list(rows(entry, values, {"mrr@10": [0.4, 0.6]}))
    assert [line.split()[0] for line in lines] == [line.metric for line in entry.lines]
    assert [line[-1] for line in lines] == ["✓", "✓", "✗", "✗", "✗"]
    assert "0.400–0.600" in lines[0]


def test_the_mean_sentence_is_of_the_sentences_as_the_index_has_them(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    # Ten and six characters, each with its full stop.
    context = "一二三四五六七八九。一二三四五。"
    path.write_text(
        '{"data": [{"paragraphs": [{"context": "' + context + '", "qas": [{"id": "1", '
        '"question": "几？", "answers": [{"text": "一二三", "answer_start": 0}]}]}]}]}',
        encoding="utf-8",
    )
    reports = read_questions(path).reports
    assert reports is not None
    assert mean_sentence(reports) == (10 + 6) / 2
