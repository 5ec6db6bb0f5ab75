"""What a chat chooses: the cities that are searched, the language."""

from __future__ import annotations

import pytest

from bot.callback_data import Action, data, key
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

CITIES = ("武汉市东西湖区", "济南市", "娄底市", "武汉市", "张掖市")
"""Of the shipped reports, in order."""


def chosen(message: SentMessage) -> list[str]:
    """The cities with a check mark."""
    marked = [b for b in message.buttons if (b.data or "").startswith("x:") and "✓" in b.text]
    return [next(city for city in CITIES if f"x:{key(city)}:" in (b.data or "")) for b in marked]


def test_cities_are_taken_into_the_filter_and_out_of_it_in_place(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/cities")
    listed = chat.answer()
    assert chosen(listed) == []
    chat.presses("济南市", listed)
    one = chat.answer()
    assert (one.id, chosen(one)) == (listed.id, ["济南市"])
    chat.presses("张掖市", one)
    assert chosen(chat.answer()) == ["济南市", "张掖市"]
    chat.presses("✓ 济南市")
    assert chosen(chat.answer()) == ["张掖市"]
    other = server.private()
    other.says("/cities")
    assert chosen(other.answer()) == []


def test_no_choice_of_several_made_at_once_is_lost(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/cities")
    listed = chat.answer()
    presses = [chat.presses(data(Action.CITY, key(city), 0), listed) for city in CITIES]
    for press in presses:
        press.wait()
    chat.wait()
    chat.says("/cities")
    assert chosen(chat.wait_for(lambda message: not message.edited)) == list(CITIES)


def test_the_filter_is_set_by_name_in_any_language_and_lifted(server: TelegramServer) -> None:
    for names, kept in (
        ("武汉 济南", ["济南市", "武汉市"]),
        ("Wuhan, Loudi and Zhangye", ["娄底市", "武汉市", "张掖市"]),
        ("張掖、婁底", ["娄底市", "张掖市"]),
    ):
        chat = server.private()
        chat.says(f"/cities {names}")
        told = chat.answer()
        assert told.text.startswith(f"From now on I search these only: {'、'.join(kept)}.")
        assert "no report" not in told.text
    chat.says("/cities 全部")
    assert chat.answer().text == "All cities are searched now."
    chat.says("/cities")
    assert chosen(chat.answer()) == []


def test_names_without_a_report_are_told_and_change_nothing_alone(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/cities Jinan and Atlantis")
    assert "There is no report about Atlantis." in chat.answer().text
    chat.says("/cities 北京")
    told = chat.answer()
    assert told.text.startswith("There is no report about 北京.")
    assert chosen(told) == ["济南市"]


def test_of_many_names_without_a_report_a_few_are_told(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/cities " + " ".join(f"Atlantis{number}" for number in range(300)))
    told = "、".join(f"Atlantis{number}" for number in range(5))
    assert chat.answer().text.startswith(f"There is no report about {told}….")


def test_what_is_set_is_shown_and_changed_in_place(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/cities 济南")
    chat.answer()
    chat.says("/settings")
    shown = chat.answer()
    assert shown.text == "Settings of this chat\nLanguage: As you ask\nCities: 济南市"
    chat.presses("Cities", shown)
    cities = chat.answer()
    assert (cities.id, chosen(cities)) == (shown.id, ["济南市"])
    chat.presses("All cities", cities)
    assert chosen(chat.answer()) == []
    chat.says("/settings")
    shown = chat.answer()
    assert shown.text.endswith("Cities: all")
    chat.presses("Language", shown)
    languages = chat.answer()
    assert languages.id == shown.id
    chat.presses("繁體中文", languages)
    assert "✓ 繁體中文" in [b.text for b in chat.answer().buttons]
    chat.says("/settings")
    assert chat.answer().text.startswith("本聊天的設定\n語言：繁體中文")


def test_the_language_of_the_chat_goes_before_the_users_own(server: TelegramServer) -> None:
    chat = server.private(language_code="zh-hans")
    chat.says("/language EN")
    told = chat.answer()
    assert told.text.startswith("Which language")
    assert "✓ English" in [b.text for b in told.buttons]
    chat.says("/help")
    assert chat.answer().text.startswith("How to ask")
    chat.says("/language auto")
    told = chat.answer()
    assert told.text.startswith("在这里我用哪种语言？")
    assert "✓ 随提问而定" in [b.text for b in told.buttons]


def test_a_language_that_is_not_spoken_gets_the_choice(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/language Klingon")
    told = chat.answer()
    assert "✓ As you ask" in [b.text for b in told.buttons]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("zh-hans", "怎样提问"),
        ("zh-CN", "怎样提问"),
        ("zh", "怎样提问"),
        ("zh-hant", "怎樣提問"),
        ("zh-TW", "怎樣提問"),
        ("zh-HK", "怎樣提問"),
        ("en", "How to ask"),
        ("es", "How to ask"),
        (None, "How to ask"),
    ],
)
def test_without_a_choice_the_users_language_is_spoken(
    server: TelegramServer, code: str | None, words: str
) -> None:
    chat = server.private(language_code=code)
    chat.says("/help")
    assert chat.answer().text.startswith(words)


def test_a_group_chooses_for_all_of_its_members(server: TelegramServer) -> None:
    group = server.group()
    member = group.joins(server.user(language_code="zh-hans"))
    group.says("/language zh-hant", by=member)
    group.answer()
    group.says("/cities 济南")
    told = group.answer()
    assert told.text.startswith("從現在起只查這些：济南市。")
    group.says("/settings", by=member)
    assert group.answer().text == "本聊天的設定\n語言：繁體中文\n城市：济南市"
