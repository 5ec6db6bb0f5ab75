"""Stores of every earlier version are brought up to date, and no step loses anything."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import FeedbackNewer
from qa.feedback.migrations import LATEST, STEPS, migrate, version_of
from qa.feedback.records import ShownAnswer
from qa.feedback.store import FeedbackStore

Shown = Callable[..., ShownAnswer]
Rater = Callable[[int], str]

# As the first step made it: what a released step does may not change.
VERSION_1 = """
PRAGMA application_id = 1668378982;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, time INTEGER NOT NULL,
    channel TEXT NOT NULL, chat TEXT, question TEXT NOT NULL, language TEXT NOT NULL,
    refused INTEGER NOT NULL CHECK (refused IN (0, 1)), reason TEXT NOT NULL,
    confidence REAL NOT NULL, latency_ms REAL NOT NULL, cityqa TEXT NOT NULL,
    index_digest TEXT NOT NULL, model TEXT NOT NULL, model_version TEXT NOT NULL,
    trained TEXT NOT NULL
);
CREATE INDEX answers_by_time ON answers (time);
CREATE INDEX answers_by_chat ON answers (chat) WHERE chat IS NOT NULL;
CREATE TABLE extracts (
    answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE, rank INTEGER NOT NULL,
    report TEXT NOT NULL, passage TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    digest TEXT NOT NULL, text TEXT NOT NULL, score REAL, signals TEXT NOT NULL,
    PRIMARY KEY (answer, rank)
) WITHOUT ROWID;
INSERT INTO answers VALUES (41, 'telegram:1', 1709640000125, 'telegram', NULL, '桥？', 'zh-Hans',
    0, '', 0.75, 12.5, '0.1.0', 'ab', 'builtin', '3', '');
INSERT INTO extracts VALUES (41, 1, 'huaihua', 'huaihua-1', 0, 9, 'cd', '桥梁27座。', 1.5,
    '{"dense": 0.5}');
PRAGMA user_version = 1;
"""


def made(path: Path, script: str = VERSION_1) -> Path:
    """A store of an earlier version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def schema(path: Path) -> dict[str, str]:
    """Name to SQL of tables and indexes, blanks apart."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_schema").fetchall()
    return {name: "".join(sql.split()) for name, sql in rows}


def test_a_store_of_version_1_keeps_its_answers_and_takes_ratings(path: Path, rater: Rater) -> None:
    with FeedbackStore(made(path)) as store:
        assert store.statistics().questions == 1
        assert store.rate(41, rater(1), "helpful", rank=1)
        (found,) = store.export()
        assert found.answer.question == "桥？"
        assert found.answer.time.isoformat() == "2024-03-05T12:00:00.125000+00:00"
        assert [extract.text for extract in found.answer.extracts] == ["桥梁27座。"]


def test_an_old_store_ends_with_the_schema_of_a_new_one(path: Path, shown: Shown) -> None:
    for name, script in (("new", ""), ("old", VERSION_1)):
        with FeedbackStore(made(path.with_name(name), script)) as store:
            store.record_answer(shown())
    assert schema(path.with_name("old")) == schema(path.with_name("new"))


@pytest.mark.parametrize("version", range(LATEST))
def test_reading_alone_brings_a_store_of_any_version_up_to_date(path: Path, version: int) -> None:
    made(path, "")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # So that there is a file, as after a first step that failed.
        connection.execute("PRAGMA journal_mode = WAL")
        migrate(connection, STEPS[:version])
        assert version_of(connection) == version
    with FeedbackStore(path) as store:
        assert store.count() == 0
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert version_of(connection) == LATEST


def test_many_that_bring_a_store_up_to_date_at_once_do_each_step_once(
    path: Path, rater: Rater
) -> None:
    made(path)

    def rate(number: int) -> bool:
        with FeedbackStore(path) as store:
            return store.rate(41, rater(number), "helpful")

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(rate, range(16)))
    with FeedbackStore(path) as store:
        assert store.statistics().ratings["helpful"] == 16


def test_a_step_that_fails_loses_nothing_and_can_be_done_later(path: Path, rater: Rater) -> None:
    def failing(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM answers")
        connection.execute("DROP TABLE extracts")
        connection.execute("NONSENSE")

    made(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="NONSENSE"):
            migrate(connection, (STEPS[0], failing))
        assert version_of(connection) == 1
        assert not connection.in_transaction
    with FeedbackStore(path) as store:
        store.rate(41, rater(1), "helpful")
        (found,) = store.export()
        assert len(found.answer.extracts) == 1


def test_a_store_of_a_later_program_is_left_alone(path: Path, shown: Shown) -> None:
    made(path, VERSION_1 + f"PRAGMA user_version = {LATEST + 7};")
    before = path.read_bytes()
    store = FeedbackStore(path)
    for use in (store.statistics, lambda: store.record_answer(shown()), lambda: [*store.export()]):
        with pytest.raises(FeedbackNewer) as caught:
            use()
        line = str(caught.value)
        assert str(path) in line
        assert f"version {LATEST + 7}" in line
        assert "update cityqa" in line
    assert path.read_bytes() == before
