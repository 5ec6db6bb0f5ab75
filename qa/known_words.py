"""Whether the reports hold a name as it stands, so that it may be a word like any other."""

from __future__ import annotations

import re

from corpus.normalise import normalise
from embeddings.search import WordIndex

HAN_ONLY = re.compile(r"[㐀-䶿一-鿿]+")


class KnownWords:
    """The words of an index. It holds the words alone, not who asks for them.

    What finds places keeps it. Were it a method of what answers questions, each would keep the
    other, and the files of a replaced index stay open until Python looks for such circles.

    Args:
        lexical: of the index.
    """

    def __init__(self, lexical: WordIndex) -> None:
        self._lexical = lexical

    def __call__(self, text: str) -> bool:
        """Whether the reports hold it."""
        plain = normalise(text)
        if HAN_ONLY.fullmatch(plain):
            return len(self._lexical.form(plain)[0]) > 0
        return plain in self._lexical
