"""Section headings and captions among the lines of a page that marks neither.

A heading introduces what follows: it is numbered (``一、…``, ``（一）…``, ``第二章 …``), or it is
a short line without a full stop right above prose. A caption is a short line too, and a picture is
all that it introduces: it names a place or people and what they are seen doing (``某县党员重温入党
誓词``), or a place alone, and stands where a picture stood: above a heading, after a paragraph,
beside another caption. Where a reader knew the headings (a page's markup, Markdown) none is
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.cleaning.hanzi import HAN, simplified
from corpus.cleaning.rule import Edits, Rule
from corpus.raw import Line

_LONGEST = 60  # characters of a numbered heading
_SHORT = 45  # of any other, or of a caption
_FEW = 4  # short lines in a row; more are a list or a table
_SIGNATURE = 2  # short lines below all prose, where a list would be marked as well
_CN = "一二三四五六七八九十百零〇"
_NUMBERED = (
    (2, re.compile(rf"第[{_CN}\d]{{1,4}}[章编篇部](?![{_CN}]).+|第[{_CN}\d]{{1,4}}部分.*")),
    (3, re.compile(rf"第[{_CN}\d]{{1,4}}节.+")),
    (2, re.compile(rf"[{_CN}]{{1,3}}[、.\uff0e] ?\S.*")),
    (3, re.compile(rf"[(\uff08][{_CN}]{{1,3}}[)\uff09][、.]? ?\S.*")),
    (4, re.compile(r"\d{1,2}[、\uff0e.](?!\d) ?\S.*")),
    (5, re.compile(r"[(\uff08]\d{1,2}[)\uff09] ?\S.*")),
)
_DEEPEST_CERTAIN = 3  # below it a number may as well count the items of a list

_OPEN_END = re.compile('[。!?\uff01\uff1f;\uff1b,\uff0c、:\uff1a…][”’"』」)\uff09]*$')
_STOP = re.compile("[。!\uff01;\uff1b]")


def number_level(text: str) -> int:
    """The level that a heading's number tells; 0 without one."""
    return next((level for level, number in _NUMBERED if number.fullmatch(text)), 0)


def _is_short(line: Line) -> bool:
    return (
        line.kind == "text"
        and len(line.text) <= _SHORT
        and _OPEN_END.search(line.text) is None
        and _STOP.search(line.text) is None
        and not line.text.startswith("——")
    )


def _mark_numbered(lines: Sequence[Line]) -> Edits:
    for place, line in enumerate(lines):
        level = 0
        if line.kind == "text" and len(line.text) <= _LONGEST and not _OPEN_END.search(line.text):
            level = number_level(line.text)
        if level and not _STOP.search(line.text) and _introduces(lines, place, level):
            yield line, replace(line, kind="heading", level=level)
        else:
            yield line, line


def _introduces(lines: Sequence[Line], place: int, level: int) -> bool:
    """Whether a numbered line has something below it; in a table of contents it has not."""
    below = next((line for line in lines[place + 1 :] if line.kind in ("text", "heading")), None)
    if below is None:
        return False
    deeper = number_level(below.text)
    if deeper and len(below.text) <= _LONGEST:
        return deeper > level
    return level <= _DEEPEST_CERTAIN or not _is_short(below)


# The place of a scene, as captions begin with it.
_NO_NAME = "城农下各全我本市县多社小新老该两双三四五六七八九十百千万园校景地乡"  # 全市, 园区, 乡村
_PLACE = re.compile(
    rf"(?:近日|日前|图为|在)?[{HAN}]{{1,11}}?(?<![{_NO_NAME}])"
    "(?:自治[区州县]|[省市州县区乡镇村]|街道|社区|新区|开发区)"
)
_BARE_PLACE = re.compile(
    rf"[{HAN}]{{2,10}}(?:省|市|县|新区|区|乡|镇|村|广场|公园|大桥|景区|车站|机场|码头|湿地|水库|古城|老街|校园|夜景"
    "|一角|全景|外景|远景|新貌|风光|掠影|美景|俯瞰|鸟瞰|会址|旧址|遗址|故居|纪念馆|博物馆|现场)"
)
_PEOPLE = re.compile(
    "党员|干部|群众|志愿者|学生|师生|老师|教师|居民|村民|市民|讲解员|宣讲员|宣讲团|小分队|代表|工作人员|工作队"
    "|医务人员|医生|护士|民警|战士|官兵|员工|职工|工人|游客|孩子|老人|队员|成员|专家|记者|演员|选手|嘉宾|领导"
)
_SCENE = re.compile(
    "宣讲|讲解|讲述|重温|聆听|收听|收看|观看|参观|瞻仰|祭扫|敬献|合影|留影|宣誓|慰问|走访|看望|授课|上党课|讲党课"
    "|表演|演出|演唱|展演|诵读|朗诵|义诊|体验|参加|参与|开展|举行|举办|召开|学习|走进|深入|为.{1,10}(?:送|讲|办|提供)"
    "|正在|采摘|劳作|施工|生产|打扫|清理|植树|现场|调研|检查|交流|观摩|竣工|通车|开工|揭牌|颁奖|领奖|排练|培训"
)
_PLAIN_SCENE = re.compile("重温|聆听|参观|瞻仰|合影|宣誓|慰问|讲解|观看|敬献|正在")
_ORGANISATION = re.compile("(?:办公室|委员会|[部局厅处委办社院组]|中心|集团|公司|政府|协会)$")
# What headings begin with: the verb of what is to be done.
_VERB = re.compile(
    "坚持|突出|强化|加强|推进|推动|深化|注重|聚焦|创新|认真|扛牢|扛起|压实|压紧|紧贴|紧扣|紧盯|围绕|着力|大力|全面|深入|扎实"
    "|持续|切实|落实|抓好|抓实|抓住|狠抓|做好|做实|做强|打造|构建|建立|健全|完善|提升|提高|增强|优化|夯实|筑牢|铸就|用好|用活"
    "|用心|学史|学习|再接再厉|牢记|立足|扎根|把握|保障|服务|凝聚|营造|培育|弘扬|传承|赓续|丰富|拓展|统筹|严格|从严|以|让|为了"
)
_MARK = re.compile(
    r"(?:[▲△▼▽↑↓◆■●][^。]{2,}|图[为:\uff1a]|图[一二三四五六七八九十\d]{1,2}[:\uff1a ]"
    r"|图片?说明|【?资料图|图片[:\uff1a]).*"
    rf"|.*(?:[{HAN}]{{2,8}} ?摄|资料图片?|图片来源.{{0,20}}|供图)[)\uff09】]?"
)
_MARKED = 120  # characters of a caption that says so


def is_marked_caption(text: str) -> bool:
    """Whether the line itself says that it belongs to a picture: ``图为…``, ``…（某某摄）``."""
    return len(text) <= _MARKED and _MARK.fullmatch(simplified(text)) is not None


def is_caption_like(text: str) -> bool:
    """Whether a short line names a place or people in a scene, or a place alone."""
    line = simplified(text)
    if _VERB.match(line) or number_level(line) or "——" in line or ":" in line or "\uff1a" in line:
        return False
    if _BARE_PLACE.fullmatch(line):
        return True
    if _ORGANISATION.search(line):
        return False
    if _PLACE.match(line):
        return _SCENE.search(line) is not None
    return _PEOPLE.search(line[:16]) is not None and _PLAIN_SCENE.search(line) is not None


def _mark_captions(lines: Sequence[Line]) -> Edits:
    for line in lines:
        if line.kind == "text" and is_marked_caption(line.text):
            yield line, replace(line, kind="caption")
        else:
            yield line, line


def _runs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Where short lines stand in a row: (first, past the last)."""
    start = None
    for place, line in enumerate(lines):
        if _is_short(line):
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(lines)


def _mark_guessed(lines: Sequence[Line]) -> Edits:
    known = any(line.kind == "heading" and line.level >= 2 for line in lines)
    known = known and not any(number_level(line.text) for line in lines if line.kind == "heading")
    prose = [line.kind == "text" and not _is_short(line) for line in lines]
    marks: dict[int, Line] = {}
    if any(prose):
        for start, end in _runs(lines):
            for place in range(start, end):
                marked = _judge(lines, prose, place, start, end, known)
                if marked is not None:
                    marks[place] = marked
    for place, line in enumerate(lines):
        yield line, marks.get(place, line)


def _judge(
    lines: Sequence[Line], prose: Sequence[bool], place: int, start: int, end: int, known: bool
) -> Line | None:
    """What a short line is; none where it stays text. ``known``: headings are not to be guessed."""
    line = lines[place]
    if end - start > _FEW or number_level(line.text):
        return None
    if not any(prose[end:]):
        # Below all prose nothing is introduced any more: it is a signature, or a picture's.
        if not any(prose[:start]) or lines[start - 1].kind == "heading":
            return None
        if known and end - start > _SIGNATURE:
            return None
        return replace(line, kind="caption" if is_caption_like(line.text) else "note")
    if known:
        return None
    if is_caption_like(line.text):
        return replace(line, kind="caption")
    if place == end - 1:
        if prose[end]:
            return replace(line, kind="heading", level=2)
        return replace(line, kind="caption") if lines[end].kind == "heading" else None
    if _VERB.match(simplified(line.text)):
        return replace(line, kind="heading", level=2)
    return replace(line, kind="caption") if end < len(lines) and prose[end] else None


NUMBERED = Rule("numbered-heading", "一、, （一） and 第一章 lines become headings", _mark_numbered)
CAPTIONS = Rule("marked-caption", "图为… and …摄 lines become captions", _mark_captions)
GUESSED = Rule(
    "short-line", "short lines among prose become headings, captions or notes", _mark_guessed
)
