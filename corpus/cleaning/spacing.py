"""Blanks inserted between Han characters: ``基 层``. Which go, and which mean something.

A blank stays between the halves of a slogan or title (``学党史滋养初心 聚力量砥砺前行``), between
names (``邹武雄 彭敏``), between organisations and next to digits and Latin letters. It goes

- at punctuation that holds its own distance: ``97% ,``, ``“ 学``;
- between single characters set wide: ``武 汉 市``, ``目 录``, ``姜 勇``;
- around single characters amid prose: ``进基 层 活动``;
- amid prose where a word of the dictionary runs across it; one of three characters or more where
  the two sides are of one length, as slogans are.

Prose is a line with a comma or full stop; what it quotes or holds in brackets is not.
"""

from __future__ import annotations

import re

from corpus.cleaning import dictionary
from corpus.cleaning.hanzi import HAN
from corpus.cleaning.rule import text_rule

_FULL = "。、·…\uff0c\uff01\uff1f\uff1a\uff1b"
# Runs of blanks are one by now.
_AT_MARK = re.compile(
    # Before a mark that ends something; the ASCII ones only as Chinese text uses them.
    rf" (?=[{_FULL}”’》】」』\uff09])"
    rf"|(?<=[{HAN}”’》】\uff09%\d]) (?=[,;!?](?:[{HAN}“‘《\s]|$))"
    # After a mark that begins something, or that is wide itself.
    rf"|(?<=[“‘《【「『\uff08{_FULL}]) (?=[{HAN}“‘《\d])"
    rf"|(?<=[“‘《【「『\uff08]) "
    # At a dash beside Han.
    rf"|(?<=[{HAN}]) (?=[—─]{{2}})|(?<=[—─]) (?=[{HAN}“‘《])"
)


def drop_blanks_at_marks(text: str) -> str:
    """Without blanks before and after Chinese punctuation."""
    return _AT_MARK.sub("", text)


_SPREAD = re.compile(rf"(?<![{HAN}\w])[{HAN}](?: [{HAN}](?![{HAN}\w]))+")
_PROSE = re.compile("[,。\uff0c\uff1b;]")
# Brackets and quotes, the innermost; bounded, and no line can open one that never closes.
_ASIDE = re.compile(
    "[“‘《(\uff08「『【][^“”‘’《》()\uff08\uff09「」『』【】]{0,80}[”’》)\uff09」』】]"
)
_BYLINE = re.compile("(?:记者|記者|通讯员|通訊員|作者|编辑|編輯|摄影|攝影)[^,。\uff0c]{0,30}$")
_CREDITS = frozenset("摄攝文图圖绘繪")  # "李建国 摄"
_BETWEEN = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}])")
_RUN = 12
_LEFT = re.compile(rf"[{HAN}]*\Z")
_RIGHT = re.compile(rf"[{HAN}]*")


def join_spread(text: str) -> str:
    """Without the blanks inside a run of single characters: ``武 汉 市 报告``, ``武汉市 报告``."""
    return _SPREAD.sub(_join_run, text)


def _join_run(match: re.Match[str]) -> str:
    run = match.group().replace(" ", "")
    # Four and more in a byline are several names set wide: where one ends is not known.
    if len(run) > 3 and _BYLINE.search(match.string[max(0, match.start() - 36) : match.start()]):
        return match.group()
    return run


def join_torn(text: str) -> str:
    """Without the blanks that tear words amid prose."""
    if " " not in text or not _PROSE.search(text):
        return text
    asides = [match.span() for match in _ASIDE.finditer(text)]
    parts: list[str] = []
    copied = aside = 0
    for blank in _BETWEEN.finditer(text):
        at = blank.start()
        while aside < len(asides) and asides[aside][1] <= at:
            aside += 1
        if aside < len(asides) and asides[aside][0] < at:
            continue
        if _tears_word(text, at):
            parts.append(text[copied:at])
            copied = at + 1
    return "".join([*parts, text[copied:]])


def _tears_word(text: str, at: int) -> bool:
    """Whether the blank at ``at``, between Han characters outside quotes, stands inside a word."""
    if _BYLINE.search(text[max(0, at - 36) : at]):
        return False
    left = _run_before(text, at)
    right = _run_after(text, at + 1)
    if right in _CREDITS:
        return False
    if len(left) == 1 or len(right) == 1:
        return True
    shortest = 3 if len(left) == len(right) < _RUN else 2
    return any(
        before + after >= shortest and dictionary.is_word(left[-before:] + right[:after])
        for before in range(1, min(len(left), 3) + 1)
        for after in range(1, min(len(right), 3) + 1)
    )


def _run_before(text: str, at: int) -> str:
    found = _LEFT.search(text[max(0, at - _RUN) : at])
    return found.group() if found else ""


def _run_after(text: str, at: int) -> str:
    found = _RIGHT.match(text[at : at + _RUN])
    return found.group() if found else ""


MARKS = text_rule("blank-at-mark", "blanks beside Chinese punctuation", drop_blanks_at_marks)
SPREAD = text_rule("spread-characters", "blanks between characters set wide", join_spread)
TORN = text_rule("torn-word", "blanks inserted into words", join_torn)
