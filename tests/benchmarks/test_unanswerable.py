"""What ``benchmarks/unanswerable.py`` makes of questions that are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.unanswerable import of_cities, taken
from qa.evaluation.readers import read_questions

REPORTS = {
    "huaihua": (
        "怀化市综述",
        "怀化市新修公路桥梁27座。",
        "怀化市栽种香樟树1.8万株。",
        "怀化市开通公交线路9条。",
    ),
    "meizhou": ("梅州市综述", "梅州市现存廊桥6座。", "梅州市栽种香樟树三万株。"),
    "xiangyang": ("襄阳市综述", "襄阳市疏浚湖泊27处。", "襄阳市新修公路桥梁27座。"),
}


def question(id_: str, text: str, answer: str, **more: Any) -> dict[str, Any]:
    given = {"lang": "zh-Hans", "report": ["huaihua"], "answer": [answer], "kind": "number"}
    return {"id": id_, "question": text, **given, **more}


@pytest.fixture
def made(tmp_path: Path) -> dict[str, dict[str, Any]]:
    corpus = tmp_path / "reports"
    corpus.mkdir()
    for name, paragraphs in REPORTS.items():
        (corpus / f"{name}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    asked = [
        question("bridges", "怀化新修了多少座公路桥梁？", "27座"),
        question("trees", "怀化市栽种了多少株香樟树？", "1.8万株"),
        question("lines", "懷化市開通了多少條公交線路？", "9条", lang="zh-Hant"),
        question("english", "How many bus lines did Huaihua open?", "9条", lang="en"),
        question("russian", "Сколько автобусных линий в Хуайхуа?", "9条", lang="ru"),
        question("typo", "怀华开通了多少条公交线路？", "9条"),
        question("open", "怀化为什么开通公交线路？", "9条", kind="why/how"),
        question("nowhere", "开通了多少条公交线路？", "9条"),
        question("both", "怀化和梅州开通了多少条公交线路？", "9条"),
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in asked), "utf-8")
    lines = of_cities(path, corpus).splitlines()
    records = {one["id"]: one for one in map(json.loads, lines)}
    assert len(records) == len(lines)
    # What was answerable stays as it was.
    assert [records[one["id"]] for one in asked] == asked
    return {name: one for name, one in records.items() if "-" in name}


def test_a_question_is_asked_of_cities_whose_report_does_not_tell(
    made: dict[str, dict[str, Any]],
) -> None:
    assert {name: one["question"] for name, one in made.items()} == {
        # Xiangyang has built 27 bridges, too.
        "bridges-meizhou": "梅州新修了多少座公路桥梁？",
        # Meizhou tells of trees in a clause that is nearly the same.
        "trees-xiangyang": "襄阳市栽种了多少株香樟树？",
        "lines-meizhou": "梅州市開通了多少條公交線路？",
        "lines-xiangyang": "襄陽市開通了多少條公交線路？",
        "english-meizhou": "How many bus lines did Meizhou open?",
        "english-xiangyang": "How many bus lines did Xiangyang open?",
    }
    for one in made.values():
        assert (one["report"], one["answer"], one["kind"]) == ([], [], "unanswerable")


def squad(articles: int, paragraphs: int) -> dict[str, Any]:
    def paragraph(name: str) -> dict[str, Any]:
        answers = [{"text": f"第{name}", "answer_start": 0}]
        qas = [{"id": name, "question": f"{name}是什么？", "answers": answers}]
        return {"context": f"第{name}段。", "qas": qas}

    return {
        "data": [
            {"paragraphs": [paragraph(f"{a}{p}") for p in range(paragraphs)]}
            for a in range(articles)
        ]
    }


def test_half_of_the_paragraphs_are_taken_out_and_no_question_is(tmp_path: Path) -> None:
    before = squad(3, 4)
    after = taken(before, seed=1)
    kept = [p for article in after["data"] for p in article["paragraphs"]]
    contexts = {p["context"] for p in kept}
    assert len(kept) == len(contexts) == 3 * 4 / 2
    path = tmp_path / "taken.json"
    path.write_text(json.dumps(after), encoding="utf-8")
    found = read_questions(path)
    assert found.malformed == ()
    asked = {one.id: one.answerable for one in found.questions}
    assert asked == {f"{a}{p}": f"第{a}{p}段。" in contexts for a in range(3) for p in range(4)}
    # What is told of a question whose paragraph stays is what was told.
    assert taken(before, seed=1) == after
    assert taken(before, seed=2) != after
    assert before == squad(3, 4)


def test_equal_paragraphs_are_taken_out_together() -> None:
    once = squad(1, 2)
    (article,) = once["data"]
    twice = {"data": [article, article]}
    for seed in range(5):
        contexts = [p["context"] for one in taken(twice, seed)["data"] for p in one["paragraphs"]]
        assert len(contexts) == 2
        assert len(set(contexts)) == 1


def test_an_article_of_which_nothing_is_left_leaves_its_questions() -> None:
    # One of two paragraphs goes, and each is an article.
    for seed in range(5):
        after = taken(squad(2, 1), seed)
        (paragraph,) = [p for one in after["data"] for p in one["paragraphs"]]
        assert {one["id"]: one.get("is_impossible", False) for one in paragraph["qas"]} == {
            name: f"第{name}段。" != paragraph["context"] for name in ("00", "10")
        }
