"""Answers off the event loop, from reports that may be others the next moment."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.deep_links import BotLinks
from bot.library import Library
from corpus.errors import IndexMissing, UnknownCity, UsageError
from corpus.library import read_library
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.store import current_generation
from qa._version import __version__
from qa.confidence import calibrate
from qa.settings import Settings
from qa.trained import shipped

T = TypeVar("T")

LAKE = """---
city: 襄阳市
title: 襄阳市湖泊综述
---

# 水质

全市有湖泊三十七个，其中九个水质达到二类标准。市里为每个湖泊任命了湖长。

# 步道

环湖步道全长六十八公里，沿途设有驿站二十一处。
"""

LAKE_LATER = LAKE.replace("环湖步道全长六十八公里", "环湖步道全长七十四公里")

BRIDGES = """---
city: 怀化市
title: 怀化市桥梁综述
---

怀化市新建公路桥梁二十七座，改造危桥十四座。
"""

ORCHARDS = """---
city: 哈密市
title: 哈密市果园综述
---

哈密市栽种枣树三万二千株，全部采用滴灌。
"""

STEPS = "襄阳市环湖步道全长多少公里？"
JUJUBES = "哈密市栽种了多少株枣树？"


def write(folder: Path, **reports: str) -> None:
    folder.mkdir(exist_ok=True)
    for stem, text in reports.items():
        (folder / f"{stem}.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def embedder() -> BuiltinEmbedder:
    return BuiltinEmbedder()


@pytest.fixture(scope="module")
def made(embedder: BuiltinEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two reports, and the named index of them."""
    folder = tmp_path_factory.mktemp("made")
    write(folder / "reports", lake=LAKE, bridges=BRIDGES)
    build(folder / "reports", folder / "index", embedder)
    return folder


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    """Of a copy of the two reports and of their index."""
    copy = shutil.copytree(made, tmp_path / "copy")
    return Settings(
        corpus=(copy / "reports",),
        index=copy / "index",
        cache=tmp_path / "cache",
        state=tmp_path / "state",
    )


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The folder of the reports."""
    return settings.corpus[0]


def build(folder: Path, index: Path, embedder: BuiltinEmbedder) -> Path:
    """Build an index anew; its current generation."""
    build_index(read_library([folder]).reports, embedder, index, calibrate=calibrate)
    return current_generation(index)


@pytest.fixture
def rebuild(settings: Settings, folder: Path, embedder: BuiltinEmbedder) -> Callable[[], Path]:
    """Build the named index anew from the folder as it is."""
    assert settings.index is not None
    return partial(build, folder, settings.index, embedder)


Opener = Callable[[Settings], Library]


@pytest.fixture
def opened(embedder: BuiltinEmbedder) -> Iterator[Opener]:
    """Open libraries that are closed afterwards."""
    libraries: list[Library] = []

    def open_(settings: Settings) -> Library:
        libraries.append(Library.open(settings, BotLinks("cityqa_bot", None), embedder=embedder))
        return libraries[-1]

    yield open_
    for library in libraries:
        library.close()


def run(work: Awaitable[T]) -> T:
    async def main() -> T:
        return await work

    return asyncio.run(main())


def first(library: Library, question: str, **options: Any) -> str:
    """The first extract for a question; empty for a refusal."""
    answer = run(library.ask(question, **options))
    return answer.extracts[0].text if answer.extracts else ""


def test_a_library_answers_and_shows_its_reports(opened: Opener, settings: Settings) -> None:
    library = opened(settings)
    assert "六十八公里" in first(library, STEPS)
    assert [report.id for report in library.reports()] == ["bridges", "lake"]
    assert library.cities() == ("怀化市", "襄阳市")
    report = library.report("lake")
    assert report is not None
    assert report.title == "襄阳市湖泊综述"
    assert library.report("nowhere") is None
    for passage in report.passages:
        assert library.passage(passage.id) == (report, passage)
    assert library.passage("lake-00000000") is None
    answer = run(library.ask(STEPS, top=1, cities=("襄阳",)))
    (extract,) = answer.extracts
    # No page is served, so the citation leads into the chat.
    assert extract.citation.link == f"https://t.me/cityqa_bot?start={extract.citation.passage}"
    assert len(run(library.ask("襄阳市湖泊", top=2)).ranked) <= 2


def test_versions_name_program_index_model_and_trained_models(
    opened: Opener, settings: Settings
) -> None:
    versions = opened(settings).versions()
    assert settings.index is not None
    folder = current_generation(settings.index)
    assert versions.cityqa == __version__
    assert folder.name == f"generation-{versions.index[:16]}"
    assert versions.model == "builtin"
    assert versions.trained == shipped().digest


def test_an_error_of_the_question_reaches_who_asked(opened: Opener, settings: Settings) -> None:
    library = opened(settings)
    with pytest.raises(UsageError):
        run(library.ask("   "))
    with pytest.raises(UnknownCity):
        run(library.ask(STEPS, cities=("Atlantis",)))
    assert first(library, STEPS)


def test_the_event_loop_runs_on_while_questions_are_answered(
    opened: Opener, settings: Settings
) -> None:
    library = opened(settings)
    threads: set[str] = set()

    async def main() -> int:
        asked = asyncio.gather(*(library.ask(STEPS) for _ in range(10)))
        turns = 0
        while not asked.done():
            threads.update(one.name for one in threading.enumerate())
            await asyncio.sleep(0.001)
            turns += 1
        assert len(await asked) == 10
        return turns

    # On the loop itself, all would be answered within one turn of it.
    assert asyncio.run(main()) > 2
    assert "ask_0" in threads


def test_a_question_whose_asker_has_gone_is_not_asked_and_the_next_ones_are(
    opened: Opener, settings: Settings
) -> None:
    # The same question again and again: each is to be looked up.
    library = opened(settings.model_copy(update={"cached_questions": 0}))

    async def main() -> None:
        started = time.perf_counter()
        await asyncio.gather(*(library.ask(STEPS) for _ in range(60)))
        all_of_them = time.perf_counter() - started
        tasks = [asyncio.create_task(library.ask(STEPS)) for _ in range(60)]
        # They are in the queue; one or a few are answered.
        await asyncio.sleep(all_of_them / 20)
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(one, asyncio.CancelledError) for one in done) > 30
        started = time.perf_counter()
        answer = await library.ask(STEPS)
        # Those that were dropped would have taken most of that time first.
        assert time.perf_counter() - started < all_of_them / 2
        assert "六十八公里" in answer.extracts[0].text

    asyncio.run(main())


def test_a_rebuilt_index_answers_from_the_same_library(
    opened: Opener,
    settings: Settings,
    rebuild: Callable[[], Path],
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    library = opened(settings)
    before = library.versions()
    lake = library.report("lake")
    assert lake is not None
    gone = next(one for one in lake.passages if "六十八" in lake.slice(one.span))
    kept = next(one for one in lake.passages if "三十七" in lake.slice(one.span))
    assert not run(library.refresh())
    assert "枣树" not in first(library, JUJUBES)
    write(folder, lake=LAKE_LATER, orchards=ORCHARDS)
    # As long as the index is not built anew, it is the same.
    assert not run(library.refresh())
    rebuild()
    assert library.versions() == before
    with caplog.at_level(logging.INFO, logger="bot.library"):
        assert run(library.refresh())
    assert library.versions().index[:16] in caplog.text
    assert library.versions().index != before.index
    assert "三万二千株" in first(library, JUJUBES)
    assert "七十四公里" in first(library, STEPS)
    assert library.passage(gone.id) is None
    assert library.passage(kept.id) is not None
    assert library.cities() == ("怀化市", "襄阳市", "哈密市")
    assert not run(library.refresh())


def test_the_index_before_is_let_go_with_its_last_question(
    opened: Opener, settings: Settings, rebuild: Callable[[], Path], folder: Path
) -> None:
    library = opened(settings)
    examples = weakref.ref(library.examples)
    snapshot = weakref.ref(library.answerer.snapshot)
    held = library.answerer
    write(folder, orchards=ORCHARDS)
    rebuild()
    assert run(library.refresh())
    # One that was begun before goes on with what it has.
    assert "六十八公里" in held.ask(STEPS).extracts[0].text
    assert snapshot() is held.snapshot
    del held
    gc.collect()
    assert snapshot() is None
    assert examples() is None


def damage(generation: Path) -> None:
    """Other bytes in a file, of the same size."""
    path = generation / "reports.jsonl"
    path.write_bytes(path.read_bytes().replace("三万二千".encode(), "九万二千".encode()))


def cut(generation: Path) -> None:
    path = generation / "passages.faiss"
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("how", [damage, cut])
def test_a_damaged_index_is_not_taken_and_told_once(
    opened: Opener,
    settings: Settings,
    rebuild: Callable[[], Path],
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    how: Callable[[Path], None],
) -> None:
    library = opened(settings)
    before = library.versions()
    write(folder, orchards=ORCHARDS)
    how(rebuild())
    for _ in range(3):
        assert not run(library.refresh())
        assert library.versions() == before
        assert "六十八公里" in first(library, STEPS)
    (line,) = [one.message for one in caplog.records if one.name == "bot.library"]
    assert "answering from those at hand" in line
    assert "cityqa index build" in line
    # Mended, it is taken.
    rebuild()
    assert run(library.refresh())
    assert "三万二千株" in first(library, JUJUBES)


def test_an_index_that_has_gone_is_done_without(
    opened: Opener, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = opened(settings)
    assert settings.index is not None
    settings.index.rename(tmp_path / "away")
    for _ in range(2):
        assert not run(library.refresh())
    assert "六十八公里" in first(library, STEPS)
    assert [one.name for one in caplog.records] == ["bot.library"]
    (tmp_path / "away").rename(settings.index)
    assert not run(library.refresh())
    settings.index.rename(tmp_path / "away")
    with pytest.raises(IndexMissing):
        Library.open(settings, BotLinks("cityqa_bot", None))


def test_of_an_unnamed_index_the_files_are_watched(
    opened: Opener, settings: Settings, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = opened(settings.model_copy(update={"index": None}))
    assert not run(library.refresh())
    write(folder, orchards=ORCHARDS)
    (folder / "bridges.md").unlink()
    assert run(library.refresh())
    assert [report.id for report in library.reports()] == ["lake", "orchards"]
    assert "三万二千株" in first(library, JUJUBES)
    # Files that come while the bot runs and are no reports are told.
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    assert run(library.refresh())
    assert any("torn.pdf" in message for message in caplog.messages)
    caplog.clear()
    for path in folder.iterdir():
        path.unlink()
    for _ in range(2):
        assert not run(library.refresh())
    assert len(caplog.messages) == 1
    assert "三万二千株" in first(library, JUJUBES)


def test_refreshes_never_run_at_once_also_where_their_callers_have_gone(
    opened: Opener, settings: Settings, rebuild: Callable[[], Path], folder: Path
) -> None:
    library = opened(settings)
    write(folder, orchards=ORCHARDS)
    rebuild()

    async def main() -> list[bool | BaseException]:
        refreshes = [asyncio.create_task(library.refresh()) for _ in range(4)]
        await asyncio.sleep(0.005)
        refreshes[0].cancel()
        found = await asyncio.gather(*refreshes, return_exceptions=True)
        assert sum(one.name.startswith("refresh") for one in threading.enumerate()) == 1
        return found

    found = asyncio.run(main())
    assert isinstance(found[0], asyncio.CancelledError)
    # The first went on, though nobody waits for it, and the others found nothing left to do.
    assert sum(one is True for one in found[1:]) <= 1
    assert library.report("orchards") is not None


def test_a_closed_library_stops_building_and_answers_no_more(
    opened: Opener, settings: Settings, folder: Path
) -> None:
    library = opened(settings.model_copy(update={"index": None}))
    before = library.versions()
    write(
        folder, **{f"more{number}": ORCHARDS + f"\n第{number}批。\n" * 40 for number in range(60)}
    )

    async def main() -> None:
        refresh = asyncio.create_task(library.refresh())
        await asyncio.sleep(0.05)
        await asyncio.to_thread(library.close)
        assert not await refresh
        for use in (library.ask(STEPS), library.refresh()):
            with pytest.raises(RuntimeError):
                await use

    asyncio.run(main())
    assert library.versions() == before
    assert library.report("lake") is not None
