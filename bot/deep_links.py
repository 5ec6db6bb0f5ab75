"""Links into the chat with the bot: ``https://t.me/<bot>?start=<passage>``."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.limits import START_PAYLOAD
from corpus.report import Passage, Span, Worded
from qa.checked_links import CheckedLinks
from qa.links import PageLinks

_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{START_PAYLOAD}}}")


class BotLinks(PageLinks):
    """The links of citations, as they may stand in a chat: never to a local file.

    Args:
        username: of the bot, without ``@``; empty where it is not known.
        public_url: under which the report pages are served, or none.
        checked: what was found at the addresses of originals, or none.
    """

    def __init__(
        self, username: str, public_url: str | None, checked: CheckedLinks | None = None
    ) -> None:
        super().__init__(public_url or "", checked)
        self.username = username
        self.has_pages = bool(public_url)

    def page(self, report: Worded, passage: Passage, span: Span) -> str:
        """Our page of the report where it is served; else the passage in the chat."""
        if self.has_pages:
            return super().page(report, passage, span)
        return self.start(passage.id)

    def start(self, payload: str) -> str:
        """Opens the chat with the bot at a passage or a report.

        Raises:
            ValueError: the payload is no id.
        """
        if not _PAYLOAD.fullmatch(payload):
            raise ValueError(f"{payload!r} cannot be carried by a deep link")
        return f"https://t.me/{self.username}?start={payload}"

    def share(self, payload: str) -> str:
        """Opens the choice of a chat to send a deep link to."""
        return f"https://t.me/share/url?url={quote(self.start(payload), safe='')}"


def payload_id(text: str) -> str | None:
    """The id that a deep link carried, or none where it is not one that ``start`` gives."""
    return text if _PAYLOAD.fullmatch(text) else None
