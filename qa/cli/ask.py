"""``cityqa ask``."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import StorageError, UsageError
from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import decodable, say_json, warn

if TYPE_CHECKING:
    from embeddings.snapshot import Snapshot
    from qa.settings import Settings

MAX_INPUT = 1 << 20
"""Bytes read of standard input: far more than the longest question."""

_METHODS = {
    "signals": "all signals, calibrated for this model",
    "score-free": "signals that no model enters: this model has no calibration",
}


@click.command()
@click.argument("question", required=False)
@corpus_option
@index_option
@model_option
@click.option(
    "--city",
    "cities",
    multiple=True,
    metavar="NAME",
    help="Search this city's reports only. May be repeated.",
)
@click.option("--top", type=click.IntRange(1, 20), help="Extracts to show; default 3.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--explain", is_flag=True, help="Show every signal of the ranking as a table.")
def ask(
    question: str | None,
    folders: tuple[Path, ...],
    folder: Path | None,
    model: str | None,
    cities: tuple[str, ...],
    top: int | None,
    as_json: bool,
    explain: bool,
) -> None:
    """Answer a question with verbatim extracts, each cited and linked.

    QUESTION is in any language; without it, or with -, it is read from standard input, and on a
    terminal there is a prompt.
    """
    if folders and folder:
        raise UsageError("--corpus and --index exclude each other", mend="name one of them")
    settings = effective(corpus=folders, index=folder, model=model, top=top)
    if folders:
        settings = settings.model_copy(update={"index": None})
    # Standard input is none where the caller closed it.
    on_terminal = sys.stdin is not None and sys.stdin.isatty()
    prompting = question is None and on_terminal and not as_json
    text = "" if prompting else _question(question)
    cities = tuple(map(decodable, cities))
    if prompting:
        from qa.cli.prompt import prompt_loop

        session = _Session(settings, top or settings.top, cities, False, explain)
        prompt_loop(settings.state / "history", session.answer, session.cities)
        return
    _Session(settings, top or settings.top, cities, as_json, explain, check=text).answer(text)


def _question(argument: str | None) -> str:
    """The question of the argument, or all of standard input as one."""
    if argument is not None and argument != "-":
        return decodable(argument)
    if sys.stdin is None:
        return ""
    data = sys.stdin.buffer.read(MAX_INPUT)
    # Read in part, it may end within a character; a whole input may not.
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        text = decoder.decode(data, final=len(data) < MAX_INPUT)
    except UnicodeDecodeError as error:
        raise UsageError(
            "the question is not UTF-8", where="standard input", mend="convert it to UTF-8"
        ) from error
    return " ".join(text.split())


class _Session:
    """An open index and how to answer from it."""

    def __init__(
        self,
        settings: Settings,
        top: int,
        cities: tuple[str, ...],
        as_json: bool,
        explain: bool,
        *,
        check: str | None = None,
    ) -> None:
        # Imported here: `cityqa ask --help` and wrong usage need no model.
        from qa.question import check_question

        if check is not None:
            check_question(check)
        from qa.cli.progress import progress_bar
        from qa.engine import Answerer
        from qa.links import PageLinks
        from qa.workspace import open_workspace

        with progress_bar() as progress:
            opened = open_workspace(settings, progress=progress)
        for line in opened.left_out:
            warn(line)
        base = (
            str(settings.public_url) if settings.public_url else _pages(settings, opened.snapshot)
        )
        self._answerer = Answerer(opened.snapshot, opened.embedder, PageLinks(base))
        self._top, self._cities, self._json, self._explain = top, cities, as_json, explain
        for city in cities:
            self._answerer.reports_of(city)

    @property
    def cities(self) -> tuple[str, ...]:
        return self._answerer.cities

    def answer(self, text: str) -> None:
        answer = self._answerer.ask(decodable(text), top=self._top, cities=self._cities)
        if self._json:
            say_json(answer.as_json())
            return
        from qa.cli.rendering import AnswerConsole, print_answer, print_explanation

        console = AnswerConsole(highlight=False, markup=False, emoji=False)
        print_answer(console, answer)
        if self._explain:
            method = _METHODS[self._answerer.calibration.method]
            print_explanation(console, answer, self._answerer.judgement, method)


def _pages(settings: Settings, snapshot: Snapshot) -> Path:
    """The folder of the report pages of an index, written when they are not there."""
    from corpus.pages.folder import is_complete, pages_folder

    folder = pages_folder(settings.cache / "pages", snapshot.manifest.digest)
    if not is_complete(folder):
        from corpus.pages import write_pages

        try:
            write_pages(snapshot.reports.values(), folder)
        except StorageError as error:
            warn(f"{error}; links will not open")
    return folder
