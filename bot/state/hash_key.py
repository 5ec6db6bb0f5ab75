"""The key with which ids of chats and users are hashed."""

from __future__ import annotations

from bot.settings import TelegramSettings
from qa.feedback.key_file import kept_key
from qa.settings import Settings

FILE = "telegram.key"


def hash_key(settings: Settings, telegram: TelegramSettings) -> str:
    """The key of the settings; else one that was made at the first start and is kept since.

    With another key the bot knows no chat again: settings and feedback are as if of others.

    Raises:
        SettingsError: what is kept is no key.
        StorageError: it can be neither read nor kept.
    """
    if telegram.hash_key is not None:
        return telegram.hash_key.get_secret_value()
    return kept_key(settings.state / FILE, instead="set CITYQA_TELEGRAM_HASH_KEY")
