"""An index that a server opens is brought into memory while it answers."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from qa import live
from qa.links import PageLinks
from qa.settings import Settings


def test_a_server_has_the_files_of_its_index_read_ahead_within_half_of_the_free_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[set[Path], int]] = []
    told = threading.Event()

    def read_ahead(files: Iterable[Path], room: int) -> int:
        asked.append((set(files), room))
        told.set()
        return 0

    monkeypatch.setattr(live, "read_ahead", read_ahead)
    monkeypatch.setattr(live, "free_memory", lambda: 1_000)
    settings = Settings(cache=tmp_path / "cache", state=tmp_path / "state")
    index = live.LiveIndex.open(settings, PageLinks("http://127.0.0.1"))
    assert told.wait(10)
    snapshot = index.current.answerer.snapshot
    ((files, room),) = asked
    assert {snapshot.folder / name for name in snapshot.manifest.files} <= files
    assert room == 500
