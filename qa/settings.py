"""Settings, from the environment or a file ``.env``; ``.env.example`` documents all of them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.errors import SettingsError
from embeddings.milvus.address import MilvusAddress, is_address, parse_address

PREFIX = "CITYQA_"

ENV_FILE = ".env"
ENV_ENCODING = "utf-8-sig"
"""Editors may put a byte order mark before the first name."""


IndexPlace = Path | MilvusAddress
"""Where a named index is kept."""


class SettingsGroup(BaseSettings):
    """A group of settings from the environment and ``.env``; a blank value means unset."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding=ENV_ENCODING,
        extra="ignore",
        frozen=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: Any) -> Any:
        # Here, and not by `env_ignore_empty`: an empty variable of the environment goes before
        # the value that .env has.
        if not isinstance(values, dict):
            return values
        return {
            name: value
            for name, value in values.items()
            if not isinstance(value, str) or value.strip()
        }


class Settings(SettingsGroup):
    """What every command reads. Fields are settings, prefixed ``CITYQA_``."""

    model: str = Field("builtin", description="Embedding model: builtin, a hub name or a folder.")
    corpus: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Folders of reports, parted by colons; default the shipped reports."
    )
    # Before the index, whose address it belongs to.
    milvus_token: SecretStr | None = Field(
        None, description="Token, or user:password, of the Milvus server that keeps the index."
    )
    index: Annotated[IndexPlace | None, NoDecode] = Field(
        None,
        description="Folder of the index, or its address in Milvus; default one in the cache "
        "folder a corpus.",
    )
    index_kind: Literal["auto", "exact", "ivf-pq4", "ivf-sq8", "ivf-pq"] = Field(
        "auto", description="Kind of vector index that is built; auto: by the number of passages."
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
    cached_questions: int = Field(
        512, ge=0, description="Questions whose findings a server keeps in memory; 0: none."
    )
    threads: int | None = Field(
        None, ge=1, description="BLAS threads; default the usable cores, never more than them."
    )
    device: str | None = Field(
        None, description="Device of a sentence-transformers model: cpu, cuda; default found."
    )
    batch_size: int = Field(
        32, ge=1, le=4096, description="Texts a batch of a sentence-transformers model."
    )

    ray_address: str | None = Field(
        None, description="Ray cluster of `index build --engine ray`; default this machine's own."
    )
    ray_gpus: float = Field(
        0.0, ge=0, description="GPUs that an actor of Ray takes; more than 0: its model is on them."
    )

    @field_validator("corpus", mode="before")
    @classmethod
    def _folders(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(expanded(part) for part in value.split(os.pathsep) if part.strip())
        return value

    @field_validator("index", mode="before")
    @classmethod
    def _place(cls, value: Any, info: ValidationInfo) -> Any:
        secret = info.data.get("milvus_token")
        token = secret.get_secret_value() if secret else ""
        if isinstance(value, str):
            value = value.strip()
            return parse_address(value, token) if is_address(value) else expanded(value)
        if isinstance(value, MilvusAddress) and not (value.token or value.lite):
            return replace(value, token=token)
        return value

    @field_validator("state", "cache", mode="before")
    @classmethod
    def _folder(cls, value: Any) -> Any:
        return expanded(value) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _base(cls, value: HttpUrl | None) -> HttpUrl | None:
        if value is not None and (value.query is not None or value.fragment is not None):
            raise ValueError("the names of pages are put after it, so it may hold no ? and no #")
        return value


def expanded(path: str) -> Path:
    """A path as typed, with ``~`` for the home folder."""
    # Path.expanduser fails where the home folder is not known.
    return Path(os.path.expanduser(path))  # noqa: PTH111


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
        raise invalid(error, PREFIX) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read ({error})", where=ENV_FILE) from error


def invalid(error: ValidationError, prefix: str) -> SettingsError:
    """The first thing that is wrong, naming the variable; its value may be a secret."""
    first = error.errors(include_input=False)[0]
    name = f"{prefix}{first['loc'][0] if first['loc'] else ''}".upper()
    said = first["msg"].removeprefix("Value error, ")
    return SettingsError(said, where=name, mend="see .env.example for what it may be")


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
    if Path(ENV_FILE).is_file():
        from dotenv import dotenv_values

        names |= {name.upper() for name in dotenv_values(ENV_FILE, encoding=ENV_ENCODING)}
    strange = {name for name in names if name.startswith(PREFIX)} - names_of(Settings)
    if not strange:
        return []
    for group in all_groups()[1:]:
        strange -= names_of(group)
    return sorted(strange)
