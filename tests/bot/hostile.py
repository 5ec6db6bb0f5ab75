"""What a client may send that means no good, or is only odd: strategies for hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.telegram_server.chats import Chat

Send = Callable[[Chat], object]
"""Does one thing in a chat."""

MARKUP = (
    "<b>武汉</b> 有多少 <i>小区",
    "<a href='https://evil.example/'>click</a> & &lt; &#0; &amp;amp;",
    "*bold _italic `code [link](https://evil.example/) ||spoiler|| ~~~",
    "武汉 {cities} {0} %s %(x)s ${HOME} `id` $(id)",
    "'; DROP TABLE answers; --",
    "[text](tg://user?id=1) @everyone #tag /start /ask https://evil.example/武汉",
    "武漢改造了多少個老舊小區？\u202e\u2066gpj.exe\u2069",
    "\u200f\u200e\u202a\u202b\u202c\u202d\u2067\u2068 小区 \u202e",
    "a\u0000b\u0001c\u001b[31md\u007f\u0085\u2028\u2029e",
    "👩‍👩‍👧‍👦" * 200,
    "🏳️‍🌈🇨🇳🇹🇼👍🏽" * 150,
    "e\u0301\u0301\u0301" * 300,
    "\ud83d",
    "武汉\udc00小区\ud800多少",
    "改" * 4096,
    "武汉改造了多少个老旧小区？" * 300,
    "😀" * 2048,
    "\u3164\u2800\u00ad\ufeff",
    "？？？！！！。。。",
    " \n\t\r\n ",
    "../../etc/passwd",
    "0" * 4000,
    "-1",
    "1e309",
    "NaN",
)
COMMANDS = (
    "start help ask compare cities reports language settings privacy forget stats unknown".split()
)

texts = st.one_of(
    st.sampled_from(MARKUP),
    st.text(min_size=1, max_size=60),
    st.text(st.characters(), min_size=1, max_size=40),
    st.text(
        st.sampled_from("武汉小区多少那呢？<>&*_[]()`\u202e\u200d\ud800😀 "),
        min_size=1,
        max_size=80,
    ),
)
"""Of any characters, lone surrogates among them."""

payloads = st.one_of(
    st.text(st.characters(), max_size=70),
    st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    st.sampled_from(["wuhan-00000000", "wuhan", "_", "-", "%00", "wuhan-d441ed54_s5", "a" * 65]),
)
data = st.one_of(
    st.text(st.characters(), min_size=1, max_size=64),
    st.from_regex(r"[a-z]:[A-Za-z0-9_:-]{0,60}", fullmatch=True),
    st.sampled_from(
        [
            "p:wuhan-00000000", "p:", "p", ":", "t:wuhan:999999", "t:none:1", "w:wuhan:-1",
            "w:wuhan:99999999999999999999", "d:none", "d:wuhan:extra", "r:x", "c:0", "x:00000000:1",
            "l:xx", "l:zh_Hans:zh_Hans", "f:1:h:0", "f:999999999:w:3", "f:1:z:1", "f:1",
            "e:00000000",
            "k:no", "k:maybe", "s:none", "a:1", "n", "n:n:n:n",
        ]
    ),
)  # fmt: skip
kinds = st.sampled_from(
    """photo sticker voice audio video video_note animation document location contact dice
    poll""".split()
)
services = st.sampled_from(
    [
        {"new_chat_title": "<b>title</b>"},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}},
        {"new_chat_members": [{"id": 77, "is_bot": False, "first_name": "<i>"}]},
        {"left_chat_member": {"id": 77, "is_bot": False, "first_name": "\u202e"}},
        {"group_chat_created": True},
        {"delete_chat_photo": True},
        {"migrate_from_chat_id": -77},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"successful_payment": {"currency": "XTR"}},
        {},
    ]
)
junk = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
fields = st.sampled_from(
    "message edited_message callback_query inline_query my_chat_member channel_post poll "
    "message_reaction chat_join_request nothing_known".split()
)


def _raw(name: str, value: Any) -> Send:
    return lambda chat: chat.raw(**{name: value})


def _pressed(text: str, without: tuple[str, ...], message: int | None) -> Send:
    return lambda chat: chat.presses(text, message, without=without)


def _edited(before: str, after: str) -> Send:
    return lambda chat: chat.edits(chat.says(before), after)


def _text(text: str) -> Send:
    return lambda chat: chat.says(text)


things: st.SearchStrategy[Send] = st.one_of(
    st.builds(_text, texts),
    st.builds(lambda name, text: _text(f"/{name} {text}"), st.sampled_from(COMMANDS), texts),
    st.builds(lambda payload: _text(f"/start {payload}"), payloads),
    st.builds(
        _pressed,
        data,
        st.sampled_from([(), ("text",), ("message",), ("text", "reply_markup"), ("from",)]),
        st.sampled_from([None, 1, 10**9]),
    ),
    st.builds(
        lambda kind, caption: lambda chat: chat.sends(kind, caption), kinds, st.none() | texts
    ),
    st.builds(lambda content: lambda chat: chat.service(**content), services),
    st.builds(lambda text, offset: lambda chat: chat.inline(text, offset=offset), texts, payloads),
    st.builds(_edited, texts, texts),
    st.builds(_raw, fields, junk),
)
"""One thing that a client does, of nine kinds."""
