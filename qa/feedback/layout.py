"""A kind of store: how its file is told from others, laid out and spoken of."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from corpus.errors import CityqaError

Step = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of store.

    Attributes:
        name: as errors call it.
        application_id: written into the file's header (``PRAGMA application_id``).
        steps: of its schema, in order; a file's ``user_version`` is how many were applied to it.
        synchronous: ``FULL``: what was acknowledged outlives a power cut as well; ``NORMAL``: it
            outlives the program's end, however sudden, and costs no wait for the disk.
        damaged, newer: what is raised where the file is no such store, or a later program's.
    """

    name: str
    application_id: int
    steps: tuple[Step, ...]
    synchronous: Literal["FULL", "NORMAL"]
    damaged: type[CityqaError]
    newer: type[CityqaError]
