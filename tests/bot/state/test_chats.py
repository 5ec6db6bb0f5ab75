"""Settings of chats and answers shown in them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.state.chats import SHOWN_A_CHAT
from bot.state.records import Chat, Shown
from bot.state.store import ChatStore
from qa.feedback.records import text_digest

Make = Callable[..., Shown]
Hashed = Callable[[int], str]


def test_reading_and_deleting_make_no_file(store: ChatStore, hashed: Hashed) -> None:
    one, two = hashed(1), hashed(2)
    assert store.chat(one) == Chat(language=None, cities=())
    assert store.last_question(one) is None
    assert store.shown_for_question(one, 1) is None
    assert store.shown_as(one, 1) is None
    assert store.fact("profile") is None
    assert store.unfinished() == ()
    store.migrate(one, two)
    assert not store.forget(one)
    assert store.purge(1) == 0
    assert not store.path.parent.exists()
    store.prepare()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_settings_are_kept_a_chat_and_outlive_a_restart(path: Path, hashed: Hashed) -> None:
    with ChatStore(path) as store:
        assert store.update_chat(hashed(1), language="zh_Hant") == Chat("zh_Hant")
        assert store.update_chat(hashed(1), cities=("武汉市", "济南市")) == Chat(
            "zh_Hant", ("武汉市", "济南市")
        )
        store.update_chat(hashed(2), language="en")
    with ChatStore(path) as store:
        assert store.chat(hashed(1)) == Chat("zh_Hant", ("武汉市", "济南市"))
        assert store.chat(hashed(2)) == Chat("en")
        assert store.update_chat(hashed(1), language=None, cities=()) == Chat()
        with pytest.raises(TypeError):
            store.update_chat(hashed(1), colour="blue")
        assert store.chat(hashed(1)) == Chat()


def test_an_answer_is_found_by_its_question_and_by_each_of_its_messages(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    answer = shown()
    store.remember_answer(answer)
    assert store.shown_for_question(hashed(1), 100) == answer
    assert store.shown_as(hashed(1), 101) == store.shown_as(hashed(1), 102) == answer
    assert store.last_question(hashed(1)) == answer
    # Ids of messages count within their chat alone.
    assert store.shown_for_question(hashed(2), 100) is None
    assert store.shown_as(hashed(2), 101) is None
    assert store.last_question(hashed(2)) is None
    assert store.shown_as(hashed(1), 100) is None
    assert store.shown_for_question(hashed(1), 101) is None


def test_an_edited_question_has_its_new_answer_alone(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    store.remember_answer(shown(typed_digest=text_digest("桥？")))
    again = shown(question="edited", answer_messages=(101,), feedback_id=8)
    store.remember_answer(again)
    assert store.shown_for_question(hashed(1), 100) == again
    assert store.shown_as(hashed(1), 101) == again
    assert store.shown_as(hashed(1), 102) is None


def test_answers_without_a_question_or_an_id_stand_beside_each_other(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    for number in range(3):
        store.remember_answer(
            shown(question_message=None, answer_messages=(number,), feedback_id=None)
        )
    store.remember_answer(shown(question_message=1, answer_messages=()))
    found = [store.shown_as(hashed(1), number) for number in range(3)]
    assert [one.answer_messages for one in found if one] == [(0,), (1,), (2,)]
    last = store.last_question(hashed(1))
    assert last is not None
    assert last.answer_messages == ()


def test_the_last_question_is_one_of_the_last_24_hours(
    store: ChatStore, shown: Make, hashed: Hashed, clock: Any
) -> None:
    store.remember_answer(shown(question_message=1, question="first"))
    clock.passes(hours=1)
    store.remember_answer(shown(question_message=2, question="second"))
    clock.passes(hours=24)
    last = store.last_question(hashed(1))
    assert last is not None
    assert last.question == "second"
    clock.passes(milliseconds=1)
    assert store.last_question(hashed(1)) is None
    # A reply to the answer still finds it.
    assert store.shown_for_question(hashed(1), 2) == last


def test_a_group_that_became_a_supergroup_keeps_settings_and_last_question_alone(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    store.update_chat(hashed(1), language="zh_Hans", cities=("哈密市",))
    store.remember_answer(shown())
    for _ in range(2):
        store.migrate(hashed(1), hashed(2))
        assert store.chat(hashed(2)) == Chat("zh_Hans", ("哈密市",))
        last = store.last_question(hashed(2))
        assert last is not None
        assert (last.question, last.question_message) == (shown().question, None)
        # Message 101 of the supergroup is another one.
        assert store.shown_as(hashed(2), 101) is None
        assert store.chat(hashed(1)) == Chat()
        assert store.last_question(hashed(1)) is None
    store.migrate(hashed(2), hashed(2))
    assert store.chat(hashed(2)) == Chat("zh_Hans", ("哈密市",))
    # What was chosen in the supergroup since is kept.
    store.update_chat(hashed(1), language="en")
    store.migrate(hashed(1), hashed(2))
    assert store.chat(hashed(2)).language == "zh_Hans"


def test_what_is_forgotten_is_gone_from_the_disk(
    store: ChatStore, shown: Make, hashed: Hashed, everything: Callable[[], bytes]
) -> None:
    store.update_chat(hashed(1), cities=("Huaihua-to-be-forgotten",))
    store.remember_answer(shown(question="question-to-be-forgotten"))
    store.remember_answer(shown(chat=hashed(2), question="question-to-be-kept"))
    assert b"to-be-forgotten" in everything()
    assert store.forget(hashed(1))
    assert b"to-be-forgotten" not in everything()
    assert hashed(1).encode() not in everything()
    assert b"question-to-be-kept" in everything()
    assert not store.forget(hashed(1))
    assert store.chat(hashed(1)) == Chat()
    assert store.shown_as(hashed(1), 101) is None
    assert store.last_question(hashed(2)) is not None


def test_a_purge_takes_answers_and_settings_that_were_not_used_for_so_long(
    store: ChatStore, shown: Make, hashed: Hashed, clock: Any
) -> None:
    for number in (1, 2):
        store.update_chat(hashed(number), language="en")
        store.remember_answer(shown(chat=hashed(number), question_message=1))
    clock.passes(days=10)
    store.remember_answer(shown(chat=hashed(2), question_message=2, answer_messages=()))
    clock.passes(days=20)
    assert store.purge(30) == 0
    clock.passes(milliseconds=1)
    # Two answers of 30 days ago, and the settings of chat 1; chat 2 was used since.
    assert store.purge(30) == 3
    assert store.chat(hashed(1)) == Chat()
    assert store.chat(hashed(2)) == Chat("en")
    assert store.shown_for_question(hashed(2), 1) is None
    assert store.shown_for_question(hashed(2), 2) is not None


def test_a_busy_chat_keeps_its_latest_answers_alone(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    for number in range(SHOWN_A_CHAT + 3):
        store.remember_answer(shown(question_message=number, answer_messages=(1000 + number,)))
    assert store.shown_as(hashed(1), 1002) is None
    assert store.shown_as(hashed(1), 1003) is not None
    assert store.shown_as(hashed(1), 1000 + SHOWN_A_CHAT + 2) is not None


@pytest.mark.parametrize("raw", ["", "-100123", "AB" * 32])
def test_an_id_that_is_no_hash_is_never_kept(store: ChatStore, shown: Make, raw: str) -> None:
    for use in (
        lambda: store.chat(raw),
        lambda: store.update_chat(raw, language="en"),
        lambda: store.remember_answer(shown(chat=raw)),
        lambda: store.last_question(raw),
        lambda: store.shown_as(raw, 1),
        lambda: store.shown_for_question(raw, 1),
        lambda: store.forget(raw),
        lambda: store.migrate(raw, "ab" * 32),
        lambda: store.migrate("ab" * 32, raw),
    ):
        with pytest.raises(ValueError, match="no hash"):
            use()
    assert not store.path.exists()


def test_what_utf8_cannot_hold_is_a_question_mark(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    store.remember_answer(shown(question="桥\ud800？\x00"))
    store.update_chat(hashed(1), cities=("\ud800",))
    last = store.last_question(hashed(1))
    assert last is not None
    assert last.question == "桥?？\x00"
    assert store.chat(hashed(1)).cities == ("\ud800",)


def test_threads_that_write_at_once_lose_nothing(
    store: ChatStore, shown: Make, hashed: Hashed
) -> None:
    def use(number: int) -> bool:
        chat = hashed(number % 4)
        store.remember_answer(shown(chat=chat, question_message=number, answer_messages=(number,)))
        store.update_chat(chat, cities=(f"{number}",))
        found = store.shown_as(chat, number)
        return found is not None and found.question_message == number

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(200)))


def test_a_fact_takes_the_place_of_the_one_before(store: ChatStore) -> None:
    store.note("profile", "a")
    store.note("profile", "b")
    store.note("other", "c")
    assert (store.fact("profile"), store.fact("other")) == ("b", "c")
