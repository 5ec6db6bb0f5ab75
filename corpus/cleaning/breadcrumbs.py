"""Where the page stands in its site: ``您的位置:首页 > 要闻``, on one line or one crumb a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.cleaning.hanzi import simplified
from corpus.cleaning.rule import Edits, Rule
from corpus.raw import Line

_LABEL = re.compile(
    r"\s*(?=[^:\uff1a>]{0,8}(?:您|你|当前|现在|目前|所在|所处))"
    r"(?:您|你)?们?(?:的|现在|当前|目前|现)*所?(?:处|在)?的?位置(?:是|为)?\s*([:\uff1a>\uff1e]?)\s*"
)
_ARROW = r"(?:>+|\uff1e+|›+|»+|→|》+|-->|::)"
_STEP = re.compile(rf"\s*{_ARROW}\s*")
_LONE_ARROW = re.compile(rf"\s*{_ARROW}\s*")
_HOME = re.compile(r"首页|网站首页|主页|网站|.{2,8}网|HOME|Home")
_LAST = frozenset(
    {"正文", "详情", "内容", "详细内容", "文章内容", "查看内容", "文章正文", "信息详情"}
)
_TITLE = 9  # characters; a last crumb of that length is the report's title
_CRUMB = 30
_TOP = 30  # lines
_LONGEST = 200  # characters of a path on one line
_SENTENCE = re.compile("[。;\uff1b]|^》.*[,\uff0c、“]")
_STATES = re.compile("[:\uff1a。,\uff0c]")  # "来源:…" is more than a crumb


def _is_title(crumb: str) -> bool:
    return len(crumb) >= _TITLE and simplified(crumb) not in _LAST


def _inline(text: str) -> tuple[bool, str]:
    """Whether the line is a path on one line; and its last crumb, where that is a title."""
    if len(text) > _LONGEST or _SENTENCE.search(text) or ("》" in text and "《" in text):
        return False, ""
    label = _LABEL.match(simplified(text))
    crumbs = [crumb.strip() for crumb in _STEP.split(text[label.end() if label else 0 :])]
    if not (label and label[1]):
        first = simplified(crumbs[0])
        if len(crumbs) < 2 or (first and not _HOME.fullmatch(first)):
            return False, ""
        if any(len(crumb) > _CRUMB for crumb in crumbs[:-1]):
            return False, ""
    last = crumbs[-1] if len(crumbs) > 1 else ""
    return True, last if _is_title(last) else ""


def _path_end(lines: Sequence[Line], start: int) -> int:
    """Where a path of one crumb a line that may begin at ``start`` ends; ``start`` if it is none.

    It begins with a label (``您当前的位置 :``) or a first crumb, and goes on by arrows that have
    their lines to themselves. The crumb after the last arrow belongs to it, unless it is a title.
    """
    place = start
    label = _LABEL.fullmatch(simplified(lines[place].text)) if len(lines[place].text) < 20 else None
    if label:
        place += 1
    arrows = 0
    while place < len(lines):
        if _LONE_ARROW.fullmatch(lines[place].text):
            arrows += 1
            place += 1
        elif (
            len(lines[place].text) <= _CRUMB
            and place + 1 < len(lines)
            and _LONE_ARROW.fullmatch(lines[place + 1].text)
        ):
            place += 1
        else:
            break
    if not arrows:
        return start + 1 if label else start
    if place < len(lines):
        last = lines[place].text
        if not _is_title(last) and not _STATES.search(last):
            place += 1
    return place


def _drop_paths(lines: Sequence[Line]) -> Edits:
    place = 0
    while place < len(lines):
        line = lines[place]
        end = _path_end(lines, place) if place < _TOP else place
        if end > place:
            for crumb in lines[place:end]:
                yield crumb, None
            place = end
            continue
        is_path, title = _inline(line.text) if line.kind == "text" else (False, "")
        if is_path:
            yield line, replace(line, text=title) if title else None
        else:
            yield line, line
        place += 1


_HOME_FIRST = ("首页 ", "首頁 ")
_COLUMN = re.compile(r"首[页頁](?: [^\s,。\uff0c]{1,8}){0,6}? [\[【][^\[\]【】]{1,8}[\]】] ?(?=\S)")


def _drop_menu_before_title(lines: Sequence[Line]) -> Edits:
    """``首頁 時事聚焦 [省內] …``: the menu goes, and with it a title that is given again below."""
    for place, line in enumerate(lines):
        if place >= _TOP or len(line.text) > _LONGEST or not line.text.startswith(_HOME_FIRST):
            yield line, line
            continue
        squeezed = line.text.replace(" ", "")
        below = [other.text.replace(" ", "") for other in lines[place + 1 : place + 6]]
        if any(len(text) >= _TITLE and squeezed.endswith(text) for text in below):
            yield line, None
        elif column := _COLUMN.match(line.text):
            yield line, replace(line, text=line.text[column.end() :])
        else:
            yield line, line


PATHS = Rule("breadcrumb", "the page's place in its site", _drop_paths)
MENU = Rule("menu-before-title", "the menu before a title", _drop_menu_before_title)
