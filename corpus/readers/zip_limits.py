"""Zip files measured before they are trusted: a small one can unpack to more than any memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from corpus.errors import ReadError

MAX_UNPACKED: Final = 200 * 1024 * 1024
"""Bytes. A report with its pictures stays far below."""
MAX_RATIO: Final = 200
"""Unpacked to packed size; text and XML reach 5 to 50."""
MAX_MEMBERS: Final = 10_000
_RATIO_MATTERS_FROM: Final = 10 * 1024 * 1024
"""Bytes unpacked. A short document of repeated blanks may pack better than any bomb."""
_CHUNK: Final = 1024 * 1024


def check_zip(data: bytes, *, origin: str) -> frozenset[str]:
    """The names of a zip file's members, if it is whole and of bounded size.

    Sizes are checked as the directory states them, then by unpacking, since it may lie.

    Raises:
        ReadError: no zip, damaged, encrypted, or beyond the limits of this module.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise ReadError("unpacks to too many files", where=origin)
            _check_size(sum(member.file_size for member in members), len(data), origin)
            unpacked = 0
            for member in members:
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        _check_size(unpacked, len(data), origin)
            return frozenset(member.filename for member in members)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise ReadError("is damaged or cut off", where=origin) from error
    except (RuntimeError, NotImplementedError) as error:  # a password, an unknown compression
        raise ReadError("is packed in a way that cannot be read", where=origin) from error


def _check_size(unpacked: int, packed: int, origin: str) -> None:
    if unpacked > MAX_UNPACKED or (
        unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed
    ):
        raise ReadError("unpacks to far more than a report can hold", where=origin)
