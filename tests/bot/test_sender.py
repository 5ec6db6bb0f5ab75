"""Views put into chats over real HTTP, whatever Telegram and the network do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.limits import TEXT_BUDGET
from bot.rendered import Rendered, Style
from bot.retries import Failure, failure_of
from bot.running.lenient_bot import make_bot
from bot.running.logs import event
from bot.running.metrics import Metrics
from bot.running.pacing import Pacing
from bot.sender import Sender, Sent
from bot.state.store import FILE, ChatStore
from bot.styled import Styled
from bot.view import View
from qa.feedback.hashing import chat_hash
from tests.telegram_server.server import TelegramServer

KEY = "a key for tests"


@pytest.fixture(autouse=True)
def waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``make_bot`` sets it: otherwise PTB warns of a change to come."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


class Sending:
    """A sender, with what it counts and keeps."""

    def __init__(self, state: Path, base_url: str) -> None:
        self.metrics = Metrics()
        self.bot = make_bot("123456:TEST", base_url, Pacing(self.metrics))
        self.chats = ChatStore(state / FILE)
        self.sender = Sender(self.bot, self.chats, KEY, self.metrics)

    def counted(self, line: str) -> bool:
        return line in self.metrics.exposition().decode()


@asynccontextmanager
async def sending(state: Path, base_url: str) -> AsyncIterator[Sending]:
    made = Sending(state, base_url)
    await made.bot.initialize()
    try:
        yield made
    finally:
        await made.sender.settled()
        await made.bot.shutdown()
        made.chats.close()


Use = Callable[[Sending], Awaitable[Any]]


@pytest.fixture
def use(tmp_path: Path, telegram: TelegramServer) -> Iterator[Callable[[Use], Any]]:
    """Run something with a sender on the server."""

    def run(work: Use) -> Any:
        async def main() -> Any:
            async with sending(tmp_path, telegram.base_url) as made:
                return await work(made)

        return asyncio.run(main())

    yield run
    assert telegram.violations == []


def view(text: str, *buttons: str) -> View:
    rows = [[InlineKeyboardButton(name, callback_data="n") for name in buttons]]
    return View(Styled().add(text, Style.BOLD), InlineKeyboardMarkup(rows) if buttons else None)


def test_a_view_is_a_message_with_entities_buttons_and_its_id(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()
    question = chat.says("how many?")
    sent = use(lambda made: made.sender.send(chat.id, view("Many.", "why"), reply_to=question.id))
    (message,) = chat.wait()
    assert sent == Sent(True, (message.id,))
    assert message.text == "Many."
    assert [entity["type"] for entity in message.entities] == ["bold"]
    assert [button.text for button in message.buttons] == ["why"]


def test_what_one_message_cannot_hold_is_several_with_the_buttons_under_the_last(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()
    text = "word " * (TEXT_BUDGET // 4)
    sent = use(lambda made: made.sender.send(chat.id, view(text, "why")))
    messages = chat.wait(2)
    assert sent.ids == tuple(message.id for message in messages)
    assert "".join(message.text + " " for message in messages).split() == text.split()
    assert [len(message.buttons) for message in messages] == [0, 1]


def test_a_view_with_nothing_to_see_is_no_message(use: Callable[[Use], Any]) -> None:
    assert use(lambda made: made.sender.send(1, View(Styled()))) == Sent()


def test_a_message_that_did_not_go_through_is_sent_again(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()
    telegram.fault("sendMessage", status=502)
    assert use(lambda made: made.sender.send(chat.id, view("Many."))).ids
    assert len(chat.wait()) == 1
    assert len(telegram.requests_of("sendMessage")) == 2


def test_a_message_whose_connection_is_cut_is_sent_once_more(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()
    telegram.fault("sendMessage", drop="before")
    assert use(lambda made: made.sender.send(chat.id, view("Many."))).ids
    assert len(chat.wait()) == 1
    assert len(telegram.requests_of("sendMessage")) == 2
    # Once only: it may have arrived each time.
    other = telegram.private()
    telegram.fault("sendMessage", drop="before", times=2)

    async def work(made: Sending) -> None:
        assert await made.sender.send(other.id, view("Many.")) == Sent(True)
        assert made.counted('cityqa_send_failures_total{kind="cut"} 1.0')

    use(work)
    assert len(telegram.requests_of("sendMessage")) == 4


def test_telegram_says_to_wait_and_is_waited_for(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()
    telegram.fault("sendMessage", retry_after=1)
    assert use(lambda made: made.sender.send(chat.id, view("Many."))).done
    first, second = telegram.requests_of("sendMessage")
    assert 1.0 < second.time - first.time < 3.0


@pytest.mark.parametrize("fault", [{"poor": True}, {"invalid_json": True}])
def test_a_message_whose_description_cannot_be_read_was_sent(
    telegram: TelegramServer, use: Callable[[Use], Any], fault: dict[str, Any]
) -> None:
    chat = telegram.private()
    telegram.fault("sendMessage", **fault)
    sent = use(lambda made: made.sender.send(chat.id, view("Many.")))
    (message,) = chat.wait()
    assert sent == Sent(True, (message.id,) if "poor" in fault else ())
    assert len(telegram.requests_of("sendMessage")) == 1


def test_who_has_blocked_the_bot_gets_nothing_and_it_is_no_error(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()
    chat.blocks()

    async def work(made: Sending) -> None:
        assert await made.sender.send(chat.id, view("Many.")) == Sent()
        assert await made.sender.document(chat.id, "a.html", b"<p>", view("A")) == Sent()
        await made.sender.typing(chat.id)
        assert made.counted('cityqa_send_failures_total{kind="forbidden"} 2.0')

    use(work)


def test_a_group_that_became_a_supergroup_gets_its_message_and_keeps_its_settings(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    group = telegram.group()
    old = group.id

    async def work(made: Sending) -> Any:
        made.chats.update_chat(chat_hash(KEY, old), cities=("武汉",))
        new = group.migrates()
        assert (await made.sender.send(old, view("Many."))).done
        (message,) = new.wait()
        assert message.text == "Many."
        assert made.chats.chat(chat_hash(KEY, new.id)).cities == ("武汉",)

    use(work)


def test_an_edit_in_place_an_edit_that_changes_nothing_and_one_of_nothing(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()

    async def work(made: Sending) -> None:
        (id_,) = (await made.sender.send(chat.id, view("Many."))).ids
        assert await made.sender.edit(chat.id, id_, view("More.", "why"))
        assert await made.sender.edit(chat.id, id_, view("More.", "why"))
        assert await made.sender.edit_keyboard(chat.id, id_, None)
        assert not await made.sender.edit(chat.id, id_ + 1000, view("More."))

    use(work)
    assert [message.text for message in chat.wait(2)][-1] == "More."
    assert [line.rpartition(": ")[2] for line in telegram.violations] == [
        "message to edit not found"
    ]
    telegram.violations.clear()


def test_an_edit_is_made_again_where_it_may_have_been_done(
    telegram: TelegramServer, use: Callable[[Use], Any]
) -> None:
    chat = telegram.private()

    async def work(made: Sending) -> None:
        (id_,) = (await made.sender.send(chat.id, view("Many."))).ids
        telegram.fault("editMessageText", drop="after")
        # The second time nothing is changed any more, which is as good.
        assert await made.sender.edit(chat.id, id_, view("More."))

    use(work)
    assert len(telegram.requests_of("editMessageText")) == 2


def test_a_document_with_its_caption(telegram: TelegramServer, use: Callable[[Use], Any]) -> None:
    chat = telegram.private()
    content = "<p>武汉</p>".encode()
    sent = use(lambda made: made.sender.document(chat.id, "wuhan.html", content, view("Wuhan")))
    (message,) = chat.wait()
    assert sent == Sent(True, (message.id,))
    assert message.raw["document"]["file_name"] == "wuhan.html"
    assert message.raw["caption"] == "Wuhan"


def test_what_passes_never_fails(telegram: TelegramServer, use: Callable[[Use], Any]) -> None:
    async def work(made: Sending) -> None:
        await made.sender.notice("no such query", "x" * 500)
        await made.sender.inline("no such query", [], cache_seconds=0, personal=True)
        await made.sender.typing(987654321)

    use(work)
    assert {line.partition(":")[0] for line in telegram.violations} <= {
        "answerCallbackQuery",
        "answerInlineQuery",
        "sendChatAction",
    }
    telegram.violations.clear()


class Refusing:
    """A bot whose server refuses some parameters, each with its reason."""

    def __init__(self, *refused: tuple[str, str]) -> None:
        self.refused = dict(refused)
        self.sent: list[dict[str, Any]] = []

    async def call(self, endpoint: str, data: dict[str, Any], **_: Any) -> dict[str, int]:
        for name, reason in self.refused.items():
            if data.get(name) is not None:
                raise BadRequest(reason)
        self.sent.append(dict(data))
        return {"message_id": 1}


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ("entities", "Can't parse entities: unsupported"),
        ("message_thread_id", "Message thread not found"),
        ("message_thread_id", "TOPIC_CLOSED"),
        ("reply_parameters", "Message to be replied not found"),
        ("reply_markup", "BUTTON_URL_INVALID"),
        ("reply_markup", "Can't parse inline keyboard button: text buttons are unallowed"),
    ],
)
def test_what_telegram_holds_to_be_wrong_is_left_out(
    tmp_path: Path, parameter: str, reason: str
) -> None:
    linked = Styled().link("report", "https://example.org/wuhan")
    keyboard = view("", "why").keyboard

    async def main() -> None:
        bot = Refusing((parameter, reason))
        with ChatStore(tmp_path / FILE) as chats:
            sender = Sender(bot, chats, KEY, Metrics())  # type: ignore[arg-type]
            sent = await sender.send(5, View(linked, keyboard), thread=3, reply_to=9)
            assert sent == Sent(True, (1,))
        (made,) = bot.sent
        assert made.get(parameter) is None
        others = {"entities", "message_thread_id", "reply_parameters", "reply_markup"} - {parameter}
        assert all(made[name] is not None for name in others)
        rendered: Rendered = linked.rendered()[0]
        assert made["text"] == (rendered.plain if parameter == "entities" else rendered.text)
        assert "https://example.org/wuhan" in rendered.plain

    asyncio.run(main())


@pytest.mark.parametrize(("reason", "calls"), [("Bad Request: no", 2), ("Chat not found", 1)])
def test_what_is_refused_for_an_unknown_reason_is_tried_once_more_as_plain_text(
    tmp_path: Path, reason: str, calls: int
) -> None:
    class Plain:
        """A bot whose server takes nothing but plain text."""

        def __init__(self) -> None:
            self.made: list[set[str]] = []

        async def call(self, endpoint: str, data: dict[str, Any], **_: Any) -> dict[str, int]:
            self.made.append({name for name, value in data.items() if value is not None})
            if {"entities", "reply_markup", "reply_parameters"} & self.made[-1]:
                raise BadRequest(reason)
            return {"message_id": 1}

    async def main() -> None:
        bot = Plain()
        with ChatStore(tmp_path / FILE) as chats:
            sender = Sender(bot, chats, KEY, Metrics())  # type: ignore[arg-type]
            sent = await sender.send(5, view("Many.", "why"), reply_to=9)
        assert sent.done == (calls == 2)
        assert len(bot.made) == calls

    asyncio.run(main())


def test_a_typing_status_for_a_group_that_moved_takes_its_state_along_and_logs_no_id(
    telegram: TelegramServer, use: Callable[[Use], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    group = telegram.group()
    old = group.id

    async def work(made: Sending) -> None:
        made.chats.update_chat(chat_hash(KEY, old), cities=("武汉",))
        new = group.migrates()
        await made.sender.typing(old)
        await asyncio.gather(*made.sender._typing.values())
        assert made.chats.chat(chat_hash(KEY, new.id)).cities == ("武汉",)
        event(logging.getLogger("x"), logging.INFO, "request_failed", reason=f"see {new.id}")
        assert str(abs(new.id)) not in "".join(str(vars(one)) for one in caplog.records)

    use(work)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (caused(NetworkError("x"), httpx.ConnectError("refused")), Failure.UNSENT),
        (caused(TimedOut(), httpx.ConnectTimeout("slow")), Failure.UNSENT),
        (caused(TimedOut(), httpx.PoolTimeout("full")), Failure.UNSENT),
        (caused(TimedOut(), httpx.ReadTimeout("slow")), Failure.SILENT),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("gone")), Failure.DROPPED),
        (caused(NetworkError("x"), httpx.ReadError("reset")), Failure.DROPPED),
        (NetworkError("Bad Gateway"), Failure.SERVER),
        (BadRequest("Chat not found"), Failure.REFUSED),
        (Forbidden("bot was blocked by the user"), Failure.FORBIDDEN),
        (InvalidToken("Unauthorized"), Failure.TOKEN),
        (InvalidToken("Not Found"), Failure.UNKNOWN),
        (InvalidToken("no handler of that name"), Failure.UNKNOWN),
    ],
)
def test_failures_are_told_apart(error: TelegramError, failure: Failure) -> None:
    assert failure_of(error) is failure


def test_too_long_a_wait_is_a_failure_of_its_own() -> None:
    assert failure_of(RetryAfter(9999)) is Failure.FLOOD


def test_a_message_that_may_have_been_sent_is_not_sent_again(
    tmp_path: Path,
) -> None:
    class Silent:
        calls = 0

        async def call(self, endpoint: str, data: dict[str, Any], **_: Any) -> None:
            self.calls += 1
            raise caused(TimedOut(), httpx.ReadTimeout("slow"))

    async def main() -> None:
        bot = Silent()
        with ChatStore(tmp_path / FILE) as chats:
            sender = Sender(bot, chats, KEY, Metrics())  # type: ignore[arg-type]
            # What may have been sent is taken for sent: what follows goes on from it.
            assert await sender.send(5, view("Many.")) == Sent(True)
        assert bot.calls == 1

    asyncio.run(main())
