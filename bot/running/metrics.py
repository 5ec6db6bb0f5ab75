"""What is counted while the bot runs, in Prometheus's format."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Upper ends of the classes of the time from an update to its reply."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts of one bot, in a registry of its own; every method is cheap and thread-safe."""

    def __init__(self) -> None:
        # When a count was begun is the same for all: when the bot was started.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        counter, gauge = self._counter, self._gauge
        self._updates = counter("updates", "Updates received.", "kind")
        self._repeated = counter("updates_repeated", "Updates that were received before.")
        self._unreadable = counter("updates_unreadable", "Updates that could not be parsed.")
        self._answers = counter("answers", "Questions answered with extracts.")
        self._refusals = counter("refusals", "Questions that the reports do not answer.")
        self._ratings = counter("ratings", "Ratings of answers.", "rating")
        self._sent = counter("messages_sent", "Messages that the bot sent.")
        self._failures = counter("send_failures", "Requests given up.", "kind")
        self._retries = counter("retries", "Requests made again.", "reason")
        self._reloads = counter("index_reloads", "Indexes taken into use while running.")
        self._errors = counter("errors", "Updates whose handling raised an error.", "kind")
        self._queue = gauge("queue_length", "Updates received and not finished.")
        self._up = gauge("up", "1 where Telegram was reached lately and an index is open.")
        self._reply = Histogram(
            "cityqa_reply_seconds",
            "Seconds from an update to its reply.",
            buckets=SECONDS,
            registry=self.registry,
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"cityqa_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"cityqa_{name}", text, registry=self.registry)

    def update(self, kind: str) -> None:
        """An update came: ``message``, ``callback_query``…"""
        self._updates.labels(kind).inc()

    def repeated(self) -> None:
        """Telegram sent an update again."""
        self._repeated.inc()

    def unreadable(self) -> None:
        """An update could not be parsed."""
        self._unreadable.inc()

    def answered(self, *, refused: bool) -> None:
        """A question was answered, or refused."""
        (self._refusals if refused else self._answers).inc()

    def reply(self, seconds: float) -> None:
        """A question was replied to, so many seconds after its update came."""
        self._reply.observe(seconds)

    def rated(self, rating: str) -> None:
        """An answer was rated: ``helpful``, ``wrong_source``…"""
        self._ratings.labels(rating).inc()

    def sent(self) -> None:
        """A message was sent."""
        self._sent.inc()

    def send_failed(self, kind: str) -> None:
        """A request was given up: ``forbidden``, ``network``, ``timeout``, ``refused``…"""
        self._failures.labels(kind).inc()

    def retried(self, reason: str) -> None:
        """A request is made again: ``flood``, ``network``, ``server``…"""
        self._retries.labels(reason).inc()

    def reloaded(self) -> None:
        """Another index is in use."""
        self._reloads.inc()

    def error(self, kind: str) -> None:
        """Handling an update raised an error: the name of its class."""
        self._errors.labels(kind).inc()

    def watch_queue(self, length: Callable[[], float]) -> None:
        """Ask for the number of updates not finished whenever the metrics are read."""
        self._queue.set_function(length)

    def watch_up(self, up: Callable[[], float]) -> None:
        """Ask whether the bot is up, 1 or 0, whenever the metrics are read."""
        self._up.set_function(up)

    def exposition(self) -> bytes:
        """All counts in the text format that Prometheus reads."""
        return generate_latest(self.registry)
