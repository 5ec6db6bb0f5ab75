"""Updates are kept from when they are received until they are finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.state.inbox import OFFERED, Waiting, canonical, update_key
from bot.state.store import ChatStore


def payload(number: int, text: str = "桥？") -> str:
    return canonical({"update_id": number, "message": {"text": text}})


def key(number: int, text: str = "桥？") -> str:
    return update_key(number, payload(number, text))


def test_a_redelivery_is_told_by_id_and_payload(store: ChatStore) -> None:
    assert store.receive(5, payload(5))
    assert not store.receive(5, payload(5))
    # Ids that start anew: another update.
    assert store.receive(5, payload(5, "another"))
    assert not store.receive(5, payload(5, "another"))
    # Finished or not, it is the same.
    store.finish(key(5))
    assert not store.receive(5, payload(5))


def test_the_same_update_has_one_payload_whatever_its_order() -> None:
    assert canonical({"b": 1, "a": {"d": "汉", "c": "\ud800"}}) == (
        '{"a":{"c":"\\ud800","d":"\\u6c49"},"b":1}'
    )
    assert canonical({"a": {"c": "\ud800", "d": "汉"}, "b": 1}).isascii()


def test_what_is_not_finished_comes_again_in_order_but_what_was_begun(path: Path) -> None:
    with ChatStore(path) as store:
        for number in (9, 3, 7, 5):
            assert store.receive(number, payload(number))
        store.begin(key(3))
        store.begin(key(9))
        store.finish(key(9))
        store.finish("unknown")
        store.begin("unknown")
    with ChatStore(path) as store:
        waiting = (Waiting(key(7), payload(7)), Waiting(key(5), payload(5)))
        assert store.unfinished() == waiting
        # Killed before they were begun: they come once more.
        assert store.unfinished() == waiting
        store.begin(key(7))
        assert store.unfinished() == waiting[1:]
        # All of them are known still.
        assert not any(store.receive(number, payload(number)) for number in (9, 3, 7, 5))


def test_an_update_that_waited_for_longer_than_a_day_is_let_go(
    store: ChatStore, clock: Any
) -> None:
    store.receive(1, payload(1))
    clock.passes(hours=1)
    store.receive(2, payload(2))
    clock.passes(hours=23)
    assert [one.key for one in store.unfinished()] == [key(1), key(2)]
    clock.passes(minutes=1)
    assert [one.key for one in store.unfinished()] == [key(2)]


def test_an_update_that_is_never_begun_is_let_go_after_many_starts(store: ChatStore) -> None:
    store.receive(1, payload(1))
    for start in range(OFFERED):
        if start == OFFERED - 2:
            store.receive(2, payload(2))
        assert store.unfinished()[0].key == key(1)
    assert [one.key for one in store.unfinished()] == [key(2)]
    assert not store.receive(1, payload(1))


def test_finished_keys_are_kept_for_48_hours_and_texts_not_at_all(
    path: Path, clock: Any, everything: Callable[[], bytes]
) -> None:
    with ChatStore(path, clock=clock, housekeeping=0) as store:
        store.receive(1, payload(1, "text-to-be-finished"))
        store.receive(2, payload(2, "text-that-waits"))
        assert b"text-to-be-finished" in everything()
        store.finish(key(1, "text-to-be-finished"))
        clock.passes(hours=48)
        assert not store.receive(1, payload(1, "text-to-be-finished"))
        assert b"text-to-be-finished" not in everything()
        assert b"text-that-waits" in everything()
        clock.passes(milliseconds=1)
        store.receive(3, payload(3))
        assert store.receive(1, payload(1, "text-to-be-finished"))
        assert not store.receive(2, payload(2, "text-that-waits"))


def test_of_many_that_receive_one_update_at_once_one_is_told_that_it_is_new(
    store: ChatStore,
) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(
            pool.map(lambda number: store.receive(number % 20, payload(number % 20)), range(160))
        )
    assert sum(new) == 20
    assert len(store.unfinished()) == 20


_STEPS = st.lists(
    st.tuples(st.sampled_from(["receive", "begin", "finish", "start"]), st.integers(0, 5)),
    max_size=40,
)


@given(_STEPS)
def test_whatever_happens_an_update_is_begun_or_waits_and_is_new_once(
    tmp_path_factory: Any, steps: list[tuple[str, int]]
) -> None:
    state: dict[int, str] = {}
    offered: Counter[int] = Counter()
    with ChatStore(tmp_path_factory.mktemp("inbox") / "state.sqlite3") as store:
        for step, number in steps:
            if step == "receive":
                assert store.receive(number, payload(number)) == (number not in state)
                state.setdefault(number, "waits")
            elif step == "start":
                tired = [
                    one for one, now in state.items() if now == "waits" and offered[one] == OFFERED
                ]
                state.update(dict.fromkeys(tired, "over"))
                offered.update(one for one, now in state.items() if now == "waits")
                found = [one.key for one in store.unfinished()]
                assert found == [key(one) for one, now in state.items() if now == "waits"]
                state = {one: "over" if now == "begun" else now for one, now in state.items()}
            elif step == "begin":
                store.begin(key(number))
                if state.get(number) == "waits":
                    state[number] = "begun"
            else:
                store.finish(key(number))
                if number in state:
                    state[number] = "over"
