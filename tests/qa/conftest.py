"""Real reports, the built-in model and real indexes, built once a session."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.compose import compose
from corpus.library import SHIPPED, read_library
from corpus.places.coverage import CoveredPlace
from corpus.places.recognise import PlaceFinder
from corpus.raw import Line, RawReport
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder, Fingerprint, Vectors, unit_rows
from embeddings.snapshot import Snapshot
from qa.confidence import calibrate
from qa.engine import Answerer
from qa.links import PageLinks
from qa.settings import Settings
from qa.workspace import open_workspace

MakeReport = Callable[..., Report]
MakeAnswerer = Callable[[Sequence[Report]], Answerer]


class CharacterEmbedder:
    """Another model than the built-in one: character counts, folded into 64 numbers."""

    dim = 64
    fingerprint = Fingerprint(name="characters", version="1", weights="none", dim=dim)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        counts = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for char in text:
                counts[row, ord(char) % self.dim] += 1
        return unit_rows(counts)


@pytest.fixture(scope="session")
def embedder() -> BuiltinEmbedder:
    return BuiltinEmbedder()


@pytest.fixture(scope="session")
def characters() -> CharacterEmbedder:
    return CharacterEmbedder()


@pytest.fixture(scope="session")
def shipped_reports() -> tuple[Report, ...]:
    return read_library([SHIPPED]).reports


@pytest.fixture(scope="session")
def finder(shipped_reports: tuple[Report, ...]) -> PlaceFinder:
    return PlaceFinder([CoveredPlace(r.id, r.city, r.aliases) for r in shipped_reports])


@pytest.fixture(scope="session")
def shipped(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Built once for all test processes, as the commands build it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    # The same as that of the end-to-end tests; whoever comes second waits for the first.
    folder = base / "shipped"
    settings = Settings(corpus=(), index=None, cache=folder / "cache", state=folder / "state")
    return open_workspace(settings, embedder=embedder).snapshot


@pytest.fixture(scope="session")
def answerer(shipped: Snapshot, embedder: Embedder) -> Answerer:
    return Answerer(shipped, embedder, PageLinks("https://reports.example"))


@pytest.fixture(scope="session")
def make_report() -> MakeReport:
    """A report of some paragraphs, with front matter as keywords."""

    def make(*paragraphs: str, stem: str = "lake", **front: object) -> Report:
        lines = tuple(Line(text, number) for number, text in enumerate(paragraphs, 1))
        digest = hashlib.sha256("\n".join(paragraphs).encode()).hexdigest()
        front = {"city": "襄阳市", "title": "襄阳市综述", **front}
        raw = RawReport(f"{stem}.md", stem, "markdown", "utf-8", digest, lines, front, True)
        return compose(raw).report

    return make


@pytest.fixture
def make_answerer(tmp_path: Path, embedder: Embedder) -> MakeAnswerer:
    """Answers from the index of some reports."""

    def make(reports: Sequence[Report]) -> Answerer:
        snapshot = build_index(reports, embedder, tmp_path / "index", calibrate=calibrate)
        return Answerer(snapshot, embedder, PageLinks(tmp_path / "pages"))

    return make
