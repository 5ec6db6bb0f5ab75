"""What is kept of a chat: its settings, and answers that were shown in it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from qa.feedback.records import check_hash, milliseconds
from qa.language import Interface


@dataclass(frozen=True, slots=True)
class Chat:
    """Settings of a chat; those of one that nothing is kept of are the defaults.

    Attributes:
        language: of the interface, where one was chosen.
        cities: that answers are taken from, as the reports named them when they were chosen; all
            where there are none.
    """

    language: Interface | None = None
    cities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that was shown in a chat.

    Attributes:
        chat: keyed hash of its id (``chat_hash``).
        question_message: id of the message that asked, or none.
        answer_messages: ids of the messages that answered, in order.
        question: as completed from the one before; empty where nothing was asked, as in small talk.
        feedback_id: of the answer in the feedback store; none where it is not kept there.
        time: when it was shown, with a time zone; kept to the millisecond.
        typed_digest: of the question as typed (``text_digest``), so that an edit that changes
            nothing can be told; empty where it is not known.

    Raises:
        ValueError: the chat is no hash, or the time has no time zone.
    """

    chat: str
    question_message: int | None
    answer_messages: tuple[int, ...]
    question: str
    feedback_id: int | None
    time: datetime.datetime
    typed_digest: str = ""

    def __post_init__(self) -> None:
        check_hash(self.chat)
        milliseconds(self.time)
