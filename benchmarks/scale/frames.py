"""Sentence frames: sentences of real reports and paragraphs, with the places where they vary.

Taken from the shipped digests and, where the folder ``shared`` is there, from its raw reports and
from the paragraphs of its reading-comprehension sets. They are read when the benchmark runs;
nothing of them is kept. All are made Simplified, as the reports of one archive are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.library import SHIPPED, read_entry
from corpus.normalise import simplify
from corpus.places.gazetteer import Place, gazetteer
from corpus.sentences import split_sentences

Kind = Literal["text", "number", "year", "city", "short", "district"]

SETS = ("cmrc2018_dev", "cmrc2018_trial", "drcd_dev", "xquad.zh")

SHORTEST, LONGEST = 10, 72
"""Characters of a sentence that becomes a frame."""

# Quotes and brackets, which an exchange would part, and what cleaning would change.
_LEFT_OUT = re.compile(
    r"[\s─—“”‘’\"「」『』《》〈〉（）()【】\[\]{}<>]|[，。、；：！？,.;:!?]{2}|[\ufeff\u200b-\u200f]"
)
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_VARIES = re.compile(r"(?P<year>(?:19|20)\d\d(?=年))|(?P<number>\d+(?:\.\d+)?)")
_END = "。！？"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a frame: text that stays, or a slot with what stood there."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A sentence cut at its commas; each clause is a row of parts."""

    clauses: tuple[tuple[Part, ...], ...]


def frames(shared: Path | None = None) -> tuple[tuple[Frame, ...], tuple[Frame, ...]]:
    """The frames of the city reports, and those of the other texts, in a fixed order, each once.

    Args:
        shared: the folder with ``reports`` and ``eval``; the shipped digests alone without it.
    """
    return _framed(_reports(shared)), _framed(_paragraphs(shared))


def is_usable(text: str) -> bool:
    """Whether a sentence can be taken apart: whole, Chinese, without quotes, brackets, blanks."""
    return (
        SHORTEST <= len(text) <= LONGEST
        and text[-1] in _END
        and not _LEFT_OUT.search(text)
        and len(_HAN.findall(text)) > 0.6 * len(text)
    )


def frame(text: str) -> Frame:
    """The frame of a sentence."""
    clauses = re.split(r"(?<=，)", text)
    return Frame(tuple(tuple(_parts(clause)) for clause in clauses if clause))


def _framed(texts: Iterable[str]) -> tuple[Frame, ...]:
    return tuple(map(frame, dict.fromkeys(filter(is_usable, map(simplify, texts)))))


def _reports(shared: Path | None) -> Iterator[str]:
    for folder in (SHIPPED, shared and shared / "reports"):
        for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
            report = read_entry(path).report
            yield from (report.slice(span) for _, _, span in report.sentences())


def _paragraphs(shared: Path | None) -> Iterator[str]:
    for name in SETS if shared else ():
        path = shared / "eval" / f"{name}.json"
        if path.exists():
            yield from _of(_contexts(path))


def _contexts(path: Path) -> Iterator[str]:
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            yield paragraph["context"]


def _of(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (text[span.start : span.end] for span in split_sentences(text))


def _parts(clause: str) -> Iterator[Part]:
    at = 0
    for start, end, kind in sorted((*_places(clause), *_figures(clause))):
        if start < at:
            continue
        if start > at:
            yield Part("text", clause[at:start])
        yield Part(kind, clause[start:end])
        at = end
    if at < len(clause):
        yield Part("text", clause[at:])


def _figures(clause: str) -> Iterator[tuple[int, int, Kind]]:
    for found in _VARIES.finditer(clause):
        yield (*found.span(), "year" if found["year"] else "number")


def _places(clause: str) -> Iterator[tuple[int, int, Kind]]:
    known = gazetteer()
    at = 0
    while at < len(clause) - 1:
        for length in known.han_lengths.get(clause[at : at + 2], ()):
            name = clause[at : at + length]
            kind = _kind(name, known.han_names.get(name, ()))
            if kind is not None:
                yield at, at + length, kind
                at += length - 1
                break
        at += 1


def _kind(name: str, places: tuple[Place, ...]) -> Kind | None:
    """What may stand for a name; none for provinces and for short names of districts, which may be
    words like any other."""
    if not places:
        return None
    place = places[0]
    if place.level == "city":
        return "city" if name == place.name else "short"
    return "district" if place.level == "district" and name == place.name else None
