"""Reads the bot's settings; what cannot be used is told in one line."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from bot.settings import TelegramSettings
from corpus.errors import SettingsError
from qa.settings import ENV_FILE, invalid


def load_telegram(**overrides: Any) -> TelegramSettings:
    """The effective settings of the bot; overrides win.

    Raises:
        SettingsError: a value cannot be used; names the variable.
    """
    try:
        return TelegramSettings(**overrides)
    except ValidationError as error:
        raise invalid(error, str(TelegramSettings.model_config["env_prefix"])) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read ({error})", where=ENV_FILE) from error
