"""What a button carries: an action and what it is about, at most 64 bytes.

``ACTION:FIELD:FIELD…``, as ``p:wuhan-1a2b3c4d``. Passages and reports go by their ids, which are
made from content, so that a button leads to the same place after a restart or a rebuilt index.
Clients can send any bytes: what does not parse is none of ours.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from bot.limits import CALLBACK_DATA_BYTES

_FIELD = re.compile(r"[A-Za-z0-9_-]{1,50}")


class Action(StrEnum):
    """What a button does; the comment tells its fields."""

    PASSAGE = "p"  # passage id: shows it in its context
    CONTENTS = "t"  # report id, page: the report's table of contents
    WHOLE = "w"  # report id, page: the report's text
    DOCUMENT = "d"  # report id: sends the report as a document
    REPORTS = "r"  # key of a city or nothing, page: the list of reports
    CITIES = "c"  # page: the list of cities
    CITY = "x"  # key of a city, page: takes it into the filter or out of it
    ALL_CITIES = "a"  # page: empties the filter
    LANGUAGE = "l"  # auto, zh_Hans, zh_Hant or en
    SETTINGS = "s"  # what is shown: main, language
    RATE = "f"  # id of the answer, letter of the rating, rank or 0 for the answer as a whole
    EXAMPLE = "e"  # key of an example question: asks it
    FORGET = "k"  # yes, mine (the user's ratings alone) or no
    NOTHING = "n"  # a label


@dataclass(frozen=True, slots=True)
class CallbackData:
    """A button's action with its fields, each of ``[A-Za-z0-9_-]``, at most 50 characters."""

    action: Action
    fields: tuple[str, ...] = ()

    def encode(self) -> str:
        """As the button carries it.

        Raises:
            ValueError: a field has other characters, or all is longer than 64 bytes.
        """
        for field in self.fields:
            if not _FIELD.fullmatch(field):
                raise ValueError(f"{field!r} cannot be carried by a button")
        text = ":".join([self.action.value, *self.fields])
        if len(text) > CALLBACK_DATA_BYTES:
            raise ValueError(f"{text!r} is longer than {CALLBACK_DATA_BYTES} bytes")
        return text

    @classmethod
    def parse(cls, text: str) -> CallbackData | None:
        """What ``encode`` gave, or none where it is no data of ours."""
        name, *fields = text.split(":") if len(text) <= CALLBACK_DATA_BYTES else [""]
        if name not in set(Action) or not all(_FIELD.fullmatch(field) for field in fields):
            return None
        return cls(Action(name), tuple(fields))

    def number(self, position: int) -> int | None:
        """The field at a position as a number of up to 15 digits, or none."""
        if position >= len(self.fields) or not re.fullmatch(r"\d{1,15}", self.fields[position]):
            return None
        return int(self.fields[position])


def data(action: Action, *fields: str | int) -> str:
    """A button's data.

    Raises:
        ValueError: as ``CallbackData.encode``.
    """
    return CallbackData(action, tuple(map(str, fields))).encode()


def key(text: str) -> str:
    """8 hex digits that stand for a city's name or an example question."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
