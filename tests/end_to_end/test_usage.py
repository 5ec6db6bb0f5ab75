"""Help, the version, and wrong usage: one line each, and an exit code that tells them apart."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

from qa._version import __version__
from qa.cli import COMMANDS, cli, main

Run = Callable[..., Any]


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, (*path, name))


def ended(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> tuple[object, str, str]:
    """Run in this process, where nothing but the command line's own code is needed."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return stop.value.code, *capsys.readouterr()


def test_there_are_the_commands_that_are_documented() -> None:
    assert {
        (),
        ("ask",),
        *(("corpus", name) for name in ("list", "show", "add", "remove")),
        *(("index", name) for name in ("build", "info", "verify")),
        ("settings",),
    } <= set(commands(cli))


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    # In this process: a child each would say the same, later.
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    context = click.Context(command, info_name=" ".join(("cityqa", *path)), **cli.context_settings)
    text = command.get_help(context)
    assert text.startswith(f"Usage: cityqa {' '.join(path)}".rstrip())
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("ask", "--help"), ("corpus", "-h")])
def test_asking_for_help_is_no_error(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ended(arguments, capsys)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: cityqa ")


def test_the_version_is_told(alone: Run) -> None:
    done = alone("--version")
    assert (done.code, done.err) == (0, "")
    assert __version__ in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("ask", "--nonsense", "x"),
        ("ask", "two", "questions"),
        ("corpus", "nonsense"),
        ("corpus", "show"),
        ("corpus", "add"),
        ("index", "build", "extra"),
        ("--nonsense",),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ended(arguments, capsys)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith("cityqa: ")
    assert "--help" in line


@pytest.mark.parametrize("arguments", [(), ("corpus",), ("index",)])
def test_a_command_that_lacks_its_command_shows_its_help(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ended(arguments, capsys)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: cityqa")
    assert "\nCommands:\n" in err


def test_each_command_is_where_the_list_says() -> None:
    for name, (target, line) in COMMANDS.items():
        module, _, attribute = target.partition(":")
        assert getattr(importlib.import_module(module), attribute).name == name
        assert line.endswith(".")
