"""Generations in Milvus: replaced in one step, checked when opened, mended by building anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageError
from corpus.report import Report
from embeddings.build import build_index
from embeddings.milvus.address import MilvusAddress, parse_address
from embeddings.milvus.ingest import ingest
from embeddings.milvus.layout import FILES, KEY, PARTS, POSTINGS, SENTENCES, part_name
from embeddings.milvus.reader import current_digest, open_store
from embeddings.milvus.store import Store
from embeddings.snapshot import Snapshot

Lite = Callable[[str], MilvusAddress]


@pytest.fixture
def build(
    make_report: Callable[..., Report], hashing: object, tmp_path: Path
) -> Callable[[str], Snapshot]:
    """A small index, another one for each text."""

    def make(text: str) -> Snapshot:
        return build_index([make_report("one", [text, "桥梁完工。"])], hashing, tmp_path / "index")

    return make


def _generations(address: MilvusAddress) -> set[str]:
    begin = f"{address.collection}_"
    return {n[len(begin) :][:16] for n in Store(address).names() if n.startswith(begin)}


def test_a_reader_keeps_its_generation_when_another_takes_its_place(
    lite: Lite, build: Callable[[str], Snapshot], tmp_path: Path
) -> None:
    address = lite("replaced")
    with pytest.raises(IndexMissing, match="cityqa index build"):
        current_digest(address)
    first = ingest(build("新建公园三十座。"), address).digest
    before = open_store(address, tmp_path)
    second = ingest(build("新建公园四十座。"), address).digest
    assert current_digest(address) == second != first
    assert before.passage_text(0) == "新建公园三十座。"
    assert len(before.lexical.form("公园")[0]) == 1
    assert open_store(address, tmp_path).passage_text(0) == "新建公园四十座。"
    # The one before is kept for its readers, older ones are dropped.
    third = ingest(build("新建公园五十座。"), address).digest
    assert _generations(address) == {second[:16], third[:16]}


def test_what_is_there_already_is_not_written_again(
    lite: Lite, build: Callable[[str], Snapshot]
) -> None:
    address = lite("again")
    index = build("新建公园三十座。")
    written: list[tuple[int, int]] = []
    pointer = ingest(index, address, progress=lambda done, total: written.append((done, total)))
    total = sum(pointer.counts.values())
    assert written[-1] == (total, total)
    written.clear()
    assert ingest(index, address, progress=lambda *told: written.append(told)) == pointer
    assert written == []


def test_a_missing_part_is_told_and_written_anew(
    lite: Lite, build: Callable[[str], Snapshot], tmp_path: Path
) -> None:
    address = lite("missing")
    index = build("新建公园三十座。")
    digest = ingest(index, address).digest
    for part in PARTS:
        Store(address).drop(part_name(address.collection, digest, part))
        with pytest.raises(IndexDamaged, match=f"{part} is missing; build it anew"):
            open_store(address, tmp_path)
        ingest(index, address)
        assert open_store(address, tmp_path, verify=True).passage_text(1) == "桥梁完工。"


def test_a_record_too_few_or_too_many_is_told(
    lite: Lite, build: Callable[[str], Snapshot], tmp_path: Path
) -> None:
    address = lite("counted")
    digest = ingest(build("新建公园三十座。"), address).digest
    store = Store(address)
    name = part_name(address.collection, digest, SENTENCES)
    extra = {KEY: 2, "dense": [1.0] + [0.0] * 15, "passage": 0}
    store.write(name, [extra])
    with pytest.raises(IndexDamaged, match="has 3 records instead of 2"):
        open_store(address, tmp_path)


def test_a_changed_file_is_told_and_one_changed_in_the_cache_fetched_again(
    lite: Lite, build: Callable[[str], Snapshot], tmp_path: Path
) -> None:
    address = lite("changed")
    digest = ingest(build("新建公园三十座。"), address).digest
    folder = open_store(address, tmp_path).folder
    (folder / "reports.jsonl").write_bytes(b"{}")
    assert open_store(address, tmp_path).passage_text(1) == "桥梁完工。"
    store = Store(address)
    name = part_name(address.collection, digest, FILES)
    for part, said in ((POSTINGS, "lexical.documents.npy has changed"), (FILES, "has changed")):
        name = part_name(address.collection, digest, part)
        record = store.get(name, [0 if part == POSTINGS else 3], [KEY, "content"])[0]
        store.write(name, [{**record, "nothing": [1.0, 0.0], "content": "AAAAAAAAAAA="}])
        with pytest.raises(IndexDamaged, match=said):
            open_store(address, tmp_path, verify=True)


def test_a_collection_of_others_is_left_alone(lite: Lite, build: Callable[[str], Snapshot]) -> None:
    from pymilvus import DataType, MilvusClient

    address = lite("others")
    schema = MilvusClient.create_schema()
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("vector", index_type="FLAT", metric_type="IP")
    store = Store(address)
    store.create(address.collection, schema, indexes)
    with pytest.raises(IndexMismatch, match="name another collection"):
        ingest(build("新建公园三十座。"), address)
    assert store.fields(address.collection) == {"id", "vector"}
    assert _generations(address) == set()


def test_a_file_that_another_process_has_open_is_told_at_once(address: MilvusAddress) -> None:
    code = (
        "from embeddings.milvus.address import parse_address\n"
        "from embeddings.milvus.reader import current_digest\n"
        f"current_digest(parse_address({str(address)!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "another process has this file of Milvus Lite open" in done.stderr


def test_where_no_server_answers_it_is_told(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        # Bound, and nobody listens.
        taken.bind(("127.0.0.1", 0))
        address = parse_address(f"milvus://127.0.0.1:{taken.getsockname()[1]}/reports")
        with pytest.raises(StorageError, match="no Milvus server answers here"):
            current_digest(address)
