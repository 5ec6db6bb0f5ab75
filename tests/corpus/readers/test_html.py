"""A page gives its report: text, headings, tables and captions, without menus."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import ReadError
from corpus.raw import RawReport
from corpus.readers import read_bytes
from corpus.readers.page_metadata import parse_date, without_site_name

FIRST = "为方便居民出行，全市去年新建口袋公园35个，改造老旧小区455个，惠及居民12.2万户。"
SECOND = (
    "各区把居民意见列成清单，逐项落实，全年加装电梯128部，新增停车位3400个，群众满意度明显提高。"
)
THIRD = "下一步，全市将建成养老服务中心60个，让老年人在家门口就能吃上热饭、看上病、参加文化活动。"
TITLE = "江城市老旧小区改造见成效"

HEAD = f"""<meta charset="utf-8"><title>{TITLE}_要闻_江城网</title>
<meta name="SiteName" content="江城网"><meta name="ContentSource" content="来源：江城日报">
<meta name="PubDate" content="2022-10-27 17:10"><meta name="Author" content="王小明，李红">
<link rel="canonical" href="http://news.example/a.html">"""
MENU = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/yw">要闻</a></li>
<li><a href="/zw">政务公开</a></li></ul></div>"""
RELATED = """<div class="related"><h3>相关新闻</h3><ul>
<li><a href="1">某地召开会议部署下一阶段重点工作</a></li>
<li><a href="2">某地组织志愿者走进社区开展服务</a></li></ul></div>
<div class="footer"><a href="/about">关于我们</a> <a href="/map">网站地图</a></div>"""


def page(body: str, head: str = HEAD) -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def read(markup: str | bytes, **options: Any) -> RawReport:
    data = markup.encode() if isinstance(markup, str) else markup
    return read_bytes(data, origin="a.html", stem="a", media="html", **options)


def texts(markup: str) -> list[str]:
    return [line.text.strip() for line in read(markup).lines]


NEWS = page(
    f"""{MENU}<div class="position">您的位置：<a href="/">首页</a> &gt; <a href="/yw">要闻</a></div>
<div class="title">{TITLE}</div><div class="info">发布日期：2022-10-27 17:10 来源：江城日报</div>
<div class="TRS_Editor"><p>　　{FIRST}</p>
<p align="center"><img src="a.jpg"></p><p align="center">改造后的小区一角</p>
<h2>完善设施</h2><p>　　{SECOND}</p>
<figure><img src="b.jpg"><figcaption>工人在<br>施工</figcaption></figure>
<table><caption>各区进度</caption><tr><th>区</th><th>个数</th></tr>
<tr><td>江北区</td><td>120</td></tr><tr><td>江南区</td><td>335</td></tr></table>
<ul><li>一是加装电梯；</li><li>二是新增车位。</li></ul><p>{THIRD}</p></div>
<div class="editor">（责任编辑：李红）</div>{RELATED}<script>var a = "脚本";</script>"""
)


def test_a_news_page_gives_its_report_and_nothing_else() -> None:
    assert [(line.text.strip(), line.kind, line.level) for line in read(NEWS).lines] == [
        (TITLE, "heading", 1),
        ("发布日期：2022-10-27 17:10 来源：江城日报", "text", 0),
        (FIRST, "text", 0),
        ("改造后的小区一角", "caption", 0),
        ("完善设施", "heading", 2),
        (SECOND, "text", 0),
        ("工人在 施工", "caption", 0),
        ("各区进度", "caption", 0),
        ("区 | 个数", "text", 0),
        ("江北区 | 120", "text", 0),
        ("江南区 | 335", "text", 0),
        ("一是加装电梯；", "text", 0),
        ("二是新增车位。", "text", 0),
        (THIRD, "text", 0),
        ("（责任编辑：李红）", "text", 0),
    ]


def test_a_page_states_its_metadata_which_only_fills_gaps() -> None:
    raw = read(NEWS)
    assert not raw.declared
    assert raw.front == {
        "title": TITLE,
        "publisher": "江城日报",
        "authors": ["王小明", "李红"],
        "date": datetime.date(2022, 10, 27),
        "url": "http://news.example/a.html",
    }


def test_numbers_of_lines_rise_through_the_page() -> None:
    numbers = [line.number for line in read(NEWS).lines]
    assert numbers == sorted(set(numbers))


def test_linked_data_and_open_graph_are_read_too() -> None:
    head = f"""<title>{TITLE} - 江城晚报</title><meta property="og:site_name" content="江城晚报">
    <script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle",
    "headline": "{TITLE}", "datePublished": "2021-12-31T10:23:00+08:00",
    "author": [{{"name": "姜一"}}]}}]}}</script>"""
    assert read(page(f"<p>{FIRST}</p>", head)).front == {
        "title": TITLE,
        "publisher": "江城晚报",
        "authors": ["姜一"],
        "date": datetime.date(2021, 12, 31),
    }


@pytest.mark.parametrize("author", ["1112", "admin", "http://news.example/u/1", "江城网", "佚名"])
def test_what_is_no_name_is_no_author(author: str) -> None:
    head = f'<meta name="author" content="{author}"><meta name="SiteName" content="江城网">'
    assert "authors" not in read(page(f"<p>{FIRST}</p>", head)).front


def test_a_broken_statement_is_no_reason_to_fail() -> None:
    head = (
        '<script type="application/ld+json">{"headline": </script><meta name="PubDate" content="x">'
    )
    assert read(page(f"<p>{FIRST}</p>", head)).front == {}


def test_the_first_heading_gives_the_title_unless_it_is_the_sites_name() -> None:
    head = f"<title>{TITLE}_江城网</title>"
    body = f"<h1>江城网</h1><h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p>"
    assert read(page(body, head)).front["title"] == TITLE
    assert read(page(f"<h1>{TITLE}</h1><p>{FIRST}</p>", "")).front["title"] == TITLE
    assert "title" not in read(page(f"<p>{FIRST}</p>", "")).front


@pytest.mark.parametrize(
    ("whole", "site", "title"),
    [
        ("改造见成效_新华网", "", "改造见成效"),
        ("改造见成效_要闻_江城网", "", "改造见成效"),
        ("改造见成效 - 江城网", "", "改造见成效"),
        ("改造见成效--江城频道--人民网", "", "改造见成效"),
        ("改造见成效 | 某某", "某某", "改造见成效"),
        ("改造见成效 | 某某", "", "改造见成效 | 某某"),
        ("2020-2021年工作报告", "", "2020-2021年工作报告"),
        ("全市动员-共建美丽家园", "", "全市动员-共建美丽家园"),
        ("开局——江城市综述", "", "开局——江城市综述"),
        ("江城网", "江城网", "江城网"),
        ("_江城网", "", "_江城网"),
        ("", "", ""),
    ],
)
def test_only_the_sites_name_is_cut_from_a_title(whole: str, site: str, title: str) -> None:
    assert without_site_name(whole, site) == title


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021-10-25", (2021, 10, 25)),
        ("2021年1月5日 08:30", (2021, 1, 5)),
        ("2021/12/31", (2021, 12, 31)),
        ("20211025083000", (2021, 10, 25)),
        ("2021-10-25T08:30:00+08:00", (2021, 10, 25)),
        ("2021-13-45", None),
        ("12021-10-25", None),
        ("", None),
    ],
)
def test_dates_are_read_in_their_layouts(text: str, date: tuple[int, int, int] | None) -> None:
    assert parse_date(text) == (datetime.date(*date) if date else None)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("gb18030", "gb2312"),
        ("gb18030", "big5"),
        ("gb18030", "utf-8"),
        ("utf-8", "gb2312"),
        ("utf-16", "gb2312"),
    ],
)
def test_the_encoding_is_the_real_one_whatever_the_page_declares(
    encoding: str, declared: str
) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    raw = read(page(f"<h1>{TITLE}</h1><p>{FIRST}</p>", head).encode(encoding))
    assert raw.encoding == encoding
    assert [line.text for line in raw.lines] == [TITLE, FIRST]


def test_a_big5_page_that_declares_gbk_is_read() -> None:
    text = "為方便居民出行，全市去年新建公園35個，惠及居民12.2萬戶。"
    data = page(f"<p>{text}</p>", '<meta charset="gbk">').encode("big5")
    assert [line.text for line in read(data, charset="gb2312").lines] == [text]


def test_an_xml_declaration_does_not_disturb() -> None:
    markup = f'<?xml version="1.0" encoding="gb2312"?>\n{page(f"<p>{FIRST}</p>", "")}'
    assert texts(markup) == [FIRST]


def test_old_pages_laid_out_with_tables_are_read() -> None:
    body = f"""<table><tr><td width="160"><a href="/">首页</a><br><a href="/a">要闻</a></td><td>
    <table><tr><td><b>{TITLE}</b></td></tr><tr><td>　　{FIRST}<br>　　{SECOND}<br><br>　　{THIRD}
    </td></tr></table></td></tr></table>"""
    assert texts(page(body))[-4:] == [TITLE, FIRST, SECOND, THIRD]


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    body = f'<form id="f"><p>{FIRST}</p><p>{SECOND}</p></form><form><p>登录</p></form>'
    assert texts(page(body, "")) == [FIRST, SECOND]


def test_readings_above_characters_and_hidden_text_are_left_out() -> None:
    body = f"""<p>老<ruby>城<rp>(</rp><rt>chéng</rt><rp>)</rp></ruby>新生。{FIRST}</p>
    <p style="display: none">看不见的一段文字，说的是别的事情。</p><p>{SECOND}</p>"""
    assert texts(page(body, "")) == [f"老城新生。{FIRST}", SECOND]


def test_short_repeated_and_marked_up_paragraphs_are_kept() -> None:
    body = f"<p>{FIRST}</p><p>好。</p><p>{SECOND}</p><p>好。</p>"
    body += "<p>新<b>增</b>\n<i>车位</i>，GDP\ngrew。</p>"
    assert texts(page(body, ""))[1:] == ["好。", SECOND, "好。", "新增车位，GDP grew。"]


def test_preformatted_text_keeps_its_lines() -> None:
    assert texts(page(f"<pre>{FIRST}\n{SECOND}\n</pre>", "")) == [FIRST, SECOND]


def test_a_short_page_without_any_prose_gives_what_it_has() -> None:
    assert texts(page(f"{MENU}<div>江城概况</div>", "")) == ["江城概况"]


@pytest.mark.parametrize("body", ["", MENU, "<script>x()</script>", "<!-- 注释 -->"])
def test_a_page_without_text_is_empty(body: str) -> None:
    with pytest.raises(ReadError, match=r"a\.html: is empty"):
        read(page(body, ""))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "深",
        "<table><tr><td>" * 3_000 + "深",
        "<a" * 50_000,
        "<" * 100_000,
        "<!--" * 30_000,
        "<!---->" * 500,
        "<p>" * 60_000,
        "<ul><li>" * 20_000 + "深" * 1000,
        "&#x110000;&#0;&bogus;" * 1000,
        '<!DOCTYPE html [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>&a;&c;',
    ],
    ids=lambda markup: markup[:12],
)
def test_hostile_markup_is_read_or_refused_but_never_hangs(markup: str) -> None:
    try:
        raw = read("<html><body>" + markup)
    except ReadError:
        return
    assert "root:" not in "".join(line.text for line in raw.lines)


TAGS = ["p", "div", "td", "table", "h1", "a", "form", "header", "pre", "ruby", "rt"]
TAGS += ["/p", "/div", "/table", "/h1", "/a", "/rt", "/ruby", "br", "tr", "li"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*(f"<{tag}>" for tag in TAGS), "\n", FIRST, "城", " "])))
def test_any_nesting_is_read_and_says_nothing_twice(parts: list[str]) -> None:
    try:
        got = "".join(line.text for line in read("<html>" + "".join(parts)).lines)
    except ReadError:
        return
    assert got.count("城") <= "".join(parts).count("城")
