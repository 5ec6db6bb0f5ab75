"""One row of finite numbers a candidate, each in the range that its name promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from corpus.places.recognise import PlaceFinder
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.features import FEATURES, Scored, featurise
from qa.question import Question, understand
from qa.retrieve import Retrieved, retrieve
from qa.scale import Scale
from qa.wants import WANTS

pytestmark = pytest.mark.xdist_group("shipped")

BETWEEN_0_AND_1 = [
    "passage_lexical",
    "passage_translated",
    "coverage",
    "translated_coverage",
    "before_coverage",
    "after_coverage",
    "unit",
    "numbers",
    "note",
    *(name for name in FEATURES if name.startswith(("holds_", "lacks_"))),
]


def featurised(
    text: str, snapshot: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> tuple[Question, Retrieved, Scored]:
    question = understand(text, finder)
    vector = embedder.encode_queries([question.text])
    found = retrieve(snapshot, question.terms, vector, Scale(), language=question.dictionary)
    return question, found, featurise(snapshot, question, found, Scale())


def test_names_are_unique_and_cover_every_kind_of_value() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
    assert {f"holds_{want}" for want in WANTS} < set(FEATURES)


def test_each_candidate_has_its_row(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question, found, scored = featurised("建成了多少家三甲医院？", shipped, embedder, finder)
    sentences = [len(shipped.passages[hit.row].sentences) for hit in found.hits]
    assert scored.matrix.shape == (sum(sentences), len(FEATURES))
    assert len(scored.candidates) == len(scored.hits) == sum(sentences)
    assert [hit.row for hit in scored.hits] == [c.row for c in scored.candidates]
    vector = found.vector[0]
    for candidate, hit, values in zip(scored.candidates, scored.hits, scored.matrix, strict=True):
        row = dict(zip(FEATURES, map(float, values), strict=True))
        sentence_rows = np.arange(candidate.first, candidate.last + 1)
        cosines = shipped.dense_sentences.rows(sentence_rows) @ vector
        assert row["cosine"] == pytest.approx(float(cosines.max()), abs=1e-5)
        assert row["passage_cosine"] == pytest.approx(hit.dense, abs=1e-6)
        assert row["passage_behind"] == pytest.approx(hit.score - found.hits[0].score, abs=1e-5)
        assert row["length"] == pytest.approx(math.log(len(candidate.plain) + 1), abs=1e-5)
        assert row["holds_number"] + row["lacks_number"] == 1.0
        assert row["holds_date"] == row["lacks_date"] == 0.0
        assert normalise(candidate.text).replace(" ", "") == candidate.plain.replace(" ", "")
    assert question.units == ("家",)


def test_the_share_of_the_question_that_a_candidate_covers(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    _, found, scored = featurised("建成了多少家三甲医院？", shipped, embedder, finder)
    best = int(np.argmax(scored.matrix[:, FEATURES.index("coverage")]))
    assert "三甲医院" in scored.candidates[best].text
    mass = sum(found.terms.values())
    held = [term for term in found.terms if term in scored.candidates[best].plain]
    expected = sum(found.terms[term] for term in held) / mass
    assert scored.matrix[best, FEATURES.index("coverage")] == pytest.approx(expected, abs=1e-6)
    assert scored.matrix[best, FEATURES.index("coverage_behind")] == 0.0
    assert (scored.matrix[:, FEATURES.index("coverage_behind")] <= 0.0).all()


def test_no_hits_give_an_empty_matrix(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question = understand("建成了多少家三甲医院？", finder)
    vector = embedder.encode_queries([question.text])
    found = retrieve(shipped, question.terms, vector, Scale(), within=set())
    assert featurise(shipped, question, found, Scale()).matrix.shape == (0, len(FEATURES))


WORDS = st.sampled_from(
    [
        "武汉",
        "社区",
        "多少个",
        "455个",
        "2021年",
        "哪些",
        "率",
        "How many",
        "parks",
        "？",
        "為什麼",
        "12.2%",
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    text=st.lists(WORDS | st.text(max_size=6), min_size=1, max_size=8)
    .map("".join)
    .filter(lambda text: any(c.isalnum() for c in text))
)
def test_features_of_any_question_are_finite_and_in_range(
    text: str, shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    _, _, scored = featurised(text, shipped, embedder, finder)
    assert scored.matrix.dtype == np.float32
    assert np.isfinite(scored.matrix).all()
    for name in BETWEEN_0_AND_1:
        column = scored.matrix[:, FEATURES.index(name)]
        assert ((column >= 0.0) & (column <= 1.0)).all(), name
