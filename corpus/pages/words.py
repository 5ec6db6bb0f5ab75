"""Words of the pages: Chinese in the script of the report, with English beside it."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup


class Word(NamedTuple):
    """One thing that a page says, in Simplified and Traditional Chinese and in English."""

    hans: str
    hant: str
    english: str


WORDS = {
    "site": Word("城市报告", "城市報告", "City reports"),
    "skip": Word("跳到正文", "跳到正文", "Skip to the text"),
    "contents": Word("目录", "目錄", "Contents"),
    "city": Word("城市", "城市", "City"),
    "kind": Word("类别", "類別", "Kind"),
    "digest": Word("摘编", "摘編", "Digest"),
    "original": Word("原文", "原文", "Original text"),
    "source_title": Word("原题", "原題", "Original title"),
    "publisher": Word("来源", "來源", "Publisher"),
    "authors": Word("作者", "作者", "Authors"),
    "date": Word("日期", "日期", "Date"),
    "ask": Word("提问", "提問", "Ask a question"),
    "mirrors": Word("另见", "另見", "Also published at"),
    "address": Word("原文网址", "原文網址", "Original address"),
    "cite": Word("引用本文", "引用本文", "Cite this report"),
    "copy": Word("复制", "複製", "Copy"),
    "copied": Word("已复制", "已複製", "Copied"),
    "link": Word("链接", "連結", "Link"),
    "changes": Word("清理记录", "清理記錄", "What cleaning changed"),
    "rule": Word("规则", "規則", "Rule"),
    "line": Word("行", "行", "Line"),
    "before": Word("清理前", "清理前", "Raw"),
    "after": Word("清理后", "清理後", "Cleaned"),
    "removed": Word("整行删去", "整行刪去", "line removed"),
    "how": Word("文本怎样清理", "文本怎樣清理", "How the texts were cleaned"),
    "top": Word("回到页首", "回到頁首", "Back to top"),
    "all": Word("全部城市", "全部城市", "All cities"),
    "report": Word("报告", "報告", "Report"),
    "passages": Word("段", "段", "passages"),
    "other": Word("其他", "其他", "Other"),
    "lost": Word("没有这一页", "沒有這一頁", "There is no such page"),
}
"""Short enough to stand in both languages."""

SENTENCES = {
    "about_digest": Word(
        "本页是摘编：由原文改写而成，数字与名称照录。",
        "本頁是摘編：由原文改寫而成，數字與名稱照錄。",
        "A digest in other words than the original's; figures and names as in the original.",
    ),
    "about_original": Word(
        "本页是原文，清除了网页杂质与乱码；数字与名称未作改动。",
        "本頁是原文，清除了網頁雜質與亂碼；數字與名稱未作改動。",
        "The original text, cleaned of page furniture and garbled characters; "
        "no figure and no name was changed.",
    ),
    "no_changes": Word("这份文本无需清理。", "這份文本無需清理。", "Nothing had to be cleaned."),
}
"""Whole sentences."""

_BOTH = {**WORDS, **SENTENCES}


def script_of(language: str) -> str:
    """``zh-Hant`` for a page in Traditional Chinese, ``zh-Hans`` for every other."""
    return "zh-Hant" if language == "zh-Hant" else "zh-Hans"


class Speaker:
    """Says the words of a page in the script of its language."""

    def __init__(self, language: str) -> None:
        self.script = script_of(language)

    def chinese(self, name: str) -> str:
        """The Chinese alone."""
        word = _BOTH[name]
        return word.hant if self.script == "zh-Hant" else word.hans

    def english(self, name: str) -> str:
        """The English alone."""
        return _BOTH[name].english

    def both(self, name: str) -> Markup:
        """Chinese first, each marked with its language."""
        return Markup('<span lang="{}">{}</span> <span class="en" lang="en">{}</span>').format(
            self.script, self.chinese(name), self.english(name)
        )
