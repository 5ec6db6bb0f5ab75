"""The bot's token: whether there is one, and what is said of a wrong one."""

from __future__ import annotations

import re

from bot.settings import TelegramSettings
from corpus.errors import SettingsError

_WHERE = "CITYQA_TELEGRAM_TOKEN"
_UNUSABLE = re.compile(r"[\s/?#%\\]|[^\x21-\x7e]")


def token_of(telegram: TelegramSettings) -> str:
    """The token of the settings.

    Raises:
        SettingsError: there is none, or none that can stand in an address.
    """
    token = telegram.token.get_secret_value().strip() if telegram.token is not None else ""
    if not token:
        raise SettingsError(
            "there is no token",
            where=_WHERE,
            mend="get one from @BotFather (https://t.me/BotFather) and put it into .env",
        )
    if _UNUSABLE.search(token):
        raise SettingsError(
            "it holds characters that no token has",
            where=_WHERE,
            mend="copy it again from @BotFather, as 123456:ABC…",
        )
    return token


def wrong_token() -> SettingsError:
    """What is said where Telegram does not know the token."""
    return SettingsError(
        "Telegram does not know this token",
        where=_WHERE,
        mend="copy it again from @BotFather; look at CITYQA_TELEGRAM_BASE_URL, too, if it is set",
    )
