"""A file of trained models is read whole or not at all; a set is measured by models without it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import ModelError
from qa import trained
from qa.confidence import SCORE_FREE_SIGNALS
from qa.features import FEATURES
from qa.trained import (
    METHODS,
    PRIOR_WEIGHT,
    SHIPPED,
    Judgement,
    Method,
    encode,
    held_out,
    read_trained,
)
from qa.trees import Trees

Head = dict[str, Any]


def judgement(threshold: float = 0.5, brevity: float = 0.25) -> Judgement:
    """One tree: a coverage above 0.5 scores 2, any other 0."""
    tree = Trees(
        feature=np.array([1], dtype=np.int16),
        threshold=np.array([0.5], dtype=np.float32),
        left=np.array([~0], dtype=np.int32),
        right=np.array([~1], dtype=np.int32),
        mean=np.array([0.5]),
        splits=np.array([0], dtype=np.int32),
        value=np.array([0.0, 2.0]),
        leaves=np.array([0], dtype=np.int32),
        bias=np.array([0.0]),
    )
    return Judgement(("cosine", "coverage"), tree, brevity, {"bias": -1.0, "score": 2.0}, threshold)


def models(
    name: str, sets: Mapping[str, str], held: Mapping[str, str], threshold: float = 0.5
) -> bytes:
    judgements: dict[Method, Judgement] = {method: judgement(threshold) for method in METHODS}
    return encode(name, sets, held, judgements)


CONTENT = models("shipped", {"lakes": "aa", "hills": "bb"}, {})


def row(**values: float) -> np.ndarray:
    return np.array([values.get(name, 0.0) for name in FEATURES], dtype=np.float32)


def test_a_score_is_the_trees_less_the_brevity() -> None:
    matrix = np.stack([row(coverage=0.75, length=4.0), row(coverage=0.25, length=2.0, cosine=9.0)])
    assert judgement().score(matrix).tolist() == [2.0 - 0.25 * 4.0, 0.0 - 0.25 * 2.0]


def test_a_prior_counts_whatever_the_trees_say() -> None:
    matrix = np.stack([row(coverage=0.75, passage_prior=-0.5), row(passage_prior=0.25)])
    assert judgement().score(matrix).tolist() == [2.0 - 0.5 * PRIOR_WEIGHT, 0.25 * PRIOR_WEIGHT]
    assert judgement().contributions(matrix[1])["passage_prior"] == 0.25 * PRIOR_WEIGHT


def test_what_each_feature_adds_sums_to_the_score() -> None:
    one = row(coverage=0.75, length=4.0)
    shares = judgement().contributions(one)
    # From 0.5, the mean of all, to 2.0 by coverage.
    assert shares == {
        "bias": 0.5,
        "cosine": 0.0,
        "coverage": 1.5,
        "length": -1.0,
        "passage_prior": 0.0,
    }
    assert sum(shares.values()) == pytest.approx(float(judgement().score(one[None])[0]))


def test_what_is_encoded_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "models.npz"
    path.write_bytes(CONTENT)
    found = read_trained(path)
    assert (found.name, found.sets, found.held_out) == (
        "shipped",
        {"lakes": "aa", "hills": "bb"},
        {},
    )
    assert found.digest == hashlib.sha256(CONTENT).hexdigest()
    assert set(found.judgements) == set(METHODS)
    for one in found.judgements.values():
        assert (one.features, one.brevity, one.threshold) == (("cosine", "coverage"), 0.25, 0.5)
        assert one.confidence == {"bias": -1.0, "score": 2.0}
        matrix = np.stack([row(coverage=c / 10) for c in range(10)])
        assert one.score(matrix).tolist() == judgement().score(matrix).tolist()


def test_equal_models_give_equal_bytes() -> None:
    assert models("shipped", {"hills": "bb", "lakes": "aa"}, {}) == CONTENT
    assert models("shipped", {"lakes": "aa", "hills": "bb"}, {}, threshold=0.4) != CONTENT


def archive(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=True, **arrays)
    return stream.getvalue()


def array_alone() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(3))
    return stream.getvalue()


def other_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as members:
        members.writestr("notes.txt", "nothing")
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        CONTENT[: len(CONTENT) // 2],
        CONTENT[:-1],
        CONTENT[1:],
        b"PK\x03\x04",
        b"{}\n",
        b"\x80\x04N.",
        array_alone(),
        other_zip(),
        archive(x=np.zeros(3)),
        archive(head=np.array([object()])),
        archive(head=np.frombuffer(b"[]", dtype=np.uint8)),
        archive(head=np.frombuffer(b"{}", dtype=np.uint8)),
        archive(head=np.frombuffer(b"\xff\n\n", dtype=np.uint8)),
    ],
    ids=range(14),
)
def test_what_is_no_whole_file_of_models_is_an_error_of_one_line(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "models.npz"
    path.write_bytes(content)
    told(path)


def told(path: Path, what: str = "") -> None:
    with pytest.raises(ModelError) as caught:
        read_trained(path)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: the trained models cannot be read (")
    assert line.endswith("; make them anew with `make selector`")
    assert what in line


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told(tmp_path / "models.npz", "No such file")
    told(tmp_path, "Is a directory")


def rewritten(change: Callable[[Head], object]) -> bytes:
    """The models with another head."""
    with np.load(io.BytesIO(CONTENT)) as members:
        arrays = {name: members[name] for name in members.files}
    head = json.loads(arrays["head"].tobytes())
    change(head)
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    return archive(**arrays)


def of_method(key: str, value: object) -> Callable[[Head], object]:
    return lambda head: head["methods"]["signals"].update({key: value})


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda head: head.update(format=99), "format 99, not 1"),
        (lambda head: head.pop("format"), "format"),
        (lambda head: head.pop("name"), "name"),
        (lambda head: head.update(sets=7), ""),
        (lambda head: head["methods"].pop("score-free"), "score-free"),
        (of_method("features", ["cosine", "unheard of"]), "no feature is named unheard of"),
        # A tree compares the second column.
        (of_method("features", ["cosine"]), "compares a column that is not one of 1"),
        (of_method("brevity", "short"), "short"),
        (of_method("brevity", float("nan")), "not finite"),
        (of_method("threshold", float("inf")), "not finite"),
        (of_method("confidence", {"bias": float("nan")}), "not finite"),
        (of_method("confidence", ["bias"]), ""),
    ],
)
def test_a_head_of_another_version_is_an_error_of_one_line(
    change: Callable[[Head], object], what: str, tmp_path: Path
) -> None:
    path = tmp_path / "models.npz"
    path.write_bytes(rewritten(lambda _: None))
    assert read_trained(path).name == "shipped"
    path.write_bytes(rewritten(change))
    told(path, what)


# Which models measure a set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As a training over three sets fills it; lakes are two files of one group."""
    digests = {"lakes": "a1", "lakes.en": "a2", "hills": "bb", "coasts": "cc"}
    groups = {"lakes": ("lakes", "lakes.en"), "hills": ("hills",), "coasts": ("coasts",)}
    for held, names in groups.items():
        kept = {name: digest for name, digest in digests.items() if name not in names}
        out = {name: digests[name] for name in names}
        (tmp_path / f"without-{held}.npz").write_bytes(models(f"without-{held}", kept, out))
    (tmp_path / "shipped.npz").write_bytes(models("shipped", digests, {}))
    return tmp_path


@pytest.mark.parametrize(
    ("digests", "name"),
    [
        (["bb"], "without-hills"),
        (["cc"], "without-coasts"),
        (["a1"], "without-lakes"),
        # Documents of one file, questions of another.
        (["a1", "a2"], "without-lakes"),
        (["a2"], "without-lakes"),
        # A file that is of no set of the training, beside one that is.
        (["zz", "bb"], "without-hills"),
    ],
)
def test_a_set_is_measured_by_the_models_that_held_it_out(
    digests: list[str], name: str, folder: Path
) -> None:
    found = held_out(folder, digests)
    assert found.name == name
    assert not set(digests) & set(found.sets.values())


@pytest.mark.parametrize("digests", [["zz"], []])
def test_a_set_that_no_model_saw_is_measured_by_those_of_all_sets(
    digests: list[str], folder: Path
) -> None:
    assert held_out(folder, digests).name == "shipped"


def test_a_set_that_every_model_saw_is_refused(folder: Path) -> None:
    (folder / "without-hills.npz").unlink()
    with pytest.raises(ModelError, match=r"every model here was trained on this set; .*selector"):
        held_out(folder, ["bb"])
    # Files of two sets at once: each model saw one of them.
    with pytest.raises(ModelError, match="every model here was trained on this set"):
        held_out(folder, ["a1", "cc"])


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there are no trained models; .*make selector"):
        held_out(tmp_path, ["bb"])
    with pytest.raises(ModelError, match="there are no trained models"):
        held_out(tmp_path / "nowhere", ["bb"])


def test_a_damaged_file_in_the_folder_is_named(folder: Path) -> None:
    (folder / "without-coasts.npz").write_bytes(b"")
    with pytest.raises(ModelError, match=r"without-coasts\.npz: the trained models cannot be read"):
        held_out(folder, ["bb"])


# The models that come with the program


def test_the_shipped_models_are_whole_and_of_these_signals() -> None:
    found = trained.shipped()
    assert found.name == "shipped"
    assert found.held_out == {}
    # No question over the city reports is trained on.
    assert found.sets
    assert not any("city" in name for name in found.sets)
    assert found.digest == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    free = found.judgements["score-free"]
    assert set(free.confidence) == SCORE_FREE_SIGNALS
    assert not [name for name in free.features if "cosine" in name]
    assert set(found.judgements["signals"].features) == set(FEATURES)
    for one in found.judgements.values():
        assert len(one.trees.splits) > 100
        assert 0.0 < one.threshold < 1.0
        assert one.brevity >= 0.0


def test_the_shipped_models_are_a_small_file() -> None:
    assert SHIPPED.stat().st_size < 2_000_000
