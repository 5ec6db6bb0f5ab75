"""What a lost byte garbled is put back where it can be proved, else only its mark goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning.hanzi import is_common
from corpus.cleaning.lost_bytes import drop_marks, mend_torn_glosses, realign


def garble(text: str) -> str:
    """The text of GBK as read from its second byte, its first one shown as a mark."""
    shifted = text.encode("gb18030")[1:].decode("gb18030")
    folded = shifted.translate({ord("\uff01"): "!", ord("\uff0c"): ",", ord("\uff1a"): ":"})
    return "?" + folded


def test_a_stretch_read_from_the_wrong_byte_is_read_again() -> None:
    # 黨 ends in the byte 68, which is "h": there the reader finds its step again.
    lost = "。”在黨"
    assert garble(lost).endswith("h")
    assert realign(f"“把工作做到實處{garble(lost)}員大會上") == f"“把工作做到實處{lost}員大會上"


@pytest.mark.parametrize("lost", ["。”全黨", "。”黨", "。”同時在黨"])
def test_other_stretches_are_read_again(lost: str) -> None:
    assert realign(f"他說:“河清岸綠{garble(lost)}員說") == f"他說:“河清岸綠{lost}員說"


@pytest.mark.parametrize(
    "text",
    [
        "我是谁?这是我们的答案,被APP推荐",
        "怎样才能办好?为此,全市",
        "真的吗?!太好了",
        "为什么?因为A级",
        "好?",
        "“怎么办?”他说",
    ],
)
def test_questions_stay(text: str) -> None:
    assert realign(text) == text
    assert drop_marks(text) == text


def test_nothing_is_read_again_where_no_quote_is_open() -> None:
    text = "河清岸綠" + garble("。”在黨") + "員"
    assert realign(text) == text


def test_a_character_torn_by_a_gloss_is_found_by_its_bytes_and_readings() -> None:
    # 要務 is D2AA 84D5 in GBK; AA84 is 獎, read jiǎng.
    assert "要務".encode("gbk")[1:3].decode("gbk") == "獎"
    assert mend_torn_glosses("第一要?jiǎng)?wù),各街道") == "第一要務,各街道"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("事?zhuāng)?xíng)好", "事好"),
        ("推進?jiǎng)工作", "推進工作"),
        ("時shí)間", "時間"),
    ],
)
def test_of_other_torn_glosses_the_garbage_goes(raw: str, text: str) -> None:
    assert mend_torn_glosses(raw) == text


@pytest.mark.parametrize("text", ["见图(表a)", "方案A)与B)", "是吗?ok)", "（见附件GDP)"])
def test_other_closing_brackets_stay(text: str) -> None:
    assert mend_torn_glosses(text) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("建成\ufffd\ufffd公园", "建成公园"),
        ("建成锟斤拷公园", "建成公园"),
        ("首要?,各区", "首要,各区"),
        ("?各区", "各区"),
        ("增长1\ufffd2%", "增长1\ufffd2%"),
        ("增长1\ufffd锟斤拷2%", "增长1\ufffd锟斤拷2%"),
    ],
)
def test_marks_go_where_no_figure_would_be_made_up(raw: str, text: str) -> None:
    assert drop_marks(raw) == text


@given(st.text(alphabet="我们的工作在全市展开。,?!“”", max_size=60))
def test_common_text_is_never_taken_for_garbled(text: str) -> None:
    assert realign(text) == text


def test_level_one_is_told_from_level_two() -> None:
    assert is_common("黨")
    assert is_common("市")
    assert not is_common("邳")
    assert not is_common("a")
