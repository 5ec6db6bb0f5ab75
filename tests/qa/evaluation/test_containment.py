"""When an answer counts as contained."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.library import read_library
from qa.evaluation.containment import contains, normalised

SHARED = Path(__file__).parents[4] / "shared"

HELD = [
    ("a gloss is no part of the text", "沿江的這段時(shí)間", "這段時間"),
    ("nor of the answer", "沿江的这段时间", "时(shí)间"),
    ("tone marks may be characters of their own", "时(shi\u0301)间", "时间"),
    ("letters without tone marks are a gloss too", "總值(GDP)增長", "总值增长"),
    ("Traditional is Simplified", "香樟樹種在臺灣路", "香樟树种在台湾路"),
    ("a full stop between digits is a decimal point", "1。8万株", "1.8万株"),
    ("in wide digits too", "１。８万株", "1.8万株"),
    ("wide is narrow", "27座，（大桥）", "27座,(大桥)"),
    ("blanks are nothing", "新建 街头\u3000花园\n52个", "街头花园52个"),
    ("a number begins after a letter", "投入4.6亿元", "4.6亿元"),
    ("a number may begin the text", "27座桥", "27座"),
    ("a later place counts when an earlier does not", "1270座和70座", "70座"),
    ("what does not begin with a digit stands anywhere", "第27座", "座"),
]
NOT_HELD = [
    ("a number within a longer one", "25000多个", "5000多个"),
    ("the decimals of a number", "4.6亿元", "6亿元"),
    ("the decimals after a full stop", "4。6亿元", "6亿元"),
    ("the digits after a blank that is removed", "25 000多个", "000多个"),
    ("letters of another case", "cctv", "CCTV"),
    ("nothing at all", "文字", ""),
    ("a gloss alone, of which nothing is left", "时(shí)间", "(shí)"),
    ("blanks alone", "文 字", " "),
]


@pytest.mark.parametrize(("text", "answer"), [row[1:] for row in HELD], ids=[r[0] for r in HELD])
def test_contained(text: str, answer: str) -> None:
    assert contains(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"), [row[1:] for row in NOT_HELD], ids=[r[0] for r in NOT_HELD]
)
def test_not_contained(text: str, answer: str) -> None:
    assert not contains(text, answer)


def test_a_group_with_anything_but_latin_letters_stays() -> None:
    for group in ("(二〇二一)", "(2021)", "(GDP 2021)", "(a,b)", "()"):
        assert normalised(f"总值{group}") == f"总值{group.replace(' ', '')}"


def test_glosses_go_before_anything_else_is_done() -> None:
    # The wide brackets become narrow only when glosses have been removed.
    assert normalised("时（shí）间") == "时(shí)间"


pieces = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("0123456789。.()時漢 万")),
    max_size=12,
)


@given(pieces)
def test_what_is_normalised_has_no_blank_and_is_nfkc_but_for_them(text: str) -> None:
    form = normalised(text)
    assert not any(character.isspace() for character in form)
    assert all(unicodedata.is_normalized("NFKC", character) for character in form)


@given(pieces)
def test_every_text_of_which_something_is_left_contains_itself(text: str) -> None:
    assert contains(text, text) is bool(normalised(text))


@given(pieces, st.sampled_from("甲乙丙，"), pieces)
def test_a_text_before_an_answer_hides_it_only_by_a_number(
    before: str, letter: str, after: str
) -> None:
    text = f"{before}{letter}27座桥{after}"
    assert contains(text, "27座桥")
    assert not contains(f"{letter}527座桥", "27座桥")


def test_the_answers_of_the_city_questions_are_in_their_reports() -> None:
    path = SHARED / "eval" / "city_reports.dev.jsonl"
    if not path.is_file():
        pytest.skip("the evaluation sets are not beside the checkout")
    texts = {report.id: report.text for report in read_library([SHARED / "reports"]).reports}
    for line in path.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        pairs = [(r, a) for r in question["report"] for a in question["answer"]]
        if question["kind"] == "comparison":
            pairs = list(zip(question["report"], question["answer"], strict=True))
        for report, answer in pairs:
            assert contains(texts[report], answer), question["id"]
