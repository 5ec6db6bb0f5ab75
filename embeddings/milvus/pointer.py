"""The one record that tells which generation of an index in Milvus is current."""

from __future__ import annotations

from corpus.errors import IndexDamaged, IndexMismatch
from embeddings.manifest import REBUILD
from embeddings.milvus.layout import CONTENT, KEY, NOTHING, Pointer, schema_of
from embeddings.milvus.store import Store

_ONLY = 0  # its key


def read_pointer(store: Store) -> Pointer | None:
    """What is current; none where nothing is.

    Raises:
        IndexMismatch: a collection of that name is there, and it is something else.
        IndexDamaged: the record cannot be read.
        StorageError: no server answers or it refuses.
    """
    name = store.address.collection
    if not store.has(name):
        return None
    if store.fields(name) != {KEY, NOTHING, CONTENT}:
        raise IndexMismatch(
            f"the collection {name} is there, but cityqa did not make it",
            where=str(store.address),
            mend="name another collection",
        )
    store.load(name)
    found = store.get(name, [_ONLY], [CONTENT], "Strong")
    if not found:
        return None
    try:
        return Pointer.decode(found[0][CONTENT])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(
            f"the record that names the generation cannot be read ({error})",
            where=str(store.address),
            mend=REBUILD,
        ) from error


def make_pointer(store: Store) -> None:
    """Make room for the record, where there is none."""
    name = store.address.collection
    if store.has(name):
        try:
            store.load(name)
        except IndexDamaged:
            store.drop(name)
        else:
            return
    store.create(name, *schema_of("", 0, 0))


def write_pointer(store: Store, pointer: Pointer) -> None:
    """Name another generation: in one step, for whoever reads it."""
    name = store.address.collection
    store.write(name, [{KEY: _ONLY, NOTHING: [1.0, 0.0], CONTENT: pointer.encode()}])
    store.settle(name)
