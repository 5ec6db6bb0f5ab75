"""What each command does, in a line: for the lists that clients show, and for ``/help``."""

from __future__ import annotations

from qa.language import Interface
from qa.messages import message

PUBLIC = (
    "ask",
    "compare",
    "cities",
    "reports",
    "language",
    "settings",
    "help",
    "privacy",
    "forget",
)
"""Commands that everyone is shown, in this order."""

ADMIN = (*PUBLIC, "stats")
"""Commands that the operator's admins are shown."""


def descriptions(language: Interface) -> dict[str, str]:
    """Each command's description, at most 256 characters."""
    return {
        "ask": message(language, "ask a question"),
        "compare": message(language, "ask one question about several cities"),
        "cities": message(language, "choose the cities to search"),
        "reports": message(language, "browse the reports"),
        "language": message(language, "choose the language"),
        "settings": message(language, "see what is set"),
        "help": message(language, "how to ask"),
        "privacy": message(language, "what is kept, and for how long"),
        "forget": message(language, "delete what is kept"),
        "stats": message(language, "questions, ratings and latency"),
    }
