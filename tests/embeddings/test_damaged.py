"""Files that were cut, changed or lost: always an error of ours that names the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged, IndexFault
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.dictionary import FILE as DICTIONARY
from embeddings.lexical import FILES
from embeddings.readings import FILES as READINGS
from embeddings.report_store import FILES as REPORTS
from embeddings.snapshot import BOUNDARIES, CALIBRATION, PASSAGES, SENTENCES, open_index

NAMES = [
    "manifest.json",
    *REPORTS,
    PASSAGES,
    SENTENCES,
    BOUNDARIES,
    CALIBRATION,
    DICTIONARY,
    *FILES,
    *READINGS,
]


@pytest.fixture(scope="module")
def whole(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    index = tmp_path_factory.mktemp("whole") / "index"
    snapshot = build_index(reports, builtin, index, calibrate=lambda *_: b"{}")
    assert {path.name for path in snapshot.folder.iterdir()} == set(NAMES)
    return index


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


@pytest.fixture
def folder(index: Path) -> Path:
    return open_index(index, verify=True).folder


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_short_is_named(index: Path, folder: Path, name: str) -> None:
    path = folder / name
    content = path.read_bytes()
    for size in (0, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(IndexDamaged) as caught:
            open_index(index)
        assert str(caught.value).startswith(f"{path}: ")
        assert "cityqa index build" in str(caught.value)
    path.write_bytes(content)
    open_index(index, verify=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(index: Path, folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(IndexDamaged) as caught:
        open_index(index)
    assert str(caught.value).startswith(f"{folder / name}: ")


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_byte_is_found_by_verifying(index: Path, folder: Path, name: str) -> None:
    path = folder / name
    content = path.read_bytes()
    for position in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
        changed = bytearray(content)
        changed[position] ^= 0x01
        path.write_bytes(changed)
        with pytest.raises(IndexDamaged) as caught:
            open_index(index, verify=True)
        assert str(caught.value).startswith(f"{path}: ")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_unverified_a_changed_byte_opens_or_is_an_error_of_ours(
    index: Path, folder: Path, data: st.DataObject
) -> None:
    path = folder / data.draw(st.sampled_from(NAMES))
    content = path.read_bytes()
    # The heads of the files are what a reader trusts most.
    position = data.draw(st.integers(0, min(len(content), 200) - 1))
    changed = bytearray(content)
    changed[position] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    try:
        # Reading the dictionary and the reports comes later, and is held to the same.
        opened = open_index(index)
        len(opened.dictionary)
        assert all(opened.rows.get(passage.id, 0) >= 0 for passage in opened.passages)
    except IndexFault:
        pass
    finally:
        path.write_bytes(content)
