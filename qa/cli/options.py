"""Options and settings that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from qa.settings import Settings, load_settings, unknown_names

_F = TypeVar("_F", bound=Callable[..., Any])


def corpus_option(function: _F) -> _F:
    """``--corpus DIR``, any number of times."""
    return click.option(
        "--corpus",
        "folders",
        multiple=True,
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="A folder of reports (.md, .txt, .html, .pdf, .docx). May be repeated.",
    )(function)


def index_option(function: _F) -> _F:
    """``--index DIR``."""
    return click.option(
        "--index",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The folder of an index made by `cityqa index build`.",
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
        click.echo(f"cityqa: warning: {name} is no setting; see .env.example", err=True)
    return settings
