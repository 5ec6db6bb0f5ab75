"""An answer as text: marked and linked on a terminal, plain when piped."""

from __future__ import annotations

import errno
from collections.abc import Mapping

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qa.answer import Answer, Citation, Extract
from qa.cli.output import printable
from qa.coverage import coverage, first_named
from qa.features import FEATURES
from qa.language import Interface
from qa.marks import matching_spans
from qa.messages import message
from qa.trained import Judgement


class AnswerConsole(Console):
    """A console that leaves it to the command line what a reader who has gone means."""

    def on_broken_pipe(self) -> None:
        """Raise what rich has caught, instead of ending the process."""
        self.quiet = True
        raise BrokenPipeError(errno.EPIPE, "the reader has gone")


def print_answer(console: Console, answer: Answer) -> None:
    """Print extracts with their citations, or the refusal with what came nearest."""
    language = answer.interface
    if answer.read_as:
        # Translators: {question} is the question with its typing errors mended.
        line = message(language, "Read as: {question}", question=answer.read_as)
        console.print(Text(printable(line), style="italic"))
        console.print()
    if answer.refused:
        _print_refusal(console, answer, language)
    elif answer.absent:
        text = "There is no report about {places}; this answers for the others."
        console.print(Text(message(language, text, places="、".join(answer.absent))))
        console.print()
    for extract in answer.extracts or answer.nearest:
        _print_extract(console, extract, answer, language)


def _print_refusal(console: Console, answer: Answer, language: Interface) -> None:
    if answer.reason == "not_covered":
        # Translators: {places} are names of cities as the question has them.
        line = message(language, "No report covers {places}.", places="、".join(answer.absent))
    else:
        line = message(language, "The reports do not tell.")
    console.print(Text(printable(line), style="bold"))
    names, more = first_named(answer.cities)
    console.print(Text(printable(coverage(language, "、".join(names), more))))
    if answer.nearest:
        console.print(Text(message(language, "Nearest passages, unconfirmed:")))
    console.print()


def _print_extract(
    console: Console,
    extract: Extract,
    answer: Answer,
    language: Interface,
) -> None:
    body = Text(printable(extract.text))
    for span in matching_spans(body.plain, answer.words):
        body.stylize("bold yellow", span.start, span.end)
    citation = extract.citation
    lines = Table.grid(padding=(0, 1))
    lines.add_column(justify="right", style="cyan", no_wrap=True)
    lines.add_column(overflow="fold")
    lines.add_row(f"[{extract.rank}]", body)
    lines.add_row("", Text(printable(citation_line(citation, language)), style="dim"))
    for link in (citation.link, citation.source_link):
        if link:
            lines.add_row("", _link(link))
    if console.is_terminal:
        console.print(Padding(lines, (0, 0, 1, 0)))
    else:
        for line in (
            f"[{extract.rank}] {body.plain}",
            f"    {printable(citation_line(citation, language))}",
            *(f"    {printable(link)}" for link in (citation.link, citation.source_link) if link),
            "",
        ):
            console.print(Text(line), soft_wrap=True)


def _link(link: str) -> Text:
    text = Text(printable(link), style="blue")
    # Anything else, as `javascript:`, is shown but leads nowhere.
    if link.startswith(("http://", "https://", "file://")) and text.plain == link:
        text.stylize(f"link {link}")
    return text


def citation_line(citation: Citation, language: Interface) -> str:
    """City, title, kind, publisher, date and section, in one line."""
    kind = (
        message(language, "digest of the original")
        if citation.kind == "digest"
        else message(language, "original")
    )
    parts = [
        citation.city,
        f"《{citation.title}》" if "《" not in citation.title else citation.title,
        kind,
        citation.publisher or message(language, "publisher not stated"),
        citation.date.isoformat() if citation.date else message(language, "undated"),
        citation.section,
    ]
    return " · ".join(part for part in parts if part)


def print_citations(
    console: Console, answer: Answer, citations: Mapping[str, str], comment: str
) -> None:
    """Print a list of the reports that the extracts are from, each with the extracts' numbers.

    Args:
        console: to print on.
        answer: whose extracts are cited.
        citations: of the reports by their ids.
        comment: what the numbers stand behind on a line of their own; empty where they stand
            before the citation.
    """
    numbers: dict[str, str] = {}
    for extract in answer.extracts or answer.nearest:
        report = extract.citation.report
        numbers[report] = f"{numbers.get(report, '')}[{extract.rank}]"
    for report, shown in numbers.items():
        between = "\n" if comment else " "
        line = f"{comment}{shown}{between}{citations[report]}"
        console.print(Text(printable(line)), soft_wrap=True)
    if numbers:
        console.print()


_OF_PASSAGES = ("score", "fused", "sentence", "dense", "lexical", "translated", "prior")

_SHOWN_SIGNALS = 24
"""Signals of a table: those that move a score the most."""


def print_explanation(console: Console, answer: Answer, judgement: Judgement, method: str) -> None:
    """Print tables of every signal: of the passages found, and of the extracts chosen from them.

    Args:
        console: to print on.
        answer: to explain.
        judgement: that the extracts were chosen by.
        method: of refusal, in words.
    """
    hits = Table(title="Passages", title_justify="left")
    # Those that are 0 for all passages would only take room from the ids.
    names = [name for name in _OF_PASSAGES if any(getattr(hit, name) for hit in answer.hits)]
    hits.add_column("passage", no_wrap=True)
    hits.add_column("kind", overflow="fold")
    for name in names:
        hits.add_column(name, justify="right", overflow="fold", min_width=len("-0.000"))
    for hit in answer.hits:
        numbers = (getattr(hit, name) for name in names)
        hits.add_row(hit.passage, hit.kind, *(f"{number:.3f}" for number in numbers))
    console.print(hits)
    chosen = Table(title="Extracts: signal, and what it adds to the score", title_justify="left")
    chosen.add_column("signal", overflow="fold")
    for extract in answer.ranked:
        name = f"[{extract.rank}] {extract.citation.passage}"
        chosen.add_column(name, justify="right", overflow="fold")
    shares = [
        judgement.contributions(np.array([e.signals[n] for n in FEATURES], dtype=np.float32))
        for e in answer.ranked
    ]
    largest = (
        {name: max(abs(share[name]) for share in shares) for name in shares[0]} if shares else {}
    )
    for name in sorted(largest, key=lambda name: -largest[name])[:_SHOWN_SIGNALS]:
        cells = (
            f"{extract.signals.get(name, 1.0):.3f} → {share[name]:+.3f}"
            for extract, share in zip(answer.ranked, shares, strict=True)
        )
        chosen.add_row(name, *cells)
    chosen.add_row("score", *(f"{extract.score:.3f}" for extract in answer.ranked))
    console.print(chosen)
    steps = ", ".join(f"{name} {value:.1f}" for name, value in answer.timings.items())
    console.print(Text(f"confidence {answer.confidence:.3f}, refused below {answer.threshold:.2f}"))
    console.print(Text(f"judged by: {method}"))
    console.print(Text(f"milliseconds: {steps}"))
