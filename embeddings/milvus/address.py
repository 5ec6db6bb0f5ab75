"""Addresses of indexes that are kept in Milvus.

``milvus://[user:password@]host[:19530]/collection[?database=NAME]`` and ``milvus+tls://...`` name a
server, ``milvus-lite:FOLDER/FILE.db[#collection]`` an embedded one, which is a folder on disk.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

PORT = 19530
"""Where a Milvus server listens if nothing else is said."""

COLLECTION = "cityqa"
"""The collection of an address of Milvus Lite that names none."""

LITE = "milvus-lite:"
_MEANT = re.compile(r"milvus[a-z+-]*:", re.IGNORECASE)
_SCHEMES = {"milvus": "http", "milvus+tls": "https"}
# 255 characters may be: the names of a generation's collections are made from this one.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """Where an index is kept.

    Attributes:
        uri: what the client connects to: ``http(s)://host:port``, or the absolute path of a file.
        collection: that names the current generation.
        database: of the server; empty for its default one.
        token: ``user:password`` or a token; empty for none.
    """

    uri: str
    collection: str
    database: str = ""
    token: str = field(default="", repr=False)

    @property
    def lite(self) -> bool:
        """Whether it is a file of Milvus Lite, which one process at a time can open."""
        return "://" not in self.uri

    def __str__(self) -> str:
        """The address as it is typed, without what is secret."""
        if self.lite:
            return f"{LITE}{self.uri}#{self.collection}"
        scheme = "milvus+tls" if self.uri.startswith("https") else "milvus"
        database = f"?database={quote(self.database)}" if self.database else ""
        return f"{scheme}://{self.uri.partition('://')[2]}/{self.collection}{database}"


def is_address(text: str) -> bool:
    """Whether a text is meant as an address, and not as the name of a folder."""
    return "://" in text or bool(_MEANT.match(text))


def parse_address(text: str, token: str = "") -> MilvusAddress:
    """The address that a text states.

    Args:
        text: as above.
        token: for an address that holds none.

    Raises:
        ValueError: it is none; says what is wrong, without repeating what may be secret.
    """
    return _lite(text[len(LITE) :]) if text.startswith(LITE) else _server(text, token)


def _lite(rest: str) -> MilvusAddress:
    path, _, name = rest.partition("#")
    if not path.endswith(".db") or path.endswith("/.db") or path == ".db":
        raise ValueError("the file of Milvus Lite has to end in .db: milvus-lite:./reports.db")
    # As a folder of --index: ~ is the home folder, and a relative path is one from here.
    absolute = os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111
    return MilvusAddress(str(Path(absolute)), _collection(name or COLLECTION))


def _server(text: str, token: str) -> MilvusAddress:
    if "://" not in text:
        raise ValueError(
            f"an address has two slashes, as milvus://localhost:{PORT}/reports, or begins with "
            f"{LITE}, as {LITE}./reports.db"
        )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("not an address: its host or its port cannot be read") from error
    if parts.scheme not in _SCHEMES:
        raise ValueError(
            f"{parts.scheme!r} is no kind of index; a folder, milvus://, milvus+tls:// or "
            "milvus-lite: may be named"
        )
    if not host:
        raise ValueError(f"no host is named: milvus://localhost:{PORT}/reports")
    if parts.fragment:
        raise ValueError("holds a #; in a password, write %23")
    database = ""
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name != "database":
            raise ValueError(f"{name!r} is nothing that can be set here, only ?database=NAME")
        database = value
    user = unquote(parts.username or "")
    if user and parts.password is not None:
        user = f"{user}:{unquote(parts.password)}"
    shown = f"[{host}]" if ":" in host else host
    return MilvusAddress(
        uri=f"{_SCHEMES[parts.scheme]}://{shown}:{port or PORT}",
        collection=_collection(parts.path.strip("/")),
        database=database,
        token=user or token,
    )


def _collection(name: str) -> str:
    if not name:
        raise ValueError(f"no collection is named: milvus://localhost:{PORT}/reports")
    if not _NAME.fullmatch(name):
        raise ValueError(
            "a collection's name holds letters of a to z, digits and underscores, begins with no "
            "digit, and has 200 characters at most"
        )
    return name
