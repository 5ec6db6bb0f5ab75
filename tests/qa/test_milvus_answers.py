"""Answers from an index in Milvus are those from the same index on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import SettingsError, StorageError
from embeddings.builtin import BuiltinEmbedder
from embeddings.milvus.address import MilvusAddress, parse_address
from embeddings.snapshot import Snapshot
from qa.engine import Answerer
from qa.index_place import check_place, current_of, open_place, published
from qa.links import PageLinks
from qa.live import LiveIndex
from qa.settings import Settings, load_settings

QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("武汉改造了多少个老旧小区？", ()),
    ("武漢改造了多少個老舊小區？", ()),
    ("How many old residential communities did Wuhan renovate?", ()),
    ("党史学习教育有哪些做法？", ("武汉",)),
    ("黨史學習教育有哪些做法？", ("济南",)),
    ("What was done for the people?", ("Wuhan",)),
    ("比较武汉和济南为群众办了哪些实事", ()),
    ("这篇报告是谁写的？", ()),
    ("老旧小区改造了多少", ("济南", "武汉")),
    ("火星上有多少个老旧小区？", ()),
    ("gaizao laojiu xiaoqu", ()),
    ("Wie viele Schulplätze wurden geschaffen?", ()),
)


@pytest.fixture(scope="module")
def settings(shipped: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("milvus")
    made = load_settings(
        index=parse_address(f"milvus-lite:{folder}/answers.db"), cache=folder, state=folder
    )
    assert isinstance(made.index, MilvusAddress)
    check_place(made.index)
    published(made, made.index, shipped)
    return made


@pytest.fixture(scope="module")
def local(shipped: Snapshot, embedder: BuiltinEmbedder) -> Answerer:
    return Answerer(shipped, embedder, PageLinks("pages"))


@pytest.fixture(scope="module")
def stored(settings: Settings, embedder: BuiltinEmbedder) -> Answerer:
    return Answerer(open_place(settings), embedder, PageLinks("pages"))


@pytest.mark.parametrize(("question", "cities"), QUESTIONS)
def test_every_extract_and_its_scores_are_the_same(
    local: Answerer, stored: Answerer, question: str, cities: tuple[str, ...]
) -> None:
    ours, theirs = local.ask(question, cities=cities), stored.ask(question, cities=cities)
    assert [one.text for one in theirs.ranked] == [one.text for one in ours.ranked]
    assert theirs.refused == ours.refused
    assert theirs.confidence == pytest.approx(ours.confidence, abs=1e-3)
    for hit, expected in zip(theirs.hits, ours.hits, strict=True):
        assert hit.row == expected.row
        assert (hit.dense, hit.sentence) == pytest.approx(
            (expected.dense, expected.sentence), abs=1e-5
        )
        assert (hit.lexical, hit.translated, hit.prior) == pytest.approx(
            (expected.lexical, expected.translated, expected.prior), abs=1e-5
        )


def test_a_server_looks_at_the_record_that_names_the_generation(
    settings: Settings, embedder: BuiltinEmbedder, shipped: Snapshot
) -> None:
    live = LiveIndex.open(settings, PageLinks("pages"), embedder=embedder)
    assert current_of(settings) == shipped.manifest.digest == live.current.source
    assert not live.refresh()


def test_the_token_goes_with_the_address_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITYQA_INDEX", "milvus://host/reports")
    monkeypatch.setenv("CITYQA_MILVUS_TOKEN", "geheim")
    index = load_settings().index
    assert isinstance(index, MilvusAddress)
    assert index.token == "geheim"
    assert "geheim" not in f"{index}{index!r}{load_settings()!r}"
    monkeypatch.setenv("CITYQA_INDEX", "http://user:geheim@host/reports")
    with pytest.raises(SettingsError, match="is no kind of index") as refused:
        load_settings()
    assert "geheim" not in str(refused.value)


def test_a_folder_that_may_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be opened"):
        check_place(parse_address(f"milvus-lite:{tmp_path}/file/a.db"))
