"""What kind of value a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from corpus.normalise import normalise

Want = Literal[
    "number", "percent", "date", "person", "name", "place", "list", "reason", "method", "author"
]

# Each pattern is matched against the question in search form (NFKC, lower case, Simplified), so
# that Japanese is written here with Simplified characters, too: 何册, 记者.
_ASKS: tuple[tuple[Want, re.Pattern[str]], ...] = (
    (
        "percent",
        re.compile(
            # 效率 and 频率 are no shares, and 率先 and 率领 no rates.
            r"百分之(?:多少|几)|百分比|比例|比率|占比|几成"
            r"|[㐀-鿿](?<![效频表草轻直坦统])率(?:是|为|有|达|多|$|[??])"
            r"|\bpercent|what (?:share|proportion)|growth rate"
            r"|how much did .* (?:grow|increase|rise|fall|drop)"
            r"|qué porcentaje|\btasa\b|pourcentage|quelle part\b|\btaux\b|prozent|\banteil"
            r"|процент|\bдол[яюи]\b|何パーセント|何%|percentual|porcentagem|percentagem|procent"
            r"|yüzde|퍼센트|비율|เปอร์เซ็นต์|ร้อยละ|نسبة"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少(?!有[些点])|(?<![第之])几(?![乎何率])[㐀-鿿]|(?<![第之])几(?=[??]|$)"
            r"|数量|个数|人数|次数|期数|场数|总数|面积|金额|规模|有多[大长远高宽深重少]"
            r"|(?<![许众很太更最诸繁不增减余个十百千万亿\d])多[大长远高宽](?![学型中于江城])"
            r"|how (?:many|much|long|far|large|big|old|tall|high|wide|deep|often)"
            r"|\bnumber\b|amount|\bcount\b|total"
            r"|cuánt[oa]s?|cuanto|combien|quelle (?:est la )?(?:longueur|superficie|surface|taille)"
            r"|wie ?viele?|wie (?:hoch|lang|groß|weit|oft|alt|tief|breit)\b"
            r"|сколько|численность|количество|quant[eioa]s?\b|hoeveel|\bile\b|\bilu\b|kaç|ne kadar"
            r"|いくつ|何[人件本个回社名万册篇校台匹枚轩栋箇处户ヶか]|いくら|どのくらい|どれくらい"
            r"|몇|얼마|เท่าไ|กี่|\bكم\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"何时|什么时候|什么时间|哪一?[年天月日]|几[年月日号]|哪个(?:月|年)|多久|日期"
            r"|\bwhen\b|what (?:date|year|day|month)|which (?:date|year|day|month)"
            r"|cuándo|qué (?:año|fecha|día|mes)\b|quand\b|quel(?:le)? (?:date|année|jour|mois)"
            r"|\bwann\b|welche[mns]? (?:jahr|tag|monat|datum)|когда|в каком (?:году|месяце)"
            r"|quando\b|wanneer|kiedy|ne zaman|hangi yıl"
            r"|いつ|何年|何月|何日|언제|몇 ?[년월일]|เมื่อไ|ปีใด|\bمتى\b"
        ),
    ),
    (
        "person",
        re.compile(
            r"谁|哪位|何人|哪个人|什么人|姓名|叫什么名字|书记是|市长是|记者|作者"
            r"|\bwho\b|\bwhose\b|\bwhom\b|quién|\bqui\b|\bwer\b|\bкто\b|\bchi\b|\bquem\b|\bwie is\b"
            r"|\bkto\b|\bkim\b|だれ|누구|ใคร|\bمن هو\b|secretary|reporters?"
        ),
    ),
    (
        "place",
        re.compile(
            r"哪里|哪儿|何处|什么地方"
            r"|哪(?:[个座]|一[个座])?(?:地方|城市|区|县|市|镇|村|省|旧址|地)|在哪|位于"
            r"|\bwhere\b|which (?:city|county|district|place|town|village)"
            r"|dónde|qué (?:ciudad|distrito|lugar|pueblo)|\boù\b|quelle ville"
            r"|\bwo\b|welche[rsmn]? (?:stadt|ort|bezirk)|\bгде\b|как(?:ой|ом) (?:город|районе?)"
            r"|\bdove\b|\bonde\b|\bwaar\b|gdzie|nerede|どこ|어디|ที่ไหน|\bأين\b"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|哪[两二三四五六七八九十]|分别|包括|几个方面|包含|有什么"
            r"|\bwhich .+s\b|what are|what were|\blist\b"
            r"|qué (?!porcentaje)\w+s\b|\bcuáles\b|quels|quelles"
            r"|welche\b|какие|quali\b|quais\b|どのような|どんな|어떤"
        ),
    ),
    (
        "reason",
        re.compile(
            r"为什么|为何|何以|原因|怎么会|缘何|because|\bwhy\b|reason|por qué|pourquoi"
            r"|warum|weshalb|почему|perché|por que|waarom|dlaczego|neden|なぜ"
            r"|どうして|왜|ทำไม|لماذا"
        ),
    ),
    (
        "method",
        re.compile(
            r"怎么|怎样|如何|靠什么|用什么|通过什么|什么(?:方式|办法|方法|措施|手段|制度)|哪种方式"
            r"|\bhow (?:did|do|does|was|were|is|are|to|can)\b|cómo (?!se llama)"
            # In English, comment and come are words like any other.
            r"|^\W*comment (?!s'appelle)|\bcomment (?:les?|la|les|l'|se|est|sont|ont)\b"
            r"|\bwie (?!viel|hoch|lang|groß|weit|oft|alt|tief|breit|heiß|is\b)|\bкак (?!назыв)"
            r"|^\W*come\b|\bcome (?:è|sono|ha|hanno|si|viene|vengono)\b"
            r"|\bcomo\b|\bhoe\b|\bjak\b|nasıl|どうやって|どのように|어떻게|อย่างไร|\bكيف\b"
        ),
    ),
    (
        "author",
        re.compile(
            r"(?:哪[位些个几]|谁|什么|几位).{0,6}(?:记者|作者|编辑|写|撰)"
            r"|(?:记者|作者|撰稿人?|责编|责任编辑|编辑|通讯员)(?:是|叫|都?有|为|姓|は)"
            r"|\breporters?\b|journalists?|\bauthors?\b|\bbyline\b|\beditors?\b"
            r"|\bwho (?:wrote|writes|edited|edits|reported)\b"
            r"|periodista|quién(?:es)? escribi|journaliste|qui a (?:écrit|rédigé)"
            r"|wer (?:schrieb|hat .*geschrieben)"
            r"|журналист|автор|кто написал|谁が书|기자"
        ),
    ),
    (
        "name",
        re.compile(
            r"叫什么|什么名|名称|名字|题目|剧名|书名|片名|称为什么|称作什么|叫做|称号"
            r"|哪[个部本首篇支种家项所座类条]"
            r"|(?<!为)什么(?!时候|时间|地方|人|样|方式|办法|方法|手段)[㐀-鿿]"
            r"|\bwhich\b|what is the (?:name|title)|\bcalled\b|\bnamed?\b|\btitle\b"
            r"|cómo se llama|(?<!por )\bqué (?!porcentaje|año|fecha|día|mes\b)"
            r"|comment s'appelle|\bquel(?:le)? (?!date|année|jour|mois|part\b|pourcentage)"
            r"|wie heiß|\bwelche[rsmn]?\b|как(?:ой|ая|ое) (?!процент|доля)|называ"
            r"|何という|名前|どの(?!よう|くらい|ぐらい)"
        ),
    ),
)

# What Chinese counts and measures in, the longest first. A word behind 多少 that is not among them
# is what is counted: 多少学位.
_UNITS = (
    "平方千米|平方公里|平方米|立方米|人次|场次|件次|条次|千米|公里|公顷|厘米|毫米|公斤|小时|分钟|个月|周年"
    "|万元|亿元|个|名|位|次|场|项|件|条|家|期|部|处|支|届|种|套|户|所|座|间|辆|棵|株|亩|吨|米|里|元|块|倍|天|年|月"
    "|日|号|周|岁|页|册|本|篇|首|幅|集|层|栋|幢|台|艘|架|张|把|份|批|组|队|对|双|群|类|门|款|级|课|节|班|堂|轮"
    "|句|字|封|枚|颗|头|匹|只|卷|盏|口|片|段|步|点|例|宗|起|度|成|站|趟|车|箱|袋|瓶|盒|桌|排|行|国|省|市|县|区|镇|乡|村|万|亿"
)
_ASKED_UNIT = re.compile(
    rf"(?:多少|(?<!第)几(?![乎何率]))[余多]?(?:[十百]|千(?!米))*(?P<unit>{_UNITS})"
)
# 何年, 何件: in Chinese, 何处 and 何时 ask for no number.
_ASKED_UNIT_JA = re.compile(rf"何(?P<unit>{_UNITS})")
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")

_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两]{1,4}[个名位次场件项条家期部处支届]")
_PERCENT = re.compile(
    r"\d(?:\.\d+)?\s*[%‰]|百分之|[\d一二三四五六七八九]成(?=[以左多半五的、,。;]|$)"
)
_DATE = re.compile(r"\d{1,4}\s*[年月日]|\d{4}-\d{2}|[一二三四五六七八九十]月|世纪|年代|[上下]半年")
_PERSON = re.compile(r"书记|市长|记者|主任|同志|烈士|院士|作者|先生|女士|主席|[·•]|编辑|责编")
_NAME = re.compile(r"[《“\"「『]")
_LIST = re.compile(r"、[^、。]{1,30}、|,[^,。]{1,16},|;")
_PLACE = re.compile(r"[省市县区镇乡村州]|旧址|会址|故居|纪念馆|基地|街道|学校|[小中大]学|医院|公园")
_REASON = re.compile(r"因为|由于|针对|为了|为解决|因此|所以|原因|使得|旨在|为确保|问题")
_METHOD = re.compile(
    r"通过|采取|采用|利用|运用|依托|以.{1,20}(?:形式|方式|为)|方式|形式|推行|建立|打造|用好"
)

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
    plain = normalise(question)
    pattern = _ASKED_UNIT_JA if _KANA.search(plain) else _ASKED_UNIT
    return tuple(match["unit"] for match in pattern.finditer(plain))


def holds(text: str, want: Want) -> bool:
    """Whether a text in search form has a value of that kind on its surface."""
    return _HOLDS[want].search(text) is not None


def holds_unit(text: str, units: Iterable[str]) -> bool:
    """Whether a text in search form has a number with one of the units."""
    return any(
        re.search(
            rf"[\d一二三四五六七八九十百千万亿余多两]\+? ?[余多]?[万亿]?[余多]? ?{re.escape(unit)}",
            text,
        )
        for unit in units
    )
