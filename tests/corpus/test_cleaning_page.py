"""What belongs to the page goes; source lines and bylines stay as notes; the title stands once."""

from __future__ import annotations

import pytest

from corpus.cleaning import clean
from corpus.cleaning.bylines import is_note
from corpus.cleaning.navigation import is_page_line
from corpus.raw import Line

PROSE = (
    "去年,全市新建公园12个,改造道路34条,修复湿地5处,群众满意度达到98%,"
    "各项任务按时完成,工作得到了各方面的好评。"
)


def cleaned(*texts: str) -> list[str]:
    lines = [Line(text, number) for number, text in enumerate(texts, 1)]
    return [line.text for line in clean(lines).lines]


def kinds(*texts: str) -> list[str]:
    lines = [Line(text, number) for number, text in enumerate(texts, 1)]
    return [line.kind for line in clean(lines).lines]


@pytest.mark.parametrize(
    "text",
    [
        "扫码查看手机版",
        "相关附件",
        "友情鏈接",
        "返回頂部",
        "精彩推荐",
        "打印 关闭",
        "【打印】【关闭】",
        "【纠错】",
        "字号 大 中 小",
        "【字体:大 中 小】",
        "上一篇:某市召开会议",
        "下一篇：没有了",
        "分享到: 微信 微博",
        "浏览次数: 1234",
        "访问:",
        "阅读 1023次",
        "首页 | 新闻 | 专题 | 视频",
        "扫一扫在手机打开当前页",
        "更多>>",
    ],
)
def test_page_lines_go(text: str) -> None:
    assert is_page_line(text)
    assert cleaned(PROSE, text, PROSE + "完。") == [PROSE, PROSE + "完。"]


@pytest.mark.parametrize(
    "text",
    [
        "全市新建公园12个",
        "加强组织领导",
        "微信公众号关注量达12万人次。",
        "访问学者计划",
        "打印设备更新",
        "首页首屏推荐原创视频",
        "上一年度工作回顾",
    ],
)
def test_report_lines_stay(text: str) -> None:
    assert not is_page_line(text)


def test_legal_notices_go_below_the_report_only() -> None:
    footers = ["主办单位:某市人民政府", "版权所有 某市融媒体中心", "某ICP备12345678号"]
    assert cleaned(PROSE, *footers) == [PROSE]
    event = "主办单位:某市文化局"
    assert event in cleaned(event, PROSE)


def test_related_links_go_to_the_end() -> None:
    assert cleaned(PROSE, "相关推荐", "某市召开工作会议", "某县举行活动") == [PROSE]
    assert "某市召开工作会议" in cleaned("相关推荐", "某市召开工作会议", PROSE)


@pytest.mark.parametrize(
    "path",
    [
        ["您的位置:首页 > 要闻"],
        ["您当前所在的位置：首页>>新闻中心>>正文"],
        [">>要闻>>正文"],
        ["首页 » 新闻 » 详情"],
        ["您当前的位置 :", "某某网", ">>", "2019专题", ">>", "要闻"],
    ],
)
def test_breadcrumbs_go(path: list[str]) -> None:
    assert cleaned(*path, "某市城市更新工作综述", PROSE) == ["某市城市更新工作综述", PROSE]


@pytest.mark.parametrize(
    "path",
    [
        ["您的位置:首页 > 要闻 > 某市城市更新工作综述"],
        ["当前位置 :", "某某网", ">>", "2021专题", ">>", "某市城市更新工作综述"],
        ["首頁 時事聚焦 [省內] 某市城市更新工作综述"],
    ],
)
def test_a_title_as_the_last_crumb_stays(path: list[str]) -> None:
    assert cleaned(*path, PROSE) == ["某市城市更新工作综述", PROSE]


def test_a_menu_line_that_repeats_the_title_goes() -> None:
    title = "清河水润一方土 聚民心兴百业强———某市综述"
    assert cleaned(f"首页 要闻 [省内] {title}", title, PROSE) == [
        title.replace("———", "——"),
        PROSE,
    ]


def test_comparisons_and_book_titles_are_no_breadcrumbs() -> None:
    for text in ("产量:甲 > 乙", "《公园》《绿道》发布", "》等作品被推荐,反响好"):
        assert text in cleaned(PROSE, text, PROSE + "完。")


def test_the_day_of_crawling_goes_and_the_day_of_publication_stays() -> None:
    result = cleaned("2023年03月29日 星期三", "某市综述与展望", "发布日期:2021-10-22", PROSE)
    assert result == ["某市综述与展望", "发布日期:2021-10-22", PROSE]


def test_a_day_with_news_stays() -> None:
    text = "2021年10月22日 星期五 市政府常务会议审议通过"
    assert text in cleaned("某市综述与展望", text, PROSE)


@pytest.mark.parametrize(
    "text",
    [
        "发布日期: 2022-10-27 17:10 来源: 某市地方志办公室",
        "时间:2021-10-25 来源:某网—某频道",
        "來源:某某日報",
        "2021年12月31日 10:23",
        "2021-12-07 10:30:07 某某日报 李建国 王芳",
        "二〇二一年十月二十二日",
        "本報記者 李建國 王芳",
        "记者 李建国",
        "编辑：王芳",
        "責編:王芳",
        "原标题:某市综述",
        "(市委宣传部)",
        "文/图 李建国",
    ],
)
def test_source_lines_and_bylines_are_notes(text: str) -> None:
    assert is_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "2021年,全市新建公园12个",
        "2021年工作回顾",
        "3月1日,市委召开会议,部署工作,提出要求。",
        "时间紧、任务重",
        "记者在现场看到,工程进展顺利。",
        "一、提高站位",
    ],
)
def test_prose_and_headings_are_no_notes(text: str) -> None:
    assert not is_note(text)


def test_notes_lose_their_counters_and_tags() -> None:
    assert cleaned("发布日期: 2022-10-27 来源: 某办公室 访问:", PROSE)[0] == (
        "发布日期: 2022-10-27 来源: 某办公室"
    )
    assert cleaned(PROSE, "责任编辑:王芳 标签:公园,绿道")[1] == "责任编辑:王芳"
    assert cleaned("来源:某报 【字体:大 中 小】 打印", PROSE)[0] == "来源:某报"


def test_a_title_given_twice_stands_once_as_heading() -> None:
    result = clean(
        [Line(t, n) for n, t in enumerate(["某市城市更新综述", "某市城市更新综述", PROSE])]
    )
    assert [(line.text, line.kind, line.level) for line in result.lines] == [
        ("某市城市更新综述", "heading", 1),
        (PROSE, "text", 0),
    ]


def test_the_halves_of_a_title_are_joined() -> None:
    assert cleaned("清河水润一方土", "——某市治水综述", PROSE) == [
        "清河水润一方土——某市治水综述",
        PROSE,
    ]


def test_a_text_that_begins_with_prose_has_no_title() -> None:
    assert kinds(PROSE, PROSE + "完。") == ["text", "text"]


def test_a_lone_mark_goes() -> None:
    assert cleaned(PROSE, "?", "* * *", "——") == [PROSE]


def test_the_original_title_stays_as_a_note() -> None:
    assert kinds("某市城市更新综述", PROSE, "原标题:某市城市更新综述") == [
        "heading",
        "text",
        "note",
    ]
