"""Ids lead to rows through hashes, which may be those of other ids."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged
from corpus.report import Passage, Span
from embeddings.passage_rows import HASHES, ROWS, PassageRows, hash_of, write_rows


def passages(*ids: str) -> list[Passage]:
    return [Passage(id_, "lake", "", "text", Span(0, 0), ()) for id_ in ids]


def test_two_ids_of_one_hash_are_told_apart(tmp_path: Path) -> None:
    # As if all three ids had the hash of the one in the middle.
    write_rows(tmp_path, array("Q", [hash_of("lake-b")] * 3))
    rows = PassageRows(tmp_path, passages("lake-a", "lake-b", "lake-c"))
    assert rows["lake-b"] == 1
    assert len(rows) == 3
    # Its hash leads to no passage of that id.
    other = PassageRows(tmp_path, passages("lake-a", "lake-x", "lake-c"))
    with pytest.raises(KeyError):
        other["lake-b"]


def test_of_an_id_that_two_passages_have_the_last_one_counts(tmp_path: Path) -> None:
    twice = ("lake-a", "lake-b", "lake-a")
    write_rows(tmp_path, array("Q", map(hash_of, twice)))
    rows = PassageRows(tmp_path, passages(*twice))
    assert dict(rows) == {"lake-b": 1, "lake-a": 2}
    assert len(rows) == 2


def test_the_table_is_sorted_and_its_hashes_are_those_of_blake2b(tmp_path: Path) -> None:
    ids = [f"lake-{n:08x}" for n in range(100)]
    write_rows(tmp_path, array("Q", map(hash_of, ids)))
    hashes, order = np.load(tmp_path / HASHES), np.load(tmp_path / ROWS)
    assert (hashes[:-1] <= hashes[1:]).all()
    assert hashes.tolist() == [hash_of(ids[row]) for row in order]
    # `printf lake | b2sum -l 64`, read as a little-endian number
    assert hash_of("lake") == int.from_bytes(bytes.fromhex("5525ecdfbbf8ed2a"), "little")


def test_a_table_that_leads_nowhere_is_damage(tmp_path: Path) -> None:
    write_rows(tmp_path, array("Q", [hash_of("lake-a")]))
    one = passages("lake-a")
    with pytest.raises(ValueError, match="not of these passages"):
        PassageRows(tmp_path, passages("lake-a", "lake-b"))
    np.save(tmp_path / ROWS, np.array([7]))
    with pytest.raises(IndexDamaged) as caught:
        PassageRows(tmp_path, one)["lake-a"]
    assert str(caught.value).startswith(f"{tmp_path / ROWS}: ")
