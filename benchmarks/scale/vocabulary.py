"""What a generated corpus is made of: how many different characters, pairs and sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise

from benchmarks.scale.generator import Made

_SENTENCE = re.compile(r"[^。！？]*[。！？]|[^。！？]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Counts over the passages of a corpus.

    Attributes:
        reports, passages, sentences: how many there are.
        distinct_sentences: how many of them differ.
        characters: of all passages.
        mean_characters: of a passage.
        distinct_characters: how many characters differ.
        distinct_bigrams: how many pairs of neighbouring characters differ.
        commonest_sentence: how often it stands.
    """

    reports: int
    passages: int
    sentences: int
    distinct_sentences: int
    characters: int
    mean_characters: float
    distinct_characters: int
    distinct_bigrams: int
    commonest_sentence: int

    def as_dict(self) -> dict[str, float]:
        """By name."""
        return asdict(self)


def vocabulary(reports: Iterable[Made]) -> Vocabulary:
    """Count. Keeps eight bytes or so of each different sentence, not its text."""
    sentences: Counter[int] = Counter()
    letters: set[str] = set()
    pairs: set[str] = set()
    count = passages = total = 0
    for made in reports:
        count += 1
        for text in made.passages:
            passages += 1
            total += len(text)
            letters.update(text)
            pairs.update(map("".join, pairwise(text)))
            sentences.update(map(hash, _SENTENCE.findall(text)))
    return Vocabulary(
        reports=count,
        passages=passages,
        sentences=sentences.total(),
        distinct_sentences=len(sentences),
        characters=total,
        mean_characters=round(total / max(1, passages), 2),
        distinct_characters=len(letters),
        distinct_bigrams=len(pairs),
        commonest_sentence=max(sentences.values(), default=0),
    )
