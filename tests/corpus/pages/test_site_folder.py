"""A site's folder: whole at any moment, its own files only, brought up to date in place."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import StorageError, UsageError
from corpus.pages.site_folder import MARKER, Written, check_folder, site_names, write_site

FIRST = [("a.html", b"a1"), ("b.html", b"b1"), ("index.html", b"i1")]
SECOND = [("a.html", b"a1"), ("c.html", b"c2"), ("index.html", b"i2")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MARKER}


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"

    def files() -> Iterator[tuple[str, bytes]]:
        for file in FIRST:
            assert not folder.exists()
            yield file

    assert write_site(files(), folder) == Written(3, 0, 0)
    assert contents(folder) == dict(FIRST)
    assert list(folder.parent.iterdir()) == [folder]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_an_update_changes_what_differs_and_removes_what_is_gone(tmp_path: Path) -> None:
    write_site(FIRST, tmp_path / "site")
    mine = tmp_path / "site" / "CNAME"
    mine.write_bytes(b"reports.example")
    os.utime(tmp_path / "site" / "a.html", (1, 1))
    assert write_site(SECOND, tmp_path / "site") == Written(2, 1, 1)
    assert contents(tmp_path / "site") == {**dict(SECOND), "CNAME": b"reports.example"}
    # What did not change keeps its time, for caches and mirrors.
    assert (tmp_path / "site" / "a.html").stat().st_mtime == 1
    assert write_site(SECOND, tmp_path / "site") == Written(0, 3, 0)


def test_until_all_is_written_the_old_site_is_there(tmp_path: Path) -> None:
    write_site(FIRST, tmp_path / "site")

    def failing() -> Iterator[tuple[str, bytes]]:
        yield "a.html", b"a3"
        assert (tmp_path / "site" / "a.html").read_bytes() == b"a1"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_site(failing(), tmp_path / "site")
    assert contents(tmp_path / "site") == dict(FIRST)


def test_what_a_killed_run_left_behind_is_cleared(tmp_path: Path) -> None:
    write_site(FIRST, tmp_path / "site")
    left = tmp_path / "site" / ".cityqa-new-killed"
    left.mkdir()
    (left / "a.html").write_bytes(b"half")
    write_site(FIRST, tmp_path / "site")
    assert contents(tmp_path / "site") == dict(FIRST)


def test_an_empty_folder_is_taken_and_any_other_refused(tmp_path: Path) -> None:
    write_site(FIRST, tmp_path)
    assert contents(tmp_path) == dict(FIRST)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.html").write_bytes(b"mine")
    for folder in (other, other / "thesis.html"):
        with pytest.raises(UsageError) as caught:
            check_folder(folder)
        assert str(folder) in str(caught.value)
        with pytest.raises(UsageError):
            write_site(FIRST, folder)
    assert contents(other) == {"thesis.html": b"mine"}


def test_a_marker_names_no_file_outside_the_site(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside.html"
    write_site(FIRST, site)
    outside.write_bytes(b"mine")
    (site / MARKER).write_text('{"files": ["../outside.html", "b.html", 7, "/etc/passwd"]}')
    # One name that is no text: the marker is no list of names.
    assert site_names(site) == []
    (site / MARKER).write_text('{"files": ["../outside.html", "b.html", "/etc/passwd"]}')
    assert site_names(site) == ["b.html"]
    write_site(SECOND, site)
    assert outside.read_bytes() == b"mine"
    assert contents(site) == dict(SECOND)


def test_two_runs_do_not_mix(tmp_path: Path) -> None:
    write_site(FIRST, tmp_path / "site")
    descriptor = os.open(tmp_path / "site", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="another process is writing this site"):
            write_site(SECOND, tmp_path / "site")
    finally:
        os.close(descriptor)
    assert contents(tmp_path / "site") == dict(FIRST)


def test_a_disk_that_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        write_site(FIRST, tmp_path / "file" / "site")
    assert "cannot be written" in str(caught.value)
