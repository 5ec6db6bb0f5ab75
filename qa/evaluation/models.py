"""The trained models that score a set, and whether they have seen it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from qa.trained import Trained, held_out, read_trained


def models_for(path: Path | None, files: Collection[str]) -> Trained | None:
    """The models to score a set with.

    Args:
        path: a folder as `make selector` fills it, of which the models are taken that hold the set
            out; or one file of it, which is taken as it is; none for those that are shipped.
        files: hex SHA-256 of each of the set's files.

    Returns:
        none for those that are shipped.

    Raises:
        ModelError: they cannot be read, or all of a folder were trained on the set.
    """
    if path is None:
        return None
    return read_trained(path) if path.is_file() else held_out(path, files)


def seen(trained: Trained, files: Collection[str]) -> tuple[str, ...]:
    """Names of the sets that models were trained on whose files are among those of a set.

    Args:
        trained: the models.
        files: hex SHA-256 of each of the set's files.
    """
    return tuple(name for name, digest in sorted(trained.sets.items()) if digest in files)
