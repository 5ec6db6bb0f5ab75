"""A question asked again is not looked up again, and never answered from another index."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.answer import Answer
from qa.engine import Answerer, Cache
from qa.links import PageLinks
from qa.query_cache import QueryCache

pytestmark = pytest.mark.xdist_group("shipped")

QUESTION = "武汉改造了多少个老旧小区？"
LOOKED_UP = {"understand", "encode", "dense", "lexical", "select"}


class Counting:
    """An embedder that counts the questions that it encodes."""

    def __init__(self, embedder: BuiltinEmbedder) -> None:
        self._embedder = embedder
        self.encoded = 0

    def __getattr__(self, name: str) -> object:
        self.encoded += name == "encode_queries"
        return getattr(self._embedder, name)


def same(one: Answer, other: Answer) -> bool:
    return one.as_json() | {"timings_ms": None} == other.as_json() | {"timings_ms": None}


def test_a_question_asked_again_is_not_looked_up_again(
    shipped: Snapshot, embedder: BuiltinEmbedder, tmp_path: Path
) -> None:
    counting = Counting(embedder)
    answerer = Answerer(shipped, counting, PageLinks(tmp_path), cache=QueryCache())  # type: ignore[arg-type]
    first, second = answerer.ask(QUESTION), answerer.ask(QUESTION)
    assert same(first, second)
    assert counting.encoded == 1
    assert set(first.timings) > LOOKED_UP
    assert not LOOKED_UP & set(second.timings)
    # Whatever else is asked is looked up: more extracts, other places, other years.
    for options in ({"top": 5}, {"cities": ("武汉",)}, {"years": (2022,)}, {"passages": 30}):
        before = counting.encoded
        answerer.ask(QUESTION, **options)  # type: ignore[arg-type]
        assert counting.encoded == before + 1, options


def test_links_are_made_anew_for_a_question_asked_again(
    shipped: Snapshot, embedder: BuiltinEmbedder, tmp_path: Path
) -> None:
    cache: Cache = QueryCache()
    answers = [
        Answerer(shipped, embedder, PageLinks(tmp_path / name), cache=cache).ask(QUESTION)
        for name in ("one", "two")
    ]
    assert len(cache) == 1
    first, second = (answer.ranked[0].citation.link for answer in answers)
    assert first.replace("/one/", "/two/") == second != first


def test_the_question_that_was_not_asked_the_longest_gives_way() -> None:
    cache: QueryCache[int] = QueryCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]
    assert len(cache) == 2
    nothing: QueryCache[int] = QueryCache(0)
    nothing.put("a", 1)
    assert nothing.get("a") is None
