"""``/healthz`` and ``/metrics`` over real HTTP."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from bot.running.metrics import Metrics
from bot.running.monitoring import Monitoring
from bot.running.telegram_settings import load_telegram
from tests.telegram_server.process import free_port


def test_health_tells_the_reason_and_metrics_what_was_counted() -> None:
    trouble: list[str] = []

    async def main() -> None:
        port = free_port()
        metrics = Metrics()
        metrics.update("message")
        metrics.answered(refused=True)
        metrics.reply(0.3)
        metrics.watch_queue(lambda: 7)
        telegram = load_telegram(metrics_port=port)
        monitoring = Monitoring(telegram, metrics, lambda: trouble[0] if trouble else None)
        monitoring.start()
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                answer = await client.get("/healthz")
                assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
                trouble.append("telegram_unreachable")
                answer = await client.get("/healthz")
                assert answer.status_code == 503
                assert answer.json()["reason"] == "telegram_unreachable"
                lines = (await client.get("/metrics")).text.splitlines()
                assert 'cityqa_updates_total{kind="message"} 1.0' in lines
                assert "cityqa_refusals_total 1.0" in lines
                assert "cityqa_answers_total 0.0" in lines
                assert "cityqa_queue_length 7.0" in lines
                # 0.3 s lies in the class that ends at 0.5 s, not in the one that ends at 0.25 s.
                assert 'cityqa_reply_seconds_bucket{le="0.5"} 1.0' in lines
                assert 'cityqa_reply_seconds_bucket{le="0.25"} 0.0' in lines
                assert (await client.get("/other")).status_code == 404
        finally:
            await monitoring.stop()

    asyncio.run(main())


def test_a_taken_port_is_a_line_in_the_log_and_nothing_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            telegram = load_telegram(metrics_port=taken.getsockname()[1])
            monitoring = Monitoring(telegram, Metrics(), lambda: None)
            monitoring.start()
            await monitoring.stop()

    asyncio.run(main())
    assert [record.message for record in caplog.records] == ["metrics_off"]


def test_port_0_serves_nothing() -> None:
    async def main() -> None:
        monitoring = Monitoring(load_telegram(metrics_port=0), Metrics(), lambda: None)
        monitoring.start()
        await monitoring.stop()
        assert monitoring._server is None

    asyncio.run(main())
