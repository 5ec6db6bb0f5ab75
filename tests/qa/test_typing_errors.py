"""The generator of typing errors: what it changes, and what it leaves."""

from __future__ import annotations

import importlib.util
import json
import random
import re
from pathlib import Path
from types import ModuleType

import pytest

QUESTIONS = (
    "武汉改造了455个老旧小区,惠及多少居民?",
    "2021年张掖市有多少党员参加志愿服务?",
    "图书馆什么时候免费开放?",
)


@pytest.fixture(scope="module")
def errors() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "typing_errors.py"
    spec = importlib.util.spec_from_file_location("typing_errors", path)
    if not path.is_file() or spec is None or spec.loader is None:
        pytest.skip("the benchmarks do not lie beside the tests")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KINDS = ("homophone", "similar", "missing", "swapped", "shape", "pinyin")


@pytest.mark.parametrize("kind", KINDS)
def test_digits_and_names_of_places_stay(errors: ModuleType, kind: str) -> None:
    for question in QUESTIONS:
        for seed in range(5):
            wrong = errors.spoil(question, kind, 1, random.Random(seed))
            assert wrong != question
            if wrong is not None:
                assert re.findall(r"\d+", wrong) == re.findall(r"\d+", question)
                for name in ("武汉", "张掖市"):
                    assert (name in wrong) == (name in question)


def test_lengths_tell_the_kinds_apart(errors: ModuleType) -> None:
    question = QUESTIONS[2]
    for kind, change in (("homophone", 0), ("swapped", 0), ("missing", -1)):
        wrong = errors.spoil(question, kind, 1, random.Random(1))
        assert len(wrong) - len(question) == change
    assert sorted(errors.spoil(question, "swapped", 1, random.Random(1))) == sorted(question)


def test_a_whole_question_in_pinyin(errors: ModuleType) -> None:
    wrong = errors.spoil("改造了多少个老旧小区?", "whole", 1, random.Random(1))
    assert wrong.split() == ["gaizao", "le", "duoshao", "ge", "laojiu", "xiaoqu", "?"]


def test_both_forms_of_file_keep_their_other_fields(errors: ModuleType) -> None:
    lines = "".join(
        json.dumps({"id": f"q{n}", "question": text, "lang": "zh-Hans"}, ensure_ascii=False) + "\n"
        for n, text in enumerate(QUESTIONS)
    )
    spoiled = errors.spoil_file(lines, "pinyin", 1, 1)
    assert spoiled == errors.spoil_file(lines, "pinyin", 1, 1)
    records = [json.loads(line) for line in spoiled.splitlines()]
    assert [(r["id"], r["lang"]) for r in records] == [(f"q{n}", "zh-Hans") for n in range(3)]
    assert all(re.search("[a-z]", r["question"]) for r in records)
    squad = {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": "文",
                        "qas": [{"id": 1, "question": QUESTIONS[0]}, {"id": 2, "question": "谁?"}],
                    }
                ]
            }
        ]
    }
    found = json.loads(errors.spoil_file(json.dumps(squad), "swapped", 1, 1))
    # 谁 cannot be mistyped so, and is left out.
    assert [qa["id"] for qa in found["data"][0]["paragraphs"][0]["qas"]] == [1]
