"""One line of ``reports.jsonl``, of which only what is asked for is made.

Of a yearbook of half a million characters nearly all the time goes into its thousands of passages
and spans, of which a question wants one or two. So the text is read at once, and the passages stay
the JSON that they are until one is asked for.

The line is cut where a name stands that no text can hold: within a JSON string (RFC 8259, section
7) every quotation mark has a backslash before it.
"""

from __future__ import annotations

import json
import re
from array import array
from itertools import accumulate
from typing import Any

from corpus.records import passage_from_record
from corpus.report import Passage, ReportKind, Span

_TEXT = b',"text":"'
_SECTIONS = b',"sections":['
_PASSAGES = b',"passages":['
_NEXT = re.compile(rb'\]\],(?=\[")')
"""Between two passages: the end of the one's sentences and of itself, then the other's id."""


class ReportLine:
    """A stored report: its text, and its passages one by one.

    Attributes:
        id, kind, url, text: as ``Report`` has them.

    Args:
        line: as ``ReportsWriter`` wrote it.
        count: how many passages it has.

    Raises:
        ValueError, LookupError, TypeError: it is none.
    """

    __slots__ = ("_begins", "_passages", "id", "kind", "text", "url")

    def __init__(self, line: bytes, count: int) -> None:
        text = line.index(_TEXT)
        sections = line.index(_SECTIONS, text)
        passages = line.index(_PASSAGES, sections) + len(_PASSAGES)
        head = _value(line[:text] + b"}")
        self.id: str = head["id"]
        self.kind: ReportKind = head["kind"]
        self.url: str | None = head["url"]
        self.text: str = _value(line[text + len(_TEXT) - 1 : sections])
        # Bytes, as most of them are numbers.
        self._passages = line[passages:]
        self._begins = array("q")
        if not self._passages.startswith(b"]"):
            self._begins.append(0)
            self._begins.extend(found.end() for found in _NEXT.finditer(self._passages))
        if len(self._begins) != count:
            self._parse(line, count)

    def _parse(self, line: bytes, count: int) -> None:
        """Find the passages where a heading ends as a passage does."""
        found = [json.dumps(one).encode() for one in _value(line)["passages"]]
        if len(found) != count:
            raise ValueError("it has other passages")
        self._passages = b"".join(found)
        self._begins = array("q", [0, *accumulate(map(len, found))][:-1])

    def slice(self, span: Span) -> str:
        """The characters of ``span``, verbatim."""
        return self.text[span.start : span.end]

    def passage(self, number: int) -> Passage:
        """A passage, by its place from 0.

        Raises:
            ValueError, LookupError, TypeError: there is none.
        """
        begin = self._begins[number]
        after = number + 1
        end = self._begins[after] if after < len(self._begins) else len(self._passages)
        # What follows it, a comma or the rest of the line, is left.
        found, _ = _FIRST.raw_decode(_text(self._passages[begin:end]))
        return passage_from_record(self.id, found)


_FIRST = json.JSONDecoder()


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogatepass")


def _value(line: bytes) -> Any:
    return json.loads(_text(line))
