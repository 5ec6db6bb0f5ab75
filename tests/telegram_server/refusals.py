"""A request that the Bot API refuses."""

from __future__ import annotations

from typing import Any

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Refused(Exception):
    """What is answered instead of a result.

    Args:
        code: of HTTP, as 400.
        description: as Telegram words it, with its prefix.
        parameters: ``retry_after`` or ``migrate_to_chat_id``.
        excused: whether a bot without fault can run into it, as when a user has blocked it.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        parameters: dict[str, Any] | None = None,
        excused: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.excused = excused

    def envelope(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


def bad(description: str, *, excused: bool = False) -> Refused:
    """A bad request."""
    return Refused(400, f"Bad Request: {description}", excused=excused)


def forbidden(description: str) -> Refused:
    """What a bot may no longer do; it cannot know before it is told."""
    return Refused(403, f"Forbidden: {description}", excused=True)


def conflict(description: str) -> Refused:
    """Two receive updates at once."""
    return Refused(409, f"Conflict: {description}", excused=True)


def too_many(seconds: int) -> Refused:
    """More than may be sent; whether the bot is at fault is for the caller to say."""
    return Refused(
        429,
        f"Too Many Requests: retry after {seconds}",
        parameters={"retry_after": seconds},
        excused=True,
    )
