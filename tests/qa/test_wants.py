"""What a question asks for, in many languages, and what a sentence holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from qa.wants import WANTS, asked_units, holds, holds_unit, wants

ASKED = {
    # Simplified Chinese
    "今年建了多少个公园？": "number",
    "这座桥有多长？": "number",
    "共有多少人参加？": "number",
    "公园数量": "number",
    "增长率是多少？": "number percent",
    "绿化率达到百分之几？": "percent",
    "绿化覆盖率": "percent",
    "谁是市长？": "person",
    "什么人可以参加？": "person",
    "图书馆在哪里？": "place",
    "为什么要关闭老桥？": "reason",
    "怎样申请补贴？": "method",
    "如何评价效率": "method",
    "有哪些新公园？": "list",
    "哪几个区参加了？": "number list",
    "这本书叫什么？": "name",
    "哪一年通车？": "date",
    "什么时候开始？": "date",
    "哪位记者写的这篇报道？": "person author",
    "编辑叫什么名字？": "person name author",
    # Words that only look as if they asked.
    "几乎所有学校都参加了吗": "",
    "如果下雨，活动还办吗？": "",
    "他率先做了什么？": "",
    "领导们是怎么率领队伍的？": "method",
    "居民多少有些不满吗": "",
    "几何学课程有意思吗": "",
    "许多大学和20多高校来了吗": "",
    "第几": "",
    # Traditional Chinese
    "建了幾個公園？": "number",
    "為什麼要搬遷？": "reason",
    "誰寫了這篇文章？": "person author",
    "哪裡可以看展覽？": "place",
    "何時開放？": "date",
    # English
    "How many parks were built?": "number",
    "How long is the road?": "number",
    "Who is the mayor?": "person",
    "When did the bridge open?": "date",
    "In what year was it founded?": "date",
    "Where is the library?": "place",
    "Why was it closed?": "reason",
    "How did the city collect the waste?": "method",
    "What percentage of pupils can swim?": "percent",
    "What was the growth rate?": "percent",
    "What is the name of the film?": "name",
    "Which cities took part?": "list name",
    "Who wrote the report?": "person author",
    "Who edits the page?": "person author",
    "Did the mayor comment on it?": "",
    "Did many guests come?": "",
    "Is the whole city covered?": "",
    # Spanish
    "¿Cuántos parques se construyeron?": "number",
    "¿Quién es el alcalde?": "person",
    "¿Cuándo abrió el puente?": "date",
    "¿En qué año se fundó?": "date",
    "¿Dónde está la biblioteca?": "place",
    "¿Por qué cerraron el puente?": "reason",
    "¿Cómo se llama la película?": "name",
    "¿Cómo se recoge la basura?": "method",
    "¿Qué porcentaje de alumnos sabe nadar?": "percent",
    "¿Cuáles son los parques?": "list",
    # French
    "Combien de parcs ont été construits ?": "number",
    "Qui a écrit l'article ?": "person author",
    "Quand le pont a-t-il ouvert ?": "date",
    "En quelle année a-t-il été fondé ?": "date",
    "Où est la bibliothèque ?": "place",
    "Pourquoi le pont a-t-il fermé ?": "reason",
    "Comment s'appelle le film ?": "name",
    "Comment trie-t-on les déchets ?": "method",
    "Quel pourcentage des élèves sait nager ?": "percent",
    "Quels parcs sont nouveaux ?": "list",
    # German
    "Wie viele Parks wurden gebaut?": "number",
    "Wie lang ist die Straße?": "number",
    "Wie hoch ist der Anteil der Frauen?": "number percent",
    "Wer schrieb den Artikel?": "person author",
    "Wann wurde die Brücke eröffnet?": "date",
    "Wo steht die Bibliothek?": "place",
    "Warum wurde sie geschlossen?": "reason",
    "Wie wird der Müll getrennt?": "method",
    "Wie heißt der Film?": "name",
    "Welche Parks sind neu?": "list name",
    # Russian
    "Сколько парков построили?": "number",
    "Кто мэр?": "person",
    "Когда открыли мост?": "date",
    "Где находится библиотека?": "place",
    "Почему закрыли мост?": "reason",
    "Как сортируют мусор?": "method",
    "Как называется фильм?": "name",
    "Какой процент школьников умеет плавать?": "percent",
    "Какие парки новые?": "list",
    # Japanese
    "公園はいくつ作られましたか？": "number",
    "記事は何冊ありますか？": "number",
    "市長は誰ですか？": "person",
    "記者は誰ですか？": "person author",
    "橋はいつ開通しましたか？": "date",
    "図書館はどこですか？": "place",
    "なぜ閉館しましたか？": "reason",
    "どの映画が上映されましたか？": "name",
    "何パーセントの生徒が泳げますか？": "percent",
    "どんな公園がありますか？": "list",
    # Others
    "Quanti parchi sono stati costruiti?": "number",
    "Quantos parques foram construídos?": "number",
    "Hoeveel parken zijn er gebouwd?": "number",
    "Ile parków zbudowano?": "number",
    "Kaç park yapıldı?": "number",
    "공원은 몇 개 지었습니까?": "number",
    "มีสวนกี่แห่ง": "number",
    "كم عدد الحدائق؟": "number",
    "متى افتتح الجسر؟": "date",
    "لماذا أغلق؟": "reason",
}


@pytest.mark.parametrize(("question", "kinds"), ASKED.items())
def test_a_question_tells_what_it_asks_for(question: str, kinds: str) -> None:
    assert wants(question) == frozenset(kinds.split())


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("建了多少个公园", ("个",)),
        ("建了幾個公園", ("个",)),
        ("有多少名党员、多少场次演出", ("名", "场次")),
        ("铺了多少千米水管，占地多少公顷", ("千米", "公顷")),
        ("投资多少亿元", ("亿元",)),
        ("用了几十辆车", ("辆",)),
        ("服务多少人次", ("人次",)),
        ("几百户", ("户",)),
        # No unit: what is counted follows at once, or nothing is counted.
        ("有多少学位", ()),
        ("有多少人", ()),
        ("几乎没有", ()),
        ("第几个", ()),
        ("为何如此", ()),
        ("会议何时召开", ()),
        ("何处可以看展览", ()),
        ("How many parks?", ()),
        ("何年に開館しましたか", ("年",)),
        ("記事は何件ですか", ("件",)),
    ],
)
def test_a_chinese_question_names_units(question: str, units: tuple[str, ...]) -> None:
    assert asked_units(question) == units


@pytest.mark.parametrize(
    ("text", "want", "there"),
    [
        ("新建公园12个", "number", True),
        ("建成两座桥,三个站", "number", True),
        ("公园很美", "number", False),
        ("增长12.2%", "percent", True),
        ("占百分之八", "percent", True),
        ("超过三成。", "percent", True),
        ("一成不变", "percent", False),
        ("统一成立", "percent", False),
        ("三月开工", "date", True),
        ("2021年", "date", True),
        ("春天开工", "date", False),
        ("市长说", "person", True),
        ("《长江》", "name", True),
        ("在实验小学", "place", True),
        ("有公园、学校、医院", "list", True),
        ("只有公园", "list", False),
        ("由于下雨", "reason", True),
        ("通过走访", "method", True),
        ("记者 李明", "author", True),
        ("市长 李明", "author", False),
    ],
)
def test_a_sentence_holds_a_kind_of_value(text: str, want: str, there: bool) -> None:
    assert want in WANTS
    assert holds(normalise(text), want) is there


@pytest.mark.parametrize(
    ("text", "unit", "there"),
    [
        ("改造455个小区", "个", True),
        ("共8.46万个", "个", True),
        ("近3400条次", "条", True),
        ("10余万人次", "人次", True),
        ("点击1200万+次", "次", True),
        ("共 455 个", "个", True),
        ("两千多名党员", "名", True),
        ("奖补2250万元", "万元", True),
        ("个别小区", "个", False),
        ("455处小区", "个", False),
    ],
)
def test_a_number_stands_with_its_unit(text: str, unit: str, there: bool) -> None:
    assert holds_unit(normalise(text), [unit]) is there


def test_no_unit_is_held_where_none_is_asked_for() -> None:
    assert not holds_unit("455个", [])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_known_kinds_and_units_of_its_own(text: str) -> None:
    assert wants(text) <= set(WANTS)
    plain = normalise(text)
    assert all(unit in plain for unit in asked_units(text))
    assert wants(plain) == wants(text)
