"""Options and settings that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from embeddings.milvus.address import is_address, parse_address
from qa.cli.output import warn
from qa.settings import IndexPlace, Settings, expanded, load_settings, unknown_names

_F = TypeVar("_F", bound=Callable[..., Any])


def _folder(name: str) -> Path:
    if not name.strip():
        # Python would take it for the folder that the command runs in.
        raise click.BadParameter("the name of the folder is empty")
    return expanded(name)


def _folders(
    _context: click.Context, _parameter: click.Parameter, value: str | tuple[str, ...] | None
) -> Path | tuple[Path, ...] | None:
    """Names of folders as paths."""
    if value is None:
        return None
    return _folder(value) if isinstance(value, str) else tuple(map(_folder, value))


def _index(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> IndexPlace | None:
    """The name of a folder as a path, an address as such."""
    if value is None or not is_address(value):
        return None if value is None else _folder(value)
    try:
        return parse_address(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def corpus_option(function: _F) -> _F:
    """``--corpus DIR``, any number of times."""
    return click.option(
        "--corpus",
        "folders",
        multiple=True,
        metavar="DIR",
        callback=_folders,
        help="A folder of reports (.md, .txt, .html, .pdf, .docx). May be repeated.",
    )(function)


def index_option(function: _F) -> _F:
    """``--index DIR``, or an address."""
    return click.option(
        "--index",
        "folder",
        metavar="DIR",
        callback=_index,
        help="The folder of an index made by `cityqa index build`, or its address in Milvus.",
    )(function)


def model_option(function: _F) -> _F:
    """``--model NAME``."""
    return click.option(
        "--model",
        metavar="NAME",
        help="Embedding model: builtin, a sentence-transformers name, or a model folder.",
    )(function)


def effective(**overrides: Any) -> Settings:
    """The settings, with a warning for each variable that no setting reads."""
    settings = load_settings(**overrides)
    for name in unknown_names():
        warn(f"{name} is no setting; see .env.example")
    return settings
