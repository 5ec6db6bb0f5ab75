"""Options and settings that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from qa.cli.output import warn
from qa.settings import Settings, load_settings, unknown_names

_F = TypeVar("_F", bound=Callable[..., Any])


class Folder(click.ParamType):
    """The path of a folder, which need not be there; ``~`` is the home folder."""

    name = "folder"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The path; an empty one is wrong usage, since Python would take it for ``.``."""
        if not str(value).strip():
            self.fail("the name of the folder is empty", param, ctx)
        return Path(os.path.expanduser(value))


def corpus_option(function: _F) -> _F:
    """``--corpus DIR``, any number of times."""
    return click.option(
        "--corpus",
        "folders",
        multiple=True,
        metavar="DIR",
        type=Folder(),
        help="A folder of reports (.md, .txt, .html, .pdf, .docx). May be repeated.",
    )(function)


def index_option(function: _F) -> _F:
    """``--index DIR``."""
    return click.option(
        "--index",
        "folder",
        metavar="DIR",
        type=Folder(),
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
        warn(f"{name} is no setting; see .env.example")
    return settings
