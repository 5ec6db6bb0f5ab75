"""Messages that ask nothing of the reports: greetings, thanks, "what can you answer?"."""

from __future__ import annotations

from typing import Literal

Talk = Literal["greeting", "thanks", "ability", "goodbye", "praise"]


def small_talk(text: str) -> Talk | None:
    """What kind of small talk a whole message is; none where it asks something of the reports.

    ``praise`` is also agreement and laughter: ``好的``, ``ok``, ``haha``. Emoji alone are taken by
    what they say, else as a greeting.
    """
    return None


def strip_greeting(text: str) -> str:
    """A message without the small talk that it begins with: ``你好，武汉有…`` gives ``武汉有…``.

    Itself, without blanks at both ends, where nothing else would be left.
    """
    return text.strip()
