"""Facts put into generated reports, each about one made-up place, and the questions about them.

A fact is one sentence about a bridge, a park, a school with a name that no other has; the report
that holds it is known, and so is the answer. Facts with other names and the same words stand in
other reports, so that the words alone do not find the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

_FIRST = (
    "云Yun 松Song 柳Liu 梅Mei 竹Zhu 兰Lan 石Shi 金Jin 银Yin 玉Yu 碧Bi 青Qing 红Hong 白Bai "
    "龙Long 凤Feng 鹤He 鹿Lu 燕Yan 雁Yan 枫Feng 桂Gui 莲Lian 杏Xing 棠Tang 霞Xia 星Xing 月Yue"
).split()
_SECOND = (
    "溪xi 岭ling 湾wan 坪ping 桥qiao 塘tang 泉quan 岗gang 洲zhou 湖hu 谷gu 坡po 滩tan 浦pu "
    "渡du 崖ya 峡xia 台tai 亭ting 堤di 屏ping 峰feng 源yuan 川chuan 林lin 园yuan 田tian 港gang"
).split()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility, and what is told of it.

    Attributes:
        name: Chinese.
        english: its name.
        fact: what is told, with ``{n}``.
        unit: of the figure, as it stands behind it.
        asked: the same in two Chinese questions.
        wanted: in an English one, with ``{name}``.
    """

    name: str
    english: str
    fact: str
    unit: str
    asked: tuple[str, str]
    wanted: str


KINDS = (
    Kind("大桥", "Bridge", "全长{n}米", "米", ("全长多少米", "有多长"), "How long is {name}?"),
    Kind("隧道", "Tunnel", "全长{n}米", "米", ("全长多少米", "有多长"), "How long is {name}?"),
    Kind("步道", "Trail", "全长{n}公里", "公里", ("全长多少公里", "有多长"), "How long is {name}?"),
    Kind("公园", "Park", "占地{n}亩", "亩", ("占地多少亩", "面积有多大"), "How large is {name}?"),
    Kind(
        "水库", "Reservoir", "总库容{n}万立方米", "万立方米",
        ("总库容多少万立方米", "能蓄多少水"), "What is the storage capacity of {name}?",
    ),
    Kind(
        "小学", "Primary School", "在校学生{n}名", "名",
        ("在校学生多少名", "有多少学生"), "How many pupils does {name} have?",
    ),
    Kind(
        "医院", "Hospital", "设床位{n}张", "张",
        ("设床位多少张", "有多少床位"), "How many beds does {name} have?",
    ),
    Kind(
        "图书馆", "Library", "藏书{n}万册", "万册",
        ("藏书多少万册", "有多少书"), "How many books does {name} hold?",
    ),
    Kind(
        "体育馆", "Gymnasium", "设座位{n}个", "个",
        ("设座位多少个", "能坐多少人"), "How many seats does {name} have?",
    ),
    Kind(
        "污水处理厂", "Sewage Treatment Plant", "日处理污水{n}吨", "吨",
        ("日处理污水多少吨", "每天处理多少污水"), "How much sewage does {name} treat a day?",
    ),
    Kind(
        "产业园", "Industrial Park", "入驻企业{n}家", "家",
        ("入驻企业多少家", "有多少企业入驻"), "How many companies have settled in {name}?",
    ),
    Kind(
        "博物馆", "Museum", "馆藏文物{n}件", "件",
        ("馆藏文物多少件", "收藏了多少文物"), "How many cultural relics does {name} hold?",
    ),
    Kind(
        "养老院", "Nursing Home", "入住老人{n}位", "位",
        ("入住老人多少位", "住着多少老人"), "How many elderly people live in {name}?",
    ),
    Kind(
        "停车场", "Car Park", "设车位{n}个", "个",
        ("设车位多少个", "能停多少辆车"), "How many parking spaces does {name} have?",
    ),
    Kind(
        "茶场", "Tea Farm", "年产茶叶{n}吨", "吨",
        ("年产茶叶多少吨", "每年产多少茶"), "How much tea does {name} produce a year?",
    ),
    Kind(
        "码头", "Wharf", "年吞吐量{n}万吨", "万吨",
        ("年吞吐量多少万吨", "每年吞吐多少货物"), "What is the annual throughput of {name}?",
    ),
)  # fmt: skip

NAMES = len(_FIRST) * len(_SECOND) * len(KINDS)
"""How many facilities there can be."""

_SENTENCES = (
    "位于{district}的{name}于{month}月建成投用，{fact}。",
    "{month}月，{name}完成改造，{fact}，受到群众好评。",
    "经过三年建设，{name}正式开放，{fact}。",
    "{name}是当年的重点民生项目，{fact}，由市级财政投资。",
)

_STEP = 5_003
"""A prime, without common factor with ``NAMES``: facilities that follow one another differ in name
and kind."""


@dataclass(frozen=True, slots=True)
class Facility:
    """One facility.

    Attributes:
        name: Chinese, with its kind.
        english: the same in English.
        kind: of facility.
        figure: told of it.
        number: of the facility.
    """

    name: str
    english: str
    kind: Kind
    figure: int
    number: int

    @property
    def answer(self) -> str:
        """As it stands in the sentence."""
        return f"{self.figure}{self.kind.unit}"

    def sentence(self, district: str, month: int) -> str:
        """The sentence that tells of it."""
        return _SENTENCES[self.number % len(_SENTENCES)].format(
            district=district,
            name=self.name,
            month=month,
            fact=self.kind.fact.format(n=self.figure),
        )

    def question(self, form: int, city: str, city_english: str) -> tuple[str, str]:
        """A question about it, and its language: two forms with the city, one without, one English.

        Args:
            form: 0 to 3.
            city: where it lies, Chinese.
            city_english: the same in English.
        """
        if form == 3:
            name = f"the {self.english} in {city_english}"
            return self.kind.wanted.format(name=name), "en"
        asked = self.kind.asked[form % 2]
        return f"{'' if form == 2 else city}{self.name}{asked}？", "zh"


def facility(number: int) -> Facility:
    """The facility with a number, below ``NAMES``; each has another name.

    Raises:
        ValueError: there are not so many.
    """
    if not 0 <= number < NAMES:
        raise ValueError(f"there are {NAMES} facilities, not {number}")
    rest, kind = divmod(number * _STEP % NAMES, len(KINDS))
    first, second = divmod(rest, len(_SECOND))
    one, two, what = _FIRST[first], _SECOND[second], KINDS[kind]
    return Facility(
        name=one[0] + two[0] + what.name,
        english=f"{one[1:]}{two[1:]} {what.english}",
        kind=what,
        figure=101 + number * 7919 % 9_800,
        number=number,
    )
