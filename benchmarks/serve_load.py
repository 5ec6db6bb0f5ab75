"""Put the server under load: many clients at once over real HTTP, while the index is built anew.

Starts ``cityqa serve`` over an index of the shipped reports and one more, and in another process 64
clients that ask without a pause: of six requests four are ``POST /v1/ask``, one is the page of a
question and one that of a report. First for 30 seconds; then again, and for as long as it takes,
while the index is built anew five times from changed reports. Prints how many requests were
answered, how many failed, and the times from request to response; then how much memory the workers
take in all: the sum of their proportional set sizes (PSS), of one worker and of several. Exits 1
where a request failed.

    python benchmarks/serve_load.py [--clients 64] [--seconds 30] [--workers 2] [--rebuilds 5]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "qa" / "data" / "examples.toml"
QA = (sys.executable, "-m", "qa")

LAKE = """---
city: 襄阳市
title: 襄阳市湖泊综述
---

环湖步道全长{length}公里，沿途设有驿站二十一处，全市有湖泊三十七个。
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the requests of one run.

    Attributes:
        seconds: that it took.
        times: kind of request to seconds, sorted.
        faults: what failed.
    """

    seconds: float
    times: dict[str, list[float]]
    faults: list[str]


def environment(folder: Path) -> dict[str, str]:
    """Folders of our own, and no limit of requests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITYQA_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "CITYQA_STATE": str(folder / "state"),
        "CITYQA_CACHE": str(folder / "cache"),
        "CITYQA_SERVE_RATE_LIMIT": "0",
        # The same questions come again and again: each is to be looked up.
        "CITYQA_CACHED_QUESTIONS": "0",
        "CITYQA_SERVE_RELOAD_SECONDS": "1",
    }


def build(folder: Path, number: int) -> None:
    """Build the index anew, from reports of which one differs."""
    text = LAKE.format(length=60 + number)
    (folder / "reports" / "lake.md").write_text(text, encoding="utf-8")
    arguments = ("--corpus", str(folder / "reports"), "--index", str(folder / "index"))
    subprocess.run(
        [*QA, "index", "build", *arguments],
        env=environment(folder),
        cwd=folder,
        check=True,
        capture_output=True,
    )


@contextlib.contextmanager
def served(folder: Path, workers: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server that runs: its supervisor, and where it answers."""
    output = folder / f"output-{workers}"
    arguments = ("--index", str(folder / "index"), "--port", "0", "--workers", str(workers))
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [*QA, "serve", *arguments],
            env=environment(folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        while not (match := re.search(r"serving on (http://\S+)", output.read_text("utf-8"))):
            if process.poll() is not None:
                raise SystemExit(output.read_text("utf-8"))
            time.sleep(0.05)
        yield process, match[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def clients(address: str, count: int, seconds: float) -> subprocess.Popen[bytes]:
    """The clients, in a process of their own."""
    command = [sys.executable, __file__, "--drive", address, str(count), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ)


def outcome_of(process: subprocess.Popen[bytes]) -> Outcome:
    """What the clients saw, once they have ended."""
    out, _ = process.communicate()
    return Outcome(**json.loads(out))


async def drive(address: str, count: int, seconds: float) -> Outcome:
    """Ask with some clients at once, without a pause, for so long and until told to stop."""
    import httpx

    table = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    questions = [q for report in table.values() for texts in report.values() for q in texts]
    times: dict[str, list[float]] = {"ask": [], "page": [], "report": []}
    faults: list[str] = []
    started = time.perf_counter()
    stop = asyncio.Event()
    if seconds:
        asyncio.get_running_loop().call_later(seconds, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    async def client(number: int, http: httpx.AsyncClient) -> None:
        for turn, kind in enumerate(cycle(("ask", "ask", "page", "ask", "ask", "report"))):
            if stop.is_set():
                return
            question = questions[(number * 7 + turn) % len(questions)]
            begun = time.perf_counter()
            try:
                if kind == "ask":
                    answer = await http.post("/v1/ask", json={"question": question})
                    fine = bool(answer.json()["extracts"] or answer.json()["nearest"])
                elif kind == "page":
                    answer = await http.get("/", params={"q": question})
                    fine = "<article" in answer.text
                else:
                    answer = await http.get("/wuhan.html")
                    fine = "</html>" in answer.text
                if answer.status_code != 200 or not fine:
                    faults.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
            except (httpx.HTTPError, ValueError, KeyError) as error:
                faults.append(f"{kind}: {type(error).__name__}: {error}")
            times[kind].append(time.perf_counter() - begun)

    # Each client has connections of its own, as a browser has.
    async with contextlib.AsyncExitStack() as stack:
        every = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=30))
            for _ in range(count)
        ]
        await asyncio.gather(*(client(number, http) for number, http in enumerate(every)))
    for values in times.values():
        values.sort()
    return Outcome(time.perf_counter() - started, times, faults)


def told(title: str, outcome: Outcome) -> None:
    """Print what became of the requests."""
    every = sum(map(len, outcome.times.values()))
    rate = every / outcome.seconds
    print(f"{title}: {every} requests in {outcome.seconds:.1f} s, {len(outcome.faults)} failed")
    print(f"  {rate:.0f} a second")
    for kind, values in outcome.times.items():
        if values:
            p50, p95 = (1000 * values[int(share * (len(values) - 1))] for share in (0.5, 0.95))
            print(f"  {kind:7} {len(values):6}   p50 {p50:6.0f} ms   p95 {p95:6.0f} ms")
    for fault in outcome.faults[:5]:
        print(f"  {fault}")


def reloads(address: str) -> int:
    """How often a worker went over to another index."""
    with urllib.request.urlopen(f"{address}/metrics") as answer:
        text = answer.read().decode()
    match = re.search(r"^cityqa_web_index_reloads_total (\d+)", text, re.MULTILINE)
    assert match is not None
    return int(match[1])


def processes(supervisor: int) -> list[int]:
    """The supervisor and its workers."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text()
    return [supervisor, *map(int, children.split())]


def memory(process: int, kind: str) -> float:
    """Of a process, in MiB: ``Pss`` or ``Rss``."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    match = re.search(rf"^{kind}:\s+(\d+) kB", text, re.MULTILINE)
    assert match is not None
    return int(match[1]) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rebuilds", type=int, default=5)
    parser.add_argument("--drive", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.drive:
        address, count, seconds = arguments.drive
        outcome = asyncio.run(drive(address, int(count), float(seconds)))
        print(json.dumps({n: getattr(outcome, n) for n in ("seconds", "times", "faults")}))
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "corpus" / "reports", folder / "reports")
        build(folder, 0)
        with served(folder, arguments.workers) as (_, address):
            print(f"{arguments.clients} clients, {arguments.workers} workers")
            running = clients(address, arguments.clients, arguments.seconds)
            outcome = outcome_of(running)
            told("as it is", outcome)
            failed += len(outcome.faults)
            running = clients(address, arguments.clients, 0)
            started = time.monotonic()
            for number in range(arguments.rebuilds):
                build(folder, number + 1)
                time.sleep(2)
            time.sleep(max(0.0, arguments.seconds - (time.monotonic() - started)))
            running.terminate()
            outcome = outcome_of(running)
            told(f"while built anew {arguments.rebuilds} times", outcome)
            print(f"  indexes taken into use: {reloads(address)}, by all workers together")
            failed += len(outcome.faults)
        for workers in (1, 2, 4):
            with served(folder, workers) as (process, address):
                outcome_of(clients(address, 4 * workers, 3.0))
                sizes = [memory(one, "Pss") for one in processes(process.pid)]
                alone = [memory(one, "Rss") for one in processes(process.pid)[1:]]
                print(
                    f"memory, {workers} workers: {sum(sizes):.0f} MiB in all (PSS, supervisor "
                    f"{sizes[0]:.0f}); of a worker {sizes[1]:.0f}, resident {alone[0]:.0f}"
                )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
