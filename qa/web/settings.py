"""Settings of ``cityqa serve``; names begin with ``CITYQA_SERVE_``."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from corpus.errors import SettingsError
from qa.settings import ENV_FILE, SettingsGroup, invalid


class ServeSettings(SettingsGroup):
    """What the server reads, from the environment or ``.env``."""

    model_config = SettingsConfigDict(env_prefix="CITYQA_SERVE_")

    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that it listens on; 0: any free one.")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer.")
    token: SecretStr | None = Field(
        None, description="Token that requests under /v1 must bear; none needed where it is empty."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may read /v1, parted by commas; none where empty."
    )
    rate_limit: int = Field(
        120, ge=0, description="Requests a minute that one client address may make; 0: any number."
    )
    body_limit: int = Field(65_536, ge=1_024, description="Bytes that the body of a request has.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses or networks whose X-Forwarded-For is believed, parted by commas.",
    )
    metrics: bool = Field(True, description="Whether /metrics is served.")
    queue_limit: int = Field(
        128, ge=1, description="Questions that wait in one process; further ones are put off."
    )
    timeout_seconds: float = Field(
        10.0, gt=0, le=600, description="Seconds after which an answer is given up."
    )
    reload_seconds: int = Field(
        30, ge=1, description="Seconds between two looks whether the index was built anew."
    )

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network, strict=False)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and ("://" not in origin or origin.endswith("/")):
                raise ValueError("an origin is written as https://example.org, or * for any")
        return value


def load_serve(**overrides: Any) -> ServeSettings:
    """The effective settings of the server; overrides win where they are not none.

    Raises:
        SettingsError: a value cannot be used; names the variable.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return ServeSettings(**given)
    except ValidationError as error:
        raise invalid(error, str(ServeSettings.model_config["env_prefix"])) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read ({error})", where=ENV_FILE) from error
