"""The interactive prompt, with history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from corpus.errors import CityqaError


def prompt_loop(history: Path, answer: Callable[[str], None], cities: Sequence[str]) -> None:
    """Ask for questions until the end of input (Ctrl-D); an error ends a question, not the loop.

    Args:
        history: the file that questions are kept in; not kept where it cannot be written.
        answer: prints the answer to a question.
        cities: to greet with.
    """
    click.echo(f"{'、'.join(cities)} — Ctrl-D")
    session: PromptSession[str] = PromptSession(history=_history(history))
    while True:
        try:
            text = session.prompt("? ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if not text.strip():
            continue
        try:
            answer(text)
        except CityqaError as error:
            click.echo(f"cityqa: {error}", err=True)


def _history(path: Path) -> History:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
