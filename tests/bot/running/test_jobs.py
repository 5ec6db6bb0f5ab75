"""What the bot does by itself now and then, in a clock that jumps."""

from __future__ import annotations

import asyncio

import pytest

from bot.running.jobs import every
from tests.bot.running.virtual_time import now, run


def test_a_job_that_fails_is_done_again_at_its_next_time(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> list[float]:
        times: list[float] = []

        async def job() -> None:
            times.append(now())
            if len(times) == 2:
                raise OSError("disk full")

        task = asyncio.create_task(every(30.0, job, first=5.0))
        await asyncio.sleep(100.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return times

    assert run(main()) == [5.0, 35.0, 65.0, 95.0]
    assert [record.message for record in caplog.records] == ["job_failed"]
