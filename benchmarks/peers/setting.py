"""What a system is set up with, and what it then offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Ask = Callable[[str, int], list[int]]
"""From a question and how many documents are wanted to their numbers, best first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to set a system up.

    Attributes:
        name: unique within its system; that of the first one is ``defaults``.
        source: where the system's own documentation offers it.
        options: what it consists of, as plain values.
        hybrid: whether it searches both words and vectors.
    """

    name: str
    source: str
    options: Mapping[str, Any] = field(default_factory=dict)
    hybrid: bool = True
