"""Plain text: one paragraph a line, or hard-wrapped paragraphs put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.raw import Line
from corpus.readers.content import Content
from corpus.readers.joining import display_width, is_unspaced, join_lines

# Also the vertical tab, form feed and next-line controls, and the separators of Unicode. Not
# str.splitlines(): that also splits at the information separators U+001C to U+001E.
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")

_MIN_WRAPS = 5
"""Line ends within paragraphs that must agree before a text counts as hard-wrapped."""
_MIN_WIDTH, _MAX_WIDTH = 40, 160
"""Columns between which people and programs wrap prose; poems and lists are narrower."""
_AGREEING = 0.95
_SENTENCE_END = re.compile(r"[。！？；!?;]|\.(?:\s|$)")
_NO_LINE_START = frozenset("，。、；：？！”’）》〉】」』〕…—％,.;:?!)]}%·")
# What a wrapper may not leave at the end of a line goes down to the next one.
_NO_LINE_END = frozenset("“‘（《〈【「『〔([{")
_INDENT = re.compile(r"(?:\u3000|\t| {2})")


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends, blank ones included."""
    return _LINE_END.split(text)


def read_text(text: str) -> Content:
    """The paragraphs of a plain text.

    Every line that is not blank is one ``Line``, its blanks kept, unless the text is hard-wrapped:
    then the lines of a paragraph are joined, and the ``Line`` has the number of the first.
    """
    lines = split_lines(text)
    if is_hard_wrapped(lines):
        return Content(tuple(_joined(lines)), {})
    return Content(
        tuple(Line(line, number) for number, line in enumerate(lines, 1) if line.strip()), {}
    )


def is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Whether the paragraphs of a text have been cut into lines of one width.

    True only where nearly every line end within a paragraph is one that a wrapper would have
    made: the line had no room for the word that the next one begins with. Paragraphs that stand
    one on a line fail that by far.

    Args:
        lines: as ``split_lines`` gives them; blank lines and indents part paragraphs.
    """
    # The width that no line of prose exceeds is the one that it was wrapped to.
    width = max((display_width(line.rstrip()) for line in lines), default=0)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return False
    wraps = agreeing = sentences = 0
    for paragraph in _paragraphs(lines):
        if len(paragraph) < 2:
            continue
        wraps += len(paragraph) - 1
        sentences += len(_SENTENCE_END.findall("\n".join(line for _, line in paragraph)))
        agreeing += sum(
            _had_no_room(before, after, width) for (_, before), (_, after) in pairwise(paragraph)
        )
    # Rows of a table or verses may fill their lines too, but are no sentences.
    return wraps >= _MIN_WRAPS and agreeing >= _AGREEING * wraps and sentences >= wraps / 10


def _had_no_room(line: str, following: str, width: int) -> bool:
    used = display_width(line.rstrip())
    first = _first_word(following.strip())
    blank = 0 if is_unspaced(first[0]) or is_unspaced(line.rstrip()[-1]) else 1
    return used + blank + display_width(first) > width


def _first_word(line: str) -> str:
    """What a wrapper moves as one: a word, or a character with the marks that cling to it."""
    if not is_unspaced(line[0]) and line[0] not in _NO_LINE_END:
        return re.split(r"\s", line, maxsplit=1)[0]
    end = 0
    while end < len(line) - 1 and line[end] in _NO_LINE_END:
        end += 1
    end += 1
    while end < len(line) and line[end] in _NO_LINE_START:
        end += 1
    return line[:end]


def _paragraphs(lines: Sequence[str]) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines, each with its number, parted by blank lines and by indents."""
    paragraph: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if paragraph and (not line.strip() or _INDENT.match(line)):
            yield paragraph
            paragraph = []
        if line.strip():
            paragraph.append((number, line))
    if paragraph:
        yield paragraph


def _joined(lines: Sequence[str]) -> Iterator[Line]:
    for paragraph in _paragraphs(lines):
        yield Line(join_lines(line for _, line in paragraph), paragraph[0][0])
