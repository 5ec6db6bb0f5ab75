"""Words that are also names of places, and what around a name tells the one from the other."""

from __future__ import annotations

import re

from corpus.places.folding import Folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Short names that are words, names of other things, or arise where two words meet (集中|卫生).
ORDINARY = _words(
    "万全 万安 万年 三元 三明 三江 三都 上街 东区 东城 东山 东方 东海 东湖 "
    "东风 中卫 中山 中西 丰满 临海 丹凤 丽水 乐业 云浮 云霄 互助 五常 仙桃 "
    "会同 保定 保德 信都 信阳 元宝 光明 光泽 公主岭 公安 六合 共和 兴业 兴国 "
    "兴安 兴隆 凌云 凤凰 前进 前锋 包头 北区 北林 北海 华容 南区 南县 南城 "
    "南山 南岔 南岸 南平 南康 南海 南湖 南溪 南通 南部 博爱 卧龙 印台 友好 "
    "友谊 双峰 双河 古城 台前 合作 吉安 同仁 同安 同心 向阳 周至 和平 和田 "
    "和静 和顺 商城 固原 城东 城中 城关 城北 城区 城西 复兴 大关 大兴 大化 "
    "大同 大名 大堂 大方 大理 大田 大祥 大足 大连 大通 大邑 天元 天台 天宁 "
    "天心 天柱 天桥 天水 天河 天涯 天门 太平 威信 威海 宁海 安宁 安定 安居 "
    "安平 安康 安阳 安顺 宏伟 定海 定西 宝塔 宝山 宣化 宽城 富民 富裕 小店 "
    "尼玛 山海关 岳阳楼 工农 市中 市北 市南 常德 平原 平和 平安 平定 平川 平房 "
    "平顺 康乐 康平 延长 建华 开化 开封 开平 开福 德州 怀化 怀柔 思明 惠民 "
    "成安 振兴 攀枝花 故城 文山 文昌 新乡 新余 新兴 新化 新华 新城 新市 新建 "
    "新河 新田 方城 方正 无为 无极 日照 昆玉 明光 明山 普陀 景东 朝天 朝阳 "
    "木兰 未央 来宾 桃源 桥东 桥西 梨树 榆树 樟树 武功 比如 民乐 民和 民权 "
    "永兴 永和 永安 永定 永新 江北 江南 江山 江岸 江汉 江源 池州 沙河口 河东 "
    "河北 河南 河口 河曲 河池 河西 泰和 洞口 海东 海北 海南 海口 海棠 海港 "
    "海珠 海盐 海西 清水 清水河 清流 温泉 港口 湖滨 湖里 滨江 滨海 灯塔 爱民 "
    "爱辉 牡丹 特克斯 玉泉 玉门 白云 白山 白水 白玉 白银 益阳 盐湖 盐田 盘山 "
    "石林 石柱 石棉 石渠 石狮 石龙 矿区 磐石 祥云 福田 离岛 秀山 竞秀 红旗 "
    "红河 绥化 罗城 老城 自贡 芙蓉 英德 莲花 裕安 西区 西城 西山 西湖 解放 "
    "资源 资阳 路北 路南 路桥 达州 运河 通化 通道 郊区 金华 金牛 钟楼 钢城 "
    "铜鼓 银海 长丰 长乐 长子 长安 长寿 长岭 长治 阳明 阿里 集美 雨花 青山 "
    "青龙 马尾 高台 高密 高明 鸡冠 麒麟 黄山 鼓楼 龙凤 龙华 龙潭 "
)

# Full names that come about where two other words meet (老城|区, 其|中山区).
SEAMS = _words(
    "城区 郊区 矿区 东区 西区 南区 北区 中西区 市中区 市南区 市北区 城中区 城东区 城西区 "
    "城北区 城关区 老城区 新城区 新市区 中山区 南山区 西山区 东山区 平山区 海港区 河口区 "
    "大堂区 南部县 水城区"
)

# Latin names that are words or first names elsewhere.
ORDINARY_LATIN = _words(
    "aba aksu alar ali altay an aral baise bama bole changan dali dana datong dong ejin ergun "
    "gar gongan hami handan he heping huaian ili jian kanton kirin kumul lima lin long luan "
    "mian muli naiman pishan puer sandu sian taian tongren xian xinhua yaan yili"
)

# What may stand before and after a name that is also a word, when the place is meant.
_BEFORE = frozenset("在到从去来自和与及跟比、，问说是为让使")
_AFTER = frozenset("的有和与及跟比在是为市地州区县各怎如什哪几多全把对给被从将、，请呢共总一办新建")
_FOLLOWS_DISTRICT = re.compile(
    r"市民|县城|城区|全县|全市|全区|县委|市委|区委|县政府|区政府|人民政府"
)
_FOLLOWS_OTHER = re.compile(
    r"大学|大道|路|街|学院|日报|银行|大桥|机场|站|医院|公司|集团|公园|广场|社区|村|镇|乡|事件|保险|精神"
)
# What bears the name of a place and is none. Not those that people say of a place itself, as its
# port and its center, nor verbs: "How many trees did Shandan plant?"
_FACILITY = (
    r"(?:universit\w+|road|street|avenue|river|lake|railway|airport|normal|college|institute|daily|"
    r"news|school|hospital|bank|company|group|bridge|station|park|square|tunnel|reservoir|museum|"
    r"library|wharf|pier|canal|stadium|gymnasium|factory|market|temple|tower|theatre|theater|"
    r"kindergarten|mountain|hotel|zoo|dam|nursing[ -]home|"
    r"(?:treatment|power|water|chemical|steel|incineration)[ -]plant|(?:tea|dairy|wind)[ -]farm|"
    r"(?:greenway|hiking|walking|forest)[ -]trail|trail(?=[ ](?:in|of)\b|[?,.]|$)|"
    r"(?:community|sports|cultural|exhibition|health|service)[ -]cent(?:er|re))"
)
_OF_FACILITY = (
    r"(?:sewage|wastewater|waste|water|primary|middle|high|secondary|vocational|technical|experimental|"
    r"industrial|science|technology|art|history|memorial|public|people's|central|general|children's|"
    r"car|bus|railway|metro|power|hydropower|wetland|forest|cultural|nuclear|thermal|solar)"
)
# "West Lake District" is a place.
_NO_KIND = r"\b(?![ -](?:district|county|city|banner|prefecture|province|new[ ]area)\b)"
_LATIN_OTHER = re.compile(rf"(?:[ -]{_OF_FACILITY}){{0,2}}[ -]{_FACILITY}{_NO_KIND}")
_LIES_IN = re.compile(r" (?:in|of|en) (?:the )?")
_PHRASE = re.compile(r"(?:[ -][a-z']+){1,4}?(?= (?:in|of|en) )")
_FACILITY_BEFORE = re.compile(
    r"\b(?:puente|pont|ponte|tun+el|hopital|hospital|escuela|ecole|escola|scuola|museo|musee|museu|"
    r"biblioteca|bibliotheque|embalse|reservoir|parque|parc|parco|estadio|stade|estacion|gare|templo|"
    r"temple|mercado|marche|universidad|universite|fabrica|usine|planta)"
    r"(?: [a-z']+){0,3}? (?:de|di|du|do|da|d') ?$"
)
_LIES_EN = re.compile(r" (?:en|a|em|in) ")


def place_is_meant(text: str, start: int, end: int) -> bool:
    """Whether a Han name that is also a word stands as a place: apart, or before 的, 有, 市 …"""
    before = text[start - 1 : start]
    after = text[end : end + 1]
    if _FOLLOWS_OTHER.match(text, end):
        return False
    free_before = not _is_han(before) or before in _BEFORE
    return free_before and (not _is_han(after) or after in _AFTER)


def stands_free(text: str, start: int) -> bool:
    """Whether a name can begin here: after nothing, a sign, or a word like 在 and 和."""
    before = text[start - 1 : start] if start else ""
    return not _is_han(before) or before in _BEFORE or before == "的"


def names_something_else(text: str, end: int) -> bool:
    """Whether what follows makes a name part of another name: a university, a road."""
    return bool(_FOLLOWS_OTHER.match(text, end) or _LATIN_OTHER.match(text, end))


def named_after(folded: Folded, start: int, end: int, place: int, *, sure: bool) -> bool:
    """Whether a Latin name is that of a facility elsewhere: Hetang Tunnel in (Nanping).

    Args:
        folded: the question.
        start: of the name.
        end: of the name.
        place: where the next place is named, in which the name does not lie.
        sure: whether the name is surely a place's; then only a noun that is known, as much a name
            as the place, tells the facility: Wuhan Museum in Jinan, not Wuhan companies in Jinan.
    """
    text = folded.text
    other = _LATIN_OTHER.match(text, end)
    if other is not None and _reaches(_LIES_IN, text, other.end(), place):
        capital = folded.capital[text.rfind(" ", 0, other.end()) + 1]
        return not sure or capital or not folded.capital[start]
    if sure:
        return False
    phrase = _PHRASE.match(text, end)
    if phrase is not None and _reaches(_LIES_IN, text, phrase.end(), place):
        words = re.finditer(r"[a-z]+(?:'s)?", phrase.group())
        return all(folded.capital[end + word.start()] for word in words)
    return bool(
        _FACILITY_BEFORE.search(text[max(0, start - 60) : start])
        and _reaches(_LIES_EN, text, end, place)
    )


def _reaches(link: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return link.fullmatch(text, start, end) is not None


def district_follows(text: str, end: int) -> bool:
    """Whether what follows a short name shows it to be a district's or county's."""
    return bool(_FOLLOWS_DISTRICT.match(text, end))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
