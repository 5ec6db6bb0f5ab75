"""In which language a question is asked, and in which the interface answers."""

from __future__ import annotations

import re
from typing import Literal

from corpus.normalise import simplify

Interface = Literal["zh_Hans", "zh_Hant", "en"]

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", re.compile(r"[ぁ-ゖァ-ヺ]")),
    ("ko", re.compile(r"[가-힣]")),
    ("ru", re.compile(r"[Ѐ-ӿ]")),
    ("th", re.compile(r"[฀-๿]")),
    ("ar", re.compile(r"[؀-ۿ]")),
)

# Words that are frequent in questions of one language and rare in the others.
_LATIN: dict[str, frozenset[str]] = {
    "en": frozenset("the how what which who many much did does is are was were of in and when why where".split()),
    "es": frozenset("el los las cuántos cuántas cuánto qué cuál cómo quién dónde cuándo en del por para una".split()),
    "fr": frozenset("le les des combien quel quelle quels quelles est qui où dans du une au pour comment".split()),
    "de": frozenset("der die das wie viele was welche welcher wer wo wann ist in von und zu für wurden".split()),
    "it": frozenset("il gli quanti quante quanto quale chi dove quando come della del nel sono".split()),
    "pt": frozenset("os as quantos quantas quanto qual quem onde quando como foram em da do uma".split()),
    "nl": frozenset("het een hoeveel welke wie waar wanneer van voor zijn werden".split()),
    "pl": frozenset("ile jaki jaka jakie kto gdzie kiedy w na jest był ilu".split()),
    "tr": frozenset("kaç ne hangi kim nerede nasıl bir ve için kadar".split()),
}
_SIGNS: dict[str, re.Pattern[str]] = {
    "es": re.compile(r"[¿¡ñ]"),
    "de": re.compile(r"[ßäöü]"),
    "fr": re.compile(r"[çœêèàùë]"),
    "pt": re.compile(r"[ãõ]"),
    "pl": re.compile(r"[ąęłśżź]"),
    "tr": re.compile(r"[ğşı]"),
}

# A few characters differ between the scripts only as variants; one of them proves nothing.
_TRADITIONAL_SHARE = 0.08


def detect_language(text: str) -> str:
    """The tag of the language that a question is written in.

    Returns:
        ``zh-Hans``, ``zh-Hant``, ``ja``, ``ko``, ``ru``, ``th``, ``ar`` by their script; else the
        Latin-script language with most of its function words, ``en`` where none has any.
    """
    for tag, pattern in _SCRIPTS:
        if pattern.search(text):
            return tag
    han = _HAN.findall(text)
    words = re.findall(r"[^\W\d_]+", _HAN.sub(" ", text.lower()))
    votes = {
        tag: sum(word in known for word in words) + (2 if _sign(tag, text) else 0)
        for tag, known in _LATIN.items()
    }
    best = max(votes, key=lambda tag: votes[tag])
    # An English question may quote a Chinese name; a Chinese one may hold an abbreviation.
    if han and (votes[best] < 2 or len(han) > 2 * len(words)):
        return "zh-Hant" if is_traditional(text) else "zh-Hans"
    return best if votes[best] else "en"


def _sign(tag: str, text: str) -> bool:
    return tag in _SIGNS and _SIGNS[tag].search(text.lower()) is not None


def is_traditional(text: str) -> bool:
    """Whether a Chinese text is in Traditional characters."""
    han = _HAN.findall(text)
    changed = sum(simplify(char) != char for char in han)
    return bool(han) and changed / len(han) > _TRADITIONAL_SHARE


def interface_language(tag: str) -> Interface:
    """The interface language for a question's language: Chinese in its script, else English."""
    if tag == "zh-Hans":
        return "zh_Hans"
    if tag == "zh-Hant":
        return "zh_Hant"
    return "en"
