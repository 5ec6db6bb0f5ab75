"""What the reader of one kind of file returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from corpus.raw import Line

CELL_SEPARATOR: Final = " | "
"""What stands between the cells of a table row, in every kind of file."""


class Content(NamedTuple):
    """The lines and the stated metadata of one file.

    Attributes:
        lines: in reading order, blank ones left out.
        front: metadata stated apart from the text; keys as in ``RawReport.front``.
        declared: whether ``front`` is front matter.
    """

    lines: tuple[Line, ...]
    front: Mapping[str, Any]
    declared: bool = False
