"""``cityqa settings``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr, ValidationError

from qa.cli.options import effective
from qa.cli.output import say
from qa.settings import PREFIX, all_groups, invalid

# Of an address: https://user:password@host.
_PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]+@")
_MASK = "********"


@click.command()
def settings() -> None:
    """Show the effective settings, secrets masked, in the form of a .env file."""
    effective()
    lines: list[str] = []
    for group in all_groups():
        prefix = str(group.model_config.get("env_prefix") or PREFIX)
        try:
            values = group()
        except ValidationError as error:
            raise invalid(error, prefix) from error
        for name, field in group.model_fields.items():
            lines.append(f"# {field.description}")
            lines.append(f"{prefix}{name}".upper() + f"={_quoted(_shown(getattr(values, name)))}")
    # All or nothing: the last group may hold what cannot be used.
    for line in lines:
        say(line)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return _MASK if value.get_secret_value() else ""
    if isinstance(value, tuple):
        separator = os.pathsep if value and isinstance(value[0], Path) else ","
        return separator.join(map(str, value))
    return _PASSWORD.sub(rf"\g<1>{_MASK}@", str(value))


def _quoted(value: str) -> str:
    """A value as a .env file has to have it, in quotes where it would be misread without them."""
    if not re.search(r"[\s#'\"\\$`]", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
