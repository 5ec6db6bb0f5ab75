"""An error while an update is handled: the user is told something useful, the admins the rest."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import TimedOut
from telegram.ext import ContextTypes, TypeHandler

from bot.handlers import register
from bot.handlers.errors import on_error, place_of_error, reference_of
from bot.library import Library
from corpus.errors import IndexDamaged, UsageError
from qa.feedback.hashing import chat_hash
from qa.feedback.store import FILE as FEEDBACK
from tests.bot.handlers.in_process import InProcess, in_process
from tests.telegram_server.server import TelegramServer

SECRET = "what a user wrote"
QUESTION = "武汉评选出多少部优质党课？"


def failing(error: Exception | None) -> Callable[[Update, Any], Coroutine[Any, Any, None]]:
    """A handler that raises an error, or where none is given one from within the program."""

    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if error is not None:
            raise error
        chat_hash("", 1)

    return handle


def add_failing(app: InProcess, error: Exception | None) -> None:
    app.application.add_handler(TypeHandler(Update, failing(error)))
    app.application.add_error_handler(on_error)


def test_the_user_gets_a_reference_and_the_admins_the_place_without_any_text(
    telegram: TelegramServer,
    library: Library,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    eve, other = telegram.private(language_code="en"), telegram.private(language_code="zh-hans")
    admin = telegram.private()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path, admins=(admin.id,)) as app:
            add_failing(app, None)
            await app.takes(eve.says(SECRET))
            await app.takes(other.says(SECRET))
            exposition = app.services.metrics.exposition().decode()
            assert 'cityqa_errors_total{kind="ValueError"} 2.0' in exposition

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    told = eve.answer().text
    reference = re.fullmatch(r"Something went wrong\. It has been noted as (\w{6})\.", told)
    assert reference is not None
    assert reference[1] in other.answer().text
    # Of the same error the admins are told once a minute.
    report = admin.answer().text
    assert reference[1] in report
    assert "ValueError at qa.feedback.hashing:" in report
    assert "message" in report
    assert SECRET not in report
    assert reference[1] in caplog.text
    assert "Traceback" in caplog.text
    assert telegram.violations == []


def test_an_error_of_the_operators_tells_the_user_nothing_of_paths(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    eve = telegram.private(language_code="en")

    async def run() -> None:
        async with in_process(telegram, library, tmp_path) as app:
            add_failing(app, IndexDamaged("is cut short", where="/srv/index/passages.npz"))
            await app.takes(eve.says(SECRET))

    asyncio.run(run())
    told = eve.answer().text
    assert told.startswith("The reports cannot be searched at the moment.")
    assert "/srv" not in told


def test_a_wrong_request_is_told_to_the_user_alone(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    eve, admin = telegram.private(language_code="zh-hans"), telegram.private()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path, admins=(admin.id,)) as app:
            add_failing(app, UsageError("no such page"))
            await app.takes(eve.says(SECRET))

    asyncio.run(run())
    # Errors are in English; the line that tells of them is not.
    assert eve.answer().text == "这样问我处理不了，请换个方式再试，或者看看 /help。"
    assert admin.is_quiet(0.1)


def test_where_telegram_is_not_reached_nobody_is_told(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    eve, admin = telegram.private(), telegram.private()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path, admins=(admin.id,)) as app:
            add_failing(app, TimedOut())
            await app.takes(eve.says(SECRET))

    asyncio.run(run())
    assert eve.is_quiet(0.1)
    assert admin.is_quiet(0.1)


def test_an_error_of_no_update_or_without_services_raises_nothing(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    admin = telegram.private()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path, admins=(admin.id,)) as app:
            app.application.add_error_handler(on_error)
            await app.application.process_error(None, ValueError(SECRET))
            app.application.bot_data.clear()
            await app.application.process_error(None, KeyError(SECRET))

    asyncio.run(run())
    assert "ValueError at unknown" in admin.answer().text


def test_one_error_at_one_place_has_one_reference() -> None:
    def raised(error: Exception) -> Exception:
        try:
            raise error
        except Exception as caught:
            return caught

    errors = [raised(ValueError(SECRET)), raised(ValueError("else")), raised(KeyError(SECRET))]
    references = [reference_of(error, place_of_error(error)) for error in errors]
    assert references[0] == references[1] != references[2]


def test_where_the_feedback_store_fails_the_answer_goes_out_without_rating_buttons(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    (tmp_path / FEEDBACK).write_bytes(b"no store " * 1000)
    ada = telegram.private(language_code="zh-hans")

    async def run() -> None:
        async with in_process(telegram, library, tmp_path) as app:
            register(app.application)
            await app.takes(ada.says(QUESTION))

    asyncio.run(run())
    answer = ada.answer()
    assert "100部" in answer.quotes[0]
    labels = [button.text for button in answer.buttons]
    assert any("[1]" in label for label in labels)
    assert not any("有帮助" in label for label in labels)


def test_where_the_state_fails_questions_are_answered_all_the_same(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    ada = telegram.private(language_code="zh-hans")

    async def run() -> None:
        async with in_process(telegram, library, tmp_path) as app:
            register(app.application)
            # A folder in the place of a file: nothing can be opened there.
            app.services.chats.close()
            for file in tmp_path.glob("telegram.sqlite3*"):
                file.unlink()
            (tmp_path / "telegram.sqlite3").mkdir()
            (tmp_path / "telegram.sqlite3" / "in the way").touch()
            asked = ada.says(QUESTION)
            await app.takes(asked)

    asyncio.run(run())
    assert "100部" in ada.answer().quotes[0]
