"""``cityqa settings``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr, ValidationError

from corpus.errors import SettingsError
from qa.cli.options import effective
from qa.settings import PREFIX, all_groups


@click.command()
def settings() -> None:
    """Show the effective settings, secrets masked, in the form of a .env file."""
    effective()
    for group in all_groups():
        prefix = str(group.model_config.get("env_prefix") or PREFIX)
        try:
            values = group()
        except ValidationError as error:
            first = error.errors()[0]
            name = f"{prefix}{first['loc'][0] if first['loc'] else ''}".upper()
            raise SettingsError(first["msg"], where=name, mend="see .env.example") from error
        for name, field in group.model_fields.items():
            click.echo(f"# {field.description}")
            click.echo(f"{prefix}{name}".upper() + f"={_shown(getattr(values, name))}")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    if isinstance(value, tuple):
        separator = ":" if value and isinstance(value[0], Path) else ","
        return separator.join(map(str, value))
    return str(value)
