"""PDF: the text of its pages, put together to paragraphs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import ReadError
from corpus.readers.content import Content
from corpus.readers.pdf_layout import page_paragraphs
from corpus.readers.quiet import quiet

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES: Final = 2000
"""A report has dozens of pages and a yearbook a thousand; a page takes about 50 ms, so that this
bounds a file to minutes."""
MAX_CHARACTERS: Final = 20_000_000
"""Of text, on all pages: seven times the longest novels."""

# Fonts made by printing to PDF give the radicals of Unicode 2F00 to 2FD5 for the characters that
# look the same (U+2F08 for U+4EBA); NFKC maps each to its character.
_RADICALS: Final = re.compile("[\u2f00-\u2fd5]")
_FILE_NAME_TITLE = re.compile(r"^Microsoft \w+ - |\.(?:docx?|wps|pdf|indd|pptx?)$", re.IGNORECASE)
_NO_TITLE = re.compile(r"(?:untitled|无标题|未命名|文档|document|幻灯片)[\s\d]*", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:admin(?:istrator)?|users?|lenovo|dell|hp|asus|acer|microsoft|windows|wps|office|pc|a)\b.*",
    re.IGNORECASE,
)


def read_pdf(data: bytes, *, origin: str) -> Content:
    """The paragraphs of a PDF and what its document information states.

    A line's number counts the paragraphs from 1. Words at the head and foot that most pages
    repeat, and page numbers, are left out.

    Raises:
        ReadError: no PDF, damaged, under a password, without text, or beyond ``MAX_PAGES`` pages
            or ``MAX_CHARACTERS`` characters.
    """
    # Imported here: it is needed for this kind of file only.
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PdfStreamError

    mend = "save it without a password"
    with quiet("pypdf"):
        try:
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise ReadError("is a PDF under a password", where=origin, mend=mend)
            _check_page_count(reader, origin)
            pages = list(_page_texts(reader, origin))
            front = _front(reader)
        except ReadError:
            raise
        except (DependencyError, FileNotDecryptedError, NotImplementedError) as error:
            raise ReadError("is an encrypted PDF", where=origin, mend=mend) from error
        except RecursionError as error:
            raise ReadError("is a PDF nested too deeply", where=origin) from error
        except PdfStreamError as error:
            raise ReadError("is a damaged or cut-off PDF", where=origin) from error
        except Exception as error:
            # Broken files raise anything, as the library itself warns.
            raise ReadError(f"is a damaged PDF ({_reason(error)})", where=origin) from error
    if not any(page.strip() for page in pages):
        raise ReadError("holds no text (a scan?)", where=origin, mend="recognise its text first")
    return Content(tuple(page_paragraphs(pages)), front)


def _reason(error: Exception) -> str:
    first = str(error).strip().splitlines()[:1]
    return first[0].rstrip(".") if first else type(error).__name__


def _check_page_count(reader: PdfReader, origin: str) -> None:
    """Count the page tree's nodes one by one, up to the limit.

    Its stated count may lie, and its nodes may be shared, so that a small file holds pages without
    number; the library would make an object for each.
    """
    open_nodes: list[Any] = [reader.root_object["/Pages"]]
    seen = 0
    while open_nodes:
        node = open_nodes.pop().get_object()
        seen += 1
        if seen > 2 * MAX_PAGES:
            raise ReadError(
                f"has more than {MAX_PAGES} pages", where=origin, mend="cut it into parts"
            )
        kids = node.get("/Kids") if hasattr(node, "get") else None
        if kids is not None:
            open_nodes.extend(kids.get_object()[: 2 * MAX_PAGES + 1])
    if len(reader.pages) > MAX_PAGES:
        raise ReadError(f"has more than {MAX_PAGES} pages", where=origin, mend="cut it into parts")


def _page_texts(reader: PdfReader, origin: str) -> Iterator[str]:
    import unicodedata

    total = 0
    for page in reader.pages:
        text = page.extract_text()
        total += len(text)
        if total > MAX_CHARACTERS:
            raise ReadError("holds more text than any report", where=origin)
        yield _RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _front(reader: PdfReader) -> dict[str, Any]:
    """Title, author and date of the document information, where a person seems to have set them."""
    information = reader.metadata
    if information is None:
        return {}
    front: dict[str, Any] = {}
    title = _FILE_NAME_TITLE.sub("", str(information.title or "")).strip()
    if title and not _NO_TITLE.fullmatch(title):
        front["title"] = title
    names = re.split(r"[;；,，、]", str(information.author or ""))
    authors = [name.strip() for name in names if name.strip() and not _NO_NAME.match(name.strip())]
    if authors:
        front["authors"] = authors
    try:
        created = information.creation_date
    except ValueError:  # a date in a layout of its own fills no gap
        created = None
    if created is not None:
        front["date"] = created.date()
    return front
