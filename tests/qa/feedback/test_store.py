"""What is kept, counted, forgotten; and that nothing is made by looking."""

from __future__ import annotations

import datetime
import math
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import UsageError
from qa.feedback.hashing import chat_hash
from qa.feedback.records import (
    GivenRating,
    ShownAnswer,
    ShownExtract,
    Statistics,
    milliseconds,
    moment,
)
from qa.feedback.store import FeedbackStore

Shown = Callable[..., ShownAnswer]
Rater = Callable[[int], str]

DAY = datetime.timedelta(days=1)
NOTHING = Statistics(0, 0, {"helpful": 0, "wrong_source": 0, "not_an_answer": 0}, None, None)


def everything(path: Path) -> bytes:
    """What the disk holds of a store, its log included."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def test_an_answer_comes_back_as_it_was_shown_with_its_rating(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    time = shown().time + DAY
    id_ = store.record_answer(shown())
    assert store.rate(id_, rater(2), "helpful", rank=2, time=time)
    (found,) = store.export()
    assert found.id == id_
    assert found.answer == shown()
    assert found.ratings == (GivenRating(rater(2), "helpful", 2, time),)


def test_an_answer_that_was_not_rated_is_not_exported(store: FeedbackStore, shown: Shown) -> None:
    store.record_answer(shown())
    assert list(store.export()) == []


def test_the_same_answer_recorded_again_counts_once(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    first = store.record_answer(shown())
    assert store.record_answer(shown(question="changed", extracts=())) == first
    assert store.record_answer(shown(key="telegram:2")) != first
    assert store.statistics().questions == 2
    store.rate(first, rater(1), "helpful")
    (found,) = store.export()
    assert found.answer == shown()


def test_the_latest_rating_of_a_rater_wins_whatever_arrives_last(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    id_ = store.record_answer(shown())
    time = shown().time
    assert store.rate(id_, rater(1), "helpful", rank=1, time=time)
    assert store.rate(id_, rater(1), "wrong_source", rank=2, time=time + DAY)
    assert store.rate(id_, rater(1), "not_an_answer", time=time + DAY / 2)
    assert store.rate(id_, rater(2), "helpful", time=time)
    (found,) = store.export()
    assert found.ratings == (
        GivenRating(rater(2), "helpful", None, time),
        GivenRating(rater(1), "wrong_source", 2, time + DAY),
    )


def test_what_cannot_be_rated_is_said_and_not_kept(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    # No store yet, no answer of that number, an answer that was forgotten.
    assert not store.rate(1, rater(1), "helpful")
    id_ = store.record_answer(shown())
    assert not store.rate(id_ + 1, rater(1), "helpful")
    for rank in (0, 3):
        with pytest.raises(UsageError, match=f"showed no extract {rank}"):
            store.rate(id_, rater(1), "helpful", rank=rank)
    wrong: Any = "great"
    with pytest.raises(UsageError, match="no rating great"):
        store.rate(id_, rater(1), wrong)
    with pytest.raises(ValueError, match="no hash"):
        store.rate(id_, "123456", "helpful")
    with pytest.raises(ValueError, match="time zone"):
        store.rate(id_, rater(1), "helpful", time=datetime.datetime(2024, 1, 1))
    assert store.statistics().ratings == NOTHING.ratings


def test_looking_counting_and_deleting_make_no_store(
    store: FeedbackStore, path: Path, rater: Rater
) -> None:
    assert list(store.export()) == []
    assert store.statistics() == NOTHING
    assert store.count() == store.purge(1) == store.purge(None) == store.forget(rater(1)) == 0
    assert not store.rate(1, rater(1), "helpful")
    assert not path.parent.exists()


def test_only_the_owner_may_read_what_is_kept(
    store: FeedbackStore, path: Path, shown: Shown
) -> None:
    store.record_answer(shown())
    names = {file.name for file in path.parent.iterdir()}
    assert names == {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_chat_is_forgotten_with_its_ratings_and_nobody_else_is(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    mine = store.record_answer(shown(key="a", chat=rater(1)))
    other = store.record_answer(shown(key="b", chat=rater(2)))
    nobody = store.record_answer(shown(key="c", chat=None))
    store.rate(mine, rater(1), "helpful")
    store.rate(mine, rater(2), "helpful")
    store.rate(other, rater(1), "helpful")
    store.rate(other, rater(2), "not_an_answer")
    store.rate(nobody, rater(2), "helpful")
    # One answer; two ratings of it, and one given elsewhere.
    assert store.forget(rater(1)) == 4
    assert store.forget(rater(1)) == 0
    assert [(found.id, len(found.ratings)) for found in store.export()] == [(other, 1), (nobody, 1)]
    assert not store.rate(mine, rater(1), "helpful")
    # Nor does its number ever name another answer.
    assert store.record_answer(shown(key="d")) not in (mine, other, nobody)


def test_what_is_forgotten_is_gone_from_the_disk(
    store: FeedbackStore, path: Path, shown: Shown, rater: Rater
) -> None:
    secret = "never to be found again"
    kept = store.record_answer(shown(key="kept", chat=None, question="to be kept"))
    extract = replace(shown().extracts[0], text=f"{secret} {'long ' * 3000}")
    id_ = store.record_answer(shown(question=secret, chat=rater(1), extracts=(extract,)))
    store.rate(id_, rater(3), "helpful")
    assert secret.encode() in everything(path)
    assert rater(3).encode() in everything(path)
    store.forget(rater(1))
    found = everything(path)
    assert b"to be kept" in found
    for gone in (secret, "long long", rater(1), rater(3)):
        assert gone.encode() not in found
    assert store.rate(kept, rater(1), "helpful")


def test_old_answers_are_purged_and_all_are_on_request(
    store: FeedbackStore, path: Path, shown: Shown, rater: Rater
) -> None:
    now = datetime.datetime.now(datetime.UTC)
    for days in (0, 1, 29, 31, 400):
        id_ = store.record_answer(shown(key=f"{days}", time=now - days * DAY, question=f"{days}!"))
        store.rate(id_, rater(1), "helpful", time=now)
    assert store.count(30) == store.purge(30) == 2
    assert [found.answer.key for found in store.export()] == ["29", "1", "0"]
    assert b"400!" not in everything(path)
    assert store.count() == store.purge(None) == 3
    assert store.statistics() == NOTHING


def test_a_purge_of_much_makes_the_file_small_again(
    store: FeedbackStore, path: Path, shown: Shown
) -> None:
    extract = replace(shown().extracts[0], text="大" * 100_000)
    for key in range(10):
        store.record_answer(shown(key=f"{key}", extracts=(extract,)))
    store.record_answer(shown(key="new", time=datetime.datetime.now(datetime.UTC)))
    # Ten times 300,000 bytes of UTF-8.
    store.close()
    assert path.stat().st_size > 3_000_000
    assert store.purge(365) == 10
    assert path.stat().st_size < 100_000
    assert store.count() == 1


def test_statistics_count_and_take_percentiles_by_nearest_rank(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    start = shown().time
    # Latencies 100, 99, ... 1, a minute apart; every tenth a refusal.
    for number in range(100):
        id_ = store.record_answer(
            shown(
                key=f"{number}",
                time=start + number * DAY / 1440,
                latency_ms=float(100 - number),
                refused=number % 10 == 0,
            )
        )
        if number < 30:
            store.rate(id_, rater(1), "helpful" if number < 20 else "wrong_source", time=start)
    # Of 100 in order, those at the places 50 and 95.
    assert store.statistics() == Statistics(
        100, 10, {"helpful": 20, "wrong_source": 10, "not_an_answer": 0}, 50.0, 95.0
    )
    # The last three: latencies 1, 2, 3; ceil(.5 · 3) = 2, ceil(.95 · 3) = 3. No rating is so late.
    late = start + 97 * DAY / 1440
    assert store.statistics(late) == Statistics(3, 0, NOTHING.ratings, 2.0, 3.0)
    assert store.statistics(start + DAY) == NOTHING


def test_an_export_leaves_out_earlier_ratings(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    time = shown().time
    for key in ("a", "b"):
        id_ = store.record_answer(shown(key=key))
        store.rate(id_, rater(1), "helpful", time=time)
    store.rate(id_, rater(2), "helpful", time=time + DAY)
    (found,) = store.export(time + DAY / 2)
    assert [given.rater for given in found.ratings] == [rater(2)]


def test_an_export_shows_one_state_while_others_write(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    for key in ("a", "b"):
        store.rate(store.record_answer(shown(key=key)), rater(1), "helpful")
    export = store.export()
    next(export)
    store.rate(store.record_answer(shown(key="c")), rater(1), "helpful")
    store.forget(shown().chat or "")
    assert [found.answer.key for found in export] == ["b"]
    assert list(store.export()) == []


def test_what_a_reader_still_needed_is_gone_with_the_next_write(
    store: FeedbackStore, path: Path, shown: Shown, rater: Rater
) -> None:
    for key in ("a", "b"):
        store.rate(store.record_answer(shown(key=key)), rater(5), "helpful")
    reader = store.export()
    next(reader)
    store.forget(shown().chat or "")
    # The reader has to see it still.
    assert shown().question.encode() in everything(path)
    reader.close()
    store.record_answer(shown(key="c", question="another", chat=None))
    assert shown().question.encode() not in everything(path)
    assert b"another" in everything(path)


def test_a_store_that_was_moved_away_is_begun_anew(
    store: FeedbackStore, path: Path, shown: Shown
) -> None:
    store.record_answer(shown())
    path.parent.rename(path.parent.with_name("away"))
    assert store.statistics() == NOTHING
    assert not path.exists()
    store.record_answer(shown(key="b"))
    assert store.count() == 1
    with FeedbackStore(path.parent.with_name("away") / path.name) as away:
        assert away.count() == 1


def test_a_number_that_json_lacks_is_kept_as_not_a_number(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    signals = {"a": math.nan, "b": math.inf, "c": 0.1}
    extract = ShownExtract(1, "huaihua", "huaihua-1", 0, 1, "桥", math.nan, signals)
    store.rate(store.record_answer(shown(extracts=(extract,))), rater(1), "helpful")
    (found,) = store.export()
    (back,) = found.answer.extracts
    assert math.isnan(back.score)
    assert math.isnan(back.signals["a"])
    assert math.isnan(back.signals["b"])
    assert back.signals["c"] == 0.1


@pytest.mark.parametrize(
    "fields",
    [
        {"key": ""},
        {"channel": "fax"},
        {"chat": "123456789"},
        {"time": datetime.datetime(2024, 1, 1)},
        {"confidence": math.nan},
        {"confidence": 1.01},
        {"latency_ms": -1.0},
        {"latency_ms": math.inf},
        {"extracts": (ShownExtract(2, "r", "p", 0, 1, "t", 0.0, {}),)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_an_answer_that_cannot_have_been_shown_is_refused(
    shown: Shown, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        shown(**fields)


def test_times_are_kept_to_the_millisecond_before_the_epoch_too() -> None:
    for text in ("1969-12-31T23:59:59.999", "1970-01-01T00:00:00.001", "9999-12-31T23:59:59.999"):
        time = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
        assert moment(milliseconds(time)) == time
    east = datetime.timezone(datetime.timedelta(hours=8))
    assert milliseconds(datetime.datetime(1970, 1, 1, 8, tzinfo=east)) == 0


def test_a_rating_from_another_chat_is_not_kept(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    answer = store.record_answer(shown(chat=rater(1)))
    assert not store.rate(answer, rater(2), "helpful", chat=rater(3))
    assert list(store.export()) == []
    assert store.rate(answer, rater(2), "helpful", chat=rater(1))
    assert len(list(store.export())) == 1


def test_someones_ratings_are_deleted_and_no_answer_nor_rating_of_others(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    answer = store.record_answer(shown(chat=rater(2)))
    for number in (2, 3):
        assert store.rate(answer, rater(number), "helpful")
    assert store.forget_ratings(rater(2)) == 1
    (left,) = store.export()
    assert [given.rater for given in left.ratings] == [rater(3)]
    assert rater(2) not in {given.rater for given in left.ratings}
    assert store.forget_ratings(rater(2)) == 0
    with pytest.raises(ValueError, match="no hash"):
        store.forget_ratings("42")


def test_deleted_ratings_leave_nothing_on_the_disk(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    answer = store.record_answer(shown(chat=None))
    assert store.rate(answer, rater(7), "helpful")
    assert rater(7).encode() in everything(store.path)
    store.forget_ratings(rater(7))
    assert rater(7).encode() not in everything(store.path)


def test_a_chat_that_took_the_place_of_another_has_its_answers(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    old, new, other = chat_hash("key", -5), chat_hash("key", -1005), chat_hash("key", 6)
    moved = store.record_answer(shown(key="a", chat=old))
    store.record_answer(shown(key="b", chat=other))
    assert store.move(old, new) == 1
    assert store.move(old, new) == 0
    assert store.rate(moved, rater(1), "helpful", chat=new)
    assert not store.rate(moved, rater(1), "helpful", chat=old)
    # The answer, and the rating of it.
    assert store.forget(new) == 2
    assert store.count() == 1


def test_forgetting_ratings_makes_no_store(tmp_path: Path, rater: Rater) -> None:
    path = tmp_path / "none" / "feedback.sqlite3"
    with FeedbackStore(path) as empty:
        assert empty.forget_ratings(rater(1)) == 0
    assert not path.parent.exists()
