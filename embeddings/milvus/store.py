"""One connection to Milvus a process, its errors said in one line.

``pymilvus`` tries again by itself where a server is busy, waiting longer each time, until the
timeout of a call; where one is away, we do. Its client may be shared between threads, not between a
process and its forks: whoever forks connects anew.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from corpus.errors import (
    CityqaError,
    IndexDamaged,
    IndexMissing,
    SettingsError,
    StorageError,
)
from embeddings.manifest import REBUILD
from embeddings.milvus.address import MilvusAddress
from embeddings.milvus.layout import KEY
from embeddings.search import Rows, Scores

CONNECT_SECONDS = 5.0
"""How long a server may take to answer at first."""

SECONDS = 10.0
"""How long one question to the store may take, and how long a server may be away meanwhile."""

FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0
"""Seconds between two tries to reach a server that is away: twice as long each time."""

WRITE_SECONDS = 120.0
"""How long one batch may take to be written."""

INDEX_SECONDS = 3600.0
"""How long the store may take to flush or load one collection."""

MOST = 16_384
"""Rows that one search or query of Milvus may give."""

_NOT_FOUND = 100  # the code of Milvus for a collection that is not there
_AUTHENTICATION = ("auth check failure", "unauthenticated", "permission deny", "permission_denied")
_LOCK = "LOCK"  # the file of Milvus Lite that one process holds

_T = TypeVar("_T")


class _NotLoaded(StorageError):
    """A collection that is not in the server's memory."""


class _Away(StorageError):
    """No server answers."""


class Store:
    """The collections of one address. Safe to share between threads.

    All methods raise CityqaError: StorageError where no server answers or it refuses, IndexDamaged
    where a collection is gone.

    Args:
        address: of the store.

    Raises:
        SettingsError: pymilvus is not installed.
        IndexMissing, StorageError: there is no such database, or no server answers.
    """

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        _client_of(address)

    def _call(self, name: str, *arguments: Any, timeout: float = SECONDS, **options: Any) -> Any:
        end, wait, loaded = 0.0, FIRST_WAIT, name == "load_collection"
        while True:
            try:
                client = _client_of(self.address)
                method: Callable[..., Any] = getattr(client, name)
                return _told(partial(method, *arguments, timeout=timeout, **options), self.address)
            except _NotLoaded:
                # Released meanwhile, or its server was started anew. Again, that is an error.
                if loaded:
                    raise
                self.load(arguments[0])
                loaded = True
            except _Away:
                # pymilvus gives up once a new connection fails, and stays with a broken one.
                _forget(self.address)
                end = end or time.monotonic() + SECONDS
                if time.monotonic() + wait > end:
                    raise
                time.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    def names(self) -> list[str]:
        """The collections that there are."""
        return list(self._call("list_collections"))

    def has(self, collection: str) -> bool:
        """Whether there is a collection."""
        return bool(self._call("has_collection", collection))

    def fields(self, collection: str) -> set[str]:
        """The names of a collection's fields."""
        return {field["name"] for field in self._call("describe_collection", collection)["fields"]}

    def create(self, collection: str, schema: Any, indexes: Any) -> None:
        """Make an empty collection, with its indexes."""
        self._call(
            "create_collection",
            collection,
            schema=schema,
            index_params=indexes,
            consistency_level="Bounded",
            timeout=WRITE_SECONDS,
        )

    def drop(self, collection: str) -> None:
        """Drop a collection; nothing happens where there is none."""
        self._call("drop_collection", collection, timeout=WRITE_SECONDS)

    def write(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows, in place of those with the same keys."""
        self._call("upsert", collection, list(rows), timeout=WRITE_SECONDS)

    def settle(self, collection: str) -> None:
        """Bring what was written to where it stays, and make it searchable."""
        self._call("flush", collection, timeout=INDEX_SECONDS)
        self.load(collection)

    def load(self, collection: str) -> None:
        """Make a collection searchable; nothing happens where it is."""
        self._call("load_collection", collection, timeout=INDEX_SECONDS)

    def count(self, collection: str) -> int:
        """How many rows there are, everything that was written counted."""
        found = self._call(
            "query",
            collection,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
        )
        return int(found[0]["count(*)"])

    def get(
        self,
        collection: str,
        keys: Sequence[int],
        fields: Sequence[str],
        consistency: str = "Bounded",
    ) -> list[dict[str, Any]]:
        """The rows of some keys, in any order; those that are not there are left out."""
        if not keys:
            return []
        found = self._call(
            "get",
            collection,
            ids=list(keys),
            output_fields=list(fields),
            consistency_level=consistency,
        )
        return [dict(row) for row in found]

    def search(
        self, collection: str, field: str, query: Any, count: int, expression: str = ""
    ) -> tuple[Rows, Scores]:
        """The keys with the largest inner products, best first, equal ones by key.

        Args:
            collection: to search.
            field: of its vectors.
            query: a dense vector, or a mapping of dimensions to weights.
            count: wanted, ``MOST`` at most.
            expression: that the rows must fulfil; all may where it is empty.

        Returns:
            keys and inner products, both of shape (at most count,).
        """
        found = self._call(
            "search",
            collection,
            data=[query],
            anns_field=field,
            filter=expression,
            limit=min(count, MOST),
            # Asked for nothing, Milvus Lite reads all fields of each row, vectors too.
            output_fields=[KEY],
            # An HNSW index looks at as many as these; others take no notice.
            search_params={"metric_type": "IP", "params": {"ef": min(MOST, max(2 * count, 128))}},
        )[0]
        keys = np.array(found.ids, dtype=np.int64)
        scores = np.array(found.distances, dtype=np.float32)
        order = np.lexsort((keys, -scores))
        return keys[order], scores[order]


_Key = tuple[int, str, str, str]
_clients: dict[_Key, Any] = {}
_turn = threading.Lock()


def _client_of(address: MilvusAddress) -> Any:
    """The client of an address: one a process for all collections there."""
    key = _key(address)
    with _turn:
        if key not in _clients:
            _clients[key] = _connected(address)
        return _clients[key]


def _forget(address: MilvusAddress) -> None:
    """Connect anew at the next call; whoever still uses the old connection may."""
    with _turn:
        _clients.pop(_key(address), None)


def _key(address: MilvusAddress) -> _Key:
    return os.getpid(), address.uri, address.database, address.token


def _connected(address: MilvusAddress) -> Any:
    # What grpc writes to standard error by itself is raised here as one line.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        # Imported here: nobody else pays for it.
        from pymilvus import MilvusClient

        if address.lite:
            import milvus_lite  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            "Milvus is asked through packages that are not installed",
            where=str(address),
            mend="install them with pip install 'cityqa[milvus]'",
        ) from error
    # So is what they log as errors, with a traceback each.
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if address.lite:
        _check_free(address)
    return _told(
        lambda: MilvusClient(
            uri=address.uri,
            token=address.token,
            db_name=address.database,
            timeout=CONNECT_SECONDS,
            dedicated=True,
            # Milvus Lite, in this process, cuts connections that are tried every ten seconds.
            grpc_options={"grpc.keepalive_time_ms": 2**31 - 1} if address.lite else {},
        ),
        address,
    )


def _check_free(address: MilvusAddress) -> None:
    """A file of Milvus Lite can be opened, or made.

    Raises:
        StorageError: another process has it open, or the disk refuses.
    """
    import fcntl

    folder = Path(address.uri)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("a") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StorageError(
            "another process has this file of Milvus Lite open, and only one can",
            where=str(address),
            mend="end that one, or run a Milvus server and name it with milvus://",
        ) from error
    except OSError as error:
        raise StorageError(
            f"the file of Milvus Lite cannot be opened ({error.strerror})", where=str(address)
        ) from error


def _told(call: Callable[[], _T], address: MilvusAddress) -> _T:
    """What a call gives; its errors as ours."""
    try:
        return call()
    except CityqaError:
        raise
    except Exception as error:
        # pymilvus raises its own class, those of grpc, and ValueError for what a server says.
        raise _fault(error, address) from error


def _fault(error: Exception, address: MilvusAddress) -> CityqaError:
    where = str(address)
    text = " ".join(str(getattr(error, "message", "") or error).split())
    # A number for pymilvus, a method of the errors of grpc, nothing for the others.
    code = getattr(error, "code", 0)
    status = code() if callable(code) else code
    name = getattr(status, "name", "")
    low = f"{name} {text}".lower()
    if any(sign in low for sign in _AUTHENTICATION):
        return StorageError(
            "the server refuses the user or the token",
            where=where,
            mend="name the right one in CITYQA_MILVUS_TOKEN, or as milvus://user:password@host",
        )
    if status == _NOT_FOUND or "collection not found" in low or "can't find collection" in low:
        return IndexDamaged("a part of the index is gone from Milvus", where=where, mend=REBUILD)
    if "not loaded" in low or "call load()" in low:
        return _NotLoaded(f"Milvus refuses ({text[:300]})", where=where)
    if "index not found" in low or "index doesn't exist" in low or "no index" in low:
        # Made by a run that was killed before it made the index.
        return IndexDamaged("a part of the index is half made in Milvus", where=where, mend=REBUILD)
    if "database" in low and ("not found" in low or "not exist" in low):
        return IndexMissing(
            f"the server has no database {address.database!r}",
            where=where,
            mend="make it there, or name another one with ?database=",
        )
    if "unimplemented" in low:
        return StorageError(
            "what answers here is no Milvus server, or one of another age than pymilvus",
            where=where,
            mend="see that the port is the one for gRPC, which is 19530 if nothing else was set",
        )
    if name in ("UNAVAILABLE", "DEADLINE_EXCEEDED") or any(
        sign in low for sign in ("fail connecting", "unavailable", "timeout", "deadline")
    ):
        return _Away(
            "no Milvus server answers here",
            where=where,
            mend="see that it runs, that the address is right and that nothing bars the way",
        )
    return StorageError(f"Milvus refuses ({text[:300]})", where=where)
