"""The interactive prompt, with history."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import create_output

from corpus.errors import CityqaError
from qa.cli.output import complain, say
from qa.coverage import first_named


def prompt_loop(history: Path, answer: Callable[[str], None], cities: Sequence[str]) -> None:
    """Ask for questions until the end of input (Ctrl-D); an error ends a question, not the loop.

    Args:
        history: the file that questions are kept in; not kept where it cannot be written.
        answer: prints the answer to a question.
        cities: to greet with.
    """
    names, more = first_named(cities)
    say(f"{'、'.join(names)}{f' … +{more:,}' if more else ''} — Ctrl-D")
    # The prompt belongs on the terminal, even where the answers go into a file.
    session: PromptSession[str] = PromptSession(
        history=_history(history), output=create_output(always_prefer_tty=True)
    )
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
            complain(str(error))


def _history(path: Path) -> History:
    """The history in a file that only its user may read, or one that is forgotten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
