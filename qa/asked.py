"""What a question asks for, as it is looked for in sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.tokens import is_number, is_of_run
from qa.described import NUMBER
from qa.language import CHINESE
from qa.occurrences import Coded, Forms
from qa.passage_texts import SearchTexts
from qa.question import Question
from qa.retrieve import Retrieved

Weights = NDArray[np.float64]

_RARE = 4
_HAN_OR_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What some texts hold of a question.

    Attributes:
        terms: which terms, 1 or 0, shape (texts, terms).
        pairs: which pairs, shape (texts, pairs), in the order of ``Asked.neighbours``.
        characters: whether any character of a stretch, shape (texts,).
    """

    terms: Weights
    pairs: Weights
    characters: Weights


class Asked:
    """A question as its terms are looked for in sentences.

    Attributes:
        order: its terms.
        weights: of them, shape (terms,).
        stretches: of characters or words of the question.
        neighbours: every two neighbouring characters of the stretches, in order; between two
            stretches, an empty one, which no text holds.
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
        self.neighbours = tuple(
            chain.from_iterable((*map("".join, pairwise(one)), "") for one in self.stretches)
        )
        self._forms = Forms(
            chain(filter(is_of_run, self.order), filter(None, self.neighbours), *self.stretches)
        )
        nowhere = len(self._forms.columns)
        columns = self._forms.columns
        self._term_columns = [columns.get(term, nowhere) for term in self.order]
        self._pair_columns = [columns.get(pair, nowhere) for pair in self.neighbours]
        self._character_columns = [columns[one] for one in set("".join(self.stretches))]
        self._written = [at for at, term in enumerate(self.order) if not is_of_run(term)]
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

    def held(self, texts: Sequence[SearchTexts]) -> Held:
        """What some texts hold.

        Args:
            texts: at least one; each of them of several, which count one by one.
        """
        marks = self._forms.held(Coded.joined([one.coded for one in texts]))
        terms = marks[:, self._term_columns]
        if self._written:
            written = [held for one in texts for held in one.written]
            for at in self._written:
                term = self.order[at]
                terms[:, at] = [term in held for held in written]
        characters = marks[:, self._character_columns].max(axis=1, initial=0.0)
        return Held(terms, marks[:, self._pair_columns], characters)

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

    def run(self, plain: str, least: int = 0, most: int | None = None) -> int:
        """Length of the longest stretch of the question that a text holds.

        Args:
            plain: the text, in search form.
            least: a length that it holds.
            most: a length that it holds none above; the longest where that is not known.
        """
        longest = least
        for stretch in self.stretches:
            start = 0
            while start + longest < len(stretch) and longest != most:
                if stretch[start : start + longest + 1] in plain:
                    longest += 1
                else:
                    start += 1
        return longest


def share(weights: Weights, held: Weights) -> Weights:
    """Weight of the terms that are held, over the weight of all; 0 where there is none.

    Args:
        weights: shape (terms,), or one row a text.
        held: 1 or 0, shape (..., terms).
    """
    mass = weights.sum(axis=-1)
    found: Weights = (held * weights).sum(axis=-1) / np.where(mass > 0, mass, 1.0)
    return found
