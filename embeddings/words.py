"""Words of alphabetic languages: cut, stemmed, without accents, so that their forms meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

STEMMERS: dict[str, str] = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "de": "german",
    "it": "italian",
    "pt": "portuguese",
    "ru": "russian",
}
"""Language tag to the name of its Snowball stemmer."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# A language without spaces is not cut into words here.
_ALPHABETIC = re.compile(r"[a-zÀ-ɏЀ-ӿ]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
# The French and Italian article that is written together with its noun.
_ELISION = re.compile(r"^(?:l|d|qu|n|s|j|m|t|c|all|dell|dall|nell|sull|un)['’]")

# English words that carry no content of their own: they part phrases, and are not looked up.
STOP_WORDS = frozenset(
    """a an the of in on at to for from by with and or but nor so as than then that this these those
    it its he she they them his her their we us our you your i me my is are was were be been being
    am do does did done doing have has had having will would shall should can could may might
    must not no any some each every all both such same own other another there here what which
    who whom whose when where why how many much long far often whether if while during through
    into onto upon over under between among about against per via up down out off again also
    only just very more most less least s t ll re ve d m get got give gave take took make made
    let one""".split()
)


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    # Imported here: a Chinese question has nothing to stem.
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer(STEMMERS[language]).stemWord
    return stem_word


@cache
def stem(word: str, language: str = "en") -> str:
    """The stem of a lower-case word, without accents.

    Args:
        word: of an alphabetic language.
        language: a key of ``STEMMERS``.
    """
    word = _POSSESSIVE.sub("", word)
    if language in ("fr", "it"):
        word = _ELISION.sub("", word)
    stemmed = _stemmer(language)(word)
    bare = unicodedata.normalize("NFD", stemmed)
    return "".join(char for char in bare if unicodedata.category(char) != "Mn")


def words(text: str) -> list[str]:
    """Lower-case words of a text in an alphabetic script, in order; a hyphen parts words."""
    return [word for word in _WORD.findall(text.lower()) if _ALPHABETIC.match(word)]


def phrase_key(text: str, language: str = "en") -> str:
    """Stems of a phrase joined by blanks, English stop words at both ends left out."""
    found = words(text)
    if language == "en":
        while found and found[0] in STOP_WORDS:
            found.pop(0)
        while found and found[-1] in STOP_WORDS:
            found.pop()
    return " ".join(stem(word, language) for word in found)
