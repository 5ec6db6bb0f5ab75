"""Of many passages, those worth scoring for a question: what any signal brings up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.embedder import Vectors
from embeddings.search import Allowed, Rows
from embeddings.snapshot import Snapshot
from qa.timing import Timings
from qa.translated import Translated

FEW = 500
"""Passages that are all scored, where a search is confined to so many or fewer."""

NEAREST = 200
"""Passages that the vectors bring up."""

WORDED = 200
"""Passages that the words of the question bring up, and those that their translations do."""


def pool(
    snapshot: Snapshot,
    vector: Vectors,
    bag: Mapping[str, float],
    words: Translated,
    scopes: Sequence[Allowed | None],
    timings: Timings,
) -> Rows:
    """The rows that a question is worth scoring in.

    Sentence vectors bring nothing up: a sentence is near to a question where its passage is, or
    shares words with it.

    Args:
        snapshot: the index.
        vector: of the question, shape (1, dim), unit length.
        bag: terms to how surely each is meant.
        words: the signal of translated words.
        scopes: what the search is confined to, and narrower parts of it that are preferred: each
            brings up as many.
        timings: to add the steps ``dense`` and ``lexical`` to.

    Of more than 200 passages that are equal in a signal, such as copies of one sentence in
    hundreds of reports, that signal brings up 200, which the order of the index decides and not
    the passages' ids. It is the same order for the same index. All equal ones cannot be brought
    up: as many as there are copies would have to be scored.

    Returns:
        ascending, each once.
    """
    found: list[Rows] = []
    for scope in scopes:
        if scope is not None and scope.count <= FEW:
            found.append(scope.rows)
            continue
        with timings.step("dense"):
            found.append(snapshot.dense_passages.search(vector, NEAREST, scope)[0])
        with timings.step("lexical"):
            found.append(words.best(WORDED, scope))
            if bag:
                found.append(snapshot.lexical.best(bag, WORDED, scope)[0])
    return np.unique(np.concatenate(found)).astype(np.int64, copy=False)
