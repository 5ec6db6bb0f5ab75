"""Web pages: the report among the menus, with its headings, lists, tables and captions."""

from __future__ import annotations

import re
from typing import Any, Final

from corpus.errors import ReadError
from corpus.readers.content import Content
from corpus.readers.main_content import main_lines
from corpus.readers.page_blocks import page_blocks
from corpus.readers.page_metadata import page_front

_MAX_CHARACTERS: Final = 20_000_000
"""Of markup; a page beyond it is a dump, and would take gigabytes as a tree."""
_MAX_ATTRIBUTES: Final = 5_000
"""Of one element: the parser's time grows with their square."""
_LONG_TAG = re.compile(r"[^<>]{32768,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# XML allows no other control characters, and the parser stops at a NUL.
_CONTROLS: Final = dict.fromkeys({*range(0x20)} - {9, 10, 12, 13})


def read_html(text: str, *, origin: str) -> Content:
    """The main content of a page as lines, and what the page states about itself.

    A line's number is that of its block on the page. No network access and no external entities.

    Raises:
        ReadError: the page is beyond all measure, or no HTML at all.
    """
    root = parse_page(text, origin)
    front = page_front(root)
    lines = main_lines(root, page_blocks(root), title=str(front.get("title", "")))
    return Content(lines, front)


def parse_page(text: str, origin: str) -> Any:
    """The root element of a page's tree.

    Raises:
        ReadError: the page is beyond all measure, or no HTML at all.
    """
    # Imported here: it is needed for pages only.
    from lxml import etree, html

    if len(text) > _MAX_CHARACTERS:
        raise ReadError("is too large a page", where=origin, mend="save its main text alone")
    if any(_QUOTED.sub("", tag).count("=") > _MAX_ATTRIBUTES for tag in _LONG_TAG.findall(text)):
        raise ReadError("is no page: an element has attributes without number", where=origin)
    # A fixed encoding keeps the parser from believing a declaration that has been verified already.
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    source = text.translate(_CONTROLS).encode("utf-8", errors="replace")
    try:
        return html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError("is no HTML page that can be read", where=origin) from error
