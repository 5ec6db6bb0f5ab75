"""Ratings become questions with gold by majority, and the evaluation reads them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.evaluation.readers import read_questions
from qa.feedback.gold import gold_records
from qa.feedback.ratings import RATINGS, Rating
from qa.feedback.records import GivenRating, RatedAnswer, ShownAnswer
from qa.feedback.store import FeedbackStore

Shown = Callable[..., ShownAnswer]
Rater = Callable[[int], str]
# Who rated, how, and which extract.
Said = tuple[int, Rating, int | None]
Rated = Callable[..., RatedAnswer]

BRIDGE = "新修公路桥梁27座。"
TREES = "哈密种枣树三万株。"


@pytest.fixture
def rated(shown: Shown, rater: Rater) -> Rated:
    """An answer and what was said of it, a minute apart."""
    count = 0

    def make(*said: Said, **fields: Any) -> RatedAnswer:
        nonlocal count
        count += 1
        time = shown().time + datetime.timedelta(hours=count)
        return RatedAnswer(
            count,
            shown(key=f"{count}", time=time, **fields),
            tuple(
                GivenRating(rater(who), rating, rank, time + datetime.timedelta(minutes=minute))
                for minute, (who, rating, rank) in enumerate(said)
            ),
        )

    return make


def gold(*answers: RatedAnswer, rating: Rating | None = "helpful") -> list[tuple[Any, Any]]:
    return [(record["report"], record["answer"]) for record in gold_records(answers, rating)]


def test_an_extract_that_helped_is_the_answer_and_its_report_the_right_one(rated: Rated) -> None:
    (record,) = gold_records([rated((1, "helpful", 2))])
    assert record == {
        "id": record["id"],
        "question": "怀化新修了多少座桥？",
        "lang": "zh-Hans",
        "report": ["hami"],
        "answer": [TREES],
        "kind": "feedback",
    }


def test_a_refusal_that_helped_makes_an_unanswerable_question(rated: Rated) -> None:
    (record,) = gold_records([rated((1, "helpful", None), refused=True)])
    assert (record["report"], record["answer"]) == ([], [])
    assert record["kind"] == "unanswerable"


def test_a_passage_offered_unconfirmed_that_helped_is_the_answer(rated: Rated) -> None:
    assert gold(rated((1, "helpful", 1), refused=True)) == [(["huaihua"], [BRIDGE])]


def test_an_answer_that_helped_as_a_whole_tells_which_extract_only_where_there_is_one(
    rated: Rated, shown: Shown
) -> None:
    assert gold(rated((1, "helpful", None), extracts=shown().extracts[:1])) == [
        (["huaihua"], [BRIDGE])
    ]
    several = rated((1, "helpful", None))
    assert gold(several) == []
    assert gold(several, rating=None) == [(None, [])]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Two against one.
        ([(1, "helpful", 1), (2, "helpful", 1), (3, "wrong_source", 1)], [BRIDGE]),
        ([(1, "helpful", 1), (2, "not_an_answer", 1), (3, "wrong_source", 1)], None),
        # A tie, which the other extract does not share.
        ([(1, "helpful", 1), (2, "wrong_source", 1)], None),
        ([(1, "helpful", 1), (2, "wrong_source", 1), (3, "helpful", 2)], [TREES]),
        # A bad rating of the whole is of each extract.
        ([(1, "helpful", 1), (2, "not_an_answer", None)], None),
        ([(1, "helpful", 1), (2, "helpful", 1), (3, "not_an_answer", None)], [BRIDGE]),
        # Two extracts that helped: any one answers.
        ([(1, "helpful", 2), (2, "helpful", 1)], [BRIDGE, TREES]),
    ],
)
def test_the_majority_decides_and_a_tie_gives_no_gold(
    rated: Rated, said: Sequence[Said], expected: list[str] | None
) -> None:
    assert gold(rated(*said)) == ([] if expected is None else [(gold_reports(expected), expected)])


def gold_reports(answers: list[str]) -> list[str]:
    return [{BRIDGE: "huaihua", TREES: "hami"}[answer] for answer in answers]


def test_a_rater_has_one_vote_and_the_latest_counts(rated: Rated) -> None:
    # One finds it helpful three times; two do not.
    thrice = [rated((1, "helpful", 1)) for _ in range(3)]
    assert gold(*thrice, rated((2, "wrong_source", 1), (3, "wrong_source", 1))) == []
    assert gold(*thrice, rated((1, "wrong_source", 1))) == []
    assert gold(rated((1, "wrong_source", 1)), rated((1, "helpful", 1))) == [
        (["huaihua"], [BRIDGE])
    ]


def test_equal_questions_are_one_and_others_are_not(rated: Rated) -> None:
    same = [
        "怀化新修了多少座桥？",
        " 怀化新修了多少座桥",
        "懷化新修了多少座橋?",
        "怀化新修了多少座桥！",
    ]
    answers = [rated((who, "helpful", 1), question=text) for who, text in enumerate(same)]
    other = rated((1, "helpful", 1), question="怀化新修了多少座桥梁？")
    records = list(gold_records([*answers, other]))
    # As first asked, in the order asked.
    assert [record["question"] for record in records] == [same[0], other.answer.question]
    assert len({record["id"] for record in records}) == 2
    # The id is of the question alone, so that later exports can be joined.
    (again,) = gold_records([rated((9, "helpful", 2), question=same[2])])
    assert again["id"] == records[0]["id"]


def test_equal_answers_of_one_report_are_one(rated: Rated, shown: Shown) -> None:
    moved = replace(shown().extracts[0], rank=2, start=700, passage="huaihua-2")
    twice = rated((1, "helpful", 1), (2, "helpful", 2), extracts=(shown().extracts[0], moved))
    assert gold(twice) == [(["huaihua"], [BRIDGE])]


@pytest.mark.parametrize(
    ("refusals", "extracts", "expected"),
    [(2, 1, [([], [])]), (1, 2, [(["huaihua"], [BRIDGE])]), (1, 1, [])],
)
def test_between_a_refusal_and_an_extract_that_helped_the_majority_decides(
    rated: Rated, refusals: int, extracts: int, expected: list[Any]
) -> None:
    said: list[Said] = [(who, "helpful", None) for who in range(refusals)]
    more: list[Said] = [(who, "helpful", 1) for who in range(10, 10 + extracts)]
    assert gold(rated(*said, refused=True), rated(*more)) == expected


def test_a_question_without_gold_is_given_to_be_judged_when_its_kind_is_named(
    rated: Rated,
) -> None:
    wrong = rated((1, "wrong_source", 1), question="a?")
    none = rated((1, "not_an_answer", None), (2, "wrong_source", 2), question="b?")
    good = rated((1, "helpful", 1), (2, "wrong_source", 2), question="c?")
    everything = [wrong, none, good]
    assert [record["question"] for record in gold_records(everything)] == ["c?"]
    for rating, expected in (
        ("wrong_source", ["a?", "b?"]),
        ("not_an_answer", ["b?"]),
        (None, ["a?", "b?", "c?"]),
    ):
        kind: Any = rating
        assert [record["question"] for record in gold_records(everything, kind)] == expected
    (record,) = gold_records([none], "not_an_answer")
    assert {name: record[name] for name in record if name not in ("id", "question", "lang")} == {
        "report": None,
        "answer": [],
        "kind": "feedback-unjudged",
        "judge": True,
        "ratings": {"wrong_source": 1, "not_an_answer": 1},
        "shown": [
            {"report": "huaihua", "answer": BRIDGE},
            {"report": "hami", "answer": TREES},
        ],
    }


def test_the_evaluation_reads_gold_and_counts_apart_what_is_to_be_judged(
    rated: Rated, tmp_path: Path
) -> None:
    answers = [
        rated((1, "helpful", 1), question="a?"),
        rated((1, "helpful", None), question="b?", refused=True),
        rated((1, "wrong_source", 1), question="c?"),
        rated((1, "helpful", 1), (2, "helpful", 2), question="d?"),
    ]
    file = tmp_path / "questions.jsonl"
    lines = [json.dumps(record, ensure_ascii=False) for record in gold_records(answers, None)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = read_questions(file)
    assert [(q.text, q.kind, q.reports, q.answers) for q in found.questions] == [
        ("a?", "feedback", ("huaihua",), (BRIDGE,)),
        ("b?", "unanswerable", (), ()),
        ("d?", "feedback", ("huaihua", "hami"), (BRIDGE, TREES)),
    ]
    assert {q.language for q in found.questions} == {"zh-Hans"}
    assert [(one.line, one.reason) for one in found.malformed] == [(3, "is still to be judged")]


SAID = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(RATINGS),
        st.sampled_from((None, 1, 2)),
    ),
    max_size=6,
    unique_by=lambda said: said[0],
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(SAID, st.booleans()), max_size=4))
def test_every_rated_question_is_gold_or_to_be_judged_and_never_both(
    rated: Rated, shown: Shown, asked: list[tuple[list[Said], bool]]
) -> None:
    answers = [rated(*said, refused=refused) for said, refused in asked if said]
    found = list(gold_records(answers, None))
    assert len(found) == bool(answers)
    assert list(gold_records(answers)) == [record for record in found if "judge" not in record]
    for record in found:
        if "judge" in record:
            assert (record["report"], record["answer"]) == (None, [])
            assert sum(record["ratings"].values()) == sum(len(said) for said, _ in asked)
        else:
            assert bool(record["report"]) == bool(record["answer"])
            assert set(record["answer"]) <= {extract.text for extract in shown().extracts}


ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1, max_size=80)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(question=ANY_TEXT, text=ANY_TEXT)
def test_any_text_is_kept_and_exported(
    store: FeedbackStore, shown: Shown, rater: Rater, question: str, text: str
) -> None:
    store.purge(None)
    extract = replace(shown().extracts[0], text=text)
    store.rate(
        store.record_answer(shown(question=question, extracts=(extract,))),
        rater(1),
        "helpful",
    )
    (record,) = gold_records(store.export())
    # All but lone surrogates, which UTF-8 has not.
    assert record["question"] == question.encode("utf-8", "replace").decode()
    assert record["answer"] == [text.encode("utf-8", "replace").decode()]
    json.dumps(record, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "text",
    ["\0", "a\0b", "\ud800", "。" * 2_000_000],
    ids=["nul", "nul inside", "surrogate", "huge"],
)
def test_odd_questions_are_kept_whole(
    store: FeedbackStore, shown: Shown, rater: Rater, text: str
) -> None:
    store.rate(store.record_answer(shown(question=text)), rater(1), "helpful", rank=1)
    (found,) = store.export()
    assert found.answer.question == text.replace("\ud800", "?")
    assert len(list(gold_records([found]))) == 1
