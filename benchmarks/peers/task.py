"""A set as every system gets it: documents, questions, and which documents are right."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of what.

    Attributes:
        name: of the set.
        names: id of each document.
        documents: text of each.
        questions: as typed.
        right: numbers of the right documents of each question; none is right of a question whose
            answer stands in no single document.
        corpus: folder that the documents were read from; empty where each is a text of its own.
        files: hex SHA-256 of the set's files.
    """

    name: str
    names: tuple[str, ...]
    documents: tuple[str, ...]
    questions: tuple[str, ...]
    right: tuple[tuple[int, ...], ...]
    corpus: str = ""
    files: tuple[str, ...] = ()

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Task:
        """Read what ``write`` wrote."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        right = tuple(tuple(numbers) for numbers in fields.pop("right"))
        plain = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in fields.items()
        }
        return cls(right=right, **plain)
