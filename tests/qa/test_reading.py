"""A mistyped question is read as it was meant; a clean one comes back as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from corpus.places.recognise import PlaceFinder
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.engine import Answerer
from qa.question import Question, understand
from qa.reading import reread
from qa.spelling import CERTAIN, DOUBTFUL, respell

MakeReport = Callable[..., Report]
NOWHERE = PlaceFinder([])

PARAGRAPHS = (
    "全市改造老旧小区455个，惠及居民8.46万户，小区环境明显改善。",
    "图书馆对市民免费开放，志愿者每天讲解绿化历史。",
    "宣讲视频点击量达到1200万次，宣讲员走进社区和学校。",
    "港口吞吐量增长12.2%，出口机电产品。",
    "新建公园三十座，市民在公园里唱歌，演出形式多样。",
)


@pytest.fixture(scope="module")
def snapshot(
    make_report: MakeReport, embedder: BuiltinEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    reports = [make_report(text, stem=f"r{n}") for n, text in enumerate(PARAGRAPHS)]
    return build_index(reports, embedder, tmp_path_factory.mktemp("reading"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("改造老旧小曲有多少个？", "改造老旧小区有多少个?"),
        ("改造老旧区小有多少个？", "改造老旧小区有多少个?"),
        ("宣讲视屏的点击量是多少？", "宣讲视频的点击量是多少?"),
        ("圖苏館對市民免費開放嗎？", "图书馆对市民免费开放吗?"),
        ("全市改造老旧xiaoqu多少个？", "全市改造老旧小区多少个?"),
    ],
)
def test_a_typing_error_is_read_as_what_was_meant(
    typed: str, meant: str, snapshot: Snapshot
) -> None:
    question = understand(typed, NOWHERE)
    read = reread(question, snapshot)
    assert read.text == typed
    assert read.read_as == read.meant == meant
    assert read.content == meant
    assert read.bag is not None
    # What is searched is what was meant, as far as that is sure.
    wrong = set(respell(question.terms, snapshot.lexical, snapshot.readings).bag)
    assert set(read.bag) == wrong
    assert (read.language, read.interface) == (question.language, question.interface)
    assert (read.focus, read.absent, read.years) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "taken_for"),
    # le and de are words of other languages.
    [
        ("gaizao laojiu xiaoqu duoshao ge", "en"),
        ("gaizao le duoshao ge laojiu xiaoqu", "fr"),
        ("laojiu xiaoqu de gaizao you duoshao ge", "es"),
    ],
)
def test_whole_pinyin_is_chinese_and_asks_what_its_characters_ask(
    text: str, taken_for: str, snapshot: Snapshot
) -> None:
    question = understand(text, NOWHERE)
    assert question.language == taken_for
    read = reread(question, snapshot)
    assert all(piece in read.read_as for piece in ("改造", "老旧小区", "多少个"))
    assert (read.language, read.interface) == ("zh-Hans", "zh_Hans")
    assert read.wants >= {"number"}
    assert read.units == ("个",)
    assert "小区" in read.terms
    assert read.dictionary == "en"


def test_what_is_doubtful_is_mixed_and_not_shown(snapshot: Snapshot) -> None:
    question = understand("宣讲视频在公圆播放吗", NOWHERE)
    spelling = respell(question.terms, snapshot.lexical, snapshot.readings)
    # Found, but not so sure that it would be shown.
    assert [DOUBTFUL < one.weight < CERTAIN for one in spelling.alternatives] == [True]
    read = reread(question, snapshot)
    assert read.read_as == ""
    assert read.meant == question.text
    assert read.content == question.content
    assert read.bag == spelling.bag
    (one,) = spelling.alternatives
    assert one.replacement in read.bag
    assert read.bag[one.replacement] == pytest.approx(one.weight)
    assert read.bag[one.original] == pytest.approx(1 - one.weight)


@pytest.mark.parametrize(
    "text",
    [
        "改造了多少个老旧小区？",
        "圖書館對市民開放嗎？",
        "哪里的湖泊最深？",
        "演唱会门票价格",
        "How many old residential areas were renovated?",
        "Which library is open to readers on Sunday?",
        "WTO 和 iPhone 的关系",
        "455",
    ],
)
def test_a_clean_question_comes_back_as_it_is(text: str, snapshot: Snapshot) -> None:
    question = understand(text, NOWHERE)
    assert reread(question, snapshot) is question


@pytest.mark.parametrize(
    "text",
    [
        "公園はいくつ作られましたか？",
        "何個の老旧小曲が改造されましたか？",
        "Сколько старых кварталов обновили?",
        "¿Cuántos xiaoqu se renovaron?",
        "Combien de gongyuan ont été construits ?",
        "La casa de la ciudad",
        "Quanti parchi ha la citta?",
        "Wie viele Parks wurden gebaut?",
    ],
)
def test_questions_in_other_languages_are_left_alone(text: str, snapshot: Snapshot) -> None:
    question = understand(text, NOWHERE)
    assert question.language not in ("zh-Hans", "zh-Hant", "en")
    assert reread(question, snapshot) is question


PIECES = st.sampled_from(
    ["改造", "老旧", "小曲", "小区", "gaizao", "xiaoqu", "多少个", "公元", "视屏", "parks", "？"]
)


@settings(max_examples=80, deadline=None)
@given(
    text=st.lists(PIECES | st.text(max_size=4), min_size=1, max_size=6)
    .map("".join)
    .filter(lambda text: any(c.isalnum() for c in text))
)
def test_any_question_is_read_without_losing_what_was_typed(text: str, snapshot: Snapshot) -> None:
    question = understand(text, NOWHERE)
    read = reread(question, snapshot)
    assert isinstance(read, Question)
    assert read.text == question.text
    assert read.wants >= question.wants
    assert read.read_as != normalise(question.text)
    if read.read_as:
        assert read.bag
    if read.bag is not None:
        assert all(weight > 0 for weight in read.bag.values())


# Through the answerer, over the shipped reports


@pytest.mark.xdist_group("shipped")
@pytest.mark.parametrize(
    ("typed", "meant", "report", "figure"),
    [
        ("武汉改造了多少个老旧小曲？", "武汉改造了多少个老旧小区?", "wuhan", "455个"),
        ("武漢改造了多少個老舊小曲？", "武汉改造了多少个老旧小区?", "wuhan", "455个"),
        (
            "wuhan gaizao le duoshao ge laojiu xiaoqu",
            "武汉改造了多少个老旧小区",
            "wuhan",
            "455个",
        ),
        ("娄底有几个网格微性群？", "娄底有几个网格微信群?", "loudi", "13187个"),
    ],
)
def test_a_mistyped_question_is_answered_as_it_was_meant(
    typed: str, meant: str, report: str, figure: str, answerer: Answerer
) -> None:
    answer = answerer.ask(typed)
    assert (answer.question, answer.read_as) == (typed, meant)
    assert not answer.refused
    assert answer.ranked[0].citation.report == report
    assert figure in normalise(answer.ranked[0].text)
    assert answer.as_json()["read_as"] == meant


@pytest.mark.xdist_group("shipped")
@pytest.mark.parametrize(
    "text",
    ["武汉改造了多少个老旧小区？", "How many parks are there in Wuhan?", "武漢市に公園はいくつ？"],
)
def test_a_clean_question_is_answered_as_typed(text: str, answerer: Answerer) -> None:
    answer = answerer.ask(text)
    assert answer.read_as == ""
    assert answer.as_json()["read_as"] is None
