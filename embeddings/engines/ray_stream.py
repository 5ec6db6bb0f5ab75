"""Items through actors of Ray Data: taken as they are needed, answered in order, tried again.

Ray Data wants to know what it will read before it begins. Here it reads one endless source: an
actor, the feeder, into which this process puts items as long as few enough are under way. So a
corpus of any size passes through a bounded number of blocks, on actors that load what they need
once.

An actor that dies is started again, and what it was doing is done again. The feeder counts how
often each item was begun: one that ends its actor every time is given up, with a word which it is.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import threading
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyarrow as pa
import ray
import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask

from corpus.errors import CityqaError, EngineError

AHEAD: Final = 4
"""Items an actor that are under way at once, finished ones that wait for their turn included."""

TRIES: Final = 4
"""How often an item is begun before it is given up."""


class Task(Protocol):
    """What an actor does with items."""

    def __call__(self, item: Any, begun: int) -> Any:
        """The answer to an item.

        Args:
            item: anything that can be pickled.
            begun: how often it was begun before, by an actor that died of it or beside it.

        Raises:
            CityqaError: there is no answer to it; it is not tried again.
        """


@dataclass(frozen=True, slots=True)
class Pool:
    """The actors.

    Attributes:
        size: how many.
        cpus: that each takes.
        gpus: that each takes.
        apart: whether the dataset has to be run by the cluster, and not by this process.
    """

    size: int
    cpus: float
    gpus: float = 0.0
    apart: bool = False


def through(
    items: Iterable[Any], task: Callable[[], Task], pool: Pool, name: Callable[[int], str]
) -> Iterator[Any]:
    """The answers of a task to some items, in order.

    Args:
        items: taken by another thread, ``AHEAD`` an actor before their answers are.
        task: makes the task, once an actor.
        pool: who does it.
        name: what the item of a number is called in errors.

    Raises:
        EngineError: an item was given up, or the cluster failed.
        CityqaError: as the task.
    """
    feeder = ray.remote(num_cpus=0, max_restarts=0)(_Feeder).remote()
    feeding = _Feeding(items, feeder, AHEAD * pool.size)
    answers = (_answers_apart if pool.apart else _answers)(feeder, task, pool)
    given = 0
    try:
        for data in answers:
            if data is None:
                continue  # what a source that began again had delivered before
            kind, value = pickle.loads(data)
            if kind == _FAILED:
                raise value if isinstance(value, CityqaError) else _given_up(name(given), value)
            yield value
            given += 1
            feeding.delivered(given)
    except (ray.exceptions.RayError, ConnectionError) as error:
        raise _given_up(f"at {name(given)}", _reason(error)) from error
    finally:
        answers.close()
        feeding.stop()
    feeding.finished()


def _given_up(where: str, reason: str) -> EngineError:
    return EngineError(
        f"Ray gave up ({reason})",
        where=where,
        mend="see the cluster's logs; the same command goes on from here",
    )


def _reason(error: BaseException) -> str:
    """The innermost cause, on one line."""
    while True:
        inner = getattr(error, "cause", None) or error.__cause__
        if not isinstance(inner, BaseException) or inner is error:
            break
        error = inner
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


class _Feeder:
    """An actor: the items that are under way."""

    def __init__(self) -> None:
        self._items: dict[int, bytes] = {}
        self._begun: dict[int, int] = {}
        self._delivered = 0
        self._end: int | None = None
        self._change = asyncio.Condition()

    async def put(self, number: int, data: bytes) -> None:
        async with self._change:
            self._items[number] = data
            self._change.notify_all()

    async def end(self, number: int) -> None:
        """There are so many items."""
        async with self._change:
            self._end = number
            self._change.notify_all()

    async def delivered(self, number: int) -> None:
        """The first so many have been answered."""
        for old in range(self._delivered, number):
            self._items.pop(old, None)
            self._begun.pop(old, None)
        self._delivered = number

    async def get(self, number: int) -> bytes | None:
        """An item; empty where it has been answered; None behind the last one."""
        async with self._change:
            await self._change.wait_for(
                lambda: (
                    number in self._items
                    or number < self._delivered
                    or (self._end is not None and number >= self._end)
                )
            )
        if number < self._delivered:
            return b""
        return self._items.get(number)

    async def begin(self, number: int) -> int:
        """Note that an item is begun; how often it was before."""
        before = self._begun.get(number, 0)
        self._begun[number] = before + 1
        return before


class _Feeding:
    """The thread that puts items into the feeder, few enough at a time."""

    def __init__(self, items: Iterable[Any], feeder: Any, ahead: int) -> None:
        self._items = items
        self._feeder = feeder
        self._room = threading.Semaphore(ahead)
        self._stopped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._feed, name="cityqa-ray-feeder", daemon=True)
        self._thread.start()

    def delivered(self, number: int) -> None:
        """The first so many have been answered: there is room for one more."""
        self._feeder.delivered.remote(number)
        self._room.release()

    def stop(self) -> None:
        """Feed no more; wait for the item that is being made."""
        self._stopped.set()
        self._room.release()
        self._thread.join()

    def finished(self) -> None:
        """Raise what the items raised."""
        if self._error is not None:
            raise self._error

    def _feed(self) -> None:
        number = 0
        try:
            for item in self._items:
                self._room.acquire()
                if self._stopped.is_set():
                    break
                data = pickle.dumps(item, protocol=pickle.HIGHEST_PROTOCOL)
                ray.get(self._feeder.put.remote(number, data))
                number += 1
        except BaseException as error:
            self._error = error
        # Where the feeder is gone, the dataset tells.
        self._feeder.end.remote(number)


class _Source(Datasource):  # type: ignore[misc]
    """Reads the items of a feeder, one a block."""

    def __init__(self, feeder: Any) -> None:
        super().__init__()
        self._feeder = feeder

    def estimate_inmemory_data_size(self) -> None:
        """Nobody knows."""

    def get_read_tasks(
        self,
        parallelism: int,
        per_task_row_limit: int | None = None,
        data_context: Any = None,
    ) -> list[ReadTask]:
        """One task, which waits for each item in its turn."""
        feeder = self._feeder

        def read() -> Iterator[pa.Table]:
            number = 0
            while (data := ray.get(feeder.get.remote(number))) is not None:
                yield _table(number, data)
                number += 1

        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(read, unknown)]


_DONE: Final = "done"
_FAILED: Final = "failed"


class _Actor:
    """What Ray Data keeps one of in each process."""

    def __init__(self, feeder: Any, task: Callable[[], Task]) -> None:
        self._feeder = feeder
        self._make = task
        self._task: Task | None = None

    def __call__(self, table: pa.Table) -> pa.Table:
        number, data = table["number"][0].as_py(), table["data"][0].as_py()
        if not data:
            return _table(number, b"")
        return _table(number, pickle.dumps(self._answer(number, data), pickle.HIGHEST_PROTOCOL))

    def _answer(self, number: int, data: bytes) -> tuple[str, Any]:
        item = pickle.loads(data)
        reason = "it ends every process that works on it"
        while (begun := ray.get(self._feeder.begin.remote(number))) < TRIES:
            try:
                if self._task is None:
                    self._task = self._make()
                return _DONE, self._task(item, begun)
            except CityqaError as error:
                return _FAILED, error
            except Exception as error:
                reason = _reason(error)
        return _FAILED, reason


def _table(number: int, data: bytes) -> pa.Table:
    return pa.table({"number": [number], "data": pa.array([data], pa.large_binary())})


def _answers(feeder: Any, task: Callable[[], Task], pool: Pool) -> Generator[bytes | None]:
    """What the actors make of what the feeder holds."""
    with warnings.catch_warnings():
        # Some of Ray's own defaults.
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ray.data.DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    # One item a block: smaller ones would wait for others to be put together with.
    context.target_max_block_size = 1
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    with ray.data.DataContext.current(context):
        answers = ray.data.read_datasource(
            _Source(feeder), num_cpus=0, override_num_blocks=1
        ).map_batches(
            _Actor,
            fn_constructor_args=(feeder, task),
            batch_size=1,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(
                min_size=1,
                max_size=pool.size,
                initial_size=pool.size,
                # One is on its way while another is worked on.
                max_tasks_in_flight_per_actor=2,
            ),
            num_cpus=pool.cpus,
            num_gpus=pool.gpus or None,
        )
        batches = answers.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
        for table in batches:
            for data in table["data"]:
                yield data.as_py() or None


class _Runner:
    """An actor that runs the dataset: Ray Client knows no streams."""

    def __init__(self, feeder: Any, task: Callable[[], Task], pool: Pool) -> None:
        os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
        self._answers = _answers(feeder, task, pool)

    def next(self) -> list[bytes | None]:
        """The next answer; none behind the last one."""
        return [answer for _, answer in zip(range(1), self._answers, strict=False)]


def _answers_apart(feeder: Any, task: Callable[[], Task], pool: Pool) -> Generator[bytes | None]:
    runner = ray.remote(num_cpus=0)(_Runner).remote(feeder, task, pool)
    try:
        while answers := ray.get(runner.next.remote()):
            yield from answers
    finally:
        ray.kill(runner)
