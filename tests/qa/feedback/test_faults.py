"""Disks and files that cannot be used: one line that says where, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import CityqaError, FeedbackDamaged, StorageError
from qa.feedback.records import ShownAnswer
from qa.feedback.store import FILE, FeedbackStore
from tests.damaged_stores import (
    another_unversioned,
    changed,
    cut_short,
    garbage,
    overwritten,
    text,
)

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("writer.py")

Shown = Callable[..., ShownAnswer]
Rater = Callable[[int], str]


def write(path: Path, *arguments: str) -> tuple[int, list[str], str]:
    """Exit code, keys that were acknowledged, and the one line of an error."""
    done = subprocess.run(
        [sys.executable, str(WRITER), str(path), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert len(done.stderr.splitlines()) <= 1, done.stderr
    return done.returncode, done.stdout.splitlines(), done.stderr.strip()


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that others may read but not write; pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="cityqa-test-"))
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_is_one_line(readable: Path) -> None:
    for path in (readable / FILE, readable / "state" / FILE):
        code, kept, error = write(path, "a", "1", "nobody")
        assert (code, kept) == (1, [])
        assert error.startswith(f"StorageError: {path}")
        assert "Permission denied" in error
        assert "CITYQA_STATE" in error
    assert list(readable.iterdir()) == []


@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_store_that_may_not_be_read_or_written_is_one_line(readable: Path, mode: int) -> None:
    readable.chmod(0o755)
    assert write(readable / FILE, "a", "1")[0] == 0
    (readable / FILE).chmod(mode)
    readable.chmod(0o555)
    code, kept, error = write(readable / FILE, "b", "1", "nobody")
    assert (code, kept) == (1, [])
    assert error.startswith(f"StorageError: {readable / FILE}: ")


def test_a_full_disk_is_one_line_and_loses_nothing(path: Path) -> None:
    code, kept, error = write(path, "a", "1000", "full")
    assert code == 1
    assert error.startswith(f"StorageError: {path}: the disk is full")
    assert 0 < len(kept) < 1000
    # With room again, what was acknowledged is there, and there can be more.
    code, more, error = write(path, "b", "5")
    assert (code, error) == (0, "")
    with FeedbackStore(path) as store:
        assert {*kept, *more} <= {found.answer.key for found in store.export()}


def whole(path: Path, shown: Shown, rater: Rater) -> None:
    with FeedbackStore(path) as store:
        for number in range(20):
            store.rate(store.record_answer(shown(key=f"{number}")), rater(1), "helpful")


def another_program(path: Path) -> None:
    path.unlink()
    changed(path, "CREATE TABLE answers (x); PRAGMA user_version = 1;")


def without_a_table(path: Path) -> None:
    changed(path, "DROP TABLE ratings; DROP TABLE extracts;")


def impossible_value(path: Path) -> None:
    changed(path, "UPDATE answers SET confidence = 'high';")


@pytest.mark.parametrize(
    "damage",
    [
        *(garbage, text, cut_short, overwritten),
        *(another_program, another_unversioned, without_a_table, impossible_value),
    ],
)
def test_a_damaged_store_is_one_line_and_is_not_made_anew(
    path: Path, shown: Shown, rater: Rater, damage: Callable[[Path], None]
) -> None:
    whole(path, shown, rater)
    damage(path)
    before = path.read_bytes()
    with FeedbackStore(path) as store, pytest.raises(FeedbackDamaged) as caught:
        list(store.export())
    line = str(caught.value)
    assert line.startswith(f"{path}: the feedback store is damaged, or no feedback store (")
    assert "restore it from a copy" in line
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [garbage, cut_short, another_program, another_unversioned])
def test_nothing_is_written_to_a_damaged_store(
    path: Path, shown: Shown, rater: Rater, damage: Callable[[Path], None]
) -> None:
    whole(path, shown, rater)
    damage(path)
    before = path.read_bytes()
    with FeedbackStore(path) as store:
        uses: tuple[Callable[[], object], ...] = (
            lambda: store.record_answer(shown(key="new")),
            lambda: store.rate(1, rater(2), "helpful"),
            lambda: store.purge(None),
            store.statistics,
        )
        for use in uses:
            with pytest.raises(FeedbackDamaged):
                use()
    assert path.read_bytes() == before


def test_what_is_in_the_way_is_named(tmp_path: Path, shown: Shown) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder" / FILE).mkdir(parents=True)
    for path in (tmp_path / "file" / FILE, tmp_path / "folder" / FILE):
        with FeedbackStore(path) as store, pytest.raises(StorageError) as caught:
            store.record_answer(shown())
        assert str(path) in str(caught.value)
    with FeedbackStore(tmp_path / "folder" / FILE) as store, pytest.raises(CityqaError):
        store.statistics()


def test_an_empty_file_is_a_store_to_be(path: Path, shown: Shown) -> None:
    path.parent.mkdir()
    path.touch()
    with FeedbackStore(path) as store:
        assert store.count() == 0
        assert path.stat().st_size == 0
        store.record_answer(shown())
        assert store.count() == 1
