"""Chinese questions as if asked in English: word for word through CC-CEDICT.

No set in another language may be trained on where XQuAD is held out, and models that never saw such
a question do not know how its signals go together. So Chinese questions are glossed: cut into words
by the longest match, each word replaced by one of its first definitions, names by their pinyin, the
words that ask put first.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

from corpus.normalise import normalise
from corpus.places.sounds import readings
from embeddings import cedict

LONGEST = 6
FIRST_DEFINITIONS = 2

_ASKING = (
    (r"为什么|为何", "why"),
    (r"什么时候|何时|哪一?[年天日月]|几[年月日]", "when"),
    (r"什么地方|哪[里儿]|何处|哪个(?:城市|国家|地区|地方)", "where"),
    (r"多少|几(?=[个名位次场项件条家])", "how many"),
    (r"谁|哪位|何人", "who"),
    (r"怎么样?|怎样|如何", "how"),
    (r"哪[些个种]?", "which"),
    (r"什么|啥", "what"),
)
_NAME = re.compile(r"^(?:surname |variant of |see |abbr\.|used in |classifier|CL:|\(|old )")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_GRAMMAR = frozenset(
    "的 了 着 过 吗 呢 吧 么 啊 是 在 有 和 与 及 之 其 所 被 把 将 这 那 也 都 就 而".split()
)
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%·\-]*")


@cache
def _glosses() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, definitions in cedict.entries():
        for definition in definitions:
            text = _BRACKETS.sub(" ", definition).split(",")[0].split(";")[0].strip()
            if text and not _NAME.match(definition.strip()) and len(text.split()) <= 4:
                found.setdefault(word, []).append(re.sub(r"^to ", "", text))
    return {word: tuple(several[:FIRST_DEFINITIONS]) for word, several in found.items()}


def gloss(question: str, rng: random.Random) -> str:
    """The question as English words in the order of the Chinese ones.

    Args:
        question: in any form.
        rng: chooses among definitions.
    """
    plain = normalise(question)
    asking = ""
    for pattern, english in _ASKING:
        if re.search(pattern, plain):
            asking = english
            plain = re.sub(pattern, " ", plain, count=1)
            break
    return " ".join(filter(None, [asking, *_words(plain, rng)])) + "?"


def _spells(plain: str, position: int, begun: bool) -> bool:
    """Whether a character that is no part of a longer word is one of several that spell a name."""
    if begun:
        return True
    following = plain[position + 1 : position + 1 + LONGEST]
    return (
        bool(following)
        and following[0] in readings()
        and not any(following[:length] in _glosses() for length in range(2, len(following) + 1))
    )


def _words(plain: str, rng: random.Random) -> Iterator[str]:
    glosses, sounds = _glosses(), readings()
    position = 0
    name = ""
    while position < len(plain):
        latin = _LATIN.match(plain, position)
        size = 1
        word = ""
        if latin:
            size, word = len(latin[0]), latin[0]
        else:
            for length in range(min(LONGEST, len(plain) - position), 0, -1):
                piece = plain[position : position + length]
                if piece in glosses and (length > 1 or not _spells(plain, position, bool(name))):
                    size = length
                    word = "" if piece in _GRAMMAR else rng.choice(glosses[piece])
                    break
            else:
                syllables = sounds.get(plain[position])
                if syllables:
                    name += syllables[0]
                    position += 1
                    continue
        if name:
            yield name.capitalize()
            name = ""
        if word:
            yield word
        position += size
    if name:
        yield name.capitalize()
