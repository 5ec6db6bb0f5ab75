"""What decides the files of an index besides the reports and the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embeddings import lexical

PARAMETERS: Mapping[str, Any] = {
    "tokenizer": "characters, bigrams, words, numbers with units; 2",
    "bm25": {"k1": lexical.K1, "b": lexical.B},
    "dense": "exact inner product",
    "readings": "pairs, words of CC-CEDICT; 1",
    "dictionary": "CC-CEDICT, CLDR, glossary, names; 3",
}
"""Kept in the manifest. A question is cut into terms as the passages were, or finds nothing."""
