"""All that a reader of a page sees, the menus too: what a browser searches."""

from __future__ import annotations

from corpus.raw import RawReport
from corpus.readers.content import CELL_SEPARATOR
from corpus.readers.files import read_bytes
from corpus.readers.media import Media


def visible_lines(
    data: bytes, *, origin: str, media: Media | None = None, charset: str | None = None
) -> tuple[Media, tuple[str, ...]]:
    """The paragraphs of a page or file as they stand there, nothing left out and nothing cleaned.

    Cells of tables are paragraphs of their own, as for a browser. A line break in a page's source
    is a blank, between Han characters too.

    Args:
        data, origin, media, charset: as for ``read_bytes``.

    Returns:
        What kind of file it is, and its paragraphs in order, blank ones left out.

    Raises:
        ReadError: it cannot be read.
    """
    raw = read_bytes(data, origin=origin, stem="page", media=media, charset=charset)
    return raw.media, tuple(_page(data, raw) if raw.media == "html" else _lines(raw))


def _page(data: bytes, raw: RawReport) -> list[str]:
    # Imported here: they are needed for pages only.
    from corpus.readers.html import parse_page
    from corpus.readers.page_blocks import page_blocks

    text = data.decode(raw.encoding, "replace").replace("\r\n", " ").replace("\n", " ")
    blocks = page_blocks(parse_page(text, raw.origin))
    return [cell for block in blocks for cell in block.text.split(CELL_SEPARATOR) if cell.strip()]


def _lines(raw: RawReport) -> list[str]:
    return [line.text for line in raw.lines]
