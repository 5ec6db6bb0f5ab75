"""From a question to cited extracts, or to a refusal that says why."""

from __future__ import annotations

import datetime
import gc
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import IndexMismatch, UnknownCity, UsageError
from corpus.report import Report
from embeddings.build import build_index
from embeddings.embedder import Embedder
from embeddings.snapshot import Snapshot, open_index
from qa.answer import Answer
from qa.candidates import MAX_EXTRACT_CHARS
from qa.engine import COMPARED, TOP, Answerer
from qa.links import PageLinks
from qa.search import CANDIDATES

pytestmark = pytest.mark.xdist_group("shipped")

MakeReport = Callable[..., Report]
MakeAnswerer = Callable[[Sequence[Report]], Answerer]

THEMES = "公园 医院 学校 党课 宣讲 书屋 流动党员 志愿服务 巡回指导组 文艺作品".split()
CITIES = ["武汉", "娄底", "张掖", "济南", "东西湖区"]
QUESTIONS = [f"{city}有多少{theme}？" for city in CITIES for theme in THEMES]


def timeless(answer: Answer) -> Answer:
    return replace(answer, timings={})


@pytest.fixture(scope="module")
def answers(answerer: Answerer) -> list[Answer]:
    return [answerer.ask(question) for question in QUESTIONS]


def test_every_extract_stands_verbatim_where_its_citation_says(
    answers: list[Answer], shipped: Snapshot
) -> None:
    passages = {passage.id: passage for passage in shipped.passages}
    seen = 0
    for answer in answers:
        for rank, extract in enumerate(answer.ranked, start=1):
            seen += 1
            citation = extract.citation
            report = shipped.reports[citation.report]
            passage = passages[citation.passage]
            assert extract.rank == rank
            assert report.text[citation.span.start : citation.span.end] == extract.text
            assert passage.span.start <= citation.span.start < citation.span.end
            assert citation.span.end <= passage.span.end
            assert citation.span.start in {span.start for span in passage.sentences}
            assert citation.span.end in {span.end for span in passage.sentences}
            assert citation.section == passage.section
            assert (citation.city, citation.title) == (report.city, report.title)
            assert (citation.publisher, citation.date) == (report.publisher, report.date)
            assert (citation.kind, citation.source_link) == ("digest", report.url)
            assert citation.link.startswith(
                f"https://reports.example/{report.id}.html#{passage.id}_s"
            )
            assert extract.hit.passage == passage.id
    assert seen == TOP * len(QUESTIONS)


def test_an_answer_shows_its_extracts_or_offers_them_unconfirmed(answers: list[Answer]) -> None:
    for answer in answers:
        assert 0.0 <= answer.confidence <= 1.0
        assert answer.refused == (answer.confidence < answer.threshold)
        assert (answer.nearest if answer.refused else answer.extracts) == answer.ranked
        assert (answer.extracts if answer.refused else answer.nearest) == ()
        assert answer.reason == ("no_support" if answer.refused else "")
    assert any(answer.refused for answer in answers)
    assert not all(answer.refused for answer in answers)


def test_only_the_named_city_is_searched(answers: list[Answer], shipped: Snapshot) -> None:
    ids = {
        "武汉": "wuhan",
        "娄底": "loudi",
        "张掖": "zhangye",
        "济南": "jinan",
        "东西湖区": "dongxihu",
    }
    for answer in answers:
        city = next(city for city in CITIES if answer.question.startswith(city))
        assert {hit.report for hit in answer.hits} == {ids[city]}
        assert {extract.citation.report for extract in answer.ranked} == {ids[city]}


def test_a_question_has_one_answer(answerer: Answerer, answers: list[Answer]) -> None:
    again = [answerer.ask(question) for question in QUESTIONS[:10]]
    assert list(map(timeless, again)) == list(map(timeless, answers[:10]))


def test_threads_get_the_answers_that_one_gets(
    shipped: Snapshot, embedder: Embedder, answers: list[Answer]
) -> None:
    # A fresh one, so that the threads race for what is made when it is first needed.
    fresh = Answerer(shipped, embedder, PageLinks("https://reports.example"))
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(fresh.ask, QUESTIONS))
    assert list(map(timeless, parallel)) == list(map(timeless, answers))


def test_timings_name_every_step(answers: list[Answer]) -> None:
    for answer in answers:
        steps = set(answer.timings) - {"total"}
        searched = {"translate", "lexical", "dense", "fuse", "describe"}
        assert steps == {"understand", "encode", "select", "cite"} | searched
        assert all(value >= 0.0 for value in answer.timings.values())
        assert sum(answer.timings[step] for step in steps) <= answer.timings["total"]


def test_the_json_of_an_answer_has_the_documented_fields(answers: list[Answer]) -> None:
    answered = next(answer for answer in answers if not answer.refused).as_json()
    assert set(answered) == set(
        "question read_as language refused confidence extracts nearest timings_ms".split()
    )
    assert set(answered["extracts"][0]) == set(
        "rank text report city title publisher date section passage start end score link "
        "source_link kind".split()
    )
    refused = next(answer for answer in answers if answer.refused).as_json()
    assert refused["extracts"] == []
    assert len(refused["nearest"]) == TOP


# Refusals


def test_what_the_reports_do_not_tell_is_refused(answerer: Answerer) -> None:
    for question in (
        "武汉的房价是多少？",
        "今天天气怎么样？",
        "東西湖區有幾家酒吧？",
        "What is the boiling point of liquid nitrogen?",
        "武漢の住宅価格はいくらですか？",
    ):
        answer = answerer.ask(question)
        assert (answer.refused, answer.reason) == (True, "no_support"), question
        assert answer.extracts == ()
        assert len(answer.nearest) == TOP


def test_a_city_without_a_report_is_not_answered_from_another(answerer: Answerer) -> None:
    # The very words of the Wuhan report, asked of a city that no report covers.
    answer = answerer.ask("长沙改造了多少个老旧小区？")
    assert (answer.refused, answer.reason) == (True, "not_covered")
    assert answer.confidence == 0.0
    assert answer.absent == ("长沙",)
    assert answer.nearest
    assert len(answer.cities) == 5


def test_a_covered_city_beside_an_uncovered_one_is_answered_for(answerer: Answerer) -> None:
    answer = answerer.ask("武汉和长沙各改造了多少个老旧小区？")
    assert not answer.refused
    assert answer.absent == ("长沙",)
    assert {extract.citation.report for extract in answer.extracts} == {"wuhan"}
    assert "455个" in answer.extracts[0].text


@pytest.mark.parametrize("text", ["", "？", "公" * 2001])
def test_nothing_to_ask_is_a_usage_error(text: str, answerer: Answerer) -> None:
    with pytest.raises(UsageError):
        answerer.ask(text)


# Several cities


@pytest.mark.parametrize("top", [1, 2, 3, 5, 8])
def test_a_comparison_has_two_extracts_of_each_city_or_as_many_as_wanted(
    top: int, answerer: Answerer
) -> None:
    answer = answerer.ask("张掖、娄底和武汉各有几个巡回指导组？", top=top)
    reports = [extract.citation.report for extract in answer.extracts]
    assert reports == (["zhangye", "loudi", "wuhan"] * 3)[: max(top, COMPARED * 3)]
    assert [extract.rank for extract in answer.extracts] == list(range(1, len(reports) + 1))
    texts = [extract.text for extract in answer.extracts[:3]]
    for text, figure in zip(texts, ("10个", "10个", "15个"), strict=True):
        assert f"{figure}" in text


def test_a_comparison_is_as_certain_as_its_most_certain_half(answerer: Answerer) -> None:
    # What the report of one of the two tells is shown, too, where the other's does not.
    alone = answerer.ask("武汉改造了多少个老旧小区？")
    both = answerer.ask("武汉和娄底各改造了多少个老旧小区？")
    assert both.confidence >= both.threshold
    assert not both.refused
    assert {extract.citation.report for extract in both.extracts} == {"wuhan", "loudi"}
    assert both.extracts[0].text == alone.extracts[0].text


# Passages, as found and as ranked


def test_the_passages_are_ranked_by_their_best_extract(answers: list[Answer]) -> None:
    for answer in answers:
        scores = [hit.score for hit in answer.hits]
        assert scores == sorted(scores, reverse=True)
        assert len({hit.row for hit in answer.hits}) == len(answer.hits)
        best = answer.ranked[0]
        assert best.citation.passage == answer.hits[0].passage
        assert best.score == answer.hits[0].score
        # Those that gave no candidate follow, by what they were found by.
        fused = [hit.fused for hit in answer.hits[CANDIDATES:]]
        assert fused == sorted(fused, reverse=True)
        assert all(hit.fused >= max(fused) for hit in answer.hits[:CANDIDATES])


@pytest.mark.parametrize("passages", [1, 15])
def test_as_many_passages_are_found_as_are_wanted_and_as_selection_needs(
    passages: int, answerer: Answerer
) -> None:
    answer = answerer.ask("武汉改造了多少个老旧小区？", passages=passages)
    assert len(answer.hits) == max(passages, CANDIDATES)
    # How many are wanted changes nothing about what is shown.
    assert texts_of(answer) == texts_of(answerer.ask("武汉改造了多少个老旧小区？"))


def texts_of(answer: Answer) -> list[str]:
    return [extract.text for extract in answer.ranked]


def test_no_extract_is_longer_than_its_bound_nor_shown_twice(answers: list[Answer]) -> None:
    for answer in answers:
        spans = [(e.citation.report, *e.citation.span) for e in answer.ranked]
        for extract, (report, start, end) in zip(answer.ranked, spans, strict=True):
            assert not extract.signals["joined"] or len(extract.text) <= MAX_EXTRACT_CHARS
            overlapping = [o for o in spans if o[0] == report and o[1] < end and start < o[2]]
            assert overlapping == [(report, start, end)]


def test_which_city_is_searched_in_all_reports(answerer: Answerer) -> None:
    answer = answerer.ask("哪个城市有“村村响”广播终端？")
    assert answer.extracts[0].citation.report == "loudi"
    assert len({hit.report for hit in answer.hits}) > 1


def test_the_search_is_kept_to_the_cities_that_are_given(answerer: Answerer) -> None:
    question = "建立了多少个巡回指导组？"
    for name in ("武汉", "武漢市", "Wuhan", "wuhan", "武汗"):
        answer = answerer.ask(question, cities=[name])
        assert {extract.citation.report for extract in answer.ranked} == {"wuhan"}, name
    both = answerer.ask(question, cities=["张掖", "娄底"])
    assert [extract.citation.report for extract in both.ranked[:2]] == ["zhangye", "loudi"]
    # The question names one of those that are given: it is about that one.
    one = answerer.ask("娄底" + question, cities=["张掖", "娄底"])
    assert {extract.citation.report for extract in one.ranked} == {"loudi"}


@pytest.mark.parametrize("city", ["长沙", "Atlantis", "", " "])
def test_an_unknown_city_is_an_error_that_names_the_known_ones(
    city: str, answerer: Answerer
) -> None:
    with pytest.raises(UnknownCity, match=r"no report covers .*武汉市、") as caught:
        answerer.ask("有几个公园？", cities=[city])
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


# Several reports of one city


PARKS = {2019: "十二", 2020: "二十三", 2021: "三十五"}


def test_a_place_whose_report_has_no_passage_is_refused(
    make_report: MakeReport, make_answerer: MakeAnswerer
) -> None:
    made = [
        make_report("全市新建公园十二个。", stem="wuhan", city="武汉市"),
        replace(make_report("一。", stem="jinan", city="济南市"), passages=()),
    ]
    asked = make_answerer(made)
    assert len(asked.snapshot.passages) == 1
    for answer in (
        asked.ask("济南新建公园多少个？"),
        asked.ask("新建公园多少个？", cities=["济南"]),
    ):
        assert (answer.refused, answer.reason, answer.ranked) == (True, "no_support", ())


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are counted in /proc")
def test_a_replaced_index_is_let_go_without_a_search_for_circles(
    make_report: MakeReport, embedder: Embedder, tmp_path: Path
) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    def ask_and_drop() -> weakref.ref[Snapshot]:
        asked = Answerer(open_index(tmp_path), embedder, PageLinks("https://reports.example"))
        # With a place, a byline, a year and a typing error, so that all there is has been used.
        for text in (
            "武汉新建公园多少个？",
            "武汉2021年的报告是谁写的？",
            "wuhan gongyuan",
            "武漢新建公圆",
        ):
            asked.ask(text)
        return weakref.ref(asked.snapshot)

    build_index(
        [make_report("全市新建公园十二个。", stem="wuhan", city="武汉市")], embedder, tmp_path
    )
    ask_and_drop()  # what is opened once and for all
    gc.collect()
    gc.disable()
    try:
        before = descriptors()
        assert ask_and_drop()() is None
        assert descriptors() == before
    finally:
        gc.enable()


@pytest.fixture
def yearly(make_report: MakeReport, make_answerer: MakeAnswerer) -> Answerer:
    return make_answerer(
        [
            make_report(
                f"全市各区新建了{count}个公园，都免费向市民开放。",
                stem=f"xiangyang-{year}",
                date=f"{year + 1}-01-15",
                title=f"{year}年襄阳市综述",
            )
            for year, count in PARKS.items()
        ]
    )


def test_the_newest_report_of_a_city_comes_first_and_all_are_dated(yearly: Answerer) -> None:
    answer = yearly.ask("襄阳新建了多少个公园？")
    assert PARKS[2021] in answer.ranked[0].text
    assert {extract.citation.date for extract in answer.ranked} == {
        datetime.date(year + 1, 1, 15) for year in PARKS
    }
    assert answer.cities == ("襄阳市",)


@pytest.mark.parametrize("year", PARKS)
def test_the_report_of_the_year_that_is_named_comes_first(year: int, yearly: Answerer) -> None:
    for question in (f"襄阳{year}年新建了多少个公园？", f"How many parks in Xiangyang in {year}?"):
        answer = yearly.ask(question)
        assert PARKS[year] in answer.ranked[0].text, question
        assert answer.ranked[0].hit.prior > max(e.hit.prior for e in answer.ranked[1:])


def test_age_does_not_count_against_reports_of_other_cities(
    make_report: MakeReport, make_answerer: MakeAnswerer
) -> None:
    texts = [
        ("襄阳市", 2012, "经过三年建设，月亭茶场正式开放，年产茶叶891吨。"),
        ("襄阳市", 2023, "全市各区新建了十二个公园，都免费向市民开放。"),
        ("长沙市", 2023, "经过三年建设，松亭茶场正式开放，年产茶叶1563吨。"),
        ("长沙市", 2022, "新图书馆于春天开放，藏书三十万册。"),
    ]
    answerer = make_answerer(
        [
            replace(
                make_report(text, stem=f"r{n}", date=f"{year}-06-01", title=f"{year}年{city}综述"),
                city=city,
            )
            for n, (city, year, text) in enumerate(texts)
        ]
    )
    assert set(answerer.cities) == {"襄阳市", "长沙市"}
    first = answerer.ask("月亭茶场年产茶叶多少吨？").ranked[0]
    assert "月亭茶场" in first.text
    assert first.hit.prior == 0.0
    # Nothing newer of the same city tells of it, so that age does not count there either.
    assert answerer.ask("襄阳月亭茶场年产茶叶多少吨？").ranked[0].hit.prior == 0.0


def test_reports_without_a_city_have_no_prior_and_leave_no_city_uncovered(
    make_report: MakeReport, make_answerer: MakeAnswerer
) -> None:
    reports = [
        replace(
            make_report(
                f"长沙去年新建了{count}个公园，都免费向市民开放。",
                stem=f"park{year}",
                title=f"{year}年公园综述",
                date=f"{year + 1}-01-15",
            ),
            city="",
        )
        for year, count in PARKS.items()
    ]
    answerer = make_answerer(reports)
    assert answerer.cities == ()
    answer = answerer.ask("长沙新建了多少个公园？")
    assert answer.reason != "not_covered"
    assert answer.absent == ()
    assert {hit.prior for hit in answer.hits} == {0.0}
    # No year either: nothing says that they are about one place.
    assert {hit.prior for hit in answerer.ask("2020年新建了多少个公园？").hits} == {0.0}


def test_reports_of_different_cities_have_no_prior(answerer: Answerer) -> None:
    assert {hit.prior for hit in answerer.ask("建了几个公园？").hits} == {0.0}


def test_undated_reports_are_answered_from(
    make_report: MakeReport, make_answerer: MakeAnswerer
) -> None:
    reports = [
        make_report("全市新建了三个公园，免费开放。", stem="undated"),
        make_report("全市新建了五个公园，免费开放。", stem="dated", date="2020-05-01"),
    ]
    answer = make_answerer(reports).ask("襄阳新建了多少个公园？")
    assert [extract.citation.report for extract in answer.ranked] == ["dated", "undated"]
    assert answer.ranked[1].citation.date is None


# Bylines, and the index


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("济南那篇综述的编辑是谁？", "姚立松"),
        ("張掖的綜述是哪位記者寫的？", "姜玉勇"),
        ("Who is the editor of the Dongxihu report?", "刘腾腾"),
    ],
)
def test_bylines_answer_who_wrote_a_report(question: str, name: str, answerer: Answerer) -> None:
    assert name in answerer.ask(question).extracts[0].text


@pytest.mark.parametrize(
    "question",
    [
        # No city: whose report?
        "《血沃春华》的作者是谁？",
        # What else they wrote is not told by a byline.
        "Who wrote the novel about the martyrs of Jinan?",
    ],
)
def test_a_byline_answers_nothing_else(question: str, answerer: Answerer) -> None:
    assert answerer.ask(question).confidence < 0.5


def test_an_index_answers_to_its_own_model_only(shipped: Snapshot, characters: Embedder) -> None:
    with pytest.raises(IndexMismatch, match=r"builtin.*characters"):
        Answerer(shipped, characters, PageLinks("https://reports.example"))


def test_another_model_answers_too(
    make_report: MakeReport, characters: Embedder, tmp_path: Path
) -> None:
    texts = (
        "全市新建了十二个公园，都免费开放。",
        "老年食堂供应三餐，由街道负责。",
        "图书馆周末也开放。",
    )
    reports = [make_report(text, stem=f"r{i}") for i, text in enumerate(texts)]
    snapshot = build_index(reports, characters, tmp_path)
    answer = Answerer(snapshot, characters, PageLinks(tmp_path)).ask("新建了多少个公园？")
    assert answer.ranked[0].text == texts[0]
    assert answer.cities == ("襄阳市",)
