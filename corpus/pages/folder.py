"""Where the pages of an index lie, and how their folder says that it is complete."""

from __future__ import annotations

import hashlib
from pathlib import Path

COMPLETE = ".complete"
"""A file that is there when all pages are."""

TEMPLATES = Path(__file__).parent / "templates"

_LAYOUT = (".py", ".html", ".css", ".js")


def pages_folder(parent: Path, corpus: str) -> Path:
    """The folder for the pages of some reports; another one when their layout changes.

    Args:
        parent: of all such folders.
        corpus: a digest of what the reports hold.
    """
    digest = hashlib.sha256(corpus.encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in _LAYOUT:
            digest.update(path.read_bytes())
    return parent / digest.hexdigest()[:16]


def is_complete(folder: Path) -> bool:
    """Whether all pages are there, and can be read."""
    try:
        return (folder / COMPLETE).is_file()
    except PermissionError:
        return False
