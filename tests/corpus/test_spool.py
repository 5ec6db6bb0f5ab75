"""A spool holds what a library does, and a reading that was ended goes on."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CityqaError, EmptyCorpus, StorageError
from corpus.library import Entry, read_files, read_library
from corpus.mirrors import APART, Candidate, originals
from corpus.signature import Known, Signature, text_signature
from corpus.spool import spooled
from tests.corpus.ingest.invented import text_of
from tests.corpus.test_signature import made

ROOT = Path(__file__).parents[2]


class Reading:
    """Reads files, telling which; ends after some."""

    def __init__(self, most: int = 1000) -> None:
        self.names: list[str] = []
        self.most = most

    def __call__(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Entry | CityqaError]]:
        for path, result in read_files(paths):
            if len(self.names) == self.most:
                raise InterruptedError
            self.names.append(path.name)
            yield path, result


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two folders with whatever the choice among files has a rule for."""
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        folder.mkdir()
    (first / "a.txt").write_text(text_of("武汉市"))
    (first / "b.txt").write_text(text_of("武汉市"))
    (first / "c.md").write_text(f"---\nkind: digest\n---\n{text_of('长沙市', 31, 977, 44)}")
    (first / "d.txt").write_bytes(b"")
    (first / "e.txt").write_text(text_of("广州市", 62, 845, 73))
    (first / "e.md").write_text(text_of("南京市", 61, 844, 72))
    (second / "c.txt").write_text(text_of("长沙市", 31, 977, 44))
    (second / "f.txt").write_text(text_of("成都市", 18, 333, 92))
    (second / "g.txt").write_text("字" * 40)
    (second / "reports.toml").write_text('[g]\nmirror_of = "f"\n')
    return [first, second]


def test_a_spool_holds_the_reports_of_a_library(folders: list[Path], tmp_path: Path) -> None:
    library = read_library(folders)
    told: list[tuple[int, int]] = []
    with spooled(
        folders, tmp_path / "spool", progress=lambda done, total: told.append((done, total))
    ) as spool:
        assert tuple(spool) == library.reports
        assert [spool[number] for number in range(len(spool))] == list(library.reports)
        assert tuple(spool[1:]) == library.reports[1:]
        assert spool.left_out == library.left_out
    assert [r.id for r in library.reports if r.mirrors] == ["a", "f"]
    assert len(library.left_out) == 2
    assert told == [(number, 9) for number in range(1, 10)]
    assert not (tmp_path / "spool").exists()


def test_a_reading_goes_on_behind_the_last_file_that_is_as_it_was(
    folders: list[Path], tmp_path: Path
) -> None:
    place = tmp_path / "spool"
    names = [path.name for folder in folders for path in sorted(folder.iterdir())][:9]
    with pytest.raises(InterruptedError), spooled(folders, place, read=Reading(5)):
        pass
    with pytest.raises(InterruptedError), spooled(folders, place, read=(second := Reading(1))):
        pass
    assert second.names == names[5:6]
    # The third file changes, so that it and all behind it are read.
    (folders[0] / "c.md").write_text(text_of("长沙市", 3, 97, 4))
    third = Reading()
    with spooled(folders, place, read=third) as spool:
        assert tuple(spool) == read_library(folders).reports
    assert third.names == names[2:]


def test_what_is_said_of_a_file_is_part_of_it(folders: list[Path], tmp_path: Path) -> None:
    place = tmp_path / "spool"
    with pytest.raises(InterruptedError), spooled(folders, place, read=Reading(8)):
        pass
    (folders[1] / "reports.toml").write_text("")
    with spooled(folders, place, read=(reading := Reading())) as spool:
        assert tuple(spool) == read_library(folders).reports
    assert reading.names == ["c.txt", "f.txt", "g.txt"]


@pytest.mark.parametrize("name", ["files.jsonl", "entries.jsonl", "signatures"])
def test_files_cut_short_are_read_again_from_there(
    folders: list[Path], tmp_path: Path, name: str
) -> None:
    place = tmp_path / "spool"
    with pytest.raises(InterruptedError), spooled(folders, place, read=Reading(7)):
        pass
    os.truncate(place / name, (place / name).stat().st_size // 2)
    with spooled(folders, place, read=(reading := Reading())) as spool:
        assert tuple(spool) == read_library(folders).reports
    assert 2 < len(reading.names) < 9


def test_killed_while_it_reads_a_spool_holds_what_was_read(
    folders: list[Path], tmp_path: Path
) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from corpus.spool import spooled
def killed(done, total):
    if done == 6:
        os.kill(os.getpid(), signal.SIGKILL)
with spooled([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]), progress=killed):
    pass
"""
    command = [sys.executable, "-c", code, str(tmp_path / "spool"), *map(str, folders)]
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    with spooled(folders, tmp_path / "spool", read=(reading := Reading())) as spool:
        assert tuple(spool) == read_library(folders).reports
    assert len(reading.names) == 3


def test_a_place_is_used_by_one_at_a_time(folders: list[Path], tmp_path: Path) -> None:
    with (
        spooled(folders, tmp_path / "spool"),
        pytest.raises(StorageError, match="another process is building"),
        spooled(folders, tmp_path / "spool"),
    ):
        pass


def test_a_lock_that_was_removed_meanwhile_locks_nothing(
    folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "spool"
    flock = fcntl.flock
    inodes: list[int] = []

    def once_removed(stream: TextIO, how: int) -> None:
        """The process that was there before ends between opening and locking."""
        inodes.append(os.fstat(stream.fileno()).st_ino)
        if len(inodes) == 1:
            (place / ".lock").rename(tmp_path / "removed")
        flock(stream, how)

    monkeypatch.setattr(fcntl, "flock", once_removed)
    with spooled(folders, place):
        assert len(inodes) == 2
        assert (place / ".lock").stat().st_ino == inodes[1]
        with pytest.raises(StorageError, match="another process"), spooled(folders, place):
            pass


def test_where_no_file_is_a_report_there_is_no_spool(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    with (
        pytest.raises(EmptyCorpus, match=r"a\.txt"),
        spooled([tmp_path], tmp_path / "index" / ".spool"),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def by_known(candidates: Sequence[Candidate], signatures: Sequence[Signature]) -> list[int]:
    """The rule with every signature in memory; for candidates of which nothing is said."""
    homes = list(range(len(candidates)))
    known, numbered = Known(), []
    for number, (one, own) in enumerate(zip(candidates, signatures, strict=True)):
        if one.mirror_of == APART or one.length < 150 or len(candidates) == 1:
            continue
        earlier = (numbered[n] for n in known.copies(own))
        found = next((n for n in earlier if candidates[n].kind == one.kind), None)
        if found is None:
            known.add(own)
            numbered.append(number)
        else:
            homes[number] = found
    return homes


CHUNKS = [
    text_of(city, a, b, c) for city, a, b, c in (("武汉市", 1, 22, 33), ("苏州市", 4, 55, 66))
]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 11), min_size=1, max_size=12),
            st.sampled_from(["original", "digest"]),
            st.sampled_from([None, None, APART]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_copies_among_many_are_those_that_comparing_one_by_one_finds(
    drawn: list[tuple[list[int], str, str | None]],
) -> None:
    lines = [line for chunk in CHUNKS for line in chunk.splitlines() if len(line) > 20]
    texts = ["\n".join(lines[n % len(lines)] for n in numbers) for numbers, _, _ in drawn]
    signatures = [text_signature(text) for text in texts]
    candidates = [
        Candidate(str(number), kind, said, len(text))
        for number, (text, (_, kind, said)) in enumerate(zip(texts, drawn, strict=True))
    ]
    found = originals(candidates, lambda: signatures, signatures.__getitem__)
    assert found == by_known(candidates, signatures)


def test_of_reports_with_the_same_words_and_other_figures_few_pairs_are_compared() -> None:
    draw = random.Random(1)
    base = "".join(chr(draw.randrange(0x4E00, 0x5E00)) for _ in range(600))
    words = [base[start : start + 60] for start in range(0, 600, 60)]

    def text() -> str:
        return "".join(f"{part}{draw.randrange(1000, 99_999)}万元。" for part in words)

    texts = [text() for _ in range(150)]
    texts += ["又有一个小小的页脚。" + one for one in texts[:20]]
    signatures = [text_signature(one) for one in texts]
    candidates = [Candidate(str(n), "original", None, len(one)) for n, one in enumerate(texts)]
    asked: list[int] = []

    def signature_of(number: int) -> Signature:
        asked.append(number)
        return signatures[number]

    found = originals(candidates, lambda: signatures, signature_of)
    assert found == [*range(150), *range(20)]
    assert found == by_known(candidates, signatures)
    # Two for each copy; for one of the other 11,175 pairs by chance.
    assert len(asked) <= 2 * 20 + 10


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(10, 30), max_size=24, unique=True),
            st.integers(0, 2),
            st.integers(0, 40),
        ),
        min_size=2,
        max_size=14,
    )
)
def test_figures_few_or_many_change_nothing_about_who_is_a_copy(
    drawn: list[tuple[list[int], int, int]],
) -> None:
    words = [made(seed, 500) for seed in range(3)]
    texts = [
        words[which][10 * cut :] + "。".join(map(str, figures)) for figures, which, cut in drawn
    ]
    signatures = [text_signature(one) for one in texts]
    candidates = [Candidate(str(n), "original", None, len(one)) for n, one in enumerate(texts)]
    found = originals(candidates, lambda: signatures, signatures.__getitem__)
    assert found == by_known(candidates, signatures)
