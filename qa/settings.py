"""Settings, from the environment or a file ``.env``; ``.env.example`` documents all of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, HttpUrl, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.errors import SettingsError

PREFIX = "CITYQA_"


class Settings(BaseSettings):
    """What every command reads. Fields are settings, prefixed ``CITYQA_``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    model: str = Field("builtin", description="Embedding model: builtin, a hub name or a folder.")
    corpus: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Folders of reports, parted by colons; default the shipped reports."
    )
    index: Path | None = Field(
        None, description="Folder of the index; default one in the cache folder a corpus."
    )
    state: Path = Field(
        default_factory=lambda: _platform_folder("data"),
        description="Folder for added reports, feedback and chat state.",
    )
    cache: Path = Field(
        default_factory=lambda: _platform_folder("cache"),
        description="Folder for indexes that were not named, and for report pages.",
    )
    public_url: HttpUrl | None = Field(
        None, description="Address at which the report pages are served."
    )
    top: int = Field(3, ge=1, le=20, description="Extracts shown for one question.")
    threads: int | None = Field(
        None, ge=1, description="BLAS threads; default the usable cores, never more than them."
    )
    device: str | None = Field(
        None, description="Device of a sentence-transformers model: cpu, cuda; default found."
    )
    batch_size: int = Field(
        32, ge=1, le=4096, description="Texts a batch of a sentence-transformers model."
    )

    @field_validator("corpus", mode="before")
    @classmethod
    def _folders(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(Path(part).expanduser() for part in value.split(os.pathsep) if part.strip())
        return value

    @field_validator("index", "state", "cache")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value is not None else None

    @field_validator("index", "public_url", "device", "threads", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value


def _platform_folder(kind: str) -> Path:
    # Imported here: most runs name or inherit these folders from the platform only once.
    import platformdirs

    name = platformdirs.user_cache_dir if kind == "cache" else platformdirs.user_data_dir
    return Path(name("cityqa", appauthor=False))


def load_settings(**overrides: Any) -> Settings:
    """The effective settings; overrides win where they are not none or empty.

    Raises:
        SettingsError: a value cannot be used; names the variable.
    """
    given = {name: value for name, value in overrides.items() if value not in (None, ())}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0] if first["loc"] else "").upper()
        raise SettingsError(
            f"{first['msg']} (it is {first['input']!r})",
            where=name,
            mend="see .env.example for what it may be",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read ({error})", where=".env") from error


SETTINGS_GROUP = "cityqa.settings"
"""Entry points through which other packages register settings of their own."""


def names_of(group: type[BaseSettings]) -> frozenset[str]:
    """The environment variables that one group of settings reads."""
    prefix = str(group.model_config.get("env_prefix") or PREFIX)
    return frozenset(f"{prefix}{name}".upper() for name in group.model_fields)


def all_groups() -> list[type[BaseSettings]]:
    """Every group of settings: this one, and those that other packages register."""
    from importlib.metadata import entry_points

    return [Settings, *(point.load() for point in entry_points(group=SETTINGS_GROUP))]


def unknown_names() -> list[str]:
    """Variables with our prefix that no setting reads, in the environment and in ``.env``."""
    names = {name.upper() for name in os.environ}
    if Path(".env").is_file():
        from dotenv import dotenv_values

        names |= {name.upper() for name in dotenv_values(".env")}
    strange = {name for name in names if name.startswith(PREFIX)} - names_of(Settings)
    if not strange:
        return []
    for group in all_groups()[1:]:
        strange -= names_of(group)
    return sorted(strange)
