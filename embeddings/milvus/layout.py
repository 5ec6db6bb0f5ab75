"""How one index lies in Milvus.

A collection with the name of the address holds one record, the pointer: which generation is
current. A generation lies in four collections, named from that name and the first 16 hex digits of
its manifest's digest:

- ``passages``: key is the row; the vector, and the BM25 weights as a sparse vector whose
  dimensions are the numbers of the terms; number of the report, city, year, publisher, kind.
- ``sentences``: key is the row; the vector, and the passage's row.
- ``files``: the small files of the generation, the manifest first, in chunks.
- ``postings``: rows and weights of the passages that hold each term, in chunks.

Keys are numbers from 0 without gaps, written in order, so that the count tells how far it went.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.kinds import EXACT_UP_TO

KEY = "row"
DENSE = "dense"
SPARSE = "sparse"
REPORT = "report"
CONTENT = "content"
NOTHING = "nothing"  # every collection has to have a vector

PASSAGES, SENTENCES, FILES, POSTINGS = PARTS = ("passages", "sentences", "files", "postings")

LAYOUT = 1
"""Version of all this; goes up when a reader of the one before would go wrong."""

CHUNK = 32_768
"""Bytes of a file in one record. Text of at most 65,535 bytes may be one, and it is base64."""

POSTINGS_A_CHUNK = 4_096
_POSTING = np.dtype([("row", "<i4"), ("weight", "<f4")])

LONGEST_TEXT = 512
"""Bytes of a city or a publisher."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The current generation.

    Attributes:
        digest: of its manifest, hex.
        previous: first 16 digits of the digest of the one before; empty for none.
        manifest: bytes of its manifest.
        counts: part to how many records it has.
        vectors: part to hex SHA-256 of its vectors, float32 in order.
    """

    digest: str
    previous: str
    manifest: int
    counts: dict[str, int]
    vectors: dict[str, str]

    def encode(self) -> str:
        """As text."""
        return json.dumps(
            {
                "layout": LAYOUT,
                "digest": self.digest,
                "previous": self.previous,
                "manifest": self.manifest,
                "counts": self.counts,
                "vectors": self.vectors,
            }
        )

    @classmethod
    def decode(cls, text: str) -> Pointer:
        """What ``encode`` gave.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it is none, or of another layout.
        """
        value = json.loads(text)
        if value["layout"] != LAYOUT:
            raise ValueError(f"layout {value['layout']}, this version of cityqa reads {LAYOUT}")
        if not re.fullmatch("[0-9a-f]{64}", value["digest"]):
            raise ValueError("no digest")
        return cls(
            digest=value["digest"],
            previous=str(value["previous"]),
            manifest=int(value["manifest"]),
            counts={part: int(value["counts"][part]) for part in PARTS},
            vectors={part: str(value["vectors"][part]) for part in (PASSAGES, SENTENCES)},
        )


def part_name(collection: str, digest: str, part: str) -> str:
    """The collection of one part of a generation."""
    return f"{collection}_{digest[:16]}_{part}"


def generation_of(collection: str, name: str) -> str:
    """The 16 digits of the generation that a collection is a part of; empty where it is none."""
    match = re.fullmatch(rf"{re.escape(collection)}_([0-9a-f]{{16}})_(?:{'|'.join(PARTS)})", name)
    return match[1] if match else ""


def schema_of(part: str, dim: int, passages: int) -> tuple[Any, Any]:
    """Schema and indexes of a part's collection; of the pointer's for an empty name."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(KEY, DataType.INT64, is_primary=True)
    indexes = MilvusClient.prepare_index_params()
    if part in (PASSAGES, SENTENCES):
        schema.add_field(DENSE, DataType.FLOAT_VECTOR, dim=dim)
        # As the index on disk: small ones are searched in full.
        if part == PASSAGES and passages > EXACT_UP_TO:
            indexes.add_index(
                DENSE, index_type="HNSW", metric_type="IP", params={"M": 30, "efConstruction": 360}
            )
        else:
            # Sentences are only ever asked for by row, which takes no graph.
            indexes.add_index(DENSE, index_type="FLAT", metric_type="IP")
    else:
        schema.add_field(NOTHING, DataType.FLOAT_VECTOR, dim=2)
        schema.add_field(CONTENT, DataType.VARCHAR, max_length=65_535)
        indexes.add_index(NOTHING, index_type="FLAT", metric_type="IP")
    if part == PASSAGES:
        schema.add_field(SPARSE, DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index(SPARSE, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        schema.add_field(REPORT, DataType.INT64)
        schema.add_field("year", DataType.INT64)
        for name in ("city", "publisher", "kind"):
            schema.add_field(name, DataType.VARCHAR, max_length=LONGEST_TEXT)
    if part == SENTENCES:
        schema.add_field("passage", DataType.INT64)
    return schema, indexes


def chunk_record(number: int, content: bytes) -> dict[str, Any]:
    """One chunk of a file, or of postings, as a record."""
    return {KEY: number, NOTHING: [1.0, 0.0], CONTENT: base64.b64encode(content).decode("ascii")}


def chunk_content(record: dict[str, Any]) -> bytes:
    """The bytes of a chunk.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(record[CONTENT], validate=True)


def packed(rows: NDArray[np.int32], weights: NDArray[np.float32]) -> bytes:
    """Postings as bytes."""
    postings = np.empty(len(rows), dtype=_POSTING)
    postings["row"], postings["weight"] = rows, weights
    return postings.tobytes()


def unpacked(content: bytes) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Rows and weights of postings.

    Raises:
        ValueError: they are none.
    """
    postings = np.frombuffer(content, dtype=_POSTING)
    return (
        np.ascontiguousarray(postings["row"], dtype=np.int32),
        np.ascontiguousarray(postings["weight"], dtype=np.float32),
    )


def chunks(size: int, each: int) -> int:
    """How many chunks hold so many bytes or postings."""
    return -(-size // each)


def shortened(text: str) -> str:
    """A text that a field holds: well formed, and no longer than it may be."""
    encoded = text.encode("utf-8", "replace")[:LONGEST_TEXT]
    return encoded.decode("utf-8", "ignore")
