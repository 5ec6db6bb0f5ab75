"""Source lines and bylines: they stay in the text as notes, searchable, never joined to others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.cleaning.dates import CLOCK, DATE
from corpus.cleaning.hanzi import HAN, simplified
from corpus.cleaning.rule import Edits, Rule
from corpus.raw import Line

_LONGEST = 160  # characters
_LABELS = (
    "发布日期|发布时间|发稿时间|发表时间|发文日期|成文日期|更新时间|更新日期|日期|时间|发布于|发布机构|发布单位"
    "|信息来源|稿件来源|文章来源|新闻来源|来源|稿源|出处|转自|作者|文字|记者|本报记者|通讯员|特约记者|见习记者"
    "|责任编辑|责编|编辑|美编|主编|值班主编|编审|审核|审签|校对|校审|初审|复审|终审|一审|二审|三审|监制|统筹"
    "|供稿|供图|撰稿|撰文|摄影|文/图|图/文|原标题|原题|标签|关键词|关键字|索引号|文号|发文字号|主题词"
)
_LABELLED = re.compile(rf"[【\[(\uff08]?\s*(?:{_LABELS})\s*[】\]]?\s*[:\uff1a|丨/].*")
_NAME = rf"(?:[{HAN}]{{2,4}}|[{HAN}]{{2,10}}·[{HAN}]{{2,10}})"
_NAMES = rf"{_NAME}(?:\s*[、,\uff0c/ ]\s*(?:(?:通讯员|实习生|摄影|文/图)\s*)?{_NAME}){{0,7}}"
_BYLINE = re.compile(
    rf"[(\uff08【]?\s*(?:[{HAN}]{{1,8}}?(?:报|刊|社|网|台|频道|讯))?(?:首席|特约|见习|全媒体|融媒体|实习)?"
    rf"(?:记者|通讯员|作者|编辑|责编|责任编辑|摄影|文/图|图/文)\s+{_NAMES}(?:\s*(?:文/图|摄影?|报道))?\s*[)\uff09】]?"
    # "图：" may as well begin a caption.
    rf"|[文图]\s*[:\uff1a]\s*[{HAN}]{{2,3}}(?:\s+[文图]\s*[:\uff1a]\s*[{HAN}]{{2,3}})?"
)
_BRACKETED = re.compile(
    r"[(\uff08\[【][^()\uff08\uff09\[\]【】。!?\uff01\uff1f;\uff1b]{2,60}[)\uff09\]】]"
)
_DATED = re.compile(rf"[(\uff08\[]?\s*{DATE}(?:{CLOCK})?\s*[)\uff09\]]?(?P<rest>(?:\s.*)?)")
_SENTENCE = re.compile("[。!?\uff01\uff1f;\uff1b]|[,\uff0c].*[,\uff0c]")
_REST = 40


def is_note(text: str) -> bool:
    """Whether a line says where the report comes from, when it was published or who made it."""
    if len(text) > _LONGEST:
        return False
    line = simplified(text)
    if _BRACKETED.fullmatch(line):
        return True
    if re.search("[。!?\uff01\uff1f](?!$)", line) and not line.startswith(("原标题", "原题")):
        return False
    if _LABELLED.fullmatch(line):
        return not line.endswith(("。", ";", "\uff1b")) or len(line) < _REST
    if _BYLINE.fullmatch(line):
        return True
    dated = _DATED.fullmatch(line)
    return dated is not None and len(dated["rest"]) <= _REST and not _SENTENCE.search(dated["rest"])


def _mark_notes(lines: Sequence[Line]) -> Edits:
    for line in lines:
        if line.kind == "text" and is_note(line.text):
            yield line, replace(line, kind="note")
        else:
            yield line, line


RULE = Rule("source-line", "source lines and bylines become notes", _mark_notes)
