"""Chinese text to words, for systems whose documentation asks for a function of one's own."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_HAN_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[^\W㐀-䶿一-鿿豈-﫿]+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


def characters_and_bigrams(text: str) -> list[str]:
    """Each Chinese character and each pair of neighbours; other words whole, in lower case."""
    tokens: list[str] = []
    for run in _HAN_RUN.findall(text.lower()):
        if not _HAN.match(run):
            tokens.append(run)
            continue
        tokens += run
        tokens += [run[at : at + 2] for at in range(len(run) - 1)]
    return tokens


def jieba_words(text: str) -> list[str]:
    """Words as jieba's search mode cuts them, without blanks and marks."""
    return [word for word in _jieba().cut_for_search(text.lower()) if any(map(str.isalnum, word))]


@cache
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    return jieba


SEGMENTERS = {"characters and bigrams": characters_and_bigrams, "jieba": jieba_words}
