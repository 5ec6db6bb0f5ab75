"""Retrieval without a signal: the fused score recomputed from the hits of every passage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from examples import SETS, read_set

from corpus.places.recognise import PlaceFinder
from embeddings.dictionary import Dictionary
from embeddings.snapshot import Snapshot
from embeddings.transliteration import NO_NAMES
from qa.answer import Hit
from qa.evaluation.corpora import open_corpus
from qa.question import understand
from qa.reading import reread
from qa.retrieve import LEXICAL_WEIGHT, PASSAGE_WEIGHT, TRANSLATED_WEIGHT, retrieve
from qa.scale import Scale
from qa.search import CANDIDATES
from qa.settings import Settings

WEIGHTS = {
    "sentence": 1.0,
    "dense": PASSAGE_WEIGHT,
    "lexical": LEXICAL_WEIGHT,
    "translated": TRANSLATED_WEIGHT,
}
"""As ``qa/retrieve.py`` adds them up."""

OFF = {
    "dense, passage": "dense",
    "dense, sentence": "sentence",
    "lexical": "lexical",
    "translations": "translated",
}
NAMES = "names by sound"
CUTS = (1, CANDIDATES)


def recalls(data: Path, name: str, most: int, seed: int) -> dict[str, tuple[float, ...]]:
    """What is switched off (``""`` for nothing) to the recall of the right paragraph at ``CUTS``.

    Args:
        data: folder of the sets.
        name: of the set.
        most: questions, a seeded sample of which is asked.
        seed: of the sample.
    """
    (source,) = (one for one in SETS if one.name == name)
    found = read_set(data, source)
    questions = list(found.questions)
    if len(questions) > most:
        questions = Random(f"{seed} {name}").sample(questions, most)
    # In the cache, as for `cityqa eval`.
    opened = open_corpus(Settings(), found)
    nameless = _without_names(opened.snapshot)
    finder = PlaceFinder([])
    ranks: dict[str, list[int]] = {}
    for asked in questions:
        question = reread(understand(asked.text, finder), opened.snapshot)
        vector = opened.embedder.encode_queries([question.meant])
        everything, unnamed = (
            retrieve(
                snapshot,
                question.terms,
                vector,
                Scale(),
                bag=question.bag,
                language=question.dictionary,
                count=len(snapshot.passages),
            ).hits
            for snapshot in (opened.snapshot, nameless)
        )
        gold = asked.reports[0]
        ranks.setdefault("", []).append(_rank(everything, WEIGHTS, gold))
        for signal, field in OFF.items():
            rank = _rank(everything, {**WEIGHTS, field: 0.0}, gold)
            ranks.setdefault(signal, []).append(rank)
        ranks.setdefault(NAMES, []).append(_rank(unnamed, WEIGHTS, gold))
    return {
        signal: tuple(sum(rank <= cut for rank in several) / len(several) for cut in CUTS)
        for signal, several in ranks.items()
    }


def _rank(hits: tuple[Hit, ...], weights: Mapping[str, float], gold: str) -> int:
    """Rank of the gold paragraph's best passage, among those of other paragraphs."""
    scores = [
        (sum(weight * float(getattr(hit, field)) for field, weight in weights.items()), hit)
        for hit in hits
    ]
    best = max((score for score, hit in scores if hit.report == gold), default=float("-inf"))
    return 1 + sum(score > best for score, hit in scores if hit.report != gold)


def _without_names(snapshot: Snapshot) -> Snapshot:
    """The index, its dictionary without names by sound."""
    other = replace(snapshot)
    vars(other)["dictionary"] = Dictionary(snapshot.dictionary._phrases, NO_NAMES)
    return other
