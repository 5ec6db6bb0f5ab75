"""Trying the addresses of reports: whether they answer, and whether their text holds ours."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.anchors import sentence_anchor
from corpus.errors import FetchError, ReadError
from corpus.report import Passage, Report, Span
from qa.candidates import MAX_EXTRACT_CHARS
from qa.checked_links import CheckedPage, directive_name
from qa.page_search import PageSearch
from qa.text_fragments import folded, text_directive, trimmed

if TYPE_CHECKING:
    from corpus.ingest.visiting import Visitor

_GONE: Final = (404, 410)
# Browsers show nothing else as a page of their own, with places to go to.
_PAGES: Final = ("html", "text")

Progress = Callable[[int, int], None]
"""Called with the addresses tried so far and the addresses in all."""


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """How the address of one report was found.

    Attributes:
        report: checked.
        status: of the last answer; none where there was none.
        final: the address after redirects; none where it was not reached.
        redirected: whether there were any.
        media: what is there; none where it cannot be read.
        reason: why it cannot be read; empty where it can.
        sentences: of an original; 0 of a digest, whose sentences are not on that page.
        missing: anchors of sentences that a link does not open at.
    """

    report: Report
    status: int | None
    final: str | None
    redirected: bool
    media: str | None
    reason: str
    sentences: int
    missing: tuple[str, ...]

    @property
    def reachable(self) -> bool:
        """Whether the address gives a page."""
        return self.final is not None

    @property
    def found(self) -> int:
        """Sentences that a link opens at."""
        return self.sentences - len(self.missing)

    @property
    def is_sound(self) -> bool:
        """Whether every link to the original leads to its sentence."""
        return self.reachable and not self.reason and not self.missing


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int | None
    final: str | None = None
    redirected: bool = False
    media: str | None = None
    reason: str = ""
    text: str = ""
    page: PageSearch | None = None


def has_address(report: Report) -> bool:
    """Whether a report's original is on the web."""
    return (report.url or "").lower().startswith(("http://", "https://"))


def check_links(
    reports: Sequence[Report],
    *,
    allow_private: bool = False,
    ignore_robots: bool = False,
    progress: Progress | None = None,
    pause: float | None = None,
) -> Iterator[tuple[LinkCheck, Mapping[str, CheckedPage]]]:
    """Fetch each address once and look for the sentences of its reports.

    Args:
        reports: with addresses on the web, as ``has_address`` tells.
        allow_private: whether hosts of the own machine and network are allowed.
        ignore_robots: do not ask for ``robots.txt``: for sites of one's own.
        progress: told after each address.
        pause: seconds between two requests to one host; by default as for adding pages.

    Yields:
        Each report's check, with what is to be recorded of the page: nothing where no answer came
        or the server was in trouble, so that an earlier record holds.
    """
    # Imported here: only fetching needs them, and they take time to load.
    import httpx

    from corpus.ingest.visiting import PAUSE, Visitor

    statuses: list[int] = []

    def note(response: httpx.Response) -> None:
        if response.url.path != "/robots.txt":
            statuses.append(response.status_code)

    pages: dict[str, list[Report]] = {}
    for report in reports:
        pages.setdefault(report.url or "", []).append(report)
    client = httpx.Client(event_hooks={"response": [note]})
    with Visitor(
        allow_private=allow_private,
        ignore_robots=ignore_robots,
        pause=PAUSE if pause is None else pause,
        client=client,
    ) as visitor:
        for number, (url, group) in enumerate(pages.items(), start=1):
            statuses.clear()
            yield from _checked(url, group, _fetched(url, visitor, statuses))
            if progress is not None:
                progress(number, len(pages))


def _fetched(url: str, visitor: Visitor, statuses: Sequence[int]) -> _Answer:
    from corpus.readers.visible import visible_lines

    try:
        data, media, charset, final = visitor.fetch(url)
    except FetchError as error:
        return _Answer(statuses[-1] if statuses else None, reason=error.what)
    status, redirected = statuses[-1], len(statuses) > 1
    try:
        found, lines = visible_lines(data, origin=final, media=media, charset=charset)
    except ReadError as error:
        return _Answer(status, final, redirected, reason=error.what)
    page = PageSearch(lines)
    digest = hashlib.sha256(page.text.encode("utf-8", "replace")).hexdigest()
    opens = page if found in _PAGES else None
    return _Answer(status, final, redirected, found, text=digest, page=opens)


def _checked(
    url: str, reports: Sequence[Report], answer: _Answer
) -> Iterator[tuple[LinkCheck, Mapping[str, CheckedPage]]]:
    checks = []
    directives: set[str] = set()
    for report in reports:
        missing: list[str] = []
        sentences = 0
        if report.kind == "original":
            opened = _opened(report, answer.page)
            directives.update(opened.values())
            for passage, _, span in report.sentences():
                sentences += 1
                if span not in opened:
                    missing.append(sentence_anchor(passage, span))
        checks.append(
            LinkCheck(
                report,
                answer.status,
                answer.final,
                answer.redirected,
                answer.media,
                answer.reason,
                sentences,
                tuple(missing),
            )
        )
    record = {}
    if answer.final is not None or answer.status in _GONE:
        record[url] = CheckedPage(
            checked=datetime.datetime.now(datetime.UTC),
            status=answer.status or 200,
            text=answer.text,
            sentences=sum(check.sentences for check in checks),
            found=sum(check.found for check in checks),
            directives=frozenset(map(directive_name, directives)),
        )
    for check in checks:
        yield check, record


def _opened(report: Report, page: PageSearch | None) -> dict[Span, str]:
    """The spans that links open at on a page, each with the directive that leads there."""
    if page is None:
        return {}
    found = {}
    for passage in report.passages:
        for span in _spans(passage):
            directive = text_directive(report.text, span)
            marked = page.marked(directive) if directive is not None else None
            if directive is not None and marked is not None:
                quoted = report.slice(Span(*trimmed(report.text, *span)))
                if _bare(marked) == _bare(folded(quoted)):
                    found[span] = directive
    return found


def _spans(passage: Passage) -> list[Span]:
    """What citations may lead to: sentences, neighbours together, the whole passage."""
    spans = [passage.span]
    for last, sentence in enumerate(passage.sentences):
        for first in range(last, -1, -1):
            span = Span(passage.sentences[first].start, sentence.end)
            if first < last and span.end - span.start > MAX_EXTRACT_CHARS:
                break
            spans.append(span)
    return list(dict.fromkeys(spans))


def _bare(text: str) -> str:
    return "".join(text.split())
