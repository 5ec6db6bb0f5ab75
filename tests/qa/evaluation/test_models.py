"""Which trained models score a set, and what a run tells of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.errors import ModelError
from qa.evaluation.models import models_for, seen
from qa.evaluation.readers import read_questions
from qa.trained import METHODS, Judgement, encode, read_trained
from qa.trees import Trees, of_lightgbm

OWN, OTHER = "a" * 64, "b" * 64


def stump() -> Trees:
    """One leaf: every candidate is worth the same."""
    return of_lightgbm({"tree_info": [{"tree_structure": {"leaf_value": 1.0}}]})


def write(path: Path, sets: Mapping[str, str], held_out: Mapping[str, str]) -> None:
    judgement = Judgement(("coverage",), stump(), 0.0, {"bias": 1.0}, 0.5)
    path.write_bytes(encode(path.stem, sets, held_out, dict.fromkeys(METHODS, judgement)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "without-own.npz", {"other": OTHER}, {"own": OWN})
    write(tmp_path / "without-other.npz", {"own": OWN}, {"other": OTHER})
    write(tmp_path / "shipped.npz", {"own": OWN, "other": OTHER}, {})
    return tmp_path


def test_of_a_folder_the_models_are_taken_that_hold_the_set_out(folder: Path) -> None:
    for files, name in (((OWN,), "without-own"), (("c" * 64, OTHER), "without-other")):
        found = models_for(folder, files)
        assert found is not None
        assert found.name == name
        assert seen(found, files) == ()
    # A set that none has seen is scored with what was trained on most.
    found = models_for(folder, ("c" * 64,))
    assert found is not None
    assert found.name == "shipped"


def test_one_file_is_taken_as_it_is_and_tells_what_it_has_seen(folder: Path) -> None:
    found = models_for(folder / "shipped.npz", (OWN,))
    assert found is not None
    assert seen(found, (OWN,)) == ("own",)
    assert seen(found, (OWN, OTHER)) == ("other", "own")
    assert models_for(None, (OWN,)) is None


def test_a_folder_without_models_and_one_whose_models_all_saw_the_set_are_errors(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "without-own.npz").unlink()
    with pytest.raises(ModelError, match="every model here was trained on this set"):
        models_for(folder, (OWN,))
    with pytest.raises(ModelError, match="there are no trained models"):
        models_for(tmp_path / "gone", (OWN,))


def squad(path: Path, question: str) -> None:
    qas = [{"id": "1", "question": question, "answers": [{"text": "六座", "answer_start": 0}]}]
    context = "梅州境内现存廊桥六座。"
    path.write_text(
        json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}),
        encoding="utf-8",
    )


def test_a_set_is_known_by_the_digest_of_each_of_its_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    squad(one, "有几座廊桥？")
    squad(two, "How many covered bridges are there?")
    digests = tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two))
    assert read_questions(one).files == digests[:1]
    assert read_questions(one, two).files == digests
    # Models trained on either have seen it.
    write(tmp_path / "m.npz", {"two": digests[1]}, {})
    trained = read_trained(tmp_path / "m.npz")
    assert seen(trained, read_questions(one, two).files) == ("two",)
    assert seen(trained, read_questions(one).files) == ()
