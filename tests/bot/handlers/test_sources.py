"""From an extract to where it stands: buttons, deep links, the list of reports, documents."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from bot.callback_data import key
from corpus.library import read_library
from corpus.pages import render_page
from corpus.report import Passage, Report
from tests.telegram_server.kinds import PrivateChat
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

GONE = "no longer in the reports"

STRANGE = (
    *(":", "p", "p:", "p:a:b:c", "zz:1", "f:1:z:0", "f::", "f:1", "x", "x:00000000:0", "l:fr"),
    *("k:perhaps", "e:00000000", "🙂" * 16, "p:../../etc/passwd", "\x00"),
)
"""Data that clients can send and no button carries."""


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """The shipped reports by their ids."""
    folder = Path(corpus.__file__).parent / "reports"
    return {entry.report.id: entry.report for entry in read_library([folder]).entries}


@pytest.fixture(scope="module")
def wuhan(reports: dict[str, Report]) -> Report:
    return reports["wuhan"]


def opened(chat: PrivateChat, passage: Passage) -> SentMessage:
    """A passage, opened by its deep link."""
    chat.starts(passage.id)
    return chat.answer()


def unquoted(report: Report, passage: Passage) -> str:
    return report.slice(passage.span).strip()


def test_an_answer_opens_a_passage_below_it_and_stays_as_it_is(
    server: TelegramServer, wuhan: Report
) -> None:
    chat = server.private(language_code="zh-hans")
    chat.says("武汉改造了多少个老旧小区？")
    answer = chat.answer()
    button = next(button for button in answer.buttons if (button.data or "").startswith("p:"))
    assert chat.presses(button, answer).wait().text == ""
    shown = chat.answer()
    passage = next(one for one in wuhan.passages if button.data == f"p:{one.id}")
    assert shown.quotes == [unquoted(wuhan, passage)]
    assert not shown.edited
    assert shown.reply_to == answer.id
    assert chat.current(answer) == answer


def test_a_passage_leads_to_its_neighbours_in_place(server: TelegramServer, wuhan: Report) -> None:
    chat = server.private()
    first, second = wuhan.passages[:2]
    shown = opened(chat, first)
    assert not shown.has_button("◀")
    chat.presses("▶", shown)
    forward = chat.answer()
    assert (forward.id, forward.edited) == (shown.id, True)
    assert forward.quotes == [unquoted(wuhan, second)]
    chat.presses("◀", forward)
    assert chat.answer().quotes == [unquoted(wuhan, first)]


def test_contents_sections_and_the_whole_report_follow_in_place(
    server: TelegramServer, wuhan: Report
) -> None:
    chat = server.private()
    shown = opened(chat, wuhan.passages[4])
    chat.presses("Contents", shown)
    contents = chat.answer()
    section = next(one for one in wuhan.sections if one.heading)
    chat.presses(contents.button(section.heading[:10]), contents)
    inside = chat.answer()
    start = next(one for one in wuhan.passages if one.span.start >= section.span.start)
    assert inside.quotes == [unquoted(wuhan, start)]
    chat.presses("Whole report", inside)
    page = chat.answer()
    assert unquoted(wuhan, wuhan.passages[0])[:100] in page.text
    chat.presses("▶", page)
    chat.answer()
    assert {message.id for message in (contents, inside, page)} == {shown.id}


def test_a_report_comes_as_a_document_with_an_anchor_for_every_passage(
    server: TelegramServer, wuhan: Report
) -> None:
    chat = server.private()
    chat.presses("d:wuhan", opened(chat, wuhan.passages[0]))
    sent = chat.answer()
    assert sent.document is not None
    assert sent.document.name == "wuhan.html"
    assert sent.document.content == render_page(wuhan).encode()
    assert wuhan.title in sent.text


def test_a_server_that_takes_no_documents_and_tells_no_ids_is_borne_with(
    server: TelegramServer, wuhan: Report
) -> None:
    chat = server.private()
    shown = opened(chat, wuhan.passages[0])
    server.fault("sendDocument", status=404)
    chat.presses("d:wuhan", shown, without=("message_id",))
    assert chat.answer().text == "The file could not be sent just now."
    # The next press does not wait for tries of what the server cannot do.
    chat.presses("Contents", shown, without=("message_id", "date"))
    contents = chat.answer()
    assert (contents.edited, contents.reply_to) == (False, None)
    assert wuhan.title in contents.text


def test_a_deep_link_opens_a_passage_or_a_report(server: TelegramServer, wuhan: Report) -> None:
    passage = wuhan.passages[3]
    assert opened(server.private(), passage).quotes == [unquoted(wuhan, passage)]
    chat = server.private()
    chat.starts("wuhan")
    contents = chat.answer()
    assert wuhan.title in contents.text
    assert contents.has_button("Whole report")


def test_a_passage_that_is_gone_leads_to_what_is_left_of_its_report(
    server: TelegramServer, wuhan: Report
) -> None:
    chat = server.private()
    chat.starts("wuhan-00000000")
    told = chat.answer()
    assert GONE in told.text
    chat.presses("Contents", told)
    contents = chat.answer()
    assert contents.id == told.id
    assert wuhan.title in contents.text
    # The report is gone as well: there is nothing to press.
    other = server.private()
    other.starts("atlantis-00000000-2")
    told = other.answer()
    assert GONE in told.text
    assert told.buttons == ()


def test_a_button_to_a_passage_that_is_gone_says_so(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/help")
    help_text = chat.answer()
    assert GONE in chat.presses("p:wuhan-00000000-3", help_text).wait().text
    assert chat.answer().has_button("Contents")
    for data in ("p:atlantis-00000000", "t:atlantis:0", "w:atlantis:0", "d:atlantis"):
        assert GONE in chat.presses(data, help_text).wait().text
    assert chat.is_quiet()


def test_a_page_beyond_the_last_one_is_the_last_one(server: TelegramServer, wuhan: Report) -> None:
    chat = server.private()
    shown = opened(chat, wuhan.passages[0])
    chat.presses("w:wuhan:999999999999999", shown)
    last = chat.answer()
    assert unquoted(wuhan, wuhan.passages[-1]) in last.text
    assert not last.has_button("▶")


def test_a_payload_that_is_none_of_ours_gets_the_start(server: TelegramServer) -> None:
    for payload in ("*", "x" * 65, "武汉", "a b"):
        chat = server.private()
        chat.says(f"/start {payload}")
        assert "I answer questions" in chat.answer().text


@pytest.mark.parametrize("missing", ["text", "reply_markup"])
def test_a_button_of_a_message_that_is_half_there_sends_anew(
    server: TelegramServer, wuhan: Report, missing: str
) -> None:
    chat = server.private()
    shown = opened(chat, wuhan.passages[0])
    chat.presses("▶", shown, without=(missing, "entities"))
    sent = chat.answer()
    assert sent.quotes == [unquoted(wuhan, wuhan.passages[1])]
    # Only its text and its buttons tell that it may be replaced.
    assert not sent.edited


def test_a_button_of_an_unreachable_message_sends_anew(
    server: TelegramServer, wuhan: Report
) -> None:
    chat = server.private()
    chat.starts()
    chat.answer()
    assert chat.presses(f"p:{wuhan.passages[0].id}", 4_000).wait().text == ""
    sent = chat.answer()
    assert not sent.edited
    assert sent.quotes == [unquoted(wuhan, wuhan.passages[0])]


def test_a_button_of_no_chat_is_answered_by_a_notice(server: TelegramServer, wuhan: Report) -> None:
    chat = server.private()
    shown = opened(chat, wuhan.passages[0])
    for data in ("p:" + wuhan.passages[1].id, "d:wuhan", "r:0", "x:00c9660e:0", "l:en", "k:yes"):
        told = chat.presses(data, shown, without=("message",)).wait()
        assert "open the chat" in told.text
    assert chat.is_quiet()


def test_data_of_any_kind_is_answered(server: TelegramServer) -> None:
    chat = server.private()
    chat.starts()
    start = chat.answer()
    for data in STRANGE:
        told = chat.presses(":", start, data=data).wait().text
        assert "no longer" in told or GONE in told, data
    assert chat.presses(":", start, data="n").wait().text == ""
    assert chat.is_quiet()


def test_the_reports_are_listed_and_found_by_place_or_name(
    server: TelegramServer, reports: dict[str, Report]
) -> None:
    chat = server.private()
    chat.says("/reports")
    listed = chat.answer()
    assert all(report.title in listed.text for report in reports.values())
    chat.presses(next(b for b in listed.buttons if b.data == "t:jinan:0"), listed)
    assert reports["jinan"].title in chat.answer().text
    for asked in ("武汉", "Wuhan", "the report on wuhan"):
        other = server.private()
        other.says(f"/reports {asked}")
        found = other.answer()
        assert [b.data for b in found.buttons if (b.data or "").startswith("t:")] == ["t:wuhan:0"]
    # Pages of the reports on one city hold these alone; of a city that is gone, all of them.
    for about, count in ((key("武汉市"), 1), (key("亚特兰蒂斯市"), len(reports))):
        chat.presses(f"r:{about}:0")
        assert f"Reports ({count})" in chat.answer().text
    nothing = server.private()
    nothing.says("/reports Atlantis")
    told = nothing.answer()
    assert told.text.startswith("There is no report about that.")
    assert len([b for b in told.buttons if (b.data or "").startswith("t:")]) == len(reports)
