"""The signals that are switched off, as groups of features."""

from __future__ import annotations

from collections.abc import Callable

from qa.features import FEATURES

GROUPS: dict[str, Callable[[str], bool]] = {
    "dense, passage": lambda name: name == "passage_cosine",
    "dense, sentence": lambda name: (
        ("cosine" in name and name != "passage_cosine") or name == "passage_sentence"
    ),
    "lexical": lambda name: (
        name.startswith(("pairs", "residual"))
        or name in ("passage_lexical", "peak", "run", "density", "local_first")
        or ("coverage" in name and not name.startswith("translated"))
    ),
    "translations": lambda name: "translated" in name,
    "word pieces aligned": lambda name: "aligned" in name,
    "apart within the passage": lambda name: (
        name.startswith(("local", "residual", "head")) or name == "aligned_local"
    ),
    "neighbours": lambda name: name.startswith(("before_", "after_", "context_")),
    "values asked for": lambda name: (
        name.startswith(("wanted_", "new_")) or name in ("unit", "numbers", "asks")
    ),
    "length and position": lambda name: (
        name in ("length", "position", "last", "passage_sentences", "joined", "dependent", "note")
    ),
    "rank of the passage": lambda name: name in ("passage_rank", "passage_behind"),
}
"""Name to whether a feature belongs to it. A feature may belong to several."""


def columns(group: str) -> list[int]:
    """The columns of a group's features."""
    return [column for column, name in enumerate(FEATURES) if GROUPS[group](name)]
