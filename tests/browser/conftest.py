"""A real Chromium, and pages of evaluations made by hand for it to open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.evaluation import Evaluation, evaluate
from qa.evaluation.page import write_page
from qa.evaluation.records import (
    COMPARISON,
    UNANSWERABLE,
    EvalQuestion,
    Malformed,
    PredictedExtract,
    PredictedHit,
    Prediction,
)

# As root in a container there is neither a sandbox nor a GPU; nothing is fetched behind our back.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HOSTILE = '<script>document.title="owned"</script><img src=x onerror="document.title=1">"\'&amp;'


@dataclass(slots=True)
class Opened:
    """A page in the browser with what it did on its own.

    Attributes:
        page: of Playwright.
        requests: addresses it asked for.
        complaints: errors and warnings of its console, and uncaught exceptions.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, or fails where it is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "no chromium on the PATH; `apt-get install chromium` to run the browser tests"
        if os.environ.get("TEST_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


# Of a module, not of the session: while it is open its event loop counts as running in this thread,
# and tests elsewhere run loops of their own.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium with a profile of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Open a file in a window of a given width, light or dark."""
    contexts = []

    def call(
        path: Path, *, width: int = 1280, scheme: str = "light", scripts: bool = True
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.set_default_timeout(60_000)
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on(
            "console",
            lambda message: (
                opened.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        opened.page.goto(path.as_uri())
        return opened

    yield call
    for context in contexts:
        context.close()


def hit(report: str, rank: int, *, right: bool) -> PredictedHit:
    score = 1.5 - rank / 20
    signals = {"dense": score / 2, "sentence": score / 1.8, "lexical": 0.0123, "prior": 0.0}
    return PredictedHit(f"{report}-{rank:08x}", report, score, signals, right, right)


@cache
def hits_of(report: str, found: int | None) -> tuple[PredictedHit, ...]:
    """Twenty hits of which the one of rank ``found`` answers."""
    return tuple(
        hit(report if rank == found else f"other{rank}", rank, right=rank == found)
        for rank in range(1, 21)
    )


def extract(
    text: str, report: str, *, right: Sequence[int] = (), link: str | None = None
) -> PredictedExtract:
    return PredictedExtract(
        text=text,
        report=report,
        passage=f"{report}-0000002a",
        start=0,
        end=len(text),
        score=0.75,
        signals={"coverage": 0.5, "cosine": 0.625, "length": float(len(text))},
        link=link or f"https://reports.example/{report}.html#{report}-0000002a_s1",
        right=tuple(right),
    )


def prediction(
    question: EvalQuestion,
    *,
    found: int | None,
    shown: Sequence[PredictedExtract],
    refused: bool = False,
    confidence: float = 0.5,
    latency_ms: float = 8.0,
) -> Prediction:
    """A prediction whose hit of rank ``found`` answers; none where it is ``None``."""
    hits = hits_of(question.reports[0] if question.reports else "zhuhai", found)
    return Prediction(
        question=question,
        hits=hits,
        extracts=tuple(shown),
        refused=refused,
        reason="no_support" if refused else "",
        confidence=confidence,
        latency_ms=latency_ms,
        relevant=tuple(one.passage for one in hits if one.relevant),
    )


def ask(
    number: int,
    text: str,
    reports: Sequence[str] = ("zhuhai",),
    answers: Sequence[str] = ("18.6公里",),
    *,
    language: str = "zh-Hans",
    kind: str = "number",
) -> EvalQuestion:
    return EvalQuestion(f"t{number:03d}", text, language, kind, tuple(reports), tuple(answers))


RIGHT = extract("全年新建绿道18.6公里，沿线设驿站7座。", "zhuhai", right=[0])
WRONG = extract("全市公园绿地面积达到512公顷，比上年增加14公顷。", "zhuhai")
DIKE = extract("海堤加固工程全长9.3公里，已完成六成。", "shantou")


def small() -> list[Prediction]:
    """Ten questions: four come out right, and of the misses there is one for every step."""
    return [
        prediction(ask(1, "珠海新建了多少公里绿道？"), found=1, shown=[RIGHT], confidence=0.96),
        prediction(
            ask(2, "How many kilometres of greenway did Zhuhai build?", language="en"),
            found=2,
            shown=[RIGHT, WRONG],
            confidence=0.81,
        ),
        prediction(
            ask(3, "珠海去年修了多长的绿道", kind="paraphrase"),
            found=4,
            shown=[WRONG, RIGHT, DIKE],
            confidence=0.62,
        ),
        prediction(
            ask(4, "Wie lang ist der neue Grünweg in Zhuhai?", language="de"),
            found=None,
            shown=[DIKE],
            confidence=0.44,
        ),
        prediction(
            ask(5, "珠海新建綠道多少公里？", language="zh-Hant"),
            found=1,
            shown=[RIGHT],
            refused=True,
            confidence=0.21,
        ),
        prediction(
            ask(6, "珠海有多少座风力发电机？", (), (), kind=UNANSWERABLE),
            found=None,
            shown=[WRONG],
            confidence=0.58,
        ),
        prediction(
            ask(7, "汕头有几条地铁？", (), (), kind=UNANSWERABLE),
            found=None,
            shown=[DIKE],
            refused=True,
            confidence=0.08,
        ),
        prediction(
            ask(
                8,
                "珠海的绿道和汕头的海堤，哪个更长？",
                ("zhuhai", "shantou"),
                ("18.6公里", "9.3公里"),
                kind=COMPARISON,
            ),
            found=1,
            shown=[RIGHT, WRONG],
            confidence=0.71,
        ),
        prediction(
            ask(9, f"哪里有{HOSTILE}？", kind="name"),
            found=3,
            shown=[extract(f"据{HOSTILE}报道，绿道已建成。", "zhuhai", link="javascript:alert(1)")],
            confidence=0.33,
        ),
        prediction(
            ask(10, "汕头海堤加固了多长？", ("shantou",), ("9.3公里",)),
            found=1,
            shown=[extract(DIKE.text, "shantou", right=[0])],
            confidence=0.9,
        ),
    ]


def many() -> list[Prediction]:
    """Ten thousand questions, of which the first 3,000 are misses."""
    languages, kinds = ("zh-Hans", "zh-Hant", "en", "de"), ("number", "name", "list")
    made = []
    for number in range(10_000):
        question = ask(
            number,
            f"第{number}条街道的步行道有多长？",
            (f"town{number % 60}",),
            (f"{number}米",),
            language=languages[number % 4],
            kind=kinds[number % 3],
        )
        right = extract(f"第{number}条街道的步行道长{number}米。", question.reports[0], right=[0])
        missed = number < 3000
        made.append(
            prediction(
                question,
                found=None if missed and number % 2 else 1 + number % 7,
                shown=[WRONG, DIKE, WRONG] if missed else [right],
                confidence=(number * 37 % 1000) / 1000,
                latency_ms=5 + number % 40,
            )
        )
    return made


def scored(predictions: Sequence[Prediction], **changed: Any) -> Evaluation:
    run = {
        "set": {"name": f"greenways {HOSTILE}", "digest": "5e" * 32},
        "versions": {"cityqa": "0.0", "python": "3.11"},
        "seed": 7,
        "parameters": {"weights": [1.0, 0.5], "limit": None},
    }
    malformed = (Malformed(3, "no question"), Malformed(8, f"report {HOSTILE} is not in the index"))
    return evaluate(
        predictions,
        **{"index": "ab" * 32, "run": run, "malformed": malformed, "resamples": 50, **changed},
    )


@pytest.fixture(scope="session")
def small_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of ten questions that show everything a page can hold."""
    path = tmp_path_factory.mktemp("small") / "report.html"
    write_page(path, scored(small()), small())
    return path


@pytest.fixture(scope="session")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 10,000 questions with 3,000 misses."""
    path = tmp_path_factory.mktemp("large") / "report.html"
    # The scores are those of the small set: what is large here is the table.
    write_page(path, replace(scored(small()), n=10_000), many())
    return path
