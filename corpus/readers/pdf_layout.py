"""The lines of a document's pages as paragraphs, without what every page repeats."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.raw import Line
from corpus.readers.joining import display_width, join_lines
from corpus.readers.text import split_lines

_EDGE: Final = 2
"""Lines at the head and at the foot of a page that may be running titles."""
_MOST: Final = 0.4  # share of pages; left and right pages may differ
_LEAST_PAGES: Final = 3
# Longer ones are no page numbers, and Python refuses to convert the longest.
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:第\s*)?#(?:\s*页)?(?:\s*[/,，共of]*\s*#\s*页?)?[\W_]*|page\s*#", re.I
)

_ENDS_PARAGRAPH = re.compile(r"[。！？；：!?;:](?:[”’」』》）)\]】]*)\s*$|\.[”’)\]]*\s*$")
_STARTS_PARAGRAPH = re.compile(
    r"\u3000|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]"
)
_SHORT: Final = 0.85
"""Share of the page's usual width below which a line is the last of its paragraph."""


def page_paragraphs(pages: Sequence[str]) -> Iterator[Line]:
    """The paragraphs of a document, numbered from 1, a paragraph across pages whole.

    A paragraph ends with a line that ends a sentence or is markedly shorter than usual on its page.

    Args:
        pages: the text of each page, line by line.
    """
    kept = _without_running_lines([[ln for ln in split_lines(p) if ln.strip()] for p in pages])
    paragraph: list[str] = []
    number = 0
    for lines in kept:
        usual = _usual_width(lines)
        for line in lines:
            if paragraph and _STARTS_PARAGRAPH.match(line):
                number += 1
                yield Line(join_lines(paragraph), number)
                paragraph = []
            paragraph.append(line)
            if _ENDS_PARAGRAPH.search(line) or display_width(line.strip()) < _SHORT * usual:
                number += 1
                yield Line(join_lines(paragraph), number)
                paragraph = []
    if paragraph:
        yield Line(join_lines(paragraph), number + 1)


def _usual_width(lines: Sequence[str]) -> float:
    """Columns of a full line: nine of ten lines are no wider."""
    widths = sorted(display_width(line.strip()) for line in lines)
    return widths[int(0.9 * (len(widths) - 1))] if widths else 0


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Pages without running titles and page numbers.

    A line near an edge goes if the same line stands there on most pages, or one that differs only
    in a number that counts the pages. What merely looks alike, as rows of a table, stays.
    """
    dropped: set[tuple[int, int]] = set()
    for places in _edge_lines(pages).values():
        template = _template(pages[places[0][0]][places[0][1]])
        texts = Counter(" ".join(pages[page][line].split()) for page, line in places)
        share = len({page for page, _ in places}) / len(pages)
        enough = len(places) >= _LEAST_PAGES or _PAGE_NUMBER.fullmatch(template)
        if not enough or len(places) < 2 or share < _MOST:
            continue
        if len(texts) == 1 or _counts_pages(pages, places):
            dropped.update(places)
    return [
        [line for index, line in enumerate(lines) if (page, index) not in dropped]
        for page, lines in enumerate(pages)
    ]


def _edge_lines(pages: list[list[str]]) -> dict[tuple[str, bool], list[tuple[int, int]]]:
    """Lines near an edge by their words, numbers aside, and edge: (page, line) of each."""
    places: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
    for page, lines in enumerate(pages):
        head = range(min(_EDGE, len(lines)))
        foot = range(max(len(head), len(lines) - _EDGE), len(lines))
        for index in (*head, *foot):
            places[_template(lines[index]), index in head].append((page, index))
    return places


def _template(line: str) -> str:
    return _NUMBER.sub("#", " ".join(line.split()))


def _counts_pages(pages: list[list[str]], places: list[tuple[int, int]]) -> bool:
    """Whether one of the numbers in these lines goes up by one from page to page."""
    rows = [[int(n) for n in _NUMBER.findall(pages[page][line])] for page, line in places]
    offsets = (
        {row[column] - page for row, (page, _) in zip(rows, places, strict=True)}
        for column in range(len(rows[0]))
    )
    return any(len(column) == 1 for column in offsets)
