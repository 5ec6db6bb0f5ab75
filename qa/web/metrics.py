"""What is counted while the server runs, in Prometheus's format, over all worker processes.

Worker processes write their counts into files of one folder, which ``prometheus_client`` is told
of by the variable ``PROMETHEUS_MULTIPROC_DIR`` before it is imported; without it, as in a program
that runs the application in one process of its own, they stay in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes of the time that a request takes."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts of one server; every method is cheap and thread-safe."""

    def __init__(self) -> None:
        # When a count was begun is the same for all: when the server was started.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = self._counter("requests", "Requests.", "route", "status")
        self._answers = self._counter("answers", "Questions answered with extracts.", "by")
        self._refusals = self._counter("refusals", "Questions the reports do not answer.", "by")
        self._ratings = self._counter("ratings", "Ratings of answers.", "rating")
        self._reloads = self._counter("index_reloads", "Indexes taken into use while running.")
        self._errors = self._counter("errors", "Requests that failed by a fault of ours.", "kind")
        self._seconds = Histogram(
            "cityqa_web_request_seconds",
            "Seconds that a request took.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._queue = Gauge(
            "cityqa_web_queue_length",
            "Questions that wait or are being answered.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"cityqa_web_{name}", text, labels, registry=self._registry)

    def request(self, route: str, status: int, seconds: float) -> None:
        """A request was answered, by a route (``/v1/ask``) or by none (``other``)."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, by: str, *, refused: bool) -> None:
        """A question was answered or refused, on the ``page`` or through ``v1``."""
        (self._refusals if refused else self._answers).labels(by).inc()

    def rated(self, rating: str) -> None:
        """An answer was rated: ``helpful``, ``wrong_source``…"""
        self._ratings.labels(rating).inc()

    def reloaded(self) -> None:
        """Another index is in use."""
        self._reloads.inc()

    def error(self, kind: str) -> None:
        """A request failed: the name of the error's class."""
        self._errors.labels(kind).inc()

    def queue(self, length: int) -> None:
        """So many questions are open in this process."""
        self._queue.set(length)

    def exposition(self) -> bytes:
        """All counts in the text format that Prometheus reads."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        every = CollectorRegistry()
        collect: Callable[..., object] = MultiProcessCollector
        collect(every)
        return generate_latest(every)


def forget_process(number: int) -> None:
    """Take a process that has ended out of what only the living are counted in."""
    if FOLDER in os.environ:
        mark: Callable[[int], None] = mark_process_dead
        mark(number)
