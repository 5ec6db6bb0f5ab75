"""Typing errors are read as what the passages hold; clean questions stay as they are."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.lexical import LexicalIndex, counted
from embeddings.readings import Readings
from embeddings.tokens import terms_of, tokenise
from qa.pinyin import LONGEST_TOKEN, cut
from qa.spelling import CERTAIN, DOUBTFUL, Spelling, respell
from tests.written_indexes import write_lexical, write_readings

PASSAGES = (
    "全市改造老旧小区455个,惠及居民8.46万户,小区环境明显改善。",
    "图书馆对市民免费开放,志愿者每天讲解绿化历史。",
    "宣讲视频点击量达到1200万次,宣讲员走进社区和学校。",
    "港口吞吐量增长12.2%,出口机电产品。",
    "新建公园三十座,市民在公园里唱歌,演出形式多样。",
    "西安路地铁站开通,方便先进企业职工出行。",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> tuple[LexicalIndex, Readings]:
    folder = tmp_path_factory.mktemp("spelling")
    documents = [tokenise(text) for text in PASSAGES]
    write_lexical(documents, folder)
    write_readings(documents, folder)
    return LexicalIndex.open(folder, len(documents)), Readings.open(folder)


def best(index: tuple[LexicalIndex, Readings], bag: dict[str, float]) -> int:
    return int(np.argmax(index[0].scores(bag)))


@pytest.mark.parametrize(
    ("typed", "meant", "kind"),
    [
        ("改早老旧小区", "改造老旧小区", "same"),
        ("改照老旧小区", "改造老旧小区", "near"),
        ("改造老旧小曲", "改造老旧小区", "same"),
        ("改造老旧晓曲", "改造老旧小区", "two"),
        ("宣讲视屏点击量", "宣讲视频点击量", "near"),
        ("图苏馆对市民开放", "图书馆对市民开放", "near"),
        ("图节馆对市民免费", "图书馆对市民免费", "any"),
        ("老旧区小改造", "老旧小区改造", "swapped"),
        ("惠及居民老旧xiaoqu", "惠及居民老旧小区", "pinyin"),
    ],
)
def test_a_slip_is_read_as_what_the_passages_hold(
    index: tuple[LexicalIndex, Readings], typed: str, meant: str, kind: str
) -> None:
    found = respell(typed, *index)
    assert [a.kind for a in found.alternatives] == [kind]
    assert found.corrected == meant or found.alternatives[0].weight < CERTAIN
    one = found.alternatives[0]
    assert typed[: one.start] + one.replacement + typed[one.end :] == meant
    assert typed[one.start : one.end] == one.original


@pytest.mark.parametrize(
    "question",
    [
        "改造老旧小区",
        "市民在公园里做什么",
        "哪里的湖泊最深",
        "养老保险缴费标准",
        "机场高速公路收费站",
        "演唱会门票价格",
        "",
        "455",
        "How many old residential areas were renovated?",
        "WTO 和 iPhone 的关系",
    ],
)
def test_a_clean_question_stays_as_it_is(
    index: tuple[LexicalIndex, Readings], question: str
) -> None:
    found = respell(question, *index)
    assert found.alternatives == ()
    assert found.corrected == found.text
    assert found.bag == counted(terms_of(found.text))


def test_a_whole_question_in_pinyin_finds_its_passage(
    index: tuple[LexicalIndex, Readings],
) -> None:
    found = respell("gaizao le duoshao ge laojiu xiaoqu", *index)
    assert found.corrected == "改造了多少个老旧小区"
    assert best(index, found.bag) == 0


def test_pinyin_is_read_by_its_neighbours(index: tuple[LexicalIndex, Readings]) -> None:
    # xian is one syllable or two: 先进 and 西安路 are both there.
    assert respell("xianjin qiye", *index).corrected == "先进企业"
    assert respell("xi'an lu ditie zhan", *index).corrected == "西安路地铁站"


def test_u_with_dots_is_typed_as_v_too(index: tuple[LexicalIndex, Readings]) -> None:
    assert respell("lvhua lishi", *index).corrected == "绿化历史"
    assert respell("lühua lishi", *index).corrected == "绿化历史"


def test_letters_that_are_no_pinyin_are_left(index: tuple[LexicalIndex, Readings]) -> None:
    assert cut("gaizao")[0] == ("gai", "zao")
    assert {("xian",), ("xi", "an")} <= set(cut("xian"))
    assert cut("school") == ()
    assert cut("a" * (LONGEST_TOKEN + 1)) == ()
    assert respell("school library opening hours", *index).alternatives == ()


def test_traditional_slips_are_mended(index: tuple[LexicalIndex, Readings]) -> None:
    assert respell("圖書館免費開方", *index).corrected == "图书馆免费开放"


def test_two_slips_are_both_mended(index: tuple[LexicalIndex, Readings]) -> None:
    found = respell("改照了几个老旧小曲", *index)
    assert {a.replacement for a in found.alternatives} == {"造", "区"}
    assert best(index, found.bag) == 0


def test_a_replaced_term_counts_one_minus_its_weight(
    index: tuple[LexicalIndex, Readings],
) -> None:
    found = respell("改造老旧小曲", *index)
    (one,) = found.alternatives
    assert one.replacement == "区"
    # 小曲 and 曲 give way to 小区 and 区; everything else counts as typed.
    assert found.bag["小曲"] == pytest.approx(1 - one.weight)
    assert found.bag["曲"] == pytest.approx(1 - one.weight)
    assert found.bag["小区"] == pytest.approx(one.weight)
    assert found.bag["区"] == pytest.approx(one.weight)
    assert found.bag["老旧"] == 1


def test_mending_a_slip_raises_the_score_of_the_passage_that_was_meant(
    index: tuple[LexicalIndex, Readings],
) -> None:
    lexical = index[0]
    found = respell("改造老旧小曲", *index)
    typed = counted(terms_of(found.text))
    before = lexical.scores(typed)[0] / lexical.bound(typed)
    after = lexical.scores(found.bag)[0] / lexical.bound(found.bag)
    assert after > before


def test_digits_are_never_touched(index: tuple[LexicalIndex, Readings]) -> None:
    found = respell("改照445个老旧小曲,增长12.3%", *index)
    assert "445" in found.corrected
    assert "12.3%" in found.corrected


_TEXT = st.lists(
    st.sampled_from(
        [
            *PASSAGES,
            "改照",
            "小曲",
            "gaizao",
            "xiaoqu",
            "图收馆",
            "区小",
            "、",
            " ",
            "的",
            "455",
            "é",
        ]
    ),
    max_size=4,
).map("".join) | st.text("改造照老旧小区曲图书收馆gaizo xiqu'ü4", max_size=24)


@settings(max_examples=60, deadline=None)
@given(text=_TEXT)
def test_alternatives_part_the_text_and_scores_stay_below_the_bound(
    index: tuple[LexicalIndex, Readings], text: str
) -> None:
    found: Spelling = respell(text, *index)
    position = 0
    for one in found.alternatives:
        assert position <= one.start < one.end
        assert found.text[one.start : one.end] == one.original != one.replacement
        assert 0 <= one.weight <= 1 + 1e-9
        assert one.kind == "pinyin" or one.weight > DOUBTFUL
        position = one.end
    assert all(weight > 0 for weight in found.bag.values())
    lexical = index[0]
    assert float(lexical.scores(found.bag).max()) <= lexical.bound(found.bag) + 1e-4
    assert respell(found.text, *index) == found


def test_a_long_question_is_read_in_reasonable_time(
    index: tuple[LexicalIndex, Readings],
) -> None:
    started = time.process_time()
    for text in ("改照小曲" * 500, "gaizao xiaoqu " * 140, "a" * 2000, "xian" * 30, "shi " * 500):
        respell(text[:2000], *index)
    assert time.process_time() - started < 5


def test_the_readings_of_another_index_do_no_harm(tmp_path: Path) -> None:
    write_lexical([["a"]], tmp_path)
    write_readings([["a"]], tmp_path)
    empty = LexicalIndex.open(tmp_path, 1), Readings.open(tmp_path)
    for text in ("改照老旧小曲", "gaizao xiaoqu"):
        assert respell(text, *empty).alternatives == ()
