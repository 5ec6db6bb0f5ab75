"""What can be shown: whole sentences, with the one before where one cannot stand alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from corpus.report import Report
from qa.candidates import MAX_EXTRACT_CHARS, Candidate, candidates_of, is_dependent

MakeReport = Callable[..., Report]


def all_candidates(report: Report) -> list[Candidate]:
    found: list[Candidate] = []
    first = 0
    for row, passage in enumerate(report.passages):
        plain = [normalise(report.slice(span)) for span in passage.sentences]
        found += candidates_of(report, passage, row, first, plain)
        first += len(passage.sentences)
    return found


@pytest.mark.parametrize(
    "plain",
    [
        "其中新建三座。",
        "其次是培训。",
        "其做法得到推广。",
        "同时,开展了培训。",
        "此外,还有三座。",
        "据悉,全部完工。",
        "据了解,全部完工。",
        "这项工作已经完成。",
        "该市新建三座。",
        "“这是好事。”",
        "他强调,要做好工作。",
        "他们都参加了。",
        "但是没有完成。",
        "但没有完成。",
        "还组织了培训。",
        "还有三座。",
        "也得到了好评。",
        "并建成三座。",
        "并在全市推广。",
        "而全市只有三座。",
        "且均达标。",
        "再建三座。",
        "又建成三座。",
        "则由街道负责。",
        "如图书馆、公园。",
        "如此等等。",
        "以上三项均已完成。",
        "为此,开展了培训。",
        "在这次活动中,建成三座。",
        "对该项目给予好评。",
        "在此基础上,建成三座。",
        "将其列为重点。",
        "对他们给予帮助。",
        "截至目前,建成三座。",
        "同期,建成三座。",
    ],
)
def test_an_opening_that_points_back_is_dependent(plain: str) -> None:
    assert is_dependent(plain)


@pytest.mark.parametrize(
    "plain",
    [
        "其他区也参加了。",
        "其它区也参加了。",
        "其乐融融的一天。",
        "如果下雨就改期。",
        "如何办好这件事?",
        "如今城市变了样。",
        "如期完成任务。",
        "如东县参加了。",
        "如皋市参加了。",
        "如意社区建成公园。",
        "如遇下雨就改期。",
        "如图所示。",
        "但丁的诗集出版。",
        "但愿人长久。",
        "还原历史现场的展览开幕。",
        "还清贷款的有三户。",
        "还乡创业的有三人。",
        "还建小区建成。",
        "也门代表团来访。",
        "也许会下雨。",
        "并州古城开放。",
        "并购重组完成。",
        "并列第一的有三家。",
        "并网发电三次。",
        "而立之年的他当选。",
        "且末县参加了。",
        "则徐公园开放。",
        "再生资源公司成立。",
        "又一城社区建成公园。",
        "他山之石可以攻玉。",
        "他乡的人回来了。",
        "她经济兴起。",
        "于是之的话剧上演。",
        "以上海为例。",
        "以上率下推进。",
        "期间费用下降。",
        "同时期的作品展出。",
        "最终目标是三座。",
        "后来居上的是新区。",
        "该不该建桥?",
        "与其等待,不如开工。",
        "对其他区给予帮助。",
        "全市新建三座。",
        "2021年新建三座。",
        "",
    ],
)
def test_a_word_that_only_looks_like_one_is_not(plain: str) -> None:
    assert not is_dependent(plain)


def test_a_dependent_sentence_is_a_candidate_alone_and_with_the_one_before(
    make_report: MakeReport,
) -> None:
    first = "去年全市一共新建了十二个公园，面积达到三十公顷。"
    second = "其中，东城新建了四个，西城新建了八个。"
    report = make_report(first + second + "绿道也修了三条，长二十公里。" * 3)
    alone, lone, joined = all_candidates(report)[:3]
    assert [c.text for c in (alone, lone, joined)] == [first, second, first + second]
    assert [c.joined for c in (alone, lone, joined)] == [False, False, True]
    assert [c.dependent for c in (alone, lone, joined)] == [False, True, True]
    assert (lone.first, lone.last, lone.position) == (1, 1, 1)
    assert (joined.first, joined.last, joined.position) == (0, 1, 1)
    assert joined.plain == normalise(first) + normalise(second)


def test_dependent_sentences_in_a_row_go_back_to_the_first(make_report: MakeReport) -> None:
    sentences = ["全市新建了十二个公园和三条绿道。", "这些公园都免费开放。", "其中四个有图书角。"]
    candidates = all_candidates(make_report("".join(sentences)))
    assert [(c.text, c.joined) for c in candidates] == [
        (sentences[0], False),
        (sentences[1], False),
        ("".join(sentences[:2]), True),
        (sentences[2], False),
        ("".join(sentences), True),
    ]


def test_nothing_before_the_passage_is_taken(make_report: MakeReport) -> None:
    opening = "同时，全市修了三条绿道，长二十公里，沿线种树四千棵，" + "安放座椅八百张，" * 12
    report = make_report("全市新建了十二个公园。" * 12, opening + "免费开放。")
    (candidate,) = [c for c in all_candidates(report) if "同时" in c.text]
    assert candidate.text.startswith("同时")
    assert not candidate.joined
    # Nothing is there that it could be taken along with.
    assert not candidate.dependent
    assert candidate.position == 0


def test_a_joined_extract_is_bounded(make_report: MakeReport) -> None:
    long = "全市新建了公园" + "、绿道" * 102 + "。"
    report = make_report(long + "其中三处已经开放。")
    candidates = all_candidates(report)
    assert len(long) < MAX_EXTRACT_CHARS < len(long) + 9
    assert [c.text for c in candidates] == [long, "其中三处已经开放。"]
    assert not any(c.joined or c.dependent for c in candidates)


def test_what_fits_is_taken_along_and_no_more(make_report: MakeReport) -> None:
    long = "全市新建了公园" + "、绿道" * 101 + "。"
    middle, last = "这些都已开放。", "其中三处有图书角。"
    texts = [c.text for c in all_candidates(make_report(long + middle + last))]
    assert len(long + middle) <= MAX_EXTRACT_CHARS < len(long + middle + last)
    assert texts == [long, middle, long + middle, last, middle + last]


SENTENCES = st.sampled_from(
    [
        "全市新建了十二个公园。",
        "其中四个在東城！",
        "此外，“绿道”修了3.5公里。",
        "他说：“很好。”",
        "一共投入" + "很多" * 80 + "资金。",
        "Parks are open. ",
        "這項工作得到好評？",
        "如果下雨，就改期。",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    paragraphs=st.lists(
        st.lists(SENTENCES, min_size=1, max_size=6), min_size=1, max_size=3, unique_by=tuple
    )
)
def test_spans_are_exact_whole_sentences(
    paragraphs: list[list[str]], make_report: MakeReport
) -> None:
    report = make_report(*map("".join, paragraphs))
    candidates = all_candidates(report)
    ends = [(c.row, c.position) for c in candidates if not c.joined]
    assert ends == [(r, i) for r, p in enumerate(report.passages) for i in range(len(p.sentences))]
    for candidate in candidates:
        passage = report.passages[candidate.row]
        start, end = candidate.span
        assert report.text[start:end] == candidate.text
        assert start in {span.start for span in passage.sentences}
        assert end == passage.sentences[candidate.position].end
        assert candidate.joined == (candidate.first < candidate.last)
        assert candidate.dependent or not candidate.joined
        assert not candidate.joined or len(candidate.text) <= MAX_EXTRACT_CHARS
    # Whoever is shown with those before can be shown alone, and the other way round.
    joined = {(c.row, c.position) for c in candidates if c.joined}
    assert joined == {(c.row, c.position) for c in candidates if c.dependent and not c.joined}
