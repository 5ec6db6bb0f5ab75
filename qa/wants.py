"""What kind of value a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from corpus.normalise import normalise

Want = Literal[
    "number", "percent", "date", "person", "name", "place", "list", "reason", "method", "author"
]

_CJK = "㐀-䶿一-鿿"

# Each pattern is matched against the question in search form (NFKC, lower case, Simplified).
_ASKS: tuple[tuple[Want, re.Pattern[str]], ...] = (
    (
        "percent",
        re.compile(
            r"百分之(?:多少|几)|百分比|比例|比率|占比|几成|[㐀-鿿]率(?:是|为|有|达|多|$|[??])"
            r"|what (?:percentage|share|proportion|percent)|percentage|how much did .* (?:grow|increase|rise|fall|drop)"
            r"|growth rate|qué porcentaje|quel pourcentage|wie viel prozent|какой процент|какая доля|何パーセント|何%"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|几(?!乎)[㐀-鿿]|几$|数量|个数|人数|次数|期数|场数|总数|多大|多长|多远|多高|多宽|面积|金额|规模|有多"
            r"|how (?:many|much|long|far|large|big|old|tall|high|often)|number of|what number|\bnumber\b|amount|\bcount\b|total"
            r"|cuánt[oa]s?|cuanto|combien|wie ?viele?|сколько|численность|количество|quant[eioa]s?\b|hoeveel|\bile\b|\bilu\b|kaç|ne kadar"
            r"|いくつ|何[人件本個回社名万冊篇校台匹枚軒棟箇ヶか]|いくら|どのくらい|どれくらい|몇|얼마|เท่าไ|กี่"
        ),
    ),
    (
        "date",
        re.compile(
            r"何时|什么时候|什么时间|哪一?[年天月日]|几[年月日号]|哪个(?:月|年)|多久|日期"
            r"|\bwhen\b|what (?:date|year|day|month)|which (?:date|year|day|month)|cuándo|quand\b|quelle (?:date|année)|\bwann\b|welchem jahr|когда|в каком году|quando\b|wanneer|kiedy|ne zaman"
            r"|いつ|何年|何月|何日|언제|เมื่อไ"
        ),
    ),
    (
        "person",
        re.compile(
            r"谁|哪位|何人|哪个人|什么人|姓名|叫什么名字|书记是|市长是|记者|作者"
            r"|\bwho\b|\bwhose\b|\bwhom\b|quién|\bqui\b|\bwer\b|\bкто\b|\bchi\b|\bquem\b|\bwie is\b|\bkto\b|\bkim\b|誰|だれ|누구|ใคร|secretary|reporters?"
        ),
    ),
    (
        "place",
        re.compile(
            r"哪里|哪儿|何处|什么地方|哪个?(?:地方|区|县|市|镇|村|省|旧址|地)|在哪|位于"
            r"|\bwhere\b|which (?:city|county|district|place|town|village)|dónde|\boù\b|\bwo\b|\bгде\b|\bdove\b|\bonde\b|\bwaar\b|gdzie|nerede|どこ|어디|ที่ไหน"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|哪[两二三四五六七八九十]|分别|包括|几个方面|包含|有什么"
            r"|\bwhich .+s\b|what are|what were|\blist\b|qué .*s\b|quels|quelles|welche\b|какие|quali\b|quais\b|どのような|どんな|어떤"
        ),
    ),
    (
        "reason",
        re.compile(
            r"为什么|为何|何以|原因|怎么会|缘何|because|\bwhy\b|reason|por qué|pourquoi|warum|weshalb|почему|perché|por que|waarom|dlaczego|neden|なぜ|どうして|왜|ทำไม"
        ),
    ),
    (
        "method",
        re.compile(
            r"怎么|怎样|如何|靠什么|用什么|通过什么|什么(?:方式|办法|方法|措施|手段|制度)|哪种方式"
            r"|\bhow (?:did|do|does|was|were|is|are|to|can)\b|cómo|comment\b|\bwie\b(?! viel)|\bкак\b|\bcome\b|\bcomo\b|\bhoe\b|\bjak\b|nasıl|どうやって|どのように|어떻게|อย่างไร"
        ),
    ),
    (
        "author",
        re.compile(
            r"(?:哪[位些个几]|谁|什么|几位).{0,6}(?:记者|作者|编辑|写|撰)|(?:记者|作者|撰稿人?|责编|责任编辑|编辑|通讯员)(?:是|叫|都?有|为|姓)"
            r"|reporters?|journalists?|\bauthors?\b|\bwho (?:wrote|edited|reported)\b|\bbyline\b|\beditors?\b"
            r"|periodista|journaliste|reporter|журналист|автор|記者|기자"
        ),
    ),
    (
        "name",
        re.compile(
            r"叫什么|什么名|名称|名字|题目|剧名|书名|片名|称为什么|称作什么|叫做|称号|哪[个部本首篇支种家项所座类]|什么[㐀-鿿]"
            r"|\bwhich\b|what is the (?:name|title)|\bcalled\b|\bnamed?\b|\btitle\b|cómo se llama|\bqué\b|\bquel(?:le)?\b|\bwelche[rsmn]?\b|как(?:ой|ая|ое) |называ|何という|名前"
        ),
    ),
)

_ASKED_UNIT = re.compile(
    r"(?:多少|几|何)(?:余|多)?(?P<unit>[万亿]?(?:千米|公里|公顷|小时|人次|场次|平方米|[㐀-鿿]))"
)
# Words that may follow 多少 without being a unit.
_NO_UNITS = frozenset("的是有在了和与呢吗人")

_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两]{1,4}[个名位次场件项条家期部处支届]")
_PERCENT = re.compile(r"\d(?:\.\d+)?\s*[%‰]|百分之|\d成")
_DATE = re.compile(r"\d{1,4}\s*[年月日]|\d{4}-\d{2}|[一二三四五六七八九十]月|世纪|年代|[上下]半年")
_PERSON = re.compile(r"书记|市长|记者|主任|同志|烈士|院士|作者|先生|女士|主席|[·•]|编辑|责编")
_NAME = re.compile(r"[《“\"「『]")
_LIST = re.compile(r"、[^、。]{1,30}、|,[^,。]{1,16},|;")
_PLACE = re.compile(r"[省市县区镇乡村州]|旧址|会址|故居|纪念馆|基地|街道|学校|大学|医院|公园")
_REASON = re.compile(r"因为|由于|针对|为了|为解决|因此|所以|原因|使得|旨在|为确保|问题")
_METHOD = re.compile(r"通过|采取|采用|利用|运用|依托|以.{1,20}(?:形式|方式|为)|方式|形式|推行|建立|打造|用好")

_AUTHOR = re.compile(r"记者|作者|通讯员|撰稿|责任编辑|责编|编辑[:：]")

_HOLDS: dict[Want, re.Pattern[str]] = {
    "number": _NUMBER,
    "percent": _PERCENT,
    "date": _DATE,
    "person": _PERSON,
    "name": _NAME,
    "place": _PLACE,
    "list": _LIST,
    "reason": _REASON,
    "method": _METHOD,
    "author": _AUTHOR,
}

WANTS: tuple[Want, ...] = tuple(_HOLDS)


def wants(question: str) -> frozenset[Want]:
    """The kinds of value that a question asks for; empty where it does not tell.

    Args:
        question: in any form and language.
    """
    text = normalise(question)
    return frozenset(want for want, pattern in _ASKS if pattern.search(text))


def asked_units(question: str) -> tuple[str, ...]:
    """The units that a Chinese question names: ``多少名党员`` gives ``("名",)``.

    Args:
        question: in any form.
    """
    units = (match["unit"] for match in _ASKED_UNIT.finditer(normalise(question)))
    return tuple(unit for unit in units if unit not in _NO_UNITS)


def holds(text: str, want: Want) -> bool:
    """Whether a text in search form has a value of that kind on its surface."""
    return _HOLDS[want].search(text) is not None


def holds_unit(text: str, units: Iterable[str]) -> bool:
    """Whether a text in search form has a number with one of the units."""
    return any(
        re.search(rf"(?:\d|[一二三四五六七八九十百千万亿余多])[余多]?[万亿]?[余多]?{re.escape(unit)}", text)
        for unit in units
    )
