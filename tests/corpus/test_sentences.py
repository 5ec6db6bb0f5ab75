"""Sentences end where a reader would end them, and hold every character but blanks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sentences import LONG, LONGEST, split_sentences


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["第一句。", "第二句！", "第三句？", "第四句"],
        ["好！！！", "完？！", "是。"],
        ["“办好实事。”", "他这样说。"],
        ["“我是谁?这是我们的答案”被推荐。", "下一句。"],
        ["他问“好吗？”的问题。"],
        ["提出“修复湿地。”的要求。"],
        ["他说：“好。”", "大家笑了。"],
        ["“路通了,再也不怕下雨了!”", "6月30日,道路通车。"],
        ["观看《河水清清！》后,居民点赞。"],
        ["完成任务(共5项。含新增2项)后验收。", "下一句。"],
        ["任务完成。", "(记者 王芳)"],
        ["增长12.2%。", "达到1.5万。"],
        ["增长12%.", "达到五万"],
        ["No. 5 is e.g. fine.", "Next one!", "See example.org/?id=3 now."],
        ["U.S. growth was 3.5 per cent in 2021.", "It rose."],
        ["1. 建设公园。", "2. 治理河道。"],
        ["从城市到乡村,从学校到社区,从企业到机关……", "一次次宣讲走进基层。"],
        ["他想……算了。"],
        ['"路通了……"他说。'],
    ],
)
def test_sentences_end_where_they_end(expected: list[str]) -> None:
    latin = all(text.isascii() for text in expected)
    assert sentences((" " if latin else "").join(expected)) == expected


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("第一行\n“第二行\n第三行”") == ["第一行", "“第二行", "第三行”"]


def test_a_long_sentence_is_cut_at_semicolons_and_a_short_one_is_not() -> None:
    clause = "全市新建公园和绿道并且修复湿地若干处"
    long = f"{clause},{clause};{clause};{clause}；{clause}。"
    assert len(long) > LONG
    assert [s[-1] for s in sentences(long)] == [";", ";", "；", "。"]
    assert sentences("公园12个;绿道3条。") == ["公园12个;绿道3条。"]


def test_a_semicolon_within_a_quote_cuts_nothing() -> None:
    text = f"会议提出“{'建设公园' * 8};{'治理河道' * 8}”的目标。"
    assert len(text) > LONG
    assert sentences(text) == [text]


def test_short_pieces_between_semicolons_stay_together() -> None:
    pieces = "建公园;治河道;修道路;" * 8
    assert all(len(s) >= 12 for s in sentences(pieces + "完成全部任务。"))


def test_long_quotes_are_cut_inside() -> None:
    quote = "“" + "建设公园城市是长期任务。" * 20 + "”"
    assert len(sentences(quote)) == 20


def test_an_endless_sentence_is_cut_at_commas() -> None:
    text = "建设公园城市,改造老旧小区," * 60
    parts = sentences(text)
    assert max(map(len, parts)) <= LONGEST
    assert all(part.endswith(",") for part in parts)
    assert max(map(len, sentences("学" * 1000))) <= LONGEST


text_like = st.text(
    alphabet="学习公园12.5%,;；。！？!?…“”‘’《》()（）\"' \n\u3000abNo:、—", max_size=200
) | st.text(max_size=100)


@settings(max_examples=300, deadline=None)
@given(text_like)
def test_spans_are_ordered_trimmed_and_hold_all_but_blanks(text: str) -> None:
    spans = split_sentences(text)
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        assert not text[at : span.start].strip()
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        at = span.end
    assert not text[at:].strip()


@given(text_like)
def test_no_sentence_spans_two_lines(text: str) -> None:
    assert all("\n" not in text[span.start : span.end] for span in split_sentences(text))


@given(text_like)
def test_splitting_is_the_same_twice(text: str) -> None:
    assert split_sentences(text) == split_sentences(text)


@pytest.mark.parametrize("unit", ["“", "“啊。”x", "1。", "。”", "(", "。\n", "；", "a.", "……", '"'])
def test_a_long_text_does_not_hang(unit: str) -> None:
    text = unit * (100_000 // len(unit)) + "，"
    began = time.process_time()
    split_sentences(text)
    assert time.process_time() - began < 10
