"""Our glossary of public administration: Chinese terms and what they are called elsewhere.

``data/glossary.tsv``: the first column holds Chinese terms (synonyms parted by ``;``), each other
column the terms of one language under its tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parent / "data" / "glossary.tsv"


def glossary() -> Iterator[tuple[str, str, str]]:
    """Each pair of terms as (language tag, foreign term, Chinese term)."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    languages = lines[0].split("\t")[1:]
    for line in lines[1:]:
        chinese, *columns = line.split("\t")
        for language, column in zip(languages, columns, strict=True):
            for foreign in filter(None, map(str.strip, column.split(";"))):
                for form in filter(None, map(str.strip, chinese.split(";"))):
                    yield language, foreign, form
