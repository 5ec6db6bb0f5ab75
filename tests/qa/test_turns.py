"""Who comes first goes first, and no more at a time than there are turns."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.turns import Turns


def waiting(turns: Turns, count: int) -> None:
    """Wait until so many threads wait."""
    for _ in range(5_000):
        if len(turns._waiting) == count:
            return
        time.sleep(0.001)
    raise AssertionError(f"{len(turns._waiting)} wait, not {count}")


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_threads_work_at_a_time_than_there_are_turns(at_once: int) -> None:
    turns = Turns(at_once)
    working: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with turns.turn():
            working.append(number)
            most.append(len(working))
            time.sleep(0.0005)
            working.remove(number)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(120)))
    assert len(most) == 120
    assert max(most) <= at_once
    assert turns._free == at_once
    assert not turns._waiting


def test_who_came_first_goes_first() -> None:
    turns = Turns(1)
    order: list[int] = []

    def work(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = []
    with turns.turn():
        for number in range(8):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            waiting(turns, number + 1)
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_a_turn_ends_with_an_error() -> None:
    turns = Turns(1)
    with pytest.raises(KeyError), turns.turn():
        raise KeyError
    with turns.turn():
        assert turns._free == 0
    assert turns._free == 1
