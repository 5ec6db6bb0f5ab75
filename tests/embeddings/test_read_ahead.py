"""Files are in memory before they are read, as far as there is room for them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from embeddings.read_ahead import free_memory, read_ahead

MEGABYTE = 1 << 20


def write(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def cached(path: Path) -> bool:
    """Whether the whole file can be read without waiting for the disk."""
    with path.open("rb") as stream:
        for first in range(0, path.stat().st_size, 4096):
            try:
                os.preadv(stream.fileno(), [bytearray(4096)], first, os.RWF_NOWAIT)
            except BlockingIOError:
                return False
    return True


def forget(path: Path) -> None:
    """Take a file out of the system's memory, or skip the test where it does not let go."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    try:
        if cached(path):
            pytest.skip("files of this disk stay in memory")
    except OSError as error:
        pytest.skip(f"this disk does not tell what is in memory ({error.strerror})")


def test_a_file_is_in_memory_afterwards(tmp_path: Path) -> None:
    path = write(tmp_path, "vectors", 5 * MEGABYTE + 17)
    forget(path)
    assert read_ahead([path], 10 * MEGABYTE) == 5 * MEGABYTE + 17
    until = time.monotonic() + 10
    while not cached(path):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_smallest_files_come_first_and_as_many_as_fit(tmp_path: Path) -> None:
    large, small, middle = (
        write(tmp_path, name, size) for name, size in (("a", 900), ("b", 100), ("c", 500))
    )
    for room, expected in ((99, 0), (100, 100), (600, 600), (1499, 600), (1500, 1500)):
        assert read_ahead([large, small, middle], room) == expected


def test_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "vectors", 100)
    assert read_ahead([tmp_path / "gone", tmp_path / "no" / "folder", path], 1_000) == 100
    assert read_ahead([], 1_000) == 0


def test_it_ends_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    path = write(tmp_path, "vectors", 3 * MEGABYTE)
    answers = iter([True, True, False])
    assert read_ahead([path], 9 * MEGABYTE, go_on=lambda: next(answers)) == 2 * MEGABYTE


def test_memory_is_what_the_system_and_the_group_leave(tmp_path: Path) -> None:
    meminfo, cgroup = tmp_path / "meminfo", tmp_path / "cgroup"
    assert free_memory(meminfo, cgroup) == 0
    meminfo.write_text("MemTotal:  8000 kB\nMemAvailable:    6000 kB\nHugePages_Free:  0\n")
    assert free_memory(meminfo, cgroup) == 6000 * 1024
    cgroup.mkdir()
    (cgroup / "memory.current").write_text(f"{3000 * 1024}\n")
    (cgroup / "memory.stat").write_text(f"anon {2000 * 1024}\nfile {1000 * 1024}\n")
    (cgroup / "memory.max").write_text("max\n")
    assert free_memory(meminfo, cgroup) == 6000 * 1024
    # Of 4,000 kB, 3,000 are used, 1,000 of them by what gives way.
    (cgroup / "memory.max").write_text(f"{4000 * 1024}\n")
    assert free_memory(meminfo, cgroup) == 2000 * 1024
    (cgroup / "memory.max").write_text(f"{1000 * 1024}\n")
    assert free_memory(meminfo, cgroup) == 0
    meminfo.write_text("MemTotal:  8000 kB\n")
    assert free_memory(meminfo, cgroup) == 0
