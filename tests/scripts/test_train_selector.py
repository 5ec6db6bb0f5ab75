"""Training: questions as if asked in English, equal files from equal input, groups held out."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qa.features import FEATURES
from qa.trained import METHODS, Trained, held_out, read_trained

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "train_selector"

pytestmark = [
    pytest.mark.xdist_group("train_selector"),
    pytest.mark.skipif(not SCRIPT.is_dir(), reason="the scripts are not in this tree"),
]


@pytest.fixture(scope="module")
def glossing() -> Iterator[ModuleType]:
    # A script's own modules lie beside it.
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPT))
        yield importlib.import_module("glossing")
        sys.modules.pop("glossing")


@pytest.mark.parametrize(
    ("question", "glosses"),
    [
        # The word that asks comes first, each other word is one of its first two definitions.
        ("为什么下雨？", {"why rain?"}),
        ("图书馆什么时候开放？", {"when library open?", "when library bloom?"}),
        # 和 and 在 have none: grammar is left out.
        (
            "老师和学生在哪里上课？",
            {
                f"where teacher {learner} {does}?"
                for learner in ("student", "schoolchild")
                for does in ("go to class", "attend class")
            },
        ),
        # Letters and digits stay, in search form.
        ("WTO有多少成员？", {"how many wto member?"}),
        # A name that no dictionary has is its pinyin, as one word.
        ("佟翊铭设计了大桥？", {"Tongyiming plan Da Qiao?", "Tongyiming design Da Qiao?"}),
    ],
)
def test_a_question_is_glossed_word_for_word(
    question: str, glosses: set[str], glossing: ModuleType
) -> None:
    found = {glossing.gloss(question, random.Random(seed)) for seed in range(16)}
    assert found == glosses


def test_equal_dice_give_equal_glosses(glossing: ModuleType) -> None:
    text = "全市改造了多少个老旧小区？"
    glosses = {glossing.gloss(text, random.Random(seed)) for seed in range(12)}
    assert len(glosses) > 1
    assert glossing.gloss(text, random.Random(3)) == glossing.gloss(text, random.Random(3))


TRIAL = ("--rounds", "12")
"""Few trees: what is told of them holds for many too."""

# A training over sentences of our own, in files of the names that it reads

PLACES = {
    "cmrc2018_dev": "松湖 柳湾 竹溪 梅岭 兰坪 桂园",
    "cmrc2018_trial": "青石 白桥 红岩 黄沙 黑水 紫云",
    "drcd_dev": "東港 西潭 南浦 北嶺 中洲 上塘",
    "xquad.zh": "春江 夏坪 秋浦 冬岭 晨光 晚霞",
}
GROUPS = {
    "cmrc": {"cmrc2018_dev", "cmrc2018_trial"},
    "drcd": {"drcd_dev"},
    "xquad": {"xquad.zh", "xquad.en"},
}


def squad(name: str, *, english: bool = False) -> dict[str, Any]:
    """Two articles of three paragraphs, each with three questions, or the same in English."""
    paragraphs = []
    for number, place in enumerate(PLACES[name].split(), start=3):
        context = (
            f"{place}去年新建了{number}座公园，都免费向市民开放。其中有{number * 2}处图书角。"
            f"{place}的图书馆藏书{number + 40}万册，周末也开门。医院新添了{number + 9}台救护车。"
        )
        questions = [
            (f"{place}新建了多少座公园？", "How many parks were built?", f"{number}座"),
            (f"{place}图书馆有多少册书？", "How many books has the library?", f"{number + 40}万册"),
            (f"{place}的医院添了什么？", "What did the hospital get?", f"{number + 9}台救护车"),
        ]
        qas = [
            {
                "id": f"{name}-{number}-{at}",
                "question": foreign if english else chinese,
                "answers": [{"text": answer, "answer_start": context.index(answer)}],
            }
            for at, (chinese, foreign, answer) in enumerate(questions)
        ]
        paragraphs.append({"context": context, "qas": qas})
    articles = [{"title": f"{name}{n}", "paragraphs": paragraphs[n::2]} for n in range(2)]
    return {"version": "1.1", "data": articles}


def train(data: Path, out: Path, *more: str) -> str:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--data", str(data), "--out", str(out), *TRIAL, *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in PLACES:
        (folder / f"{name}.json").write_text(json.dumps(squad(name)), "utf-8")
    (folder / "xquad.en.json").write_text(json.dumps(squad("xquad.zh", english=True)), "utf-8")
    return folder


@pytest.fixture(scope="module")
def out(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    said = train(data, folder, "--write", str(folder / "copy" / "models.npz"))
    for held in GROUPS:
        assert f"without-{held}: " in said
    return folder


def digest_of(data: Path, name: str) -> str:
    return hashlib.sha256((data / f"{name}.json").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def models(out: Path) -> dict[str, Trained]:
    return {path.stem: read_trained(path) for path in sorted(out.glob("*.npz"))}


def test_there_are_models_of_all_sets_and_without_each_group(
    out: Path, models: dict[str, Trained]
) -> None:
    assert set(models) == {"shipped", *(f"without-{group}" for group in GROUPS)}
    assert {one.name for one in models.values()} == set(models)
    assert (out / "copy" / "models.npz").read_bytes() == (out / "shipped.npz").read_bytes()


def test_what_is_held_out_is_no_part_of_the_training(
    data: Path, out: Path, models: dict[str, Trained]
) -> None:
    every = set().union(*GROUPS.values())
    assert set(models["shipped"].sets) == every
    assert models["shipped"].held_out == {}
    for group, names in GROUPS.items():
        one = models[f"without-{group}"]
        assert set(one.held_out) == names
        assert set(one.sets) == every - names
        for name in names:
            assert held_out(out, [digest_of(data, name)]).digest == one.digest
        assert set(one.sets.values()) == {digest_of(data, name) for name in every - names}


def test_models_have_trees_weights_and_a_threshold(models: dict[str, Trained]) -> None:
    for one in models.values():
        assert set(one.judgements) == set(METHODS)
        for method, judgement in one.judgements.items():
            assert set(judgement.features) <= set(FEATURES)
            assert any("cosine" in name for name in judgement.features) == (method == "signals")
            assert len(judgement.trees.splits) > 0
            assert judgement.confidence
            assert 0.05 <= judgement.threshold <= 0.95


def test_equal_input_gives_equal_files_whatever_the_processes(
    data: Path, out: Path, tmp_path: Path
) -> None:
    train(data, tmp_path, "--processes", "1")
    for path in sorted(out.glob("*.npz")):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
