"""Markdown: headings, paragraphs, list items, tables; the markup itself is taken away."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from corpus.raw import Line, LineKind
from corpus.readers.content import CELL_SEPARATOR, Content
from corpus.readers.front_matter import read_front_matter
from corpus.readers.joining import join_lines
from corpus.readers.text import split_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKUP = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[A-Za-z][^<>]*>", re.DOTALL | re.IGNORECASE
)
_BLANKS = re.compile(r"[ \t]{2,}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class _Piece(NamedTuple):
    """A line within a block: text, or the words under a picture."""

    text: str
    is_caption: bool = False


def read_markdown(text: str, *, origin: str) -> Content:
    """The blocks of a Markdown text (CommonMark with tables and strike-through).

    A paragraph, heading, list item, table row or line of code is one ``Line``, with the number of
    the line that it begins on. Numbers of an ordered list stay, as they are part of what is said;
    bullets go. A picture's alternative text is a caption.

    Raises:
        MetadataError: front matter that cannot be used.
    """
    # Imported here: it is needed for Markdown only.
    from markdown_it import MarkdownIt

    lines = split_lines(text)
    front = read_front_matter(lines, origin=origin)
    start = 0 if front is None else front.length
    tokens = (
        MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse("\n".join(lines[start:]))
    )
    return Content(
        tuple(_lines(tokens, start)),
        {} if front is None else front.values,
        declared=front is not None,
    )


def _lines(tokens: Sequence[Token], start: int) -> Iterator[Line]:
    level = row_number = 0
    marker = ""
    row: list[str] | None = None
    for token in tokens:
        number = start + 1 + (token.map[0] if token.map else 0)
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else ""
            case "tr_open":
                row, row_number = [], number
            case "tr_close":
                if row and any(row):
                    yield Line(CELL_SEPARATOR.join(row), row_number)
                row = None
            case "inline" if row is not None:
                row.append(" ".join(piece.text for piece in _inline(token)))
            case "inline" if level:
                yield from _heading(token, number, level)
            case "inline":
                for piece in _inline(token):
                    kind: LineKind = "caption" if piece.is_caption else "text"
                    yield Line(marker + piece.text, number, kind)
                    marker = ""
            case "fence" | "code_block":
                # The map of a fenced block begins at its fence.
                yield from _code(token.content, number + (token.type == "fence"))
            case "html_block":
                for line in _without_markup(_BREAK.sub("\n", token.content)).split("\n"):
                    if line.strip():
                        yield Line(line.strip(), number)


def _heading(token: Token, number: int, level: int) -> Iterator[Line]:
    pieces = list(_inline(token))
    if words := " ".join(piece.text for piece in pieces if not piece.is_caption):
        yield Line(words, number, "heading", level)
    for piece in pieces:
        if piece.is_caption:
            yield Line(piece.text, number, "caption")


def _code(content: str, first: int) -> Iterator[Line]:
    for number, line in enumerate(content.split("\n"), first):
        if line.strip():
            yield Line(line, number)


def _inline(token: Token) -> Iterator[_Piece]:
    """The text of a block's inline content, cut at hard line breaks; pictures apart."""
    captions: list[str] = []
    parts: list[str] = []
    for child in token.children or ():
        match child.type:
            case "softbreak":
                parts.append("\n")
            case "hardbreak":
                parts.append("\v")
            case "image":
                captions.append("".join(c.content for c in child.children or ()))
            case "html_inline":
                parts.append("\v" if _BREAK.fullmatch(child.content) else "")
            case _:
                parts.append(child.content)
    # Blanks fold as they do on a page: taking markup away may leave two.
    for line in _BLANKS.sub(" ", "".join(parts)).split("\v"):
        if joined := join_lines(line.split("\n")):
            yield _Piece(joined)
    for caption in captions:
        if caption.strip():
            yield _Piece(caption.strip(), is_caption=True)


def _without_markup(source: str) -> str:
    return html.unescape(_MARKUP.sub("", source))
