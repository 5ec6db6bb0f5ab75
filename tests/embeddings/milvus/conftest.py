"""One index of a few thousand passages on disk, and the same in a file of Milvus Lite."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.report import Report
from embeddings.build import build_index
from embeddings.embedder import Fingerprint, Vectors, unit_rows
from embeddings.milvus.address import MilvusAddress, parse_address
from embeddings.milvus.ingest import ingest
from embeddings.milvus.reader import open_store
from embeddings.snapshot import Snapshot

PLACES = ("江城", "海城", "山城", "平原", "临港", "石桥")
DEEDS = ("改造老旧小区", "新建公园", "修复道路", "种植苹果", "开放图书馆", "疏浚河道", "安装电梯")
ENDS = ("居民满意", "农民增收", "读者很多", "桥梁完工", "按期完成", "广受好评", "继续推进")

REPORTS, PARAGRAPHS = 30, 50


class Hashing:
    """Vectors drawn from a digest of each text: here nobody asks what a text means."""

    dim = 16
    fingerprint = Fingerprint(name="hashing", version="1", weights="", dim=16)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = [
            np.random.default_rng(
                int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            ).normal(size=self.dim)
            for text in texts
        ]
        return unit_rows(np.reshape(rows, (len(texts), self.dim)))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode_queries(texts)


def paragraph(report: int, number: int) -> str:
    place, deed = PLACES[(report + number) % 6], DEEDS[(report * 3 + number) % 7]
    count = report * 100 + number
    return f"{place}去年{deed}{count}处。{ENDS[number % 7]},{place}{ENDS[report % 7]}。"


@pytest.fixture(scope="session")
def hashing() -> Hashing:
    return Hashing()


@pytest.fixture(scope="session")
def many_reports(make_report: Callable[..., Report]) -> tuple[Report, ...]:
    return tuple(
        make_report(
            f"report{number}",
            [paragraph(number, place) for place in range(PARAGRAPHS)],
            city=f"{PLACES[number % 6]}市",
        )
        for number in range(REPORTS)
    )


@pytest.fixture(scope="session")
def local(
    many_reports: tuple[Report, ...], hashing: Hashing, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    return build_index(many_reports, hashing, tmp_path_factory.mktemp("local") / "index")


@pytest.fixture(scope="session")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], MilvusAddress]:
    """The address of a collection in the one file that these tests share."""
    folder = tmp_path_factory.mktemp("lite")
    return lambda name: parse_address(f"milvus-lite:{folder}/tests.db#{name}")


@pytest.fixture(scope="session")
def address(lite: Callable[[str], MilvusAddress], local: Snapshot) -> MilvusAddress:
    """Where the index on disk was written to."""
    ingest(local, lite("whole"))
    return lite("whole")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def stored(address: MilvusAddress, cache: Path) -> Snapshot:
    return open_store(address, cache)
