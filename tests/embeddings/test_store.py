"""Which generation a reader gets, and what stands in the way of one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageError
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder
from embeddings.manifest import FORMAT
from embeddings.snapshot import Snapshot, open_index

ROOT = Path(__file__).parents[2]


def answer(snapshot: Snapshot, embedder: Embedder) -> list[object]:
    """Something from every part of an index."""
    vector = embedder.encode_queries(["公园 library"])
    return [
        snapshot.manifest.digest,
        [part.tolist() for part in snapshot.dense_passages.search(vector, 9)],
        [part.tolist() for part in snapshot.dense_sentences.search(vector, 9)],
        snapshot.lexical.scores({"公园": 1.0, "455个": 1.0}).tolist(),
        [part.tolist() for part in snapshot.lexical.form("图书馆")],
        snapshot.dictionary.translate("library"),
        snapshot.calibration,
        [snapshot.passage_text(row) for row in range(len(snapshot.passages))],
        snapshot.boundaries.tolist(),
    ]


def test_a_reader_keeps_answering_from_what_it_opened(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build_index(reports, builtin, index, calibrate=lambda *_: b"old")
    before = open_index(index)
    untouched = open_index(index)
    expected = answer(before, builtin)
    for kept in (reports[:1], reports[1:2], reports[2:]):
        build_index(kept, builtin, index)
        now = open_index(index)
        assert list(now.reports) == [kept[0].id]
    assert not before.folder.exists()
    assert answer(before, builtin) == expected
    # A reader that had read nothing yet holds it all as well.
    assert answer(untouched, builtin) == expected


def test_the_generation_before_is_kept_and_older_ones_are_not(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    folders = [build_index([report], builtin, tmp_path).folder for report in reports]
    assert [folder.exists() for folder in folders] == [False, True, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [".lock", "CURRENT", *(folder.name for folder in folders[1:])]
    )


def test_the_same_reports_again_leave_the_current_files_alone(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    first = build_index(reports, builtin, tmp_path)
    inodes = {path.name: path.stat().st_ino for path in first.folder.iterdir()}
    second = build_index(reports, builtin, tmp_path)
    third = build_index(reports, builtin, tmp_path)
    digests = {snapshot.manifest.digest for snapshot in (first, second, third)}
    assert len(digests) == 1
    assert second.folder != first.folder
    assert second.folder.exists()
    assert {path.name: path.stat().st_ino for path in second.folder.iterdir()} != inodes
    assert open_index(tmp_path, verify=True).folder == third.folder


def test_other_peoples_files_in_the_folder_stay(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    (tmp_path / "generation-of-1968").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    for report in reports:
        build_index([report], builtin, tmp_path)
    assert (tmp_path / "generation-of-1968").is_dir()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_files_can_be_read_by_whoever_may_read_the_folder(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    folder = build_index(reports, builtin, tmp_path).folder
    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_second_build_at_once_is_refused_in_one_line(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    lines: list[str] = []
    code = """
import sys
from pathlib import Path
from corpus.errors import StorageError
from embeddings.staging import staging
try:
    with staging(Path(sys.argv[1]), lambda: "0" * 64):
        print("in")
except StorageError as error:
    print(error)
"""

    def elsewhere() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def calibrate(snapshot: Snapshot, embedder: Embedder) -> bytes:
        lines.append(elsewhere())
        with pytest.raises(StorageError) as caught:
            build_index(reports[:1], embedder, tmp_path)
        lines.append(str(caught.value))
        return b""

    snapshot = build_index(reports, builtin, tmp_path, calibrate=calibrate)
    assert lines == [f"{tmp_path}: another process is building this index; wait for it"] * 2
    assert open_index(tmp_path, verify=True).manifest.digest == snapshot.manifest.digest
    assert elsewhere() == "in"


def test_an_error_while_building_changes_nothing(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    old = build_index(reports[:1], builtin, tmp_path)

    def calibrate(snapshot: Snapshot, embedder: Embedder) -> bytes:
        raise OSError("not the disk's doing")

    # Nor is it taken for an error of the disk.
    with pytest.raises(OSError, match="not the disk's doing"):
        build_index(reports, builtin, tmp_path, calibrate=calibrate)
    assert open_index(tmp_path, verify=True).manifest == old.manifest
    names = sorted(path.name for path in tmp_path.iterdir())
    # What was embedded is not lost.
    assert names[0].startswith(".building-")
    assert names[1:] == [".lock", "CURRENT", old.folder.name]


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexMissing, match="cityqa index build") as caught:
            open_index(place)
        assert str(place) in str(caught.value)


def test_a_file_is_no_index(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("text")
    with pytest.raises(IndexMissing, match="is a file"):
        open_index(path)
    for place in (path, path / "below"):
        with pytest.raises(StorageError, match="is a file") as caught:
            build_index(reports, builtin, place)
        assert "\n" not in str(caught.value)
    assert path.read_text() == "text"


@pytest.fixture
def index(reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path) -> Path:
    place = tmp_path / "index"
    build_index(reports, builtin, place)
    return place


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\xfe",
        b"generation-",
        b"generation-0123456789abcdef",
        b"generation-../..",
        b"../index",
        b"/etc",
        b"generation-\x00",
        b"x" * 10_000,
    ],
)
def test_a_pointer_to_nothing_is_damage(
    index: Path, content: bytes, reports: tuple[Report, ...], builtin: BuiltinEmbedder
) -> None:
    (index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged) as caught:
        open_index(index)
    line = str(caught.value)
    assert str(index) in line
    assert "cityqa index build" in line
    assert len(line) < 400
    build_index(reports, builtin, index)
    assert len(open_index(index, verify=True).reports) == len(reports)


def test_without_a_pointer_there_is_no_index(index: Path) -> None:
    (index / "CURRENT").unlink()
    with pytest.raises(IndexMissing):
        open_index(index)
    (index / "CURRENT").mkdir()
    with pytest.raises(IndexDamaged):
        open_index(index)


def test_another_format_is_told_with_both_versions(index: Path) -> None:
    path = open_index(index).folder / "manifest.json"
    value = json.loads(path.read_bytes())
    path.write_text(json.dumps({**value, "format": FORMAT + 41}))
    with pytest.raises(IndexMismatch) as caught:
        open_index(index)
    assert f"format {FORMAT + 41}" in str(caught.value)
    assert f"format {FORMAT}" in str(caught.value)
    assert "cityqa index build" in str(caught.value)


def test_other_parameters_are_told_with_both_sides(index: Path) -> None:
    folder = open_index(index).folder
    value = json.loads((folder / "manifest.json").read_bytes())
    parameters = value["parameters"]
    stored = {**value, "parameters": {**parameters, "tokenizer": "blanks; 9"}}
    # As an unfinished generation: the current one's manifest is held to its digest.
    other = folder.rename(folder.parent / ".unfinished-test")
    (other / "manifest.json").write_text(json.dumps(stored))
    from embeddings.snapshot import open_generation

    with pytest.raises(IndexMismatch) as caught:
        open_generation(other)
    assert "blanks; 9" in str(caught.value)
    assert parameters["tokenizer"] in str(caught.value)


def test_rows_do_not_depend_on_who_reads_first(index: Path, builtin: BuiltinEmbedder) -> None:
    one, two = open_index(index), open_index(index)
    assert answer(one, builtin) == answer(two, builtin)
    np.testing.assert_array_equal(one.boundaries, two.boundaries)
