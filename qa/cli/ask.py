"""``cityqa ask``."""

from __future__ import annotations

import codecs
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from corpus.citations import STYLES, cite
from corpus.errors import UsageError
from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import decodable, say_json, warn
from qa.filters import Filters, parse_year

if TYPE_CHECKING:
    from qa.answer import Answer
    from qa.settings import IndexPlace, Settings

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
@click.option(
    "--year",
    "years",
    multiple=True,
    metavar="YYYY",
    help="Search reports of this year only. May be repeated.",
)
@click.option(
    "--publisher",
    "publishers",
    multiple=True,
    metavar="NAME",
    help="Search this publisher's reports only; part of its name will do. May be repeated.",
)
@click.option("--top", type=click.IntRange(1, 20), help="Extracts to show; default 3.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--explain", is_flag=True, help="Show every signal of the ranking as a table.")
@click.option(
    "--cite",
    "style",
    # Links are shown in any case.
    type=click.Choice([style for style in STYLES if style != "link"]),
    help="Cite the reports in this style as well, to paste into a text of your own.",
)
def ask(
    question: str | None,
    folders: tuple[Path, ...],
    folder: IndexPlace | None,
    model: str | None,
    cities: tuple[str, ...],
    years: tuple[str, ...],
    publishers: tuple[str, ...],
    top: int | None,
    as_json: bool,
    explain: bool,
    style: str | None,
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
    filters = Filters(
        tuple(map(decodable, cities)),
        tuple(parse_year(decodable(year)) for year in years),
        tuple(map(decodable, publishers)),
    )
    shown = _Shown(top or settings.top, filters, as_json, explain, style)
    if prompting:
        from qa.cli.prompt import prompt_loop

        session = _Session(settings, shown)
        prompt_loop(settings.state / "history", session.answer, session.cities)
        return
    _Session(settings, shown, check=text).answer(text)


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


class _Shown(NamedTuple):
    """What of an answer is shown, and how."""

    top: int
    filters: Filters
    as_json: bool
    explain: bool
    style: str | None


class _Session:
    """An open index and how to answer from it."""

    def __init__(self, settings: Settings, shown: _Shown, *, check: str | None = None) -> None:
        # Imported here: `cityqa ask --help` and wrong usage need no model.
        from qa.question import check_question

        if check is not None:
            check_question(check)
        from qa.checked_links import CheckedLinks
        from qa.cli.local_pages import LocalPages
        from qa.cli.progress import progress_bar
        from qa.engine import Answerer
        from qa.links import PageLinks
        from qa.workspace import open_workspace

        with progress_bar() as progress:
            opened = open_workspace(settings, progress=progress)
        for line in opened.left_out:
            warn(line)
        self._pages = None if settings.public_url else LocalPages(settings, opened.snapshot)
        base = self._pages.folder if self._pages else str(settings.public_url)
        links = PageLinks(base, CheckedLinks(settings.state))
        self._answerer = Answerer(opened.snapshot, opened.embedder, links)
        self._shown = shown
        # Before a prompt is shown, rather than after each question.
        self._answerer.check(shown.filters)

    @property
    def cities(self) -> tuple[str, ...]:
        return self._answerer.cities

    def answer(self, text: str) -> None:
        shown = self._shown
        filters = shown.filters
        answer = self._answerer.ask(
            decodable(text),
            top=shown.top,
            cities=filters.cities,
            years=filters.years,
            publishers=filters.publishers,
        )
        if self._pages is not None:
            self._pages.write(extract.citation.report for extract in answer.ranked)
        citations = self._citations(answer, shown.style) if shown.style else {}
        if shown.as_json:
            told = answer.as_json()
            for extract in (*told["extracts"], *told["nearest"]) if citations else ():
                extract["citation"] = citations[extract["report"]]
            say_json(told)
            return
        from qa.cli.rendering import (
            AnswerConsole,
            print_answer,
            print_citations,
            print_explanation,
        )

        console = AnswerConsole(highlight=False, markup=False, emoji=False)
        print_answer(console, answer)
        if citations:
            print_citations(console, answer, citations, "% " if shown.style == "bibtex" else "")
        if shown.explain:
            method = _METHODS[self._answerer.calibration.method]
            print_explanation(console, answer, self._answerer.judgement, method)

    def _citations(self, answer: Answer, style: str) -> dict[str, str]:
        """The citation of each report that extracts are from, by its id."""
        reports = self._answerer.snapshot.heads
        today = datetime.date.today()
        return {
            extract.citation.report: cite(
                reports[extract.citation.report],
                style,
                # Without the sentence: other extracts of the report are cited with it.
                link=extract.citation.link.partition("#")[0],
                accessed=today,
            )
            for extract in answer.ranked
        }
