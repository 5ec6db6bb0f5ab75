"""A backup is whole, checked and made while everything is in use."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import TelegramSettings
from bot.state.backup import back_up
from bot.state.hash_key import FILE as KEY
from bot.state.hash_key import hash_key
from bot.state.inbox import canonical
from bot.state.records import Chat
from bot.state.store import FILE, ChatStore
from corpus.errors import FeedbackDamaged, StateDamaged, StorageError, UsageError
from qa.feedback.store import FILE as ANSWERS
from qa.feedback.store import FeedbackStore
from qa.settings import Settings
from tests.damaged_stores import overwritten, text
from tests.qa.feedback.writer import answer

Hashed = Callable[[int], str]


@pytest.fixture
def key(path: Path) -> str:
    """The key that is kept beside the stores."""
    return hash_key(Settings(state=path.parent), TelegramSettings(hash_key=None))


@pytest.fixture
def feedback(path: Path) -> FeedbackStore:
    """A feedback store with one answer."""
    with FeedbackStore(path.with_name(ANSWERS)) as store:
        store.record_answer(answer("1"))
        return store


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_holds_both_stores_and_the_key_for_their_owner_alone(
    store: ChatStore, feedback: FeedbackStore, key: str, hashed: Hashed, tmp_path: Path
) -> None:
    store.update_chat(hashed(1), language="zh_Hant")
    waiting = canonical({"update_id": 9, "text": "an unanswered secret"})
    assert store.receive(9, waiting)
    copies = back_up(store.path.parent, tmp_path / "deep" / "backups")
    (folder,) = (tmp_path / "deep" / "backups").iterdir()
    assert re.fullmatch(r"cityqa-\d{8}-\d{6}", folder.name)
    assert copies == [folder / FILE, folder / ANSWERS, folder / KEY]
    # Nothing beside them that would be left behind.
    assert sorted(copies) == sorted(folder.iterdir())
    assert {mode(copy) for copy in copies} == {0o600}
    assert mode(folder) == 0o700
    with ChatStore(folder / FILE) as copy, FeedbackStore(folder / ANSWERS) as answers:
        assert copy.chat(hashed(1)) == Chat("zh_Hant")
        assert answers.count() == 1
        # A message that waits is not in it in clear, nor answered again from it.
        assert not copy.receive(9, waiting)
        assert copy.unfinished() == ()
    assert b"secret" not in (folder / FILE).read_bytes()
    assert (folder / KEY).read_text(encoding="ascii") == key


def test_a_backup_goes_along_with_writing_and_is_one_state(
    store: ChatStore, tmp_path: Path
) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            number = len(written)
            assert store.receive(number, canonical({"update_id": number, "text": "桥" * 300}))
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        while len(written) < 50:
            pass
        for number in range(5):
            before = len(written)
            store.backup(tmp_path / f"{number}.sqlite3")
            counts.append((before, tmp_path / f"{number}.sqlite3"))
    finally:
        stop.set()
        writer.join()
    for before, copy in counts:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            numbers = [
                int(key.partition(":")[0])
                for (key,) in connection.execute("SELECT key FROM updates ORDER BY number")
            ]
        # Without a gap, and with all that was there when it began.
        assert numbers == list(range(len(numbers)))
        assert before <= len(numbers) <= len(written)


def test_a_copy_takes_the_place_of_the_one_before(
    store: ChatStore, hashed: Hashed, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    for language in ("en", "zh_Hans"):
        store.update_chat(hashed(1), language=language)
        store.backup(copy)
    assert sorted(tmp_path.iterdir()) == sorted([copy, store.path.parent])
    with ChatStore(copy) as found:
        assert found.chat(hashed(1)) == Chat("zh_Hans")


def test_two_backups_of_one_second_stand_beside_each_other(
    store: ChatStore, tmp_path: Path
) -> None:
    store.prepare()
    folders = {back_up(store.path.parent, tmp_path / "to")[0].parent for _ in range(3)}
    assert len(folders) == len(list((tmp_path / "to").iterdir())) == 3


def test_without_anything_kept_there_is_no_backup(store: ChatStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="CITYQA_STATE"):
        back_up(store.path.parent, tmp_path / "to")
    assert not (tmp_path / "to").exists()
    with pytest.raises(StorageError, match="there is no chat state here"):
        store.backup(tmp_path / "copy")


@pytest.mark.parametrize("damage", [overwritten, text])
@pytest.mark.parametrize(("name", "error"), [(FILE, StateDamaged), (ANSWERS, FeedbackDamaged)])
def test_a_damaged_store_gives_no_backup_and_is_named(
    store: ChatStore,
    feedback: FeedbackStore,
    tmp_path: Path,
    name: str,
    error: type[Exception],
    damage: Callable[[Path], None],
) -> None:
    store.prepare()
    store.close()
    damage(store.path.with_name(name))
    with pytest.raises(error) as caught:
        back_up(store.path.parent, tmp_path / "to")
    assert name in str(caught.value)
    assert list((tmp_path / "to").iterdir()) == []


def test_what_is_in_the_way_of_a_backup_is_named(store: ChatStore, tmp_path: Path) -> None:
    store.prepare()
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(StorageError, match=re.escape(str(tmp_path / "file"))):
        back_up(store.path.parent, tmp_path / "file")
    for to in (tmp_path / "file" / "copy", tmp_path / "folder"):
        with pytest.raises(StorageError, match=re.escape(str(to))):
            store.backup(to)
    assert not list(tmp_path.glob(".*"))


def test_a_key_that_is_set_needs_no_file(store: ChatStore, tmp_path: Path, clock: Any) -> None:
    store.prepare()
    assert [copy.name for copy in back_up(store.path.parent, tmp_path / "to")] == [FILE]
