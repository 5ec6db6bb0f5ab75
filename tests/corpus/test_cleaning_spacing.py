"""Inserted blanks go, meaningful ones stay; broken punctuation is mended, figures are not."""

from __future__ import annotations

import pytest

from corpus.cleaning.punctuation import mend_dashes, mend_decimals, single_marks
from corpus.cleaning.spacing import drop_blanks_at_marks, join_spread, join_torn


def spaced(text: str) -> str:
    return join_torn(join_spread(drop_blanks_at_marks(text)))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("宣讲走进基 层 活动,反响好。", "宣讲走进基层活动,反响好。"),
        ("武 汉 市 报告", "武汉市 报告"),
        ("目 录", "目录"),
        ("办结率97% ,满意度高", "办结率97%,满意度高"),
        ("“ 绿道 ”建成 。", "“绿道”建成。"),
        ("湖光山色 ——老城新貌", "湖光山色——老城新貌"),
        ("全市中国共产 党员踊跃参加,共建家园。", "全市中国共产党员踊跃参加,共建家园。"),
        ("人民 日报刊发了报道,反响好。", "人民日报刊发了报道,反响好。"),
        ("记者 王 伟", "记者 王伟"),
    ],
)
def test_inserted_blanks_go(raw: str, text: str) -> None:
    assert spaced(raw) == text


@pytest.mark.parametrize(
    "text",
    [
        "清河水润一方土 聚民心兴百业强",
        "李建国 王芳",
        "(记者 李建国)",
        "通讯员 李明 王国强报道,全市",
        "开设“百年路 新征程”专栏,反响好。",
        "以学党史 悟思想 办实事为主线,开展活动。",
        "宣传部 教育局",
        "2021 年 GDP 增长 5%",
        "记者 李 明 王 强",
        "图为新建的绿道。李建国 摄",
        "完成好任务。(市委宣传部 东湖区委宣传部)",
    ],
)
def test_meaningful_blanks_stay(text: str) -> None:
    assert spaced(text) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("1。1万名", "1.1万名"),
        ("占29。31%", "占29.31%"),
        ("\uff11。\uff15亿", "\uff11.\uff15亿"),
        ("投入1\uff0c234万元", "投入1,234万元"),
        ("达到12。2021年,全市", "达到12。2021年,全市"),
        ("共5。3月1日,全市", "共5。3月1日,全市"),
        ("分别为100\uff0c200个", "分别为100\uff0c200个"),
        ("第3、1\uff0c200", "第3、1\uff0c200"),
    ],
)
def test_decimals_are_mended_where_they_are_one_figure(raw: str, text: str) -> None:
    assert mend_decimals(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("第一人———李明", "第一人——李明"),
        ("老城\uff0d\uff0d新貌", "老城——新貌"),
        ("老城--新貌", "老城——新貌"),
        ("老城──新貌", "老城——新貌"),
        ("老城——新貌", "老城——新貌"),
        ("人民网—某某频道", "人民网—某某频道"),
        ("a--b 2021-12-07 --limit", "a--b 2021-12-07 --limit"),
    ],
)
def test_dashes_are_one_kind(raw: str, text: str) -> None:
    assert mend_dashes(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("完成。。", "完成。"),
        ("完成。。。", "完成……"),
        ("甲\uff0c\uff0c乙、、丙", "甲\uff0c乙、丙"),
        ("甲,,乙", "甲,乙"),
        ("好！！", "好！！"),
        ("……", "……"),
    ],
)
def test_doubled_marks_are_single(raw: str, text: str) -> None:
    assert single_marks(raw) == text


def test_quotes_are_left_as_they_are() -> None:
    text = '学习"七一"讲话'
    assert single_marks(mend_dashes(mend_decimals(spaced(text)))) == text
