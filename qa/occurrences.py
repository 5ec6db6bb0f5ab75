"""Where characters and pairs of characters stand in many sentences, found in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.float64]

_PLANE = 0x10000
_CODE_POINTS = 0x110000


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Texts as code points.

    Attributes:
        codes: of all texts, each followed by a 0, shape (characters + texts,), uint32.
        sizes: of each text, its 0 included, shape (texts,), int64.
    """

    codes: NDArray[np.uint32]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Coded:
        """Code some texts."""
        joined = "".join(f"{text}\0" for text in texts)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        return cls(codes, np.array([len(text) + 1 for text in texts], dtype=np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Coded]) -> Coded:
        """All texts of several, one after another.

        Args:
            parts: at least one.
        """
        return cls(
            np.concatenate([one.codes for one in parts]),
            np.concatenate([one.sizes for one in parts]),
        )


class Forms:
    """Characters and pairs of characters that are looked for.

    Args:
        forms: of one or two characters each, without a NUL; repeated ones count once.

    Attributes:
        columns: form to its column.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self.columns = {form: at for at, form in enumerate(dict.fromkeys(forms))}
        classes = {c: at for at, c in enumerate(sorted(set("".join(self.columns))), start=1)}
        count = len(classes) + 1
        # Few questions have a character beyond the first plane, for which the table is larger.
        known = _PLANE if max(classes, default="") < chr(_PLANE - 1) else _CODE_POINTS
        self._class_of = np.zeros(known, dtype=np.uint16)
        self._class_of[[ord(c) for c in classes]] = list(classes.values())
        self._single = np.full(count, -1, dtype=np.int32)
        self._pair = np.full(count * count, -1, dtype=np.int32)
        self._count = count
        for form, column in self.columns.items():
            if len(form) == 1:
                self._single[classes[form]] = column
            else:
                self._pair[classes[form[0]] * count + classes[form[1]]] = column

    def held(self, texts: Coded) -> Marks:
        """Which texts hold which forms, 1 or 0, and a column of zeros, shape (texts, forms + 1)."""
        found: Marks = np.zeros((len(texts.sizes), len(self.columns) + 1), dtype=np.float64)
        # The last code point of every plane is no character.
        classes = self._class_of[np.minimum(texts.codes, len(self._class_of) - 1)]
        places = np.flatnonzero(classes > 0)
        here = classes[places].astype(np.int64)
        # Behind every character of a text stands another or a 0.
        following = classes[places + 1]
        owners = np.repeat(np.arange(len(texts.sizes)), texts.sizes)[places]
        for columns in (self._single[here], self._pair[here * self._count + following]):
            known = columns >= 0
            found[owners[known], columns[known]] = 1.0
        return found


def longest_run(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The most neighbouring columns that are all marked, of each row.

    Args:
        marks: shape (rows, columns).

    Returns:
        shape (rows,).
    """
    columns = np.arange(1, marks.shape[1] + 1)
    gaps = np.maximum.accumulate(np.where(marks, 0, columns), axis=1)
    found: NDArray[np.int64] = (columns - gaps).max(axis=1, initial=0)
    return found
