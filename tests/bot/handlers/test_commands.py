"""Commands and questions are told from what a message holds, whatever that is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message

from bot.handlers.commands import Command, command_of
from bot.handlers.groups import question_to_bot
from bot.handlers.languages import language_of_code, question_language
from bot.handlers.seldom import Seldom
from qa.language import Interface


class Bot:
    """What a message knows of the bot that it came to."""

    id = 42
    username = "cityqa_bot"


def message(text: str, kind: str = "supergroup", **fields: Any) -> Message:
    payload = {
        "message_id": 1,
        "date": 0,
        "chat": {"id": -5, "type": kind, "title": "t"},
        "from": {"id": 7, "is_bot": False, "first_name": "Eve"},
        "text": text,
        **fields,
    }
    made = Message.de_json(payload, None)
    made.set_bot(Bot())  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/ask", Command("ask", "")),
        ("/ASK  a question\n", Command("ask", "a question")),
        ("/ask@CityQA_bot\nin two\nlines", Command("ask", "in two\nlines")),
        ("/ask@another_bot text", None),
        ("/ask武汉", None),
        ("/路 is a road", None),
        ("text /ask", None),
        ("/" + "a" * 33, None),
    ],
)
def test_a_command_is_told_without_entities(text: str, command: Command | None) -> None:
    assert command_of(message(text), Bot.username) == command


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), min_size=1))
def test_any_text_in_private_is_a_question_of_the_same_text_or_a_command(text: str) -> None:
    question = question_to_bot(message(text, "private"))
    if question is None:
        assert text.startswith("/")
    elif "@" not in text:
        assert question == text.strip()


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_mention_by_name_is_cut_out_wherever_it_stands(before: str, after: str) -> None:
    before = before.replace("@", "").replace("/", "")
    units = len(before.encode("utf-16-le", "surrogatepass")) // 2
    user = {"id": Bot.id, "is_bot": True, "first_name": "City"}
    mention = {"type": "text_mention", "offset": units, "length": 4, "user": user}
    question = question_to_bot(message(f"{before}City{after}", entities=[mention]))
    around = " \t\r\n,:;，：；、"
    assert question is not None
    if "@" not in after:
        assert question == f"{before}{after}".strip(around)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hant", "zh_Hant"),
        ("zh-TW", "zh_Hant"),
        ("zh_HK", "zh_Hant"),
        ("zh-Hant-MO", "zh_Hant"),
        ("zh", "zh_Hans"),
        ("zh-hans", "zh_Hans"),
        ("zh-SG", "zh_Hans"),
        ("en-GB", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_language_of_a_client(code: str | None, language: Interface) -> None:
    assert language_of_code(code) == language


@pytest.mark.parametrize(
    ("text", "users", "language"),
    [
        ("武汉建了几家加油站", "en", "zh_Hans"),
        ("武漢建了幾家加油站", "zh_Hans", "zh_Hant"),
        # The same characters in both scripts tell nothing of the script.
        ("那里有多少人", "zh_Hant", "zh_Hant"),
        ("那里有多少人", "zh_Hans", "zh_Hans"),
        ("那里有多少人", "en", "zh_Hans"),
        ("How many people live in Loudi?", "zh_Hans", "en"),
        # The name of a city is in no language.
        ("Loudi", "zh_Hans", "zh_Hans"),
        ("¿Cuántas personas viven en Loudi?", "zh_Hant", "zh_Hant"),
        ("¿Cuántas personas viven en Loudi?", "en", "en"),
        ("武漢市の人口は何人ですか", "zh_Hans", "zh_Hans"),
    ],
)
def test_the_language_of_a_question(text: str, users: Interface, language: Interface) -> None:
    assert question_language(text, users) == language


def test_what_is_said_seldom_is_said_again_after_its_while_and_memory_is_bounded() -> None:
    now = 0.0
    seldom = Seldom(60.0, clock=lambda: now, keep=2)
    assert seldom.admits("a")
    now = 59.0
    assert not seldom.admits("a")
    now = 60.0
    assert seldom.admits("a")
    assert seldom.admits("b")
    # The oldest is forgotten for the third.
    assert seldom.admits("c")
    assert seldom.admits("a")
    assert not seldom.admits("c")
