"""The kinds of file that can be read, told by name and, before that, by content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Media: TypeAlias = Literal["text", "markdown", "html", "pdf", "docx"]

SUFFIXES: Final[Mapping[str, Media]] = MappingProxyType(
    {
        ".txt": "text",
        ".text": "text",
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".shtml": "html",
        ".pdf": "pdf",
        ".docx": "docx",
    }
)
"""File name suffix, lower case with its dot, to the kind of file."""

_NOT_REPORTS = ("readme", "license", "changelog", "~$", ".")

# The PDF standard lets up to 1,024 bytes of anything stand before the header.
_PDF_HEADER_WITHIN = 1024

_HTML_OPENING = re.compile(
    # Possessive, so that a page of comments alone costs no backtracking.
    r"""(?>\s+|<!--.*?-->|<\?xml[^>]*\?>)*+   # blanks, comments, an XML declaration
        <(?:!doctype\s+html|html)[\s>]""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_HTML_OPENING_WITHIN = 4096
_DECLARATION_WITHIN: Final = 4096  # bytes; pages keep to the standard's 1,024 less than they should
_DECLARED = re.compile(
    rb"<meta\b[^>]{0,400}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)"
    rb"|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)


def is_report_file(path: Path) -> bool:
    """Whether a file of this name is taken for a report; the disk is not touched.

    True for the suffixes of ``SUFFIXES``, save README*, LICENSE*, CHANGELOG*, dot files and the
    lock files (``~$...``) that Office leaves beside an open document.
    """
    name = path.name.casefold()
    return path.suffix.casefold() in SUFFIXES and not name.startswith(_NOT_REPORTS)


def is_pdf(data: bytes, *, expected: bool) -> bool:
    """Whether the bytes open with a PDF header, if ``expected`` with some bytes before it."""
    if expected:
        return b"%PDF-" in data[:_PDF_HEADER_WITHIN]
    return data[:8].lstrip().startswith(b"%PDF-")


def is_zip(data: bytes) -> bool:
    """Whether the bytes open with a zip header: a DOCX is a zip file."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_old_office(data: bytes) -> bool:
    """Whether the bytes are an OLE container: an old ``.doc``, or a DOCX with a password."""
    return data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def is_html(text: str) -> bool:
    """Whether a text opens as an HTML page does: ``<!doctype html`` or ``<html``."""
    return _HTML_OPENING.match(text, 0, _HTML_OPENING_WITHIN) is not None


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a page names in a meta element or an XML declaration; None where none."""
    match = _DECLARED.search(data[:_DECLARATION_WITHIN])
    if match is None:
        return None
    return (match[1] or match[2]).decode("ascii", errors="replace")
