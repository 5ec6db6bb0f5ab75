"""Which rows a search in Milvus may give, as its filter expressions."""

from __future__ import annotations

import numpy as np

from embeddings.milvus.layout import KEY, REPORT
from embeddings.search import Allowed, Rows


def among(field: str, numbers: Rows) -> str:
    """The rows whose field has one of some values: by ranges or by a list, whichever is shorter.

    Args:
        field: of whole numbers.
        numbers: ascending, each once; at least one.
    """
    first = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 2) != 1)
    last = np.append(first[1:], len(numbers)) - 1
    # A range is written with about five times the characters of a number.
    if 5 * len(first) < len(numbers) or len(numbers) == 1:
        return " or ".join(
            f"({field} >= {start} and {field} <= {end})"
            for start, end in zip(numbers[first].tolist(), numbers[last].tolist(), strict=True)
        )
    return f"{field} in {numbers.tolist()}"


def of_reports(allowed: Allowed | None) -> str:
    """The passages of some reports; empty where all may be given."""
    if allowed is None or len(allowed.numbers) == len(allowed.starts) - 1:
        return ""
    others = np.setdiff1d(np.arange(len(allowed.starts) - 1), allowed.numbers)
    if len(others) * 4 < len(allowed.numbers):
        return f"not ({among(REPORT, others)})"
    return among(REPORT, allowed.numbers)


def of_rows(rows: Rows) -> str:
    """Some rows: ascending, each once, at least one."""
    return among(KEY, rows)
