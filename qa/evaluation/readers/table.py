"""Questions from a table with a header: CSV, parted by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from qa.evaluation.readers.entries import Fault, question_of
from qa.evaluation.records import EvalQuestion

SEPARATOR = "|"
"""Between several reports or answers in one cell."""

_DELIMITERS = ",;\t"
_LISTS = ("report", "answer")


def delimiter_of(text: str) -> str | None:
    """What parts the cells, or none where no column of the first line is named ``question``."""
    header = text.lstrip("\ufeff \r\n").partition("\n")[0]
    for delimiter in _DELIMITERS:
        if "question" in _names(next(csv.reader([header], delimiter=delimiter), [])):
            return delimiter
    return None


def read_table(text: str, delimiter: str) -> Iterator[tuple[int, EvalQuestion | Fault]]:
    """Each row's line number with its question, or with what is wrong with it.

    Columns are named as the fields of ``entries.question_of``. An empty cell is as none, but in the
    columns ``report`` and ``answer``, where it is an empty list.
    """
    rows = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True
    )
    names: list[str] | None = None
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Fault(f"is no row of a table ({error})")
            continue
        if not any(cell.strip() for cell in row):
            continue
        if names is None:
            names = _names(row)
            continue
        try:
            if len(row) > len(names):
                raise Fault(f"has {len(row)} cells under {len(names)} names of columns")
            yield number, question_of(_fields(names, row), number)
        except Fault as fault:
            yield number, fault


def _names(row: list[str]) -> list[str]:
    return [cell.strip().lower() for cell in row]


def _fields(names: list[str], row: list[str]) -> dict[str, str | list[str] | None]:
    fields: dict[str, str | list[str] | None] = {}
    for name, cell in zip(names, row, strict=False):
        if name in _LISTS:
            fields[name] = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
        else:
            fields[name] = cell.strip() or None
    return fields
