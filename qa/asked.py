"""What a question asks for, as it is looked for in sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Set

from embeddings.tokens import is_number
from qa.language import CHINESE
from qa.question import Question
from qa.retrieve import Retrieved

_RARE = 4
_QUOTED = re.compile(r"[《“\"「『]([^》”\"」』]{1,40})[》”\"」』]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_HAN_OR_WORD = re.compile(r"\w+")


class Asked:
    """A question as its terms are looked for in sentences."""

    def __init__(self, question: Question, found: Retrieved) -> None:
        self.question = question
        self.terms = found.terms
        self._mass = sum(found.terms.values())
        self._pairs = {
            term: w for term, w in found.terms.items() if len(term) > 1 or term.isdigit()
        }
        self._pairs_mass = sum(self._pairs.values())
        rare = sorted(((w, term) for term, w in self._pairs.items()), reverse=True)[:_RARE]
        self._rare = {term: weight for weight, term in rare}
        self._rare_mass = sum(self._rare.values())
        self._numbers = [term for term in found.terms if is_number(term)]
        self._plain_numbers = frozenset(_NUMBER.findall(question.terms))
        self._translated = found.translated
        self._translated_mass = sum(term.weight for term in found.translated)
        self.stretches = _HAN_OR_WORD.findall(question.terms)
        self.length = max(sum(map(len, self.stretches)), 1)
        self.values = (
            float(question.language not in CHINESE),
            math.log(len(question.content) + 1),
            math.log(self._mass + 1),
            math.log(self._translated_mass + 1),
        )

    def coverage(self, held: Set[str]) -> float:
        """Share of the question's idf mass that some terms cover, 0 to 1."""
        return share(self.terms, held, self._mass)

    def pairs(self, held: Set[str]) -> float:
        """The same over character pairs, words and numbers alone."""
        return share(self._pairs, held, self._pairs_mass)

    def peak(self, held: Set[str]) -> float:
        """The same over the four rarest of these."""
        return share(self._rare, held, self._rare_mass)

    def translated(self, plain: str) -> float:
        """Share of the translations' idf mass that a text in search form holds, 0 to 1."""
        if not self._translated_mass:
            return 0.0
        held = sum(term.weight * term.held(plain) for term in self._translated)
        return held / self._translated_mass

    def numbers(self, held: Set[str]) -> float:
        """Share of the question's numbers among some terms; 0 where it has none."""
        if not self._numbers:
            return 0.0
        return sum(term in held for term in self._numbers) / len(self._numbers)

    def new_numbers(self, plain: str) -> float:
        """Numbers of a text that the question does not have, ``ln(1 + n)``."""
        found = set(_NUMBER.findall(plain)) - self._plain_numbers
        return math.log(len(found) + 1)

    def new_quotes(self, plain: str) -> float:
        """Quoted names of a text that the question does not have, ``ln(1 + n)``."""
        found = {name for name in _QUOTED.findall(plain) if name not in self.question.terms}
        return math.log(len(found) + 1)

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


def share(weights: Mapping[str, float], held: Set[str], mass: float) -> float:
    """Weight of the terms that are held, over the mass; 0 where there is none."""
    if not mass:
        return 0.0
    return sum(weight for term, weight in weights.items() if term in held) / mass
