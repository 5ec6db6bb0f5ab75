"""One row of finite numbers a candidate, each what its name promises, worked out by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from corpus.places.recognise import PlaceFinder
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from embeddings.tokens import tokenise
from qa.features import DIGITS, FEATURES
from qa.question import Question, understand
from qa.scale import Scale
from qa.search import CANDIDATES, Found, Searcher
from qa.wants import WANTS

pytestmark = pytest.mark.xdist_group("shipped")

MakeReport = Callable[..., Report]
Row = dict[str, float]

BETWEEN_0_AND_1 = (
    "passage_lexical passage_translated passage_coverage head_coverage coverage pairs peak "
    "before_coverage after_coverage context_coverage run local_coverage residual residual_run "
    "head translated_coverage before_translated unit numbers position last joined dependent note "
    "asks foreign"
).split()
AT_MOST_0 = [name for name in FEATURES if name.endswith(("_behind", "_first"))]
AT_LEAST_0 = (
    "passage_rank passage_sentences density new_numbers new_quotes length question_length "
    "question_mass translated_mass"
).split()


def close(expected: object) -> object:
    """What is rounded to the digits of a feature."""
    return pytest.approx(expected, abs=10**-DIGITS)


class Asking:
    """Asks the index of one snapshot without any trained model."""

    def __init__(self, snapshot: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder) -> None:
        self._embedder = embedder
        self._finder = finder
        self._searcher = Searcher(snapshot, embedder.word_pieces, Scale())

    def find(self, text: str, within: Sequence[str] | None = None) -> tuple[Question, Found]:
        question = understand(text, self._finder)
        vector = self._embedder.encode_queries([question.meant])
        return question, self._searcher.find(question, vector, within=within)

    def rows(self, text: str) -> list[Row]:
        matrix = self.find(text)[1].scored.matrix
        return [dict(zip(FEATURES, map(float, row), strict=True)) for row in matrix]


@pytest.fixture(scope="module")
def asking(shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder) -> Asking:
    return Asking(shipped, embedder, finder)


def test_names_are_unique_and_cover_every_kind_of_value() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
    assert {f"wanted_{want}" for want in WANTS} < set(FEATURES)


def test_each_candidate_has_its_row(asking: Asking, shipped: Snapshot) -> None:
    question, found = asking.find("建成了多少家三甲医院？")
    scored = found.scored
    assert scored.matrix.shape == (len(scored.candidates), len(FEATURES))
    assert len(scored.candidates) == len(scored.hits)
    alone = [c for c in scored.candidates if not c.joined]
    hits = found.retrieved.hits[:CANDIDATES]
    assert len(alone) == sum(len(shipped.passages[hit.row].sentences) for hit in hits)
    assert [hit.row for hit in scored.hits] == [c.row for c in scored.candidates]
    vector = found.retrieved.vector[0]
    ranks = {hit.row: rank for rank, hit in enumerate(hits)}
    for candidate, hit, values in zip(scored.candidates, scored.hits, scored.matrix, strict=True):
        row = dict(zip(FEATURES, map(float, values), strict=True))
        sentence_rows = np.arange(candidate.first, candidate.last + 1)
        cosines = shipped.dense_sentences.rows(sentence_rows) @ vector
        assert row["cosine"] == close(float(cosines.max()))
        assert row["passage_cosine"] == close(hit.dense)
        assert row["passage_behind"] == close(hit.fused - hits[0].fused)
        assert row["passage_rank"] == close(math.log(ranks[hit.row] + 1))
        assert row["length"] == close(math.log(len(candidate.plain) + 1))
        assert row["joined"] == candidate.joined
        assert row["dependent"] == candidate.dependent
        assert row["wanted_date"] == 0.0
        assert normalise(candidate.text).replace(" ", "") == candidate.plain.replace(" ", "")
    assert question.units == ("家",)
    # The best of all candidates lies behind none.
    best = scored.matrix[:, [FEATURES.index(name) for name in AT_MOST_0]].max(axis=0)
    assert best == close(np.zeros(len(AT_MOST_0)))


def test_what_is_nothing_but_for_the_last_digits_is_nothing(asking: Asking) -> None:
    matrix = asking.find("武汉改造了多少个老旧小区？")[1].scored.matrix
    assert matrix == pytest.approx(np.round(matrix, DIGITS), abs=1e-6)
    for name in ("aligned_behind", "cosine_behind", "local_cosine"):
        column = np.abs(matrix[:, FEATURES.index(name)])
        assert (column > 0).any()
        assert column[column > 0].min() > 0.5 * 10**-DIGITS


def test_no_hits_give_an_empty_matrix(asking: Asking) -> None:
    _, found = asking.find("建成了多少家三甲医院？", within=())
    assert found.scored.matrix.shape == (0, len(FEATURES))
    assert found.scored.candidates == found.retrieved.hits == ()


# By hand, over one passage


PARAGRAPH = "湖边新建公园3座，长2.5公里。图书馆开放。图书馆有书10万册。"

# All terms that the one passage holds have the idf ln(1 + 0.5 / 1.5), so that shares are counts.
# Of 图书馆有书, 册: 图 书 馆 有 册, 图书 书馆 馆有 有书. The second sentence holds those of 图书馆.
QUESTION = "图书馆有书多少册？"


@pytest.fixture(scope="module")
def library(
    make_report: MakeReport,
    embedder: BuiltinEmbedder,
    finder: PlaceFinder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Asking:
    report = make_report(PARAGRAPH, title="图书馆综述")
    assert [len(passage.sentences) for passage in report.passages] == [3]
    folder: Path = tmp_path_factory.mktemp("library")
    return Asking(build_index([report], embedder, folder), embedder, finder)


@pytest.fixture(scope="module")
def by_hand(library: Asking) -> list[Row]:
    return library.rows(QUESTION)


def of(rows: Sequence[Row], name: str) -> list[float]:
    return [row[name] for row in rows]


def test_coverage_is_the_share_of_the_idf_mass(by_hand: list[Row]) -> None:
    assert of(by_hand, "coverage") == close([0, 5 / 9, 1])
    assert of(by_hand, "coverage_behind") == close([-1, 5 / 9 - 1, 0])
    assert of(by_hand, "coverage_first") == close([-1, 5 / 9 - 1, 0])
    assert of(by_hand, "passage_coverage") == [1, 1, 1]
    assert of(by_hand, "before_coverage") == close([0, 0, 5 / 9])
    assert of(by_hand, "after_coverage") == close([5 / 9, 1, 0])
    assert of(by_hand, "context_coverage") == close([0, 5 / 9, 1])
    mass = 9 * math.log(1 + 0.5 / 1.5)
    assert of(by_hand, "question_mass") == close([math.log(mass + 1)] * 3)


def test_pairs_leave_single_characters_out(by_hand: list[Row]) -> None:
    # 图书 and 书馆 of 图书 书馆 馆有 有书, which are the four rarest, too.
    assert of(by_hand, "pairs") == close([0, 0.5, 1])
    assert of(by_hand, "peak") == close([0, 0.5, 1])


def test_a_run_is_the_longest_stretch_shared(by_hand: list[Row]) -> None:
    # Of the six characters that do not ask: 图书馆, 图书馆有书.
    assert of(by_hand, "run") == close([0, 3 / 6, 5 / 6])


def test_density_is_coverage_over_the_logarithm_of_the_length(by_hand: list[Row]) -> None:
    lengths = [len("湖边新建公园3座,长2.5公里。"), len("图书馆开放。"), len("图书馆有书10万册。")]
    assert of(by_hand, "length") == close([math.log(n + 1) for n in lengths])
    expected = [share / math.log(n + 1) for share, n in zip((0, 5 / 9, 1), lengths, strict=True)]
    assert of(by_hand, "density") == close(expected)


def test_local_coverage_weighs_terms_by_the_sentences_that_hold_them(by_hand: list[Row]) -> None:
    # Two of three sentences hold 图 书 馆 图书 书馆, one holds 有 册 馆有 有书.
    two, one = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)
    expected = 5 * two / (5 * two + 4 * one)
    assert of(by_hand, "local_coverage") == close([0, expected, 1])
    assert of(by_hand, "local_first") == close([-1, expected - 1, 0])


def test_residual_leaves_out_what_the_head_tells(by_hand: list[Row]) -> None:
    # The title has 图书馆; 有 册 馆有 有书 are left.
    assert of(by_hand, "head_coverage") == close([5 / 9] * 3)
    assert of(by_hand, "residual") == close([0, 0, 1])
    # 馆有书, two pairs in a row, of six characters.
    assert of(by_hand, "residual_run") == close([0, 0, 2 / 6])
    assert of(by_hand, "head") == [1, 0, 0]


def test_numbers_that_the_question_does_not_have_are_new(library: Asking) -> None:
    rows = library.rows(QUESTION)
    assert of(rows, "new_numbers") == close([math.log(3), 0, math.log(2)])
    assert of(rows, "numbers") == [0, 0, 0]
    # 3 and 3座 are numbers of the question.
    rows = library.rows("湖边的3座公园长多少？")
    assert of(rows, "new_numbers") == close([math.log(2), 0, math.log(2)])
    assert of(rows, "numbers") == [1, 0, 0]


def test_a_kind_of_value_that_is_asked_for_is_there_or_not(library: Asking) -> None:
    rows = library.rows(QUESTION)
    assert of(rows, "wanted_number") == [1, -1, 1]
    assert of(rows, "unit") == [0, 0, 1]
    for want in set(WANTS) - {"number"}:
        assert of(rows, f"wanted_{want}") == [0, 0, 0], want
    rows = library.rows("公园是什么时候建的？")
    assert of(rows, "wanted_date") == [-1, -1, -1]
    assert of(rows, "wanted_number") == of(rows, "unit") == [0, 0, 0]


def test_places_within_the_passage(by_hand: list[Row]) -> None:
    assert of(by_hand, "position") == close([0, 1 / 3, 2 / 3])
    assert of(by_hand, "last") == [0, 0, 1]
    assert of(by_hand, "passage_sentences") == close([math.log(3)] * 3)
    assert of(by_hand, "passage_rank") == of(by_hand, "passage_behind") == [0, 0, 0]
    for name in ("joined", "dependent", "note", "asks", "foreign", "new_quotes"):
        assert of(by_hand, name) == [0, 0, 0], name


def test_local_cosine_is_that_with_what_a_sentence_has_beyond_its_passage(
    library: Asking, embedder: BuiltinEmbedder, by_hand: list[Row]
) -> None:
    sentences = ["湖边新建公园3座，长2.5公里。", "图书馆开放。", "图书馆有书10万册。"]
    vectors = embedder.encode_passages(sentences)
    (question,) = embedder.encode_queries([QUESTION])
    own = vectors - vectors.mean(axis=0)
    expected = (own / np.linalg.norm(own, axis=1, keepdims=True)) @ question
    assert of(by_hand, "local_cosine") == pytest.approx(expected.tolist(), abs=0.01)
    assert int(np.argmax(expected)) == 2


def test_word_pieces_align_best_with_the_sentence_that_tells(by_hand: list[Row]) -> None:
    aligned = of(by_hand, "aligned")
    assert aligned[2] > aligned[1] > aligned[0]
    assert of(by_hand, "before_aligned") == close([0, *aligned[:2]])
    assert of(by_hand, "aligned_behind") == close([v - aligned[2] for v in aligned])
    assert of(by_hand, "aligned_first") == close([v - aligned[2] for v in aligned])
    # All sentences together find at least what one of them does.
    assert min(of(by_hand, "passage_aligned")) >= aligned[2]


def test_a_foreign_question_is_covered_by_translations(library: Asking) -> None:
    rows = library.rows("How many books does the library have?")
    assert of(rows, "foreign") == [1, 1, 1]
    translated = of(rows, "translated_coverage")
    assert translated[2] > 0.5
    assert translated[2] >= translated[1] > translated[0] == 0.0
    assert of(rows, "before_translated") == close([0, *translated[:2]])
    assert of(rows, "coverage") == [0, 0, 0]
    # Nothing of the question is Chinese.
    assert of(rows, "head_coverage") == [0, 0, 0]


def test_sentences_taken_together_hold_what_each_of_them_holds(
    make_report: MakeReport, embedder: BuiltinEmbedder, finder: PlaceFinder, tmp_path: Path
) -> None:
    report = make_report("湖边新建了公园。其中有图书角“书香”。真的吗？", title="综述")
    asking = Asking(build_index([report], embedder, tmp_path), embedder, finder)
    first, lone, joined, asks = asking.rows("公园里的图书角叫什么？")
    assert [row["joined"] for row in (first, lone, joined, asks)] == [0, 0, 1, 0]
    assert [row["dependent"] for row in (first, lone, joined, asks)] == [0, 1, 1, 0]
    assert [row["asks"] for row in (first, lone, joined, asks)] == [0, 0, 0, 1]
    assert [row["position"] for row in (first, lone, joined)] == close([0, 1 / 3, 0])
    # The sentence before is in it already.
    assert (lone["before_coverage"], joined["before_coverage"]) == (first["coverage"], 0)
    assert joined["coverage"] == close(lone["context_coverage"])
    assert joined["coverage"] > max(lone["coverage"], first["coverage"])
    assert joined["cosine"] == close(max(lone["cosine"], first["cosine"]))
    assert joined["aligned"] >= max(lone["aligned"], first["aligned"])
    quotes = [row["new_quotes"] for row in (first, lone, joined)]
    assert quotes == close([0, math.log(2), math.log(2)])
    assert [row["wanted_name"] for row in (first, lone, joined)] == [-1, 1, 1]


def test_stretches_are_found_in_whole_candidates(
    make_report: MakeReport, embedder: BuiltinEmbedder, finder: PlaceFinder, tmp_path: Path
) -> None:
    # Long stretches, such as stand in no text as a whole but pair by pair, and sentences that go
    # on with those before.
    texts = [
        "城东公园有三座图书角。其中两座图书角免费开放。此外公园有书屋。",
        "免费的公园。但公园免费。图书角的图书馆里有三座书屋，免费开放。",
        "三座公园有三座书屋。因此三座书屋都有图书。图书免费。",
    ]
    report = make_report(*texts, title="公园综述", stem="parks")
    asking = Asking(build_index([report], embedder, tmp_path), embedder, finder)
    for question in ("有三座图书角免费开放吗？", "城东公园的书屋", "三座书屋都免费", "A5图书"):
        asked, found = asking.find(question)
        stretches = re.findall(r"\w+", asked.terms)
        length = sum(map(len, stretches))
        head = tokenise(f"公园综述 {texts[0].split('。')[0]}")
        for candidate, values in zip(found.scored.candidates, found.scored.matrix, strict=True):
            shared = [
                stretch[start:end]
                for stretch in stretches
                for start in range(len(stretch))
                for end in range(start + 1, len(stretch) + 1)
            ]
            longest = max((len(one) for one in shared if one in candidate.plain), default=0)
            assert values[FEATURES.index("run")] == close(longest / length)
            rows = 0
            for stretch in stretches:
                row = 0
                for pair in map("".join, pairwise(stretch)):
                    counts = pair in found.retrieved.terms and pair not in head
                    row = row + 1 if counts and pair in candidate.plain else 0
                    rows = max(rows, row)
            assert values[FEATURES.index("residual_run")] == close(rows / length)
        assert any(candidate.joined for candidate in found.scored.candidates)


def test_a_question_without_a_term_has_features_all_the_same(asking: Asking) -> None:
    # What asks alone is put aside; what is left is no term of any text.
    question, found = asking.find("是什么__")
    assert question.terms == "__"
    assert found.retrieved.terms == {}
    matrix = found.scored.matrix
    assert matrix.shape == (len(found.scored.candidates), len(FEATURES))
    assert len(matrix)
    assert np.isfinite(matrix).all()
    for name in ("coverage", "run", "residual_run"):
        assert not matrix[:, FEATURES.index(name)].any()


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
        "记者",
        "什么时候",
        "“学党史”",
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    text=st.lists(WORDS | st.text(max_size=6), min_size=1, max_size=8)
    .map("".join)
    .filter(lambda text: any(c.isalnum() for c in text))
)
def test_features_of_any_question_are_finite_and_in_range(text: str, asking: Asking) -> None:
    matrix = asking.find(text)[1].scored.matrix
    assert matrix.dtype == np.float32
    assert np.isfinite(matrix).all()
    for name in BETWEEN_0_AND_1:
        column = matrix[:, FEATURES.index(name)]
        assert ((column >= 0.0) & (column <= 1.0)).all(), name
    for name in AT_MOST_0:
        assert (matrix[:, FEATURES.index(name)] <= 1e-6).all(), name
    for name in AT_LEAST_0:
        assert (matrix[:, FEATURES.index(name)] >= 0.0).all(), name
    for want in WANTS:
        assert set(matrix[:, FEATURES.index(f"wanted_{want}")]) <= {-1.0, 0.0, 1.0}
    for name in ("aligned", "aligned_local", "passage_aligned"):
        assert (matrix[:, FEATURES.index(name)] <= 1.0 + 1e-5).all(), name
