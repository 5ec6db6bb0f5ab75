"""Short messages taken apart into known phrases, whatever their case, marks and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from corpus.places.folding import fold

# Scripts without blanks between words, and Korean, whose blanks are set or not.
_UNSPACED = "㐀-䶿一-鿿ぁ-ゖァ-ヺー가-힣ㄱ-ㅣ\u0e00-\u0e7f"
_ENDS_ANYWHERE = re.compile(f"[{_UNSPACED}]")
_NOT_A_WORD = re.compile(r"[^\w\u0300-\u036f\u0e00-\u0e7f]+|_+")
_BETWEEN_UNSPACED = re.compile(rf"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")
_SCRIPT_CHANGES = re.compile(
    rf"(?<=[{_UNSPACED}])(?=[^{_UNSPACED} ])|(?<=[^{_UNSPACED} ])(?=[{_UNSPACED}])"
)
_ARABIC = str.maketrans("أإآٱةى", "ااااهي")


def phrase_key(text: str) -> str:
    """The form in which phrases are compared: letters and digits alone, words apart by one blank.

    Lower case, Simplified, without marks; Han, kana, Thai and Korean without blanks.
    """
    folded = fold(unicodedata.normalize("NFC", text)).text.replace("'", " ").translate(_ARABIC)
    words = _NOT_A_WORD.sub(" ", folded).strip()
    return _SCRIPT_CHANGES.sub(" ", _BETWEEN_UNSPACED.sub("", words))


class Phrases:
    """A set of phrases that texts may be made of.

    Args:
        phrases: as they are written.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._keys = frozenset(filter(None, map(phrase_key, phrases)))
        self._longest = max(map(len, self._keys), default=0)

    def cut(self, key: str) -> tuple[str, ...] | None:
        """The fewest phrases that a text is made of from end to end; none where it is not.

        Args:
            key: of the text, as :func:`phrase_key` gives it.
        """
        ways: dict[int, tuple[str, ...]] = {0: ()}
        for start in range(len(key)):
            if start not in ways:
                continue
            for end in range(start + 1, min(len(key), start + self._longest) + 1):
                if key[start:end] not in self._keys or not _may_end(key, end):
                    continue
                behind = end + (key[end : end + 1] == " ")
                way = (*ways[start], key[start:end])
                if behind not in ways or len(way) < len(ways[behind]):
                    ways[behind] = way
        return ways.get(len(key))


def _may_end(key: str, end: int) -> bool:
    """Whether a phrase may end at an offset: in spaced scripts only where a word does."""
    return end == len(key) or key[end] == " " or bool(_ENDS_ANYWHERE.match(key[end - 1]))
