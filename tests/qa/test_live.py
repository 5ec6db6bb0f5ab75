"""The index of a server is brought into memory while it answers, and another before it answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copytree

import pytest

from corpus.library import SHIPPED
from qa import live
from qa.links import PageLinks
from qa.live import LiveIndex
from qa.settings import Settings


class Reader:
    """Takes the place of ``read_ahead``, and notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[set[Path], int, bool]] = []
        self.told = threading.Event()

    def __call__(self, files: Iterable[Path], room: int, *, go_on: Callable[[], bool]) -> int:
        self.asked.append((set(files), room, go_on()))
        self.told.set()
        return 0


def files_of(index: LiveIndex) -> set[Path]:
    snapshot = index.current.answerer.snapshot
    return {snapshot.folder / name for name in snapshot.manifest.files}


def test_the_files_of_an_index_are_read_ahead_within_half_of_the_free_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    monkeypatch.setattr(live, "read_ahead", reader)
    monkeypatch.setattr(live, "free_memory", lambda: 1_000)
    corpus = tmp_path / "corpus"
    copytree(SHIPPED, corpus)
    settings = Settings(cache=tmp_path / "cache", state=tmp_path / "state", corpus=(corpus,))
    index = LiveIndex.open(settings, PageLinks("http://127.0.0.1"))
    # Not by itself: a server forks first.
    assert not reader.asked
    index.start_reading_ahead()
    assert reader.told.wait(10)
    ((files, room, wanted),) = reader.asked
    assert files_of(index) <= files
    assert (room, wanted) == (500, True)

    before = files_of(index)
    (corpus / "harbour.md").write_text("# 临海市港口\n\n临海市的港口有十二个泊位。\n", "utf-8")
    assert index.refresh()
    _, (files, _, wanted) = reader.asked
    assert files_of(index) <= files
    assert files_of(index).isdisjoint(before)
    assert wanted

    index.close()
    reader.told.clear()
    index.start_reading_ahead()
    assert reader.told.wait(10)
    assert not reader.asked[-1][2]
