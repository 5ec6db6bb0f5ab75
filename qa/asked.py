"""What a question asks for, as it is looked for in sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence, Set
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.tokens import is_number
from qa.described import NUMBER
from qa.language import CHINESE
from qa.question import Question
from qa.retrieve import Retrieved

Weights = NDArray[np.float64]

_RARE = 4
_HAN_OR_WORD = re.compile(r"\w+")


class Asked:
    """A question as its terms are looked for in sentences.

    Attributes:
        order: its terms.
        weights: of them, shape (terms,).
        stretches: of characters or words of the question.
        pairs_of: two neighbouring characters of each stretch, in order.
        length: characters of these, at least 1.
        values: of the question itself, in the order of ``QUESTION_FEATURES``.
    """

    def __init__(self, question: Question, found: Retrieved) -> None:
        self.question = question
        self.order = list(found.terms)
        self.weights = np.array(list(found.terms.values()), dtype=np.float64)
        pairs = {term: w for term, w in found.terms.items() if len(term) > 1 or term.isdigit()}
        rare = sorted(((w, term) for term, w in pairs.items()), reverse=True)[:_RARE]
        rarest = {term for _, term in rare}
        self._pairs = self.weights * self.marks(pairs.__contains__)
        self._rare = self.weights * self.marks(rarest.__contains__)
        self._numbers = self.marks(is_number)
        self._text = question.terms
        self._plain_numbers = frozenset(NUMBER.findall(self._text))
        self._translated = found.translated
        self._translated_mass = sum(term.weight for term in found.translated)
        self.stretches = _HAN_OR_WORD.findall(self._text)
        self.pairs_of = [["".join(pair) for pair in pairwise(one)] for one in self.stretches]
        self.length = max(sum(map(len, self.stretches)), 1)
        self.values = (
            float(question.language not in CHINESE),
            math.log(len(question.content) + 1),
            math.log(float(self.weights.sum()) + 1),
            math.log(self._translated_mass + 1),
        )

    def marks(self, holds: Callable[[str], bool]) -> Weights:
        """1 for each term of which something is so, else 0, shape (terms,)."""
        return np.fromiter(map(holds, self.order), dtype=np.float64, count=len(self.order))

    def held(self, texts: Sequence[Set[str]]) -> Weights:
        """Which terms some texts hold, 1 or 0.

        Args:
            texts: the terms of each.

        Returns:
            shape (texts, terms).
        """
        found = [[term in held for term in self.order] for held in texts]
        return np.array(found, dtype=np.float64).reshape(len(texts), len(self.order))

    def coverage(self, held: Weights) -> Weights:
        """Share of the question's idf mass that is covered, 0 to 1.

        Args:
            held: terms, shape (..., terms).
        """
        return share(self.weights, held)

    def pairs(self, held: Weights) -> Weights:
        """The same over character pairs, words and numbers alone."""
        return share(self._pairs, held)

    def peak(self, held: Weights) -> Weights:
        """The same over the four rarest of these."""
        return share(self._rare, held)

    def numbers(self, held: Weights) -> Weights:
        """Share of the question's numbers among what is held; 0 where it has none."""
        return share(self._numbers, held)

    def translated(self, plain: str) -> float:
        """Share of the translations' idf mass that a text in search form holds, 0 to 1."""
        if not self._translated_mass:
            return 0.0
        held = sum(term.weight * term.held(plain) for term in self._translated)
        return held / self._translated_mass

    def new_numbers(self, numbers: Set[str]) -> float:
        """Numbers of a text that the question does not have, ``ln(1 + n)``."""
        return math.log(len(numbers - self._plain_numbers) + 1) if numbers else 0.0

    def new_quotes(self, quotes: Set[str]) -> float:
        """Quoted names of a text that the question does not have, ``ln(1 + n)``."""
        return math.log(sum(name not in self._text for name in quotes) + 1) if quotes else 0.0

    def run(self, plain: str) -> float:
        """Length of the longest stretch of the question that a text holds, over its length."""
        longest = 0
        for stretch in self.stretches:
            start = 0
            while start + longest < len(stretch):
                if stretch[start : start + longest + 1] in plain:
                    longest += 1
                else:
                    start += 1
        return longest / self.length


def share(weights: Weights, held: Weights) -> Weights:
    """Weight of the terms that are held, over the weight of all; 0 where there is none.

    Args:
        weights: shape (terms,), or one row a text.
        held: 1 or 0, shape (..., terms).
    """
    mass = weights.sum(axis=-1)
    found: Weights = (held * weights).sum(axis=-1) / np.where(mass > 0, mass, 1.0)
    return found
