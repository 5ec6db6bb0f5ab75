"""What tells prose from the short lines around it."""

from __future__ import annotations

import re

_ENDS_SENTENCE = re.compile('[。!?\uff01\uff1f;\uff1b…][”’"』」)\uff09]*$')
_LONG = 60  # characters; no title, caption or button is longer
_SHORTEST = 12


def is_prose(text: str) -> bool:
    """Whether the line is long, or ends as a sentence does."""
    if len(text) > _LONG:
        return True
    return len(text) >= _SHORTEST and _ENDS_SENTENCE.search(text) is not None
