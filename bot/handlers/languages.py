"""In which language the interface speaks: as the user's client does, or as a question is asked."""

from __future__ import annotations

from qa.language import CHINESE, Interface, detect_language, is_traditional, language_evidence

_TRADITIONAL = ("hant", "tw", "hk", "mo")


def language_of_code(code: str | None) -> Interface:
    """The interface language for a user's language tag, as ``zh-hant``, ``zh-TW`` or ``en``."""
    tag, *parts = (code or "").lower().replace("_", "-").split("-")
    if tag != "zh":
        return "en"
    return "zh_Hant" if any(part in _TRADITIONAL for part in parts) else "zh_Hans"


def question_language(text: str, users: Interface) -> Interface:
    """The interface language for a question: Chinese in its script, or English.

    Args:
        text: the question.
        users: the user's own, where the question is in another language or in none that can be
            told, as the name of a city alone; and its script where the question's characters are
            the same in both.
    """
    if detect_language(text) in CHINESE:
        if is_traditional(text):
            return "zh_Hant"
        return "zh_Hant" if users == "zh_Hant" and _is_either_script(text) else "zh_Hans"
    return "en" if language_evidence(text) == "en" else users


def _is_either_script(text: str) -> bool:
    """Whether a Chinese text that is not in Traditional characters could be."""
    try:
        "".join(char for char in text if char >= "㐀").encode("big5")
    except UnicodeEncodeError:
        return False
    return True
