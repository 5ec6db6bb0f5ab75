"""Settings of the Telegram bot; names begin with ``CITYQA_TELEGRAM_``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from qa.settings import SettingsGroup

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts on which a webhook may be plain http."""


class TelegramSettings(SettingsGroup):
    """What the bot reads, from the environment or ``.env``."""

    model_config = SettingsConfigDict(env_prefix="CITYQA_TELEGRAM_")

    token: SecretStr | None = Field(None, description="Token that @BotFather gave for the bot.")
    # No HttpUrl: it may hold `{token}`, which an address would have percent-encoded.
    base_url: str = Field(
        "https://api.telegram.org/bot",
        pattern=r"^https?://[^\s/]",
        description="Where the Bot API is served.",
    )
    webhook_url: HttpUrl | None = Field(
        None, description="Public address of the webhook; polling where there is none."
    )
    webhook_listen: str = Field("127.0.0.1", description="Address that the webhook listens on.")
    webhook_port: int = Field(8443, ge=1, le=65535, description="Port that it listens on.")
    webhook_secret: SecretStr | None = Field(
        None, description="Secret that Telegram sends along with every update."
    )
    admins: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="User ids that may see statistics, parted by commas."
    )
    allowed_chats: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Chat ids that the bot answers in, parted by commas; all where empty."
    )
    retention_days: int = Field(90, ge=1, description="Days that feedback is kept.")
    hash_key: SecretStr | None = Field(
        None, description="Key with which chat ids are hashed; made and kept where there is none."
    )
    user_limit: int = Field(20, ge=1, description="Questions a minute that one user may ask.")
    chat_limit: int = Field(40, ge=1, description="Questions a minute that one chat may ask.")
    metrics_listen: str = Field(
        "127.0.0.1", description="Address that /healthz and /metrics listen on."
    )
    metrics_port: int = Field(
        9464, ge=0, le=65535, description="Port of /healthz and /metrics; 0 turns them off."
    )
    reload_seconds: int = Field(
        30, ge=1, description="Seconds between two looks whether the index was built anew."
    )
    log_format: Literal["text", "json"] = Field("text", description="Lines of the log.")
    log_text: bool = Field(False, description="Whether the log holds what people write.")

    @field_validator("webhook_url")
    @classmethod
    def _encrypted_or_local(cls, value: HttpUrl | None) -> HttpUrl | None:
        if value is not None and value.scheme == "http" and value.host not in LOOPBACK:
            raise ValueError("a webhook needs https, but on loopback")
        return value

    @field_validator("admins", "allowed_chats", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value
