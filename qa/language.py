"""In which language a question is asked, and in which the interface answers."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from opencc import OpenCC

from corpus.normalise import simplify

Interface = Literal["zh_Hans", "zh_Hant", "en"]

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_LATIN_LETTER = re.compile(r"[a-zà-ɏ]", re.IGNORECASE)
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ko", re.compile(r"[가-힣]")),
    ("ru", re.compile(r"[Ѐ-ӿ]")),
    ("th", re.compile(r"[฀-๿]")),
    ("ar", re.compile(r"[؀-ۿ]")),
)

_SCRIPTED = re.compile("|".join([_HAN.pattern, _KANA.pattern, *(p.pattern for _, p in _SCRIPTS)]))

# Words that are frequent in questions of one language and rare in the others.
_LATIN: dict[str, frozenset[str]] = {
    "en": frozenset(
        """the how what which who whom whose many much did does do is are was were of in and
        when why where to by for has have many there""".split()
    ),
    "es": frozenset(
        """el la los las cuántos cuántas cuánto cuánta qué cuál cuáles cómo quién quiénes dónde
        cuándo en del de por para una un se que cuantos cuantas hay está fue""".split()
    ),
    "fr": frozenset(
        """le la les des combien quel quelle quels quelles est qui où dans du une un au aux
        pour comment pourquoi quand été ont sont en de et l d qu que année par""".split()
    ),
    "de": frozenset(
        """der die das dem den des wie viele wieviel wieviele was welche welcher welches
        welchem wer wo wann warum ist in von und zu für wurde wurden wird werden hat haben
        gibt es sie ein eine im""".split()
    ),
    "it": frozenset(
        """il lo gli la i quanti quante quanto quale quali chi dove quando come perché della
        del dei nel sono stato stati stata state che un una di è a""".split()
    ),
    "pt": frozenset(
        """os as o a quantos quantas quanto qual quais quem onde quando como foram foi por que
        em da do no na uma um de dos das""".split()
    ),
    "nl": frozenset(
        """het een de hoeveel welke wie waar wanneer waarom hoe wat van voor zijn werden werd
        is in er""".split()
    ),
    "pl": frozenset(
        """ile ilu jaki jaka jakie który która które kto gdzie kiedy dlaczego jak w na z jest
        był było są do""".split()
    ),
    "tr": frozenset(
        "kaç ne hangi kim kimdir nerede nasıl neden zaman bir ve için kadar mi mı da de var".split()
    ),
}
_SIGNS: dict[str, re.Pattern[str]] = {
    "es": re.compile(r"[¿¡ñ]"),
    "de": re.compile(r"[ßäöü]"),
    "fr": re.compile(r"[çœêëù]"),
    "pt": re.compile(r"[ãõ]"),
    "pl": re.compile(r"[ąęłśżź]"),
    "tr": re.compile(r"[ğşı]"),
}


CHINESE = ("zh-Hans", "zh-Hant")
"""Languages whose questions share words with the reports; Japanese shares characters alone."""


def detect_language(text: str) -> str:
    """The tag of the language that a question is written in.

    Returns:
        ``ja`` where there is kana; ``ko``, ``ru``, ``th``, ``ar`` by their script; ``zh-Hans`` or
        ``zh-Hant``; else the Latin-script language with most of its function words, ``en`` where
        none has any.
    """
    han = _HAN.findall(text)
    latin = len(_LATIN_LETTER.findall(text))
    # A word quoted in another script makes no other language.
    if len(_KANA.findall(text)) * 2 > latin:
        return "ja"
    for tag, pattern in _SCRIPTS:
        if len(pattern.findall(text)) * 2 > latin + len(han):
            return tag
    words, votes = _latin_votes(text)
    best = max(votes, key=lambda tag: votes[tag])
    # An English question may quote a Chinese name; a Chinese one may hold an abbreviation.
    quoted = len(words) >= len(han) if votes[best] < 2 else 2 * len(words) >= len(han)
    if han and not (votes[best] and quoted):
        return "zh-Hant" if is_traditional(text) else "zh-Hans"
    return best if votes[best] else "en"


def language_evidence(text: str) -> str | None:
    """The language that a text is clearly in; none where ``detect_language`` would only guess.

    A script tells, and so do function words: one that no other language shares, or more of them
    than any other language has. ``Wuhan GDP 2021`` is in none.
    """
    tag = detect_language(text)
    if tag not in _LATIN:
        return tag if _SCRIPTED.search(text) else None
    votes = _latin_votes(text)[1]
    others = max(count for other, count in votes.items() if other != tag)
    return tag if votes[tag] > others else None


def _latin_votes(text: str) -> tuple[list[str], dict[str, int]]:
    """The words of a text in Latin letters, and how much speaks for each language."""
    words = re.findall(r"[^\W\d_]+", _HAN.sub(" ", text.lower()))
    votes = {
        tag: sum(word in known for word in words) + (2 if _sign(tag, text) else 0)
        for tag, known in _LATIN.items()
    }
    return words, votes


def _sign(tag: str, text: str) -> bool:
    return tag in _SIGNS and _SIGNS[tag].search(text.lower()) is not None


def is_traditional(text: str) -> bool:
    """Whether a Chinese text is in Traditional characters.

    A character proves something only where one script has it alone: 著, 乾 and 於 are converted to
    Simplified, but Simplified text has them too (著名, 乾隆), as GB 2312 tells.
    """
    han = _HAN.findall(text)
    traditional: int = sum(simplify(char) != char and not _in("gb2312", char) for char in han)
    simplified: int = sum(_in("gb2312", char) and not _in("big5", char) for char in han)
    return traditional > simplified


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def in_traditional(text: str) -> str:
    """A Chinese text in Traditional characters."""
    converted: str = _to_traditional().convert(text)
    return converted


def _in(charset: str, char: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def interface_language(tag: str) -> Interface:
    """The interface language for a question's language: Chinese in its script, else English."""
    if tag == "zh-Hans":
        return "zh_Hans"
    if tag == "zh-Hant":
        return "zh_Hant"
    return "en"
