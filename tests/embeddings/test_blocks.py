"""Blocks: each text embedded once, and every row accounted for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.report import Report
from embeddings.blocks import NONE, Held, planned
from embeddings.census import counted
from embeddings.embedder import Fingerprint, Vectors, unit_rows
from embeddings.embedding import PASSAGES, SENTENCES, embed
from embeddings.engines.local import LocalEngine
from embeddings.known_texts import KnownTexts, digests_of
from embeddings.raw_vectors import blocks
from embeddings.staging import staging
from tests.embeddings.conftest import _make_report as make_report


class Lengths:
    """Vectors that tell their text apart; counts how often each text is embedded."""

    dim = 8
    fingerprint = Fingerprint(name="lengths", version="1", weights="", dim=8)

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_queries(self, texts: list[str]) -> Vectors:
        rows = [[hash_of(text, n) for n in range(self.dim)] for text in texts]
        return unit_rows(np.array(rows).reshape(len(texts), self.dim))

    def encode_passages(self, texts: list[str]) -> Vectors:
        self.texts += texts
        return self.encode_queries(texts)


def hash_of(text: str, number: int) -> float:
    return float(digests_of([f"{number}{text}"])[0, 0] % 1000 + 1)


WORDS = st.sampled_from(["公园。", "桥梁。", "港口。", "学校。"])
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map("".join), max_size=6)


@settings(deadline=None, max_examples=20)
@given(st.lists(PARAGRAPHS, min_size=1, max_size=5), st.integers(1, 5), st.integers(0, 6))
def test_every_row_has_the_vector_of_its_text_wherever_a_build_goes_on(
    drawn: list[list[str]], size: int, ended: int
) -> None:
    reports = [make_report(f"r{number}", paragraphs) for number, paragraphs in enumerate(drawn)]
    census = counted(reports)
    embedder = Lengths()
    with tempfile.TemporaryDirectory() as name:
        try:
            with staging(Path(name), lambda: "0" * 64) as stage:
                all_blocks = list(planned(reports, census.digests, {}, size=size))
                embed(all_blocks[:ended], LocalEngine(embedder), stage, 8, np.float32)
                raise InterruptedError
        except InterruptedError:
            pass
        with staging(Path(name), lambda: "0" * 64) as stage:
            assert stage.blocks == min(ended, len(all_blocks))
            embed(all_blocks, LocalEngine(embedder), stage, 8, np.float32)
            stored = [
                np.concatenate([np.empty((0, 8), np.float32), *(rows for _, rows in blocks(p, 7))])
                for p in (stage.folder / PASSAGES, stage.folder / SENTENCES)
            ]
    texts = [r.slice(p.span) for r in reports for p in r.passages]
    sentences = [r.slice(span) for r in reports for _, _, span in r.sentences()]
    np.testing.assert_array_equal(stored[0], embedder.encode_queries(texts))
    np.testing.assert_array_equal(stored[1], embedder.encode_queries(sentences))
    # A block that holds a passage whose text was a sentence before embeds it as a passage, too.
    for text in set(texts) | set(sentences):
        assert embedder.texts.count(text) <= 2


def test_a_report_that_the_index_holds_is_not_embedded() -> None:
    reports = [make_report("a", ["公园。桥梁。", "港口。"]), make_report("b", ["学校。"])]
    digests = counted(reports).digests
    (block,) = planned(reports, digests, {digests["a"]: Held(10, 20)})
    assert block.block.passages == ("学校。",)
    assert block.block.spans == (((0, 3),),)
    assert block.passages.held.tolist() == [10, 11, NONE]
    assert block.sentences.held.tolist() == [20, 21, 22, NONE]
    assert block.sentences.embedded.tolist() == [3]


def test_blocks_have_a_fixed_number_of_passages_across_reports() -> None:
    reports = [make_report("a", ["一。", "二。", "三。"]), make_report("b", ["四。", "五。"])]
    found = list(planned(reports, counted(reports).digests, {}, size=2))
    assert [one.block.passages for one in found] == [("一。", "二。"), ("三。", "四。"), ("五。",)]
    assert [one.passages.first for one in found] == [0, 2, 4]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 300), max_size=30), max_size=20), st.integers(0, 200))
def test_known_texts_are_found_up_to_their_bound(drawn: list[list[int]], most: int) -> None:
    known = KnownTexts(most)
    rows: dict[int, int] = {}
    for batch in drawn:
        new = [number for number in dict.fromkeys(batch) if number not in rows]
        known.add(digests_of(list(map(str, new))), np.arange(len(rows), len(rows) + len(new)))
        rows |= {number: len(rows) + place for place, number in enumerate(new)}
        if len(rows) >= most:
            break
    kept = {number: row for number, row in rows.items() if row < most}
    assert len(known) == len(kept)
    found = known.rows(digests_of([str(number) for number in range(301)]))
    assert found.tolist() == [kept.get(number, -1) for number in range(301)]


def test_two_reports_of_one_id_are_refused_by_the_census(
    make_report: Callable[..., Report],
) -> None:
    with pytest.raises(ValueError, match="one id"):
        counted([make_report("a", ["一。"]), make_report("a", ["二。"])])
