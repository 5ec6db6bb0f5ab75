"""What is refused under a message, and in answers to queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.telegram_server.kinds import PrivateChat

Call = Callable[..., dict[str, Any]]


def button(text: str = "x", **action: Any) -> dict[str, Any]:
    return {"text": text, **(action or {"callback_data": "d"})}


def article(number: str = "1", **more: Any) -> dict[str, Any]:
    content = {"message_text": "text"}
    return {"type": "article", "id": number, "title": "t", "input_message_content": content} | more


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[button(callback_data="d" * 64)]],
        [[button(callback_data="武" * 21)]],
        [[button(url="https://example.org/武汉#:~:text=a")]],
        [[button(url="tg://resolve?domain=cityqa_bot")]],
        [[button(switch_inline_query="")], [button(copy_text={"text": "c"})]],
        [[button()] * 8] * 12 + [[button()] * 4],
    ],
    ids=lambda rows: str(rows)[:50],
)
def test_buttons_that_are_right_are_taken(call: Call, chat: PrivateChat, rows: Any) -> None:
    markup = {"inline_keyboard": rows}
    assert call("sendMessage", chat_id=chat.id, text="x", reply_markup=markup)["ok"]
    assert [[each.raw for each in row] for row in chat.answer().keyboard] == rows


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("{", "can't parse reply markup JSON object"),
        ({"buttons": []}, "object expected as reply markup"),
        ({"inline_keyboard": [button()]}, "Array of Arrays"),
        ({"inline_keyboard": [[]]}, "a row is empty"),
        ({"inline_keyboard": [["x"]]}, "expected an Object"),
        ({"inline_keyboard": [[{"callback_data": "d"}]]}, "text is empty"),
        ({"inline_keyboard": [[button(" ")]]}, "text is empty"),
        ({"inline_keyboard": [[{"text": "x"}]]}, "Text buttons are unallowed"),
        (
            {"inline_keyboard": [[button(callback_data="d", url="http://a.b")]]},
            "url and callback_data at once",
        ),
        ({"inline_keyboard": [[button(callback_data="")]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[button(callback_data="d" * 65)]]}, "BUTTON_DATA_INVALID"),
        # 22 characters, but 66 bytes.
        ({"inline_keyboard": [[button(callback_data="武" * 22)]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[button(url="http://localhost/")]]}, "Wrong HTTP URL"),
        ({"inline_keyboard": [[button(url="file:///tmp/x")]]}, "Wrong HTTP URL"),
        ({"inline_keyboard": [[button()] * 9]}, "9 buttons in a row"),
        ({"inline_keyboard": [[button()] * 8] * 12 + [[button()] * 5]}, "too long"),
        # 50 times 140 bytes of label and 64 of data.
        (
            {"inline_keyboard": [[button("x" * 140, callback_data="d" * 64)]] * 50},
            "REPLY_MARKUP_TOO_LONG",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_buttons_that_are_wrong_are_refused(
    call: Call, chat: PrivateChat, markup: Any, why: str
) -> None:
    answer = call("sendMessage", chat_id=chat.id, text="x", reply_markup=markup)
    assert (answer["ok"], answer.get("error_code")) == (False, 400)
    assert why in answer["description"]


def test_a_press_is_answered_once(call: Call, chat: PrivateChat) -> None:
    call(
        "sendMessage",
        chat_id=chat.id,
        text="x",
        reply_markup={"inline_keyboard": [[button("open", callback_data="p:1")]]},
    )
    press = chat.presses("open")
    assert not press.is_answered
    assert call("answerCallbackQuery", callback_query_id=press.id, text="t" * 200)["ok"]
    assert (press.wait().text, press.wait().alert) == ("t" * 200, False)
    again = call("answerCallbackQuery", callback_query_id=press.id)
    assert again["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    assert not call("answerCallbackQuery", callback_query_id="none")["ok"]
    third = chat.presses("open")
    assert not call("answerCallbackQuery", callback_query_id=third.id, text="t" * 201)["ok"]


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ([article(str(number)) for number in range(51)], "RESULTS_TOO_MUCH"),
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article("")], "RESULT_ID_INVALID"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([article(title=" ")], "article title is empty"),
        ([article(type="text")], "unallowed result type"),
        ([article(input_message_content=None)], "content is not specified"),
        ([article(input_message_content={"message_text": ""})], "text is empty"),
        ([article(input_message_content={"message_text": "x" * 4097})], "too long"),
        (
            [
                article(
                    input_message_content={
                        "message_text": "x",
                        "entities": [{"type": "bold", "offset": 0, "length": 2}],
                    }
                )
            ],
            "after the end of the text",
        ),
        (
            [article(reply_markup={"inline_keyboard": [[button(callback_data="d" * 65)]]})],
            "BUTTON_DATA_INVALID",
        ),
        ("[", "can't parse results"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_inline_results_that_are_wrong_are_refused(
    call: Call, chat: PrivateChat, results: Any, why: str
) -> None:
    query = chat.inline("q")
    answer = call("answerInlineQuery", inline_query_id=query.id, results=results)
    assert (answer["ok"], query.is_answered) == (False, False)
    assert why in answer["description"]


def test_inline_results_that_are_right_are_shown(call: Call, chat: PrivateChat) -> None:
    query = chat.inline("q")
    results = [article(str(number), description="d") for number in range(50)]
    call(
        "answerInlineQuery",
        inline_query_id=query.id,
        results=results,
        cache_time=60,
        is_personal=True,
        button={"text": "open", "start_parameter": "wuhan-1a2b"},
    )
    answer = query.wait()
    assert [result.id for result in answer.results] == [str(number) for number in range(50)]
    assert (answer.cache_seconds, answer.personal) == (60, True)
    assert answer.results[0].text == "text"
    assert answer.button == {"text": "open", "start_parameter": "wuhan-1a2b"}


@pytest.mark.parametrize("payload", ["", "a b", "x" * 65, "武"])
def test_a_start_parameter_has_64_plain_characters(
    call: Call, chat: PrivateChat, payload: str
) -> None:
    query = chat.inline("q")
    answer = call(
        "answerInlineQuery",
        inline_query_id=query.id,
        results=[],
        button={"text": "open", "start_parameter": payload},
    )
    assert answer["description"] == "Bad Request: START_PARAM_INVALID"
