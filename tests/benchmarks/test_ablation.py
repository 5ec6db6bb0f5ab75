"""`make ablation`: every signal is in a group, and is off where it is switched off."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ablation.groups import GROUPS, columns
from qa.features import FEATURES

ROOT = Path(__file__).parents[2]
TOWNS = ("怀化", "梅州", "襄阳", "娄山", "平江", "安溪")
# Of the question alone, or of what an index knows beside it: no signal of their own.
GENERAL = {"foreign", "question_length", "question_mass", "passage_prior"}


def test_every_feature_belongs_to_a_signal_and_is_told_in_the_docs() -> None:
    grouped = {FEATURES[column] for group in GROUPS for column in columns(group)}
    assert grouped == set(FEATURES) - GENERAL
    page = (ROOT / "docs" / "selection.md").read_text(encoding="utf-8")
    assert set(FEATURES) <= set(re.findall(r"`(\w+)`", page))


@pytest.mark.parametrize(
    ("group", "some", "others"),
    [
        ("dense, sentence", {"cosine", "passage_sentence", "local_cosine"}, {"passage_cosine"}),
        ("lexical", {"coverage", "passage_lexical", "run"}, {"translated_coverage", "cosine"}),
        ("translations", {"translated_coverage", "passage_translated"}, {"coverage"}),
        ("values asked for", {"wanted_date", "unit", "new_numbers"}, {"length"}),
    ],
)
def test_a_group_has_its_features_and_not_those_of_others(
    group: str, some: set[str], others: set[str]
) -> None:
    names = {FEATURES[column] for column in columns(group)}
    assert some <= names
    assert not others & names


def squad(name: str, english: bool = False) -> dict[str, Any]:
    paragraphs = []
    for number, town in enumerate(TOWNS):
        context = f"{town}{name}去年新修公路桥梁{number + 20}座。沿江栽种香樟树{number + 3}万株。"
        asked = [f"{town}{name}新修了多少座公路桥梁？", f"{town}{name}栽种了多少株香樟树？"]
        if english:
            asked = ["How many road bridges were built?", "How many camphor trees were planted?"]
        answers = (f"{number + 20}座", f"{number + 3}万株")
        qas = [
            {"id": f"{number}{at}", "question": text, "answers": [{"text": answers[at]}]}
            for at, text in enumerate(asked)
        ]
        paragraphs.append({"context": context, "qas": qas})
    return {"data": [{"paragraphs": paragraphs}]}


def test_the_page_has_every_signal_asked_for_beside_all_of_them(tmp_path: Path) -> None:
    for name in ("cmrc2018_dev", "cmrc2018_trial", "drcd_dev", "xquad.zh", "xquad.en"):
        text = json.dumps(squad("老城" if "zh" in name else "新城", english=name.endswith("en")))
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    page = tmp_path / "page.md"
    arguments = ("--data", tmp_path, "--write", page, "--share", "1")
    skipped = ("--only", "lexical", "--skip", "retrieval", "--skip", "typing")
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "ablation", *arguments, *skipped],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "CITYQA_CACHE": str(tmp_path / "cache"),
        },
        check=True,
        capture_output=True,
        timeout=600,
    )
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    for signal in ("all signals", "lexical"):
        # One a metric.
        assert len([row for row in rows if row[0] == signal]) == 3
    # A difference is to what stands in the row of all signals.
    values = {
        row[0]: row[1] for row in rows if len(row) == 5 and row[0] in ("all signals", "lexical")
    }
    off, difference = re.fullmatch(r"([\d.]+) \(([+-][\d.]+)\).*", values["lexical"]).groups()
    whole = float(values["all signals"].split(" ")[0])
    assert float(off) - whole == pytest.approx(float(difference), abs=0.0011)
