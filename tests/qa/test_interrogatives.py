"""The words that ask are left out of a search, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from qa.interrogatives import without_interrogatives


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("武汉改造了多少个老旧小区？", "武汉改造了 个老旧小区"),
        ("婁底建了幾座橋?", "娄底建了 座桥"),
        ("请问图书馆在哪里？", "图书馆"),
        ("为什么要关闭老桥？", "要关闭老桥"),
        ("什么时候开放呢", "开放"),
        ("这座桥有多长？", "这座桥"),
        ("占地多大", "占地"),
        ("究竟有哪些公园", "有 公园"),
        ("到底是谁写的？", "写的"),
        ("好吗什么", "好"),
    ],
)
def test_words_that_ask_are_left_out(question: str, left: str) -> None:
    assert without_interrogatives(question) == left


@pytest.mark.parametrize(
    "text",
    [
        "许多大学和许多高校",
        "20多高校参加",
        "坚持到底的人",
        "哪吒的故事",
        "几乎全部",
        "几何课",
        "十年多长江水位",
        "How many parks were built",
        "¿cuántos parques",
        "公園 はいくつ",
    ],
)
def test_nothing_else_is_lost(text: str) -> None:
    assert without_interrogatives(text) == normalise(text)


def test_a_place_to_drink_is_no_particle() -> None:
    assert without_interrogatives("有多少家酒吧？").endswith("酒吧")
    assert without_interrogatives("公园开放吧？") == "公园开放"


@pytest.mark.parametrize("text", ["多少？", "是什么", "谁", "为什么呢？", "?"])
def test_a_question_of_nothing_else_stays(text: str) -> None:
    assert without_interrogatives(text) == normalise(text)


ASKING = st.sampled_from(
    ["多少", "几", "个", "吗", "呢", "？", "什么", "哪", "里", "公园", "有", "到底", "是", " ", "a"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ASKING, max_size=10).map("".join) | st.text(max_size=40))
def test_any_text_keeps_a_word_and_is_left_alone_the_second_time(text: str) -> None:
    once = without_interrogatives(text)
    assert without_interrogatives(once) == once
    assert bool(re.search(r"\w", once)) == bool(re.search(r"\w", normalise(text)))
    assert len(once) <= len(normalise(text))
