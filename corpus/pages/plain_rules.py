"""What each cleaning rule mends, in plain words, for the page on cleaning."""

from __future__ import annotations

from typing import NamedTuple


class Plain(NamedTuple):
    """A rule in Chinese and in English."""

    chinese: str
    english: str


PLAIN = {
    "html-entity": Plain(
        "把残留的网页转义符（如 &nbsp;、&ldquo;）还原成字符。",
        "Escapes of web pages left in the text become the characters they stand for.",
    ),
    "unseen-character": Plain(
        "删去看不见的字符：控制符、零宽字符、方向标记。",
        "Characters that nobody sees go: controls, zero-width ones, marks of direction.",
    ),
    "odd-blank": Plain(
        "把不换行空格、全角空格和连续空格改成普通空格，去掉行首行尾的空格。",
        "No-break, full-width and repeated blanks become plain ones; those at line ends go.",
    ),
    "torn-gloss": Plain(
        "去掉把一个汉字拆坏的注音残片，恢复原字。",
        "A reading that was written into the middle of a character goes; the character is whole "
        "again.",
    ),
    "lost-byte": Plain(
        "网页丢了一个字节，后面的字因此错读成别的字；按正确的字节重新读出。",
        "Where the page lost a byte, the characters after it were misread; they are read again.",
    ),
    "pinyin-gloss": Plain(
        "去掉插在字后括号里的拼音，如“時(shí)”改为“時”。",
        "Pinyin in brackets after a character goes.",
    ),
    "replacement-mark": Plain(
        "去掉替代丢失字节的问号和菱形问号，只去能够确定的。",
        "Question marks that stand for lost bytes go, where that is certain.",
    ),
    "broken-decimal": Plain(
        "修复被句号、全角逗号打断的数字写法，如“1。1万”改为“1.1万”；数值不变。",
        "Points and commas within figures that were turned into Chinese punctuation are mended; "
        "the figures stay.",
    ),
    "odd-dash": Plain(
        "各种写法的破折号统一为“——”。", "Dashes of whatever form become the Chinese dash."
    ),
    "doubled-mark": Plain(
        "重复的逗号、句号只留一个。", "A comma or full stop given twice stands once."
    ),
    "blank-at-mark": Plain("去掉中文标点旁边的空格。", "Blanks beside Chinese punctuation go."),
    "spread-characters": Plain(
        "去掉为拉宽字距而在每个字之间加的空格。", "Blanks that set characters wide go."
    ),
    "torn-word": Plain("去掉插在词中间的空格。", "Blanks inserted into words go."),
    "crawl-date": Plain(
        "删去标题上方的抓取日期，它不是发表日期。",
        "The day of crawling above the title goes: it is not the date of publication.",
    ),
    "menu-before-title": Plain(
        "删去标题之前的网站菜单。", "The site's menu before the title goes."
    ),
    "breadcrumb": Plain(
        "删去“您的位置：首页 > 要闻”一类的栏目路径。", "The page's place in its site goes."
    ),
    "source-line": Plain(
        "认出来源行、作者行，作为附注保留。", "Source lines and bylines are kept as notes."
    ),
    "note-tail": Plain(
        "删去来源行里的点击数、字号按钮和标签。",
        "Counters, buttons and tags in a source line go.",
    ),
    "related-links": Plain(
        "删去文末其他文章的标题和链接。", "Titles of other articles at the end go."
    ),
    "page-footer": Plain("删去文后的版权与备案声明。", "Legal notices below the report go."),
    "page-line": Plain(
        "删去网页的按钮、菜单、计数器，如“扫码查看手机版”。",
        "Buttons, menus and counters of the page go.",
    ),
    "lone-mark": Plain("删去只有一个标点的行。", "A line of nothing but punctuation goes."),
    "title": Plain(
        "认出标题；断成两行的标题接成一行。",
        "The title is recognised, and joined where it stood on two lines.",
    ),
    "title-copy": Plain("删去重复出现的标题。", "The title given again goes."),
    "numbered-heading": Plain(
        "把“一、”“（一）”“第一章”开头的行认作小标题。",
        "Lines that begin with a Chinese ordinal become headings.",
    ),
    "marked-caption": Plain(
        "把“图为……”“……摄”一类的行认作图片说明。",
        "Lines that say what a picture shows, or who took it, become captions.",
    ),
    "short-line": Plain(
        "把正文之间的短行认作小标题、图片说明或附注。",
        "Short lines among prose become headings, captions or notes.",
    ),
}
"""By the rule's name; every rule is here."""
