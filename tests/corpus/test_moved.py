"""Ids whose text changed lead to what took its place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.compose import compose
from corpus.moved import (
    MOST_WAITING,
    anchored,
    anchors_of,
    follow,
    moved,
    moved_anchors,
    passage_of,
    waiting,
)
from corpus.raw import Line, RawReport
from corpus.report import Report

LONG = (
    "全市新建口袋公园二十四处。",
    "湖滨步道延长三公里，夜间照明全部更换。",
    "环卫车辆改用电力，噪声下降一半。",
)


def report(*paragraphs: str) -> Report:
    lines = tuple(Line(text, number) for number, text in enumerate(paragraphs, start=1))
    raw = RawReport("bay.txt", "bay", "text", "utf-8", "0" * 64, lines)
    return compose(raw, identify=lambda *_: None).report


def test_a_text_that_was_mended_leads_to_its_mended_form() -> None:
    before = [("a", "新建公园二十四处。"), ("b", "噪声下降了一半。")]
    after = [("b", "噪声下降了一半。"), ("c", "新建公園 24 处，公园二十四处。")]
    # Of the eight bigrams of a, 建公 公园 园二 二十 十四 四处 and 新建 are in c; 处。 too.
    assert moved(before, after) == {"a": "c"}


def test_a_text_unlike_any_other_leads_nowhere() -> None:
    assert moved([("a", "新建公园二十四处。")], [("b", "噪声下降了一半。")]) == {}
    assert moved([("a", "新建公园。")], []) == {}
    assert moved([], [("a", "新建公园。")]) == {}


def test_as_little_as_the_least_share_is_enough() -> None:
    # 甲乙丙丁戊己: five bigrams. Two of five are .4, one of five is .2.
    assert moved([("a", "甲乙丙丁戊己")], [("b", "甲乙丙子丑寅")]) == {"a": "b"}
    assert moved([("a", "甲乙丙丁戊己")], [("b", "甲乙子丑寅卯")]) == {}


def test_the_larger_share_wins_then_likeness_then_nearness() -> None:
    old = [("a", "甲乙丙丁戊己")]
    assert moved(old, [("b", "甲乙丙丁"), ("c", "甲乙丙丁戊")]) == {"a": "c"}
    # Both hold all five; the shorter one is more alike.
    assert moved(old, [("b", "甲乙丙丁戊己子丑寅卯"), ("c", "甲乙丙丁戊己子")]) == {"a": "c"}
    twins = [("b", "甲乙丙丁戊己子"), ("x", "山水"), ("y", "日月"), ("c", "甲乙丙丁戊己子")]
    first, last = ("x", "山水"), ("y", "日月")
    assert moved([*old, first, last], twins) == {"a": "b"}
    # From three quarters of the way, the one at three quarters is nearest.
    assert moved([first, last, ("z", "星"), *old], twins)["a"] == "c"


def test_a_paragraph_that_was_cut_in_two_is_followed_sentence_by_sentence() -> None:
    # One passage of three short paragraphs; then the second grows too long to be joined to others.
    before = report(*LONG)
    after = report(LONG[0], "另外，" + LONG[1] + "沿线种植香樟、" * 18 + "共两千株。", LONG[2])
    assert len(before.passages) == 1
    assert len(after.passages) == 3
    old = before.passages[0].id
    found = moved_anchors(anchored(before), anchored(after))
    first, second, third = (passage.id for passage in after.passages)
    assert found[f"{old}_s1"] == f"{first}_s1"
    assert found[f"{old}_s2"] == f"{second}_s1"
    assert found[f"{old}_s3"] == f"{third}_s1"
    # No passage holds enough of the old one.
    assert found[old] == first
    assert dict(anchors_of(after, {**found, "elsewhere-1_s1": "other-2_s1"})) == found


def test_a_sentence_that_is_gone_leads_to_its_passage() -> None:
    before = report("甲乙丙丁戊己庚辛壬癸。子丑。")
    after = report("甲乙丙丁戊己庚辛壬癸。寅卯。")
    old, new = before.passages[0].id, after.passages[0].id
    found = moved_anchors(anchored(before), anchored(after))
    assert found == {old: new, f"{old}_s1": f"{new}_s1", f"{old}_s2": new}


def test_moves_of_several_builds_are_one_move() -> None:
    earlier = {"a": "b", "x": "y", "p": "q"}
    # b became c; y is as it was; q is gone for good; a text that was d is back where it was.
    assert follow(earlier, {"b": "c", "d": "c"}, {"c", "y", "d"}) == {"a": "c", "b": "c", "x": "y"}


def test_old_ids_wait_for_reports_that_are_missing() -> None:
    earlier = {"a": "lake-11111111", "b": "lake-11111111-2_s3", "c": "lake-side-22222222", "d": "?"}
    assert waiting(earlier, {"lake-side"}) == {"a": earlier["a"], "b": earlier["b"]}
    assert waiting(earlier, {"lake"}) == {"c": earlier["c"]}
    many = {f"old-{number}": "lake-11111111" for number in range(MOST_WAITING + 1)}
    assert len(waiting(many, ())) == MOST_WAITING


def test_a_sentence_knows_its_passage() -> None:
    assert passage_of("wuhan-1a2b3c4d_s12") == "wuhan-1a2b3c4d"
    assert passage_of("wuhan_s-1a2b3c4d") == "wuhan_s-1a2b3c4d"
    assert passage_of("wuhan-1a2b3c4d") == "wuhan-1a2b3c4d"


_PARAGRAPHS = st.lists(
    st.text(alphabet="甲乙丙丁戊己庚辛。，a1 ", min_size=1, max_size=60).filter(str.strip),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(_PARAGRAPHS, _PARAGRAPHS)
def test_only_what_is_gone_moves_and_only_to_what_is_there(
    before: list[str], after: list[str]
) -> None:
    old, new = anchored(report("题", *before)), anchored(report("题", *after))
    found = moved_anchors(old, new)
    here = {name for name, _ in (*new.passages, *new.sentences)}
    was = {name for name, _ in (*old.passages, *old.sentences)}
    assert set(found) <= was - here
    assert set(found.values()) <= here
    assert moved_anchors(new, new) == {}
