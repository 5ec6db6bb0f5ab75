"""All that a reader of a page sees, as it stands there."""

from __future__ import annotations

import pytest

from corpus.errors import ReadError
from corpus.readers.visible import visible_lines

PAGE = """<html><head><meta charset="gbk"><title>公园</title><style>p {}</style></head><body>
<nav><a href="/">首页</a> | <a href="/2">要闻</a></nav>
<article><h1>公园建设</h1><p>全市新建<b>公园</b>12个，
绿道9条。<br>湖面扩大。</p>
<table><tr><td>树木</td><td>1.8万株</td></tr><tr><td>花坛</td><td></td></tr></table>
<p hidden>未公布</p><script>var a = "脚本";</script></article>
<footer>版权所有</footer></body></html>"""


def test_menus_cells_and_breaks_are_there_and_what_is_hidden_is_not() -> None:
    media, lines = visible_lines(PAGE.encode("gbk"), origin="a.html", media="html")
    assert media == "html"
    assert lines == (
        *("首页", "要闻", "公园建设"),
        *("全市新建公园12个， 绿道9条。", "湖面扩大。"),
        *("树木", "1.8万株", "花坛", "版权所有"),
    )


def test_other_files_have_the_lines_that_their_readers_find() -> None:
    media, lines = visible_lines(
        "新建公园12个。\n\n绿道9条。".encode(), origin="a.txt", media="text"
    )
    assert (media, lines) == ("text", ("新建公园12个。", "绿道9条。"))
    with pytest.raises(ReadError, match="is empty"):
        visible_lines(b" ", origin="a.txt", media="text")
