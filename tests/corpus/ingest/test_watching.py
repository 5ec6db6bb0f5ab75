"""Changes of a folder are taken up once they have settled, each once."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from corpus.errors import EmptyCorpus, ReadError
from corpus.ingest.watching import Change, Reading, Stamp, changes, look, settled
from corpus.library import Entry, read_library
from tests.corpus.ingest.invented import text_of

Write = Callable[..., Path]
A, B = Path("a.txt"), Path("b.txt")


def bursts(
    looks: Sequence[Mapping[Path, int]], *, settle: float = 2, patience: float = 10
) -> Iterator[tuple[float, list[tuple[str, str]]]]:
    """When changes are taken up, and which: a look a second, each file's size being its stamp."""
    now = itertools.count()
    time = [0.0]
    seen = iter(looks)

    def sleep(seconds: float) -> None:
        assert seconds == 1
        time[0] = next(now)

    def looking(_folders: Sequence[Path]) -> dict[Path, Stamp]:
        return {path: Stamp(0, size, 0) for path, size in next(seen).items()}

    found = settled(
        [],
        {A: Stamp(0, 1, 0)},
        interval=1,
        settle=settle,
        patience=patience,
        clock=lambda: time[0],
        sleep=sleep,
        looking=looking,
    )
    # In a generator, the end of the looks is an error that has the StopIteration for its cause.
    with contextlib.suppress(RuntimeError):
        for batch, _ in found:
            yield time[0], [(change.kind, change.path.name) for change in batch]


def test_a_file_that_grows_is_waited_for() -> None:
    sizes = [1, 2, 3, 4, 4, 4, 4, 4]
    assert list(bursts([{A: size} for size in sizes])) == [(5, [("changed", "a.txt")])]


def test_a_burst_is_taken_up_as_one() -> None:
    looks = [{A: 1}, {A: 1, B: 1}, {B: 1}, {B: 2}, {B: 2}, {B: 2}, {B: 2}, {B: 2}]
    assert list(bursts(looks)) == [(5, [("removed", "a.txt"), ("new", "b.txt")])]


def test_what_settled_is_not_kept_waiting_for_ever_by_what_has_not() -> None:
    looks = [{A: 2, B: number} for number in range(14)]
    # At 10 s patience ends: a has stood still since 0 s, b changes with every look.
    assert list(bursts(looks)) == [(10, [("changed", "a.txt")])]


def test_a_file_that_comes_and_goes_is_no_change() -> None:
    looks = [{A: 1, B: 1}, {A: 1}, {A: 1}, {A: 1}, {A: 1}]
    assert list(bursts(looks)) == []


def test_a_look_sees_reports_and_their_table_and_nothing_hidden(
    write: Write, tmp_path: Path
) -> None:
    for name in ("a.txt", "sub/b.html", "reports.toml", ".hidden.txt", "README.md", "x.png"):
        write(name, "x")
    folder = tmp_path / "corpus"
    before = look([folder, tmp_path / "gone"])
    assert {str(p.relative_to(folder)) for p in before} == {"a.txt", "sub/b.html", "reports.toml"}
    # Another file put in its place, of the same size and moment, is another file.
    other = write("new", "y")
    status = (folder / "a.txt").stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(folder / "a.txt")
    assert changes(before, look([folder])) == [Change("changed", folder / "a.txt")]


def test_only_what_changed_is_read_again(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    write("a.txt", text_of("武汉市"))
    write("b.txt", text_of("长沙市", 31, 977, 44))
    reading = Reading([folder])
    assert set(reading.update(look([folder]))) == {folder / "a.txt", folder / "b.txt"}
    assert reading.library() == read_library([folder])
    write("b.txt", text_of("长沙市", 32, 978, 45))
    write("c.pdf", b"no PDF\x00")
    read = reading.update(look([folder]))
    assert isinstance(read[folder / "b.txt"], Entry)
    assert isinstance(read[folder / "c.pdf"], ReadError)
    assert len(read) == 2
    assert reading.library() == read_library([folder])
    # What the table says is about all of its folder.
    write("reports.toml", '[a]\ncity = "洪江市"\n')
    reading.update(look([folder]))
    assert reading.library().reports[0].city == "洪江市"
    for path in folder.iterdir():
        path.unlink()
    assert reading.update(look([folder])) == {}
    with pytest.raises(EmptyCorpus):
        reading.library()
