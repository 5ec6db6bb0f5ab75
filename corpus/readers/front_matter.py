"""YAML front matter at the head of a Markdown file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from corpus.errors import MetadataError

KEYS: Final = frozenset(
    {
        "city",
        "aliases",
        "title",
        "source_title",
        "publisher",
        "authors",
        "date",
        "url",
        "kind",
        "language",
    }
)
"""What front matter may state about a report; other keys belong to other programs."""

_FENCE = re.compile(r"---\s*$")
_CLOSING_FENCE = re.compile(r"(?:---|\.\.\.)\s*$")
_ENTRY = re.compile(r"[\w\"'-]+\s*:(?:\s|$)")
_MAX_CHARACTERS = 20_000


class FrontMatter(NamedTuple):
    """Front matter and how many lines of the file it takes, its fences included."""

    values: Mapping[str, Any]
    length: int


def read_front_matter(lines: Sequence[str], *, origin: str) -> FrontMatter | None:
    """The front matter that a file opens with; none where it opens otherwise.

    Dates are ``datetime.date`` where YAML knows them as such, else the string as written.

    Args:
        lines: all lines of the file, without line ends.
        origin: path or address, for errors.

    Raises:
        MetadataError: it is not closed, no valid YAML, or no mapping of names to values.
    """
    if not lines or not _FENCE.match(lines[0]):
        return None
    end = next((n for n, line in enumerate(lines) if n and _CLOSING_FENCE.match(line)), None)
    if end is None:
        if len(lines) > 1 and _ENTRY.match(lines[1]):
            raise MetadataError(
                "the front matter has no end", where=f"{origin}, line 1", mend="close it with ---"
            )
        return None  # a thematic break
    source = "\n".join(lines[1:end])
    if len(source) > _MAX_CHARACTERS:
        raise MetadataError("the front matter is too long", where=f"{origin}, line 1")
    values = _load(source, origin)
    return FrontMatter({k: _plain(v) for k, v in values.items() if k in KEYS}, end + 1)


def _load(source: str, origin: str) -> Mapping[Any, Any]:
    # Imported here: most files have no front matter.
    import yaml

    try:
        values = yaml.safe_load(source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 2  # marks count from 0, after the fence
        what = error.problem or error.context or "no valid YAML"
        raise MetadataError(
            f"the front matter is no valid YAML: {what}", where=f"{origin}, line {line}"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # ValueError: a date or number that does not exist, as 2021-02-30.
        what = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MetadataError(
            f"the front matter cannot be read: {what}", where=f"{origin}, line 1"
        ) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise MetadataError(
            "the front matter is no list of names and values",
            where=f"{origin}, line 2",
            mend="write it as 'city: 武汉市'",
        )
    return values


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime.datetime) else value
