"""A file, or bytes from anywhere, to a ``RawReport``: the kind told, the right reader called."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from corpus.errors import ReadError, StorageError
from corpus.raw import RawReport
from corpus.readers.content import Content
from corpus.readers.encoding import decode
from corpus.readers.media import (
    SUFFIXES,
    Media,
    declared_encoding,
    is_html,
    is_old_office,
    is_pdf,
    is_zip,
)
from corpus.readers.text import read_text
from corpus.readers.web import MAX_BYTES, TIMEOUT, fetch

if TYPE_CHECKING:
    import httpx

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
"""A yearbook of a thousand pages with its pictures takes about that much."""

# Names of pages that say nothing about what is on them.
_UNTELLING_STEMS: Final = frozenset({"", "index", "default", "content", "show", "view", "detail"})


def read_file(path: Path) -> RawReport:
    """Read one file of a kind in ``SUFFIXES``; content goes before suffix where they disagree.

    Raises:
        ReadError: the file is missing, empty, too large, damaged, or of no kind that can be read.
        StorageError: there is no permission to read it, or the disk fails.
        MetadataError: its front matter cannot be used.
    """
    data, media = file_bytes(path)
    return read_bytes(data, origin=str(path), stem=path.stem, media=media)


def file_bytes(path: Path) -> tuple[bytes, Media]:
    """The bytes of a file of a kind in ``SUFFIXES``, and what its name says it is.

    Raises:
        ReadError: the file is missing, or of no kind that can be read.
        StorageError: there is no permission to read it, or the disk fails.
    """
    media = SUFFIXES.get(path.suffix.casefold())
    if media is None:
        known = " ".join(SUFFIXES)
        raise ReadError("is of no kind that can be read", where=str(path), mend=f"known: {known}")
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadError("is a folder, not a file", where=str(path))
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("is no regular file", where=str(path))
        with path.open("rb") as file:
            # One byte more than allowed: the file may be growing.
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise ReadError("does not exist", where=str(path)) from error
    except PermissionError as error:
        raise StorageError(
            "may not be read", where=str(path), mend="check its permissions"
        ) from error
    except OSError as error:
        raise StorageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    return data, media


def read_bytes(
    data: bytes,
    *,
    origin: str,
    stem: str,
    media: Media | None = None,
    charset: str | None = None,
) -> RawReport:
    """Read a report from bytes.

    Args:
        data: the whole file.
        origin: path or address, for the report and for errors.
        stem: the name to make the report's id from.
        media: what its name or server says it is; content goes before. None: content alone.
        charset: the encoding that a server names, if any; verified.

    Raises:
        ReadError: empty, too large, damaged, binary, or without text.
        MetadataError: its front matter cannot be used.
    """
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise ReadError(f"is larger than {limit} MB", where=origin, mend="cut it into parts")
    if not data.strip():
        raise ReadError("is empty", where=origin)
    found, encoding, content = _read(data, origin, media, charset)
    if not content.lines:
        raise ReadError("is empty: it holds no text", where=origin)
    return RawReport(
        origin=origin,
        stem=stem,
        media=found,
        encoding=encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        lines=content.lines,
        front=content.front,
        declared=content.declared,
    )


def read_url(
    url: str,
    *,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    allow_private: bool = False,
    client: httpx.Client | None = None,
) -> RawReport:
    """Fetch a page or file and read it; its origin and ``front["url"]`` are the final address.

    The stem is that of the address's path, or the host where the path tells nothing. Arguments as
    for ``fetch``.

    Raises:
        FetchError: it cannot be fetched.
        ReadError: it cannot be read.
        MetadataError: its front matter cannot be used.
    """
    data, media, charset, final = fetch(
        url, timeout=timeout, max_bytes=max_bytes, allow_private=allow_private, client=client
    )
    raw = read_bytes(data, origin=final, stem=url_stem(final), media=media, charset=charset)
    return replace(raw, front={**raw.front, "url": final})


def url_stem(url: str) -> str:
    """A name for what is at an address: the last part of its path that tells something."""
    parts = urlsplit(url)
    for name in reversed(PurePosixPath(unquote(parts.path)).parts):
        stem = PurePosixPath(name).stem if name != "/" else ""
        if stem.casefold() not in _UNTELLING_STEMS:
            return stem
    return parts.hostname or "page"


def _read(
    data: bytes, origin: str, media: Media | None, charset: str | None
) -> tuple[Media, str, Content]:
    """The kind of file that it is, its encoding, and its content.

    A reader is imported when the first file of its kind comes: most folders hold one kind.
    """
    if is_pdf(data, expected=media == "pdf"):
        from corpus.readers.pdf import read_pdf

        return "pdf", "binary", read_pdf(data, origin=origin)
    if is_old_office(data):
        raise ReadError(
            "is an old or locked Office file", where=origin, mend="save it as .docx, unlocked"
        )
    if media == "docx" or (media is None and is_zip(data)):
        from corpus.readers.docx import read_docx

        return "docx", "binary", read_docx(data, origin=origin)
    if is_zip(data):
        raise ReadError("is a binary file, not text", where=origin)
    declared = charset or declared_encoding(data)
    text, encoding = decode(data, origin=origin, declared=declared)
    if not text.strip("\ufeff\x1a \t\r\n\v\f\u3000\u00a0"):
        raise ReadError("is empty", where=origin)
    if media == "html" or is_html(text):
        from corpus.readers.html import read_html

        return "html", encoding, read_html(text, origin=origin)
    if media == "pdf":
        raise ReadError("is no PDF", where=origin)
    if media == "markdown":
        from corpus.readers.markdown import read_markdown

        return "markdown", encoding, read_markdown(text, origin=origin)
    return "text", encoding, read_text(text)
