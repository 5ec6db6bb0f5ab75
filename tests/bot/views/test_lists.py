"""Contents, whole reports, the lists of reports and cities: paged, clamped, within the limits."""

from __future__ import annotations

import pytest
from telegram import MessageEntity

from bot.callback_data import Action, key
from bot.limits import CALLBACK_ANSWER
from bot.view import ViewContext
from bot.views.cities import cities_view
from bot.views.contents import contents_view
from bot.views.gone import gone_text
from bot.views.reports import reports_view
from bot.views.whole import whole_view
from corpus.library import SHIPPED, read_library
from qa.language import Interface
from tests.bot.sendable import check_keyboard, check_view, labels, length, pieces, targets
from tests.bot.views.samples import BARE, ENGLISH, WITH_PAGES, report

PARAGRAPH = "全市上下齐心协力，各项工作有序推进，年初定下的目标一一完成，群众的生活水平又有提高。"
SECTIONS = [f"第{number}章" for number in range(1, 11)]
LONG = report(*(line for name in SECTIONS for line in (f"## {name}", PARAGRAPH + name)))


def test_the_contents_open_each_section_at_its_first_passage() -> None:
    view = contents_view(LONG, 0, ENGLISH)
    message = check_view(view)
    assert message.text.split("\n")[0] == "保山市年度综述"
    assert message.text.endswith("Contents · 1 / 2")
    assert [row[0] for row in labels(view)[:8]] == SECTIONS[:8]
    assert targets(view)["第3章"] == f"p:{LONG.passages[2].id}"
    assert labels(view)[8:] == [
        ["1 / 2", "▶"],
        ["Whole report", "As a file"],
        ["Share"],
        ["All reports"],
    ]
    assert targets(view)["▶"] == "t:baoshan:1"


def test_contents_of_a_report_without_headings_are_the_beginnings_of_its_passages() -> None:
    made = report(PARAGRAPH * 4, "另一段。" + PARAGRAPH * 4)
    rows = labels(contents_view(made, 0, ENGLISH))
    assert rows[0] == [PARAGRAPH[:39] + "…"]
    assert rows[1] == ["另一段。" + PARAGRAPH[:35] + "…"]


@pytest.mark.parametrize(("page", "shown"), [(-5, 0), (1, 1), (99, 1)])
def test_a_page_out_of_range_is_the_nearest_one(page: int, shown: int) -> None:
    assert contents_view(LONG, page, ENGLISH).text.text.endswith(f"{shown + 1} / 2")
    many = [report(PARAGRAPH, stem=f"r{number}") for number in range(10)]
    listed = reports_view(many, page, ENGLISH).text.text
    assert ("1. 《" in listed, "10. 《" in listed) == ((True, False), (False, True))[shown]
    cities = [f"{number}市" for number in range(30)]
    labelled = labels(cities_view(cities, [], page, ENGLISH))
    assert labelled[0][0] == ("0市", "20市")[shown]


def test_a_whole_report_is_shown_page_by_page_and_nothing_is_lost() -> None:
    made = report(*(f"{number}、" + PARAGRAPH * 5 for number in range(60)))
    pages = []
    for page in range(9):
        view = whole_view(made, page, WITH_PAGES)
        pages.append(check_view(view).text)
    count = int(labels(whole_view(made, 0, ENGLISH))[0][0].split(" / ")[1])
    # 60 paragraphs of about 210 characters are 12,600; a page has 3,800.
    assert count == 4
    assert pages[count - 1 :] == [pages[count - 1]] * (9 - count + 1)
    body = "".join(text.removeprefix("保山市年度综述") for text in pages[:count])
    assert "".join(body.split()) == "".join(made.text.removeprefix("保山市年度综述").split())


def test_a_whole_report_has_buttons_to_all_ends() -> None:
    made = report(*(f"{number}、" + PARAGRAPH * 5 for number in range(80)))
    assert [labels(whole_view(made, page, ENGLISH))[0] for page in range(5)] == [
        ["1 / 5", "▶", "⏭"],
        ["◀", "2 / 5", "▶", "⏭"],
        ["⏮", "◀", "3 / 5", "▶", "⏭"],
        ["⏮", "◀", "4 / 5", "▶"],
        ["⏮", "◀", "5 / 5"],
    ]
    assert targets(whole_view(made, 2, ENGLISH))["⏭"] == "w:baoshan:4"


def test_headings_are_bold_and_stay_with_their_paragraphs() -> None:
    made = report(*(line for name in SECTIONS for line in (f"## {name}", PARAGRAPH * 18)))
    bold = []
    for page in range(3):
        message = check_view(whole_view(made, page, ENGLISH))
        bold += pieces(message, MessageEntity.BOLD)
        assert message.text.split("\n")[-1] not in SECTIONS
    assert [text for text in bold if text in SECTIONS] == SECTIONS


def test_a_short_report_is_one_page_without_steps() -> None:
    view = whole_view(report(PARAGRAPH), 0, ENGLISH)
    check_view(view)
    assert labels(view) == [["Contents", "As a file"], ["Share"]]


def test_the_reports_are_listed_with_a_button_each() -> None:
    view = reports_view([LONG, report(PARAGRAPH, stem="zhaotong", city="昭通市")], 0, ENGLISH)
    assert check_view(view).text.split("\n")[:3] == [
        "Reports (2)",
        "",
        "1. 《保山市年度综述》",
    ]
    assert targets(view) == {"1. 保山市": "t:baoshan:0", "2. 昭通市": "t:zhaotong:0"}


def test_there_may_be_no_reports() -> None:
    assert check_view(reports_view([], 0, ENGLISH)).text == "There are no reports."
    assert check_view(cities_view([], [], 3, ENGLISH)).text == "There are no reports."


def test_cities_are_toggles_and_the_chosen_ones_are_checked() -> None:
    view = cities_view(["保山市", "昭通市", "曲靖市"], ["昭通市"], 0, ENGLISH)
    message = check_view(view)
    assert message.text.split("\n")[:2] == [
        "Cities (3)",
        "Answers come from the reports about 昭通市 only.",
    ]
    assert labels(view) == [["保山市", "✓ 昭通市"], ["曲靖市"], ["All cities"]]
    assert targets(view)["✓ 昭通市"] == f"x:{key('昭通市')}:0"
    assert targets(view)["All cities"] == "a:0"


def test_without_a_filter_all_cities_are_checked() -> None:
    view = cities_view(["保山市"], ["a city whose report is gone"], 0, ENGLISH)
    assert "Answers come from all reports." in check_view(view).text
    assert labels(view) == [["保山市"], ["✓ All cities"]]


def test_hundreds_of_cities_are_paged() -> None:
    cities = [f"{'长' * 60}{number}市" for number in range(300)]
    view = cities_view(cities, cities, 7, ENGLISH)
    check_view(view)
    toggles = [data for data in check_keyboard(view.keyboard) if data.action == Action.CITY]
    assert [data.fields for data in toggles] == [(key(city), "7") for city in cities[140:160]]


@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
def test_every_view_of_the_shipped_reports_can_be_sent(language: Interface) -> None:
    context = ViewContext(language, BARE)
    reports = read_library([SHIPPED]).reports
    check_view(reports_view(reports, 0, context))
    for made in reports:
        check_view(contents_view(made, 0, context))
        for page in range(3):
            check_view(whole_view(made, page, context))


@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
def test_what_is_gone_is_said_in_the_space_of_a_notice(language: Interface) -> None:
    text = gone_text(ViewContext(language, BARE))
    assert 0 < length(text) <= CALLBACK_ANSWER
    assert "\n" not in text


def test_the_pages_of_the_reports_on_one_city_stay_with_it() -> None:
    many = [report(PARAGRAPH, stem=f"r{number}") for number in range(10)]
    about = key(many[0].city)
    view = reports_view(many, 0, ENGLISH, about=about)
    check_view(view)
    assert targets(view)["▶"] == f"r:{about}:1"
    assert targets(reports_view(many, 0, ENGLISH))["▶"] == "r:1"
