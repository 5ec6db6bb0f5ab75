"""DOCX: paragraphs, headings, captions and tables in document order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from corpus.errors import ReadError
from corpus.raw import Line, LineKind
from corpus.readers.content import CELL_SEPARATOR, Content
from corpus.readers.zip_limits import check_zip

_NAMESPACE: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL = (_NAMESPACE + name for name in ("p", "tbl", "tr", "tc"))
_TEXT_BOX = _NAMESPACE + "txbxContent"
# Deleted and moved-away text, the readings above characters, and a text box's second copy.
_UNSEEN: Final = frozenset(
    {*(_NAMESPACE + name for name in ("del", "moveFrom", "rt", "pPr", "rPr")), _FALLBACK}
)
_SHOWN: Final = {
    _NAMESPACE + "tab": " ",
    _NAMESPACE + "br": "\v",
    _NAMESPACE + "cr": "\v",
    _NAMESPACE + "noBreakHyphen": "-",
}
_HEADING_STYLE = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"title|标题|標題|文档标题", re.IGNORECASE)
_SUBTITLE_STYLE = re.compile(r"subtitle|副标题|副標題", re.IGNORECASE)
_CAPTION_STYLE = re.compile(r"caption|题注|題注|图题|图注|图片说明", re.IGNORECASE)
_BODY, _TITLE, _CAPTION = 0, -1, -2
_OUTLINE_LEVELS: Final = 9  # 0 to 8 are headings, 9 is body text
_MAX_STYLE_DEPTH: Final = 20
_NO_NAMES: Final = frozenset({"", "python-docx", "administrator", "admin", "user", "微软用户"})


def read_docx(data: bytes, *, origin: str) -> Content:
    """The paragraphs and table rows of a Word document; title and authors from its properties.

    A line's number counts the paragraphs and rows from 1. The creation date is not taken: it is
    that of the template more often than not.

    Raises:
        ReadError: no DOCX, damaged, or unpacking beyond the limits of ``zip_limits``.
    """
    members = check_zip(data, origin=origin)
    if "[Content_Types].xml" not in members:
        raise ReadError("is a zip file, but no Word document", where=origin)
    # Imported here: it is needed for this kind of file only.
    from docx import Document

    try:
        document = Document(io.BytesIO(data))
        lines = tuple(_lines(document.element.body, _style_levels(document)))
        front = _front(document.core_properties)
    except Exception as error:
        # The library raises whatever a missing or broken part leads to.
        raise ReadError("is a damaged Word document, or none", where=origin) from error
    return Content(lines, front)


def _lines(body: Any, levels: Mapping[str, int]) -> Iterator[Line]:
    # A title stands above the headings, so that these go down by one level.
    titled = any(
        element.tag == _PARAGRAPH and _level(element, levels) == _TITLE for element in _blocks(body)
    )
    for number, element in enumerate(_blocks(body), 1):
        if element.tag == _ROW:
            cells = [_cell_text(cell) for cell in element.iter(_CELL)]
            if any(cells):
                yield Line(CELL_SEPARATOR.join(cells), number)
            continue
        text, level = _text(element), _level(element, levels)
        if level == _TITLE or level > 0:
            if heading := " ".join(text.split()):
                depth = 1 if level == _TITLE else min(level + titled, 6)
                yield Line(heading, number, "heading", depth)
            continue
        kind: LineKind = "caption" if level == _CAPTION else "text"
        for line in text.split("\v"):
            if line.strip():
                yield Line(line, number, kind)


def _blocks(body: Any) -> Iterator[Any]:
    """Paragraphs outside of tables, and rows, in document order; those of text boxes follow theirs.

    Content controls, as around a table of contents, are looked into.
    """
    open_elements = [body]
    while open_elements:
        element = open_elements.pop()
        if element.tag in _UNSEEN:
            continue
        if element.tag == _ROW and next(element.iterdescendants(_TABLE), None) is None:
            yield element
            continue
        if element.tag == _PARAGRAPH:
            yield element
        open_elements.extend(reversed(element))


def _text(paragraph: Any) -> str:
    """A paragraph's text, line breaks as vertical tabs, without that of text boxes in it."""
    parts: list[str] = []
    open_elements = [*reversed(paragraph)]
    while open_elements:
        element = open_elements.pop()
        if element.tag in _UNSEEN or element.tag == _TEXT_BOX:
            continue
        if element.tag == _NAMESPACE + "t":
            parts.append(element.text or "")
        elif element.tag in _SHOWN:
            is_page_break = element.get(_NAMESPACE + "type") in ("page", "column")
            parts.append("" if is_page_break else _SHOWN[element.tag])
        else:
            open_elements.extend(reversed(element))
    return "".join(parts)


def _cell_text(cell: Any) -> str:
    return " ".join(" ".join(_text(paragraph).split()) for paragraph in cell.iter(_PARAGRAPH))


def _style_levels(document: Any) -> dict[str, int]:
    """Style id to the level of heading that it makes, or ``_BODY``, ``_TITLE``, ``_CAPTION``.

    A style without a telling name takes the level of the one that it is based on.
    """
    levels = {}
    for style in document.styles:
        level, ancestor = _BODY, style
        for _ in range(_MAX_STYLE_DEPTH):  # broken files may have circles
            if ancestor is None or level != _BODY:
                break
            level = _named_level((ancestor.name or "").strip()) or _outline_level(ancestor.element)
            ancestor = getattr(ancestor, "base_style", None)
        levels[style.style_id] = level
    return levels


def _named_level(name: str) -> int:
    if match := _HEADING_STYLE.fullmatch(name):
        return int(match[1])
    if _TITLE_STYLE.fullmatch(name):
        return _TITLE
    if _SUBTITLE_STYLE.fullmatch(name):
        return 1
    return _CAPTION if _CAPTION_STYLE.fullmatch(name) else _BODY


def _level(paragraph: Any, levels: Mapping[str, int]) -> int:
    style = paragraph.find(f"{_NAMESPACE}pPr/{_NAMESPACE}pStyle")
    level = _BODY if style is None else levels.get(style.get(_NAMESPACE + "val"), _BODY)
    return level or _outline_level(paragraph)


def _outline_level(element: Any) -> int:
    """The heading level that paragraph properties set; 0 where they set none."""
    outline = element.find(f"{_NAMESPACE}pPr/{_NAMESPACE}outlineLvl")
    if outline is None:
        return 0
    value = outline.get(_NAMESPACE + "val", "")
    return int(value) + 1 if value.isdecimal() and int(value) < _OUTLINE_LEVELS else 0


def _front(properties: Any) -> dict[str, Any]:
    front: dict[str, Any] = {}
    title = (properties.title or "").strip()
    if title and title.lower() != "word document":
        front["title"] = title
    names = [name.strip() for name in re.split(r"[;；,，、]", properties.author or "")]
    if authors := [name for name in names if name.lower() not in _NO_NAMES]:
        front["authors"] = authors
    return front
