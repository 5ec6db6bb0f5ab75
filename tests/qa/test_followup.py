"""Follow-ups are completed from the question before them; questions of their own are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.places.recognise import PlaceFinder
from qa.engine import Answerer
from qa.followup import complete
from qa.followup_words import followup_words

ZH = "武汉种了多少棵树？"
HANT = "武漢種了多少棵樹？"
EN = "How many trees did Wuhan plant?"
ES = "¿Cuántos árboles hay en Wuhan?"
FR = "Combien d'arbres y a-t-il à Wuhan ?"
DE = "Wie viele Bäume gibt es in Wuhan?"
IT = "Quanti alberi ci sono a Wuhan?"
PT = "Quantas árvores há em Wuhan?"
NL = "Hoeveel bomen zijn er in Wuhan?"
PL = "Ile drzew jest w Wuhan?"
TR = "Wuhan'da kaç ağaç var?"
RU = "Сколько деревьев в Ухане?"
JA = "武漢には木がいくつありますか？"
KO = "우한에는 나무가 몇 그루 있나요?"

ANOTHER_PLACE = [
    (ZH, "那济南呢？", "济南种了多少棵树？"),
    (ZH, "济南呢", "济南种了多少棵树？"),
    (ZH, "济南", "济南种了多少棵树？"),
    (ZH, "换成济南", "济南种了多少棵树？"),
    (ZH, "好的，那济南呢？", "济南种了多少棵树？"),
    (ZH, "好的济南呢", "济南种了多少棵树？"),
    (ZH, "ok济南呢？", "济南种了多少棵树？"),
    (ZH, "那婁底呢？", "娄底种了多少棵树？"),
    (ZH, "那济南有多少？", "济南种了多少棵树？"),
    (ZH, "那上海呢", "上海种了多少棵树？"),
    (ZH, "那台北呢？", "台北种了多少棵树？"),
    (ZH, "那东西湖区呢", "东西湖区种了多少棵树？"),
    (ZH, "那武汉和济南呢", "武汉和济南种了多少棵树？"),
    (ZH, "武汉、济南、娄底呢", "武汉、济南和娄底种了多少棵树？"),
    (ZH, "那Loudi呢", "娄底种了多少棵树？"),
    (ZH, "and Loudi?", "娄底种了多少棵树？"),
    (ZH, "¿Y en Jinan?", "济南种了多少棵树？"),
    (ZH, "那娄氐呢", "娄底种了多少棵树？"),
    (HANT, "那濟南呢？", "濟南種了多少棵樹？"),
    (HANT, "Loudi呢", "婁底種了多少棵樹？"),
    (HANT, "那娄底呢？", "婁底種了多少棵樹？"),
    ("武汉市委开了几次会", "那济南呢", "济南市委开了几次会"),
    ("武汉市委开了几次会", "那东西湖呢", "东西湖区委开了几次会"),
    ("武汉和济南哪个种得多？", "那娄底和张掖呢", "娄底和张掖哪个种得多？"),
    ("济南和武汉各种了多少棵树？", "武汉呢？", "武汉种了多少棵树？"),
    ("济南和武汉各种了多少棵树？", "娄底和张掖呢", "娄底和张掖各种了多少棵树？"),
    ("济南和武汉各区种了多少棵树？", "娄底呢", "娄底各区种了多少棵树？"),
    ("武汉比济南多种了几棵树", "那娄底呢", "娄底比济南多种了几棵树"),
    ("种了多少棵树？", "那济南呢", "济南种了多少棵树？"),
    ("请问种了多少棵树？", "济南呢", "请问济南种了多少棵树？"),
    (EN, "and Loudi?", "How many trees did Loudi plant?"),
    (EN, "And in Zhangye?", "How many trees did Zhangye plant?"),
    (EN, "what about Jinan", "How many trees did Jinan plant?"),
    (EN, "how about jinan?", "How many trees did Jinan plant?"),
    (EN, "and how many in Jinan?", "How many trees did Jinan plant?"),
    (EN, "What about Wuhan and Jinan?", "How many trees did Wuhan and Jinan plant?"),
    (EN, "那济南呢", "How many trees did Jinan plant?"),
    (EN, "What about Paris?", "How many trees did Paris plant?"),
    ("How many trees did Jinan and Wuhan each plant?", "Loudi?", "How many trees did Loudi plant?"),
    ("How many trees are there?", "And in Wuhan?", "How many trees are there in Wuhan?"),
    (ES, "¿Y en Loudi?", "¿Cuántos árboles hay en Loudi?"),
    (FR, "Et à Jinan ?", "Combien d'arbres y a-t-il à Jinan ?"),
    (FR, "Qu'en est-il de Loudi ?", "Combien d'arbres y a-t-il à Loudi ?"),
    (DE, "Und in Jinan?", "Wie viele Bäume gibt es in Jinan?"),
    (DE, "Wie sieht es in Loudi aus?", "Wie viele Bäume gibt es in Loudi?"),
    (IT, "E a Jinan?", "Quanti alberi ci sono a Jinan?"),
    (PT, "E em Loudi?", "Quantas árvores há em Loudi?"),
    (NL, "Hoe zit het met Loudi?", "Hoeveel bomen zijn er in Loudi?"),
    (PL, "A w Jinan?", "Ile drzew jest w Jinan?"),
    (TR, "Peki ya Jinan'da?", "Jinan'da kaç ağaç var?"),
    (RU, "А в Цзинане?", "Сколько деревьев в Цзинане?"),
    (JA, "では済南は？", "済南には木がいくつありますか？"),
    (JA, "済南はどうですか？", "済南には木がいくつありますか？"),
    (KO, "그럼 张掖는?", "张掖에는 나무가 몇 그루 있나요?"),
]

ANOTHER_YEAR = [
    (ZH, "那2020年呢", "2020年武汉种了多少棵树？"),
    (ZH, "济南2020年呢", "2020年济南种了多少棵树？"),
    ("2021年武汉种了多少棵树", "2019年呢？", "2019年武汉种了多少棵树"),
    ("2021年武汉种了多少棵树", "二〇一九年呢？", "2019年武汉种了多少棵树"),
    ("二零二一年武汉种了多少棵树", "2019年呢？", "2019年武汉种了多少棵树"),
    (EN, "and in 2020?", "How many trees did Wuhan plant in 2020?"),
    (EN, "Jinan, 2020?", "How many trees did Jinan plant in 2020?"),
    (ES, "¿y en 2020?", "¿Cuántos árboles hay en Wuhan en 2020?"),
    (JA, "2020年は？", "2020年、武漢には木がいくつありますか？"),
]

SAME_PLACE = [
    (ZH, "那里有多少公园？", "武汉有多少公园？"),
    (ZH, "当地修了几座桥", "武汉修了几座桥"),
    (ZH, "该市有多少公园", "武汉有多少公园"),
    (ZH, "这座城市有多少公园", "武汉有多少公园"),
    (ZH, "它有多少公园？", "武汉有多少公园？"),
    (ZH, "那他们修了多少桥？", "武汉修了多少桥？"),
    (ZH, "全市一共修了几座桥？", "武汉全市一共修了几座桥？"),
    (ZH, "那修了多少桥呢？", "武汉修了多少桥呢？"),
    (ZH, "还有多少没修好？", "武汉还有多少没修好？"),
    (HANT, "那裡有多少公園？", "武漢有多少公園？"),
    (ZH, "那裡有多少公園？", "武漢有多少公園？"),
    (EN, "那里有多少公园？", "武汉有多少公园？"),
    (EN, "How many parks are there?", "How many parks are there in Wuhan?"),
    (EN, "How many people work there?", "How many people work in Wuhan?"),
    (EN, "How many parks are there in that city?", "How many parks are there in Wuhan?"),
    (EN, "What is its area?", "What is Wuhan's area?"),
    (EN, "How many parks does it have?", "How many parks does Wuhan have?"),
    (EN, "And how many parks were built?", "How many parks were built in Wuhan?"),
    (ES, "¿Cuántos parques hay allí?", "¿Cuántos parques hay en Wuhan?"),
    (FR, "Combien de parcs là-bas ?", "Combien de parcs à Wuhan ?"),
    (DE, "Wie viele Parks gibt es dort?", "Wie viele Parks gibt es in Wuhan?"),
    (PT, "Quantos parques há lá?", "Quantos parques há em Wuhan?"),
    (TR, "Peki kaç park var?", "Wuhan şehrinde kaç park var?"),
    (RU, "Сколько там парков?", "Сколько в Ухане парков?"),
    (JA, "そこに公園はいくつありますか？", "武漢に公園はいくつありますか？"),
    (KO, "거기에 공원이 몇 개 있나요?", "우한에 공원이 몇 개 있나요?"),
]

ANOTHER_THING = [
    (ZH, "那公园呢？", "武汉的公园有多少？"),
    (ZH, "公园呢", "武汉的公园有多少？"),
    (HANT, "那公園呢", "武漢的公園有多少？"),
    ("武汉的市长是谁？", "那书记呢？", "武汉的书记是谁？"),
    (EN, "how about parks?", "How many parks are there in Wuhan?"),
    (EN, "And the GDP?", "GDP in Wuhan?"),
    (DE, "und Parks?", "Parks in Wuhan?"),
    (JA, "じゃあ公園は？", "武漢の公園はいくつありますか？"),
]

ON_ITS_OWN = [
    (ZH, "那曲有多少医院"),
    (ZH, "武汉今年修了多少公里路呢？"),
    (ZH, "济南有多少公园？"),
    (ZH, "那济南有多少公园？"),
    (ZH, "你好"),
    (ZH, "谢谢！"),
    (ZH, "那哪个城市最多？"),
    (ZH, "那你呢"),
    (ZH, "那怎么办呢"),
    (ZH, "那去年呢"),
    (ZH, "那一年发生了什么？"),
    (ZH, "那两个区呢"),
    (ZH, "那个项目投了多少钱"),
    (ZH, "修了多少公里供水管网"),
    (ZH, "哪里有公园"),
    (ZH, "他从老师那里学了什么"),
    (ZH, "该地区的面积有多大"),
    (ZH, "那呢"),
    (EN, "And which city planted most?"),
    (EN, "And how many parks did Jinan build?"),
    (EN, "Are there any parks?"),
    (EN, "There are how many parks in the country?"),
    (EN, "How many parks?"),
    (EN, "what about you?"),
    (EN, "thanks"),
    (EN, "Hoi An population?"),
    (EN, "When did Harvard change its name?"),
    ("种了多少棵树？", "那公园呢"),
    ("你好", "那济南呢？"),
    ("从2019年到2021年武汉种了多少棵树？", "那2020年呢"),
    (None, "那济南呢？"),
]


@pytest.mark.parametrize(
    ("previous", "text", "meant"), [*ANOTHER_PLACE, *ANOTHER_YEAR, *SAME_PLACE, *ANOTHER_THING]
)
def test_a_follow_up_means_the_previous_question_changed(
    previous: str, text: str, meant: str, finder: PlaceFinder
) -> None:
    assert complete(text, previous, finder) == meant


@pytest.mark.parametrize(("previous", "text"), ON_ITS_OWN)
def test_what_stands_on_its_own_is_left_alone(
    previous: str | None, text: str, finder: PlaceFinder
) -> None:
    assert complete(text, previous, finder) is None


def test_follow_ups_follow_follow_ups(finder: PlaceFinder) -> None:
    question: str | None = ZH
    asked = []
    for text in ("那济南呢？", "那2020年呢", "and Loudi?", "2019年呢", "那里有多少公园？"):
        question = complete(text, question, finder)
        asked.append(question)
    assert asked == [
        "济南种了多少棵树？",
        "2020年济南种了多少棵树？",
        "2020年娄底种了多少棵树？",
        "2019年娄底种了多少棵树？",
        "娄底有多少公园？",
    ]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_are_taken(finder: PlaceFinder, previous: str, text: str) -> None:
    meant = complete(text, previous, finder)
    assert meant is None or meant


@given(st.sampled_from(["济南", "娄底", "张掖", "东西湖区"]))
def test_asking_of_another_place_and_back_gives_the_question(
    finder: PlaceFinder, place: str
) -> None:
    there = complete(f"那{place}呢？", ZH, finder)
    assert there == ZH.replace("武汉", place)
    assert complete("那武汉呢", there, finder) == ZH


def test_every_language_has_all_its_words() -> None:
    assert set(followup_words()) == set("zh en es fr de it pt nl pl tr ru ja ko".split())
    for words in followup_words().values():
        assert "{place}" in words.place
        assert "{question}" in words.place
        assert "{year}" in words.year
        assert "{thing}" in words.thing
        assert all(instead.count("{place}") == 1 for _, instead in words.stands)


@pytest.mark.xdist_group("shipped")
@pytest.mark.parametrize(
    ("previous", "text", "report", "figure"),
    [
        ("武汉有多少个团队参加社区志愿服务？", "那张掖呢？", "zhangye", "2201个"),
        ("武汉放映了多少场党史电影？", "东西湖区呢", "dongxihu", "729场"),
        ("How many red stories did Wuhan collect?", "and Dongxihu?", "dongxihu", "200余篇"),
        ("娄底新增了多少个学位？", "那停车位呢？", "loudi", "5000个"),
        ("張掖有多少個網格微信群？", "婁底呢？", "loudi", "13187个"),
    ],
)
def test_the_completed_question_is_answered_from_the_new_place(
    answerer: Answerer, previous: str, text: str, report: str, figure: str
) -> None:
    meant = complete(text, previous, answerer.finder)
    assert meant is not None
    answer = answerer.ask(meant)
    assert not answer.refused
    assert {extract.citation.report for extract in answer.extracts} == {report}
    assert figure in answer.extracts[0].text
