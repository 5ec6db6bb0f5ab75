"""What holds of the rules on any lines: idempotent, traced, no figure or name changed, linear."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.cleaning import Rule, clean
from corpus.cleaning.hanzi import is_han
from corpus.cleaning.rules import RULES
from corpus.raw import Line

# Pieces of messy pages, put together at random.
PIECES = [
    "某市新建公园12个,",
    "改造道路34.5公里。",
    "1。1万名",
    "29。31%",
    "時(shí)間",
    "學(xué)習(xí)",
    "要?jiǎng)?wù),",
    "處?!痹邳h",
    "“",
    "”",
    "(",
    ")",
    "（",
    "）",
    "《",
    "》",
    "？",
    "?",
    "!",
    "。",
    "\uff0c",
    ",",
    "、",
    ";",
    "：",
    ":",
    " ",
    "\u3000",
    "\xa0",
    "\ufeff",
    "\u200b",
    "\ufffd",
    "锟斤拷",
    "&nbsp;",
    "&amp;",
    "&lt;",
    "基 层 活动",
    "武 汉",
    "———",
    "--",
    "……",
    "。。",
    ">>",
    " > ",
    "首页",
    "您的位置:",
    "来源:某某日报",
    "发布日期:2021-10-22",
    "2023年03月29日 星期三",
    "访问:",
    "相关推荐",
    "返回顶部",
    "责任编辑:王芳",
    "记者 王芳",
    "本报记者",
    "一、",
    "（二）",
    "第一章 总则",
    "坚持生态优先",
    "清河镇党员重温入党誓词",
    "图为绿道",
    "某市综述",
    "——某市综述",
    '"七一"',
    "ABC",
    "h5",
    "GDP",
    "1\uff0c234",
    "2021年",
    "\x00",
    "打印 关闭",
    "原标题:",
    "的",
    "了(le)",
    "12345",
    "\u200d",
    "[省内] ",
]
messy = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)
pages = st.lists(messy | st.text(max_size=30), min_size=1, max_size=14).map(
    lambda texts: [Line(text, number) for number, text in enumerate(texts, 1)]
)

# These take lines or parts of lines away, readings and marks of lost bytes among them.
REMOVING = {
    "crawl-date", "menu-before-title", "breadcrumb", "note-tail", "related-links", "page-footer",
    "page-line", "lone-mark", "title", "title-copy",
}  # fmt: skip
# These put characters in the place of garbled ones.
REPAIRING = {"html-entity", "torn-gloss", "lost-byte", "replacement-mark"}


def digits(texts: Sequence[str]) -> Counter[str]:
    return Counter(c for text in texts for c in text if c.isdigit())


def han(texts: Sequence[str]) -> Counter[str]:
    return Counter(c for text in texts for c in text if is_han(c))


@settings(max_examples=150, deadline=None)
@given(pages)
def test_cleaning_twice_changes_nothing_more(page: list[Line]) -> None:
    once = clean(page)
    again = clean(once.lines)
    assert again.lines == once.lines
    assert again.trace == ()


@settings(max_examples=150, deadline=None)
@given(pages)
def test_the_trace_tells_every_change(page: list[Line]) -> None:
    names = {rule.name for rule in RULES}
    numbers = {line.number for line in page}
    result = clean(page)
    for change in result.trace:
        assert change.rule in names
        assert change.line in numbers
        assert change.before != change.after
    untouched = {line.number for line in page} - {change.line for change in result.trace}
    texts = {line.number: line.text for line in result.lines}
    assert all(texts[line.number] == line.text for line in page if line.number in untouched)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_changes_a_figure_or_a_name(rule: Rule) -> None:
    @settings(max_examples=40, deadline=None)
    @given(pages)
    def holds(page: list[Line]) -> None:
        for before, after in rule.apply(page):
            if rule.name in REMOVING:
                continue
            kept = after.text if after is not None else ""
            if rule.name not in REPAIRING:
                assert han([kept]) == han([before.text])
            if rule.name != "html-entity":
                assert digits([kept]) == digits([before.text])

    holds()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_gives_every_line_once_and_in_order(rule: Rule) -> None:
    @settings(max_examples=25, deadline=None)
    @given(pages)
    def holds(page: list[Line]) -> None:
        edits = list(rule.apply(page))
        assert [before for before, _ in edits] == page
        assert all(after is None or after.text.strip() or not b.text.strip() for b, after in edits)

    holds()


def test_rules_are_named_and_summarised() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.summary and "\n" not in rule.summary for rule in RULES)


LONG = 100_000


@pytest.mark.parametrize(
    "unit",
    [
        *("学史", "时(shí", "(", "时(", "?", "处?!痹", "基 ", " ", "“", "“啊。”x", "1。", "-"),
        *("a>", "&amp", "。”", "要?jiǎng)?wù)"),
    ],
)
def test_a_long_line_does_not_hang(unit: str) -> None:
    text = unit * (LONG // len(unit))
    began = time.process_time()
    clean([Line(text, 1)])
    # Generous: a quadratic rule takes minutes here.
    assert time.process_time() - began < 20
