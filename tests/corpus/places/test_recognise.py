from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from corpus.places.coverage import CoveredPlace
from corpus.places.gazetteer import gazetteer
from corpus.places.ordinary import ORDINARY
from corpus.places.recognise import Mention, PlaceFinder

QUESTIONS = Path(__file__).parents[4] / "shared" / "eval" / "city_reports.dev.jsonl"
COVERED = (
    CoveredPlace("wuhan", "武汉市", ("武汉", "武漢", "Wuhan", "江城")),
    CoveredPlace(
        "dongxihu", "武汉市东西湖区", ("东西湖", "東西湖", "Dongxihu", "Dongxihu District")
    ),
    CoveredPlace("loudi", "娄底市", ("娄底", "婁底", "Loudi")),
    CoveredPlace("jinan", "济南市", ("济南", "濟南", "Jinan", "泉城")),
    CoveredPlace("zhangye", "张掖市", ("张掖", "張掖", "Zhangye", "甘州")),
)
FINDER = PlaceFinder(COVERED)


def keys(mentions: tuple[Mention, ...]) -> list[str]:
    return [key for mention in mentions for key in mention.covered]


def only(question: str) -> Mention:
    (mention,) = FINDER.find(question)
    return mention


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("武汉有多少党员？", ["wuhan"]),
        ("武漢市有多少黨員？", ["wuhan"]),
        ("张掖的临泽县建了什么", ["zhangye"]),
        ("甘州区、临泽县、山丹县、高台县、肃南县", ["zhangye"] * 5),
        ("双峰县和新化县", ["loudi"] * 2),
        ("武昌区修了什么路", ["wuhan"]),
        ("黄陂有几个社区", ["wuhan"]),
        ("江城的夜景", ["wuhan"]),
        ("東西湖区は何をしましたか", ["dongxihu"]),
        ("済南市は何をしましたか", ["jinan"]),
        ("What did Wuhan's schools do?", ["wuhan"]),
        ("a road in Shandan County", ["zhangye"]),
        ("Minle County and Lianyuan City", ["zhangye", "loudi"]),
        ("Wu Han", ["wuhan"]),
        ("Wǔhàn", ["wuhan"]),
        ("ＷＵＨＡＮ", ["wuhan"]),
        ("dong xi hu", ["dongxihu"]),
        ("zhangye shi", ["zhangye"]),
        ("el distrito de Dongxihu", ["dongxihu"]),
        ("Wuhans Schulen", ["wuhan"]),
        ("w Wuhanie", ["wuhan"]),
        ("Wuhan'da", ["wuhan"]),
        ("в центре города Лоуди", ["loudi"]),
        ("уханьские школы, школы Цзинани и Чжанъе", ["wuhan", "jinan", "zhangye"]),
        ("우한시는 어떻게", ["wuhan"]),
        ("武汉、济南和娄底", ["wuhan", "jinan", "loudi"]),
    ],
)
def test_covered_places_are_found_in_every_spelling(question: str, expected: list[str]) -> None:
    assert keys(FINDER.find(question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "武汉市东西湖区",
        "武汉东西湖",
        "武汉 东西湖",
        "武漢市東西湖區",
        "武汉的东西湖区",
        "湖北省武汉市东西湖区",
        "武汉东西糊区",
        "Wuhan's Dongxihu District",
        "Dongxihu District, Wuhan",
        "Dongxihu District of Wuhan",
        "Dongxihu, Wuhan, Hubei",
        "Дунсиху города Ухань",
    ],
)
def test_a_district_named_with_its_city_is_one_mention_of_the_district(question: str) -> None:
    mention = only(question)
    assert mention.name == question
    assert mention.place is not None
    assert mention.place.name == "东西湖区"
    assert mention.covered == ("dongxihu",)


@pytest.mark.parametrize(
    "question",
    [
        "武汉市和东西湖区各有多少",
        "武汉全市和东西湖区各有多少",
        "武汉市委和东西湖区委",
        "武汉、东西湖",
        "Wuhan and Dongxihu",
        "in Wuhan, Dongxihu and Loudi",
    ],
)
def test_a_city_and_its_district_named_apart_are_two(question: str) -> None:
    assert keys(FINDER.find(question))[:2] == ["wuhan", "dongxihu"]


def test_an_enumeration_is_not_a_district_with_its_city() -> None:
    assert keys(FINDER.find("Compare Dongxihu, Wuhan and Loudi")) == ["dongxihu", "wuhan", "loudi"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("長沙市有多少黨員？", "长沙市"),
        ("长沙有多少党员", "长沙市"),
        ("北京怎么样", "北京市"),
        ("Beijing", "北京市"),
        ("Xi'an", "西安市"),
        ("Which province is Xi An in?", "西安市"),
        ("Hong Kong", "香港特别行政区"),
        ("Ürümqi", "乌鲁木齐市"),
        ("Сколько в Пекине?", "北京市"),
        ("南京市鼓楼区", "鼓楼区"),
        ("北京朝阳", "朝阳区"),
        ("长沙岳麓", "岳麓区"),
        ("Chaoyang District, Beijing", "朝阳区"),
        ("包头市青山区", "青山区"),
        ("湖北省", "湖北省"),
        ("Hubei", "湖北省"),
        ("恩施州", "恩施土家族苗族自治州"),
        ("安康有多少人", "安康市"),
        ("Jinnan District", "津南区"),
        ("Wuhai", "乌海市"),
    ],
)
def test_places_without_a_report_are_told_and_focus_on_none(question: str, name: str) -> None:
    mention = only(question)
    assert mention.place is not None
    assert mention.place.name == name
    assert mention.covered == ()


def test_the_level_tells_a_province_from_a_city() -> None:
    levels = [m.place.level for m in FINDER.find("湖北省、湖南和长沙") if m.place]
    assert levels == ["province", "province", "city"]


@pytest.mark.parametrize(
    "question",
    [
        "我市、本市、全市和该区",
        "安康保险怎么买",
        "朝阳产业有哪些",
        "如何守护绿水青山",
        "大家东西很好",
        "这两样东西区别在哪",
        "如何创新化解矛盾",
        "集中卫生整治",
        "以及南部地区的做法",
        "经济大市和经济城市",
        "挪威海产",
        "各市和县里",
        "老城区和主城区",
        "汉武帝",
        "虽死无憾",
        "等到将成之时",
        "He is a man, and Jian too",
        "xian",
        "the Xinhua News Agency",
        "a loud human in Milan on lundi",
        "지난 10월",
        "",
    ],
)
def test_ordinary_words_name_no_place(question: str) -> None:
    assert FINDER.find(question) == ()


@pytest.mark.parametrize(
    "question",
    [
        "the Linze Tunnel",
        "the Gaotai Sewage Treatment Plant",
        "pupils of Sunan Primary School",
        "the Shandan Nursing Home",
        "How long is the Minle Trail?",
    ],
)
def test_a_facility_is_no_district_of_its_name(question: str) -> None:
    assert keys(FINDER.find(question)) == []


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("How long is the Linze Tunnel in Loudi?", "loudi"),
        ("how long is the linze tunnel in loudi", "loudi"),
        ("How much does the Gaotai Sewage Treatment Plant in Jinan treat?", "jinan"),
        ("the books of the Shandan Library in the city of Wuhan", "wuhan"),
        ("How many cars fit in the Minle Car Park in Jinan?", "jinan"),
        ("the Xinhua Herbal Tea Garden in Wuhan", "wuhan"),
        ("the Loudi Museum in Jinan", "jinan"),
        ("the Loudii Car Park in Jinan", "jinan"),
        ("¿Cuánto mide el túnel de Linze en Loudi?", "loudi"),
        ("le musée d'histoire de Shandan à Wuhan", "wuhan"),
        ("the Linze Tunnel in Zhangye", "zhangye"),
        ("the Linze Botanical Garden in Zhangye", "zhangye"),
    ],
)
def test_of_a_facility_in_a_city_the_city_alone_is_meant(question: str, key: str) -> None:
    assert set(keys(FINDER.find(question))) == {key}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Shandan Lake District", ["zhangye"]),
        ("How many trees did Shandan plant?", ["zhangye"]),
        ("Linze schools and those in Loudi", ["zhangye", "loudi"]),
        ("the Linze County Hospital in Loudi", ["zhangye", "loudi"]),
        ("Loudi companies in Jinan", ["loudi", "jinan"]),
        ("a Loudi company in Jinan", ["loudi", "jinan"]),
        ("the Dongxihu Museum in Wuhan", ["dongxihu", "wuhan"]),
        ("de Linze a Loudi", ["zhangye", "loudi"]),
        ("la escuela de Linze en Zhangye", ["zhangye"]),
    ],
)
def test_a_place_whose_name_no_facility_bears_stays(question: str, expected: list[str]) -> None:
    assert keys(FINDER.find(question)) == expected


@pytest.mark.parametrize(
    ("question", "key", "certainty"),
    [
        ("楼底有多少", "loudi", 0.7),
        ("娄地有多少", "loudi", 0.7),
        ("章掖市有多少", "zhangye", 0.7),
        ("張液有多少", "zhangye", 0.7),
        ("挤南有多少", "jinan", 0.7),
        ("吴汗市有多少", "wuhan", 0.7),
        ("东西糊区有多少", "dongxihu", 0.7),
        ("冬西湖区有多少", "dongxihu", 0.7),
        ("东席湖有多少", "dongxihu", 0.7),
        ("武航有多少", "wuhan", 0.55),
        ("汉武市有多少", "wuhan", 0.55),
        ("东西沟区有多少", "dongxihu", 0.55),
        ("how many in wuhang", "wuhan", 0.7),
        ("how many in Zangye", "zhangye", 0.7),
        ("how many in Luodi", "loudi", 0.55),
        ("how many in Wuham", "wuhan", 0.55),
        ("how many in Dongxihhu", "dongxihu", 0.55),
    ],
)
def test_typing_errors_lead_to_covered_places(question: str, key: str, certainty: float) -> None:
    mention = only(question)
    assert mention.covered == (key,)
    assert mention.how == "typo"
    assert mention.certainty == certainty


def test_known_words_are_no_typing_errors_and_no_uncovered_places() -> None:
    finder = PlaceFinder(COVERED, known_words=lambda word: word in {"楼底", "安康", "武汉"})
    assert finder.find("楼底有多少") == ()
    assert finder.find("安康有多少人") == ()
    assert keys(finder.find("武汉有多少")) == ["wuhan"]


def test_a_place_is_no_typing_error_for_another() -> None:
    assert keys(FINDER.find("东湖区、西湖区和武安市")) == []


def test_the_way_of_naming_and_its_certainty_are_told() -> None:
    told = {
        "武汉市": ("exact", 1.0),
        "武汉": ("short", 0.95),
        "泉城": ("alias", 0.95),
        "Wuhan": ("pinyin", 0.95),
        "Hohhot": ("english", 0.95),
        "黄陂": ("short", 0.8),
        "楼底": ("typo", 0.7),
    }
    assert {name: (only(name).how, only(name).certainty) for name in told} == told


def test_offsets_are_those_of_the_question_as_typed() -> None:
    question = "  ﬁ㍿ 婁底市、Ｗu\u0301han!"
    first, second = FINDER.find(question)
    assert question[first.start : first.end] == first.name == "婁底市"
    assert question[second.start : second.end] == second.name == "Ｗu\u0301han"


def test_several_reports_may_share_a_place() -> None:
    finder = PlaceFinder(
        (
            CoveredPlace("a", "武汉市"),
            CoveredPlace("b", "武汉"),
            CoveredPlace("c", "某镇", ("Mouzhen",)),
        )
    )
    assert finder.find("武汉")[0].covered == ("a", "b")
    (unknown,) = finder.find("某镇")
    assert unknown.place is None
    assert unknown.covered == ("c",)
    assert keys(finder.find("Mouzhen")) == ["c"]


def test_a_namesake_is_the_covered_one_unless_its_surroundings_are_named() -> None:
    assert keys(FINDER.find("青山区有几个社区")) == ["wuhan"]
    assert keys(FINDER.find("包头有钢厂，青山区有几个社区")) == []


def test_all_cities_are_found_by_name_in_both_scripts() -> None:
    finder = PlaceFinder(())
    traditional = OpenCC("s2t")
    for place in gazetteer():
        if place.level != "city":
            continue
        for name in (place.name, traditional.convert(place.name)):
            (found,) = finder.find(f"请问{name}有多少人")
            assert (found.place, found.certainty) == (place, 1.0)
        if place.short not in ORDINARY and not place.short.startswith(("吉林", "海南")):
            (found,) = finder.find(f"请问{place.short}有多少人")
            assert found.place == place


@given(st.text(max_size=80))
def test_any_text_is_searched_without_error(text: str) -> None:
    check(text)


@given(
    st.lists(
        st.sampled_from(
            [
                *"武汉东西湖区市县娄底楼章掖的和在、 .'",
                "Wuhan",
                "Dongxihu ",
                "xi",
                " an",
                "湖北",
                "\u0301",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_fragments_of_names_are_searched_without_error(text: str) -> None:
    check(text)


def check(text: str) -> None:
    end = 0
    for mention in FINDER.find(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.name == text[mention.start : mention.end]
        assert 0.5 < mention.certainty <= 1.0
        end = mention.end


@pytest.mark.skipif(not QUESTIONS.exists(), reason="needs the development questions")
def test_the_development_questions_lead_to_their_reports() -> None:
    # These name no place at all.
    placeless = {"d017", "d021", "d041", "d042"}
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = set(keys(FINDER.find(row["question"])))
        if row["kind"] == "unanswerable":
            assert len(found) <= 1, row["id"]
        elif row["id"] in placeless:
            assert found == set(), row["id"]
        else:
            assert found == set(row["report"]), row["id"]


def test_a_question_takes_less_than_a_millisecond() -> None:
    question = "武汉全市和东西湖区各选派了多少名党建指导员，比楼底多还是少？"

    def ask() -> float:
        start = time.perf_counter()
        FINDER.find(question)
        return time.perf_counter() - start

    assert min(ask() for _ in range(20)) < 0.001
