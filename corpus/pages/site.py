"""All pages of a static site: reports, the index of cities, how texts were cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from corpus.anchors import page_name
from corpus.cleaning import Change
from corpus.errors import CorpusError
from corpus.pages import render_page
from corpus.pages.cities import cities_of
from corpus.pages.environment import render
from corpus.pages.plain_rules import PLAIN
from corpus.report import Described, Report

HOME = "index.html"
CLEANING = "cleaning.html"
LOST = "404.html"

_LANGUAGE = "zh-Hans"

Traces = Mapping[str, Sequence[Change]]
"""What cleaning changed, by report id; a report whose changes are not known is not there."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a site shows.

    Attributes:
        reports: one page each.
        traces: what cleaning changed in them.
        moved: old ids to those that took their place.
        base: public address of the folder that the pages lie in, or none.
        heads: what the index of cities tells of the reports, where that is known without them.
    """

    reports: Collection[Report]
    traces: Traces
    moved: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None
    heads: Collection[Described] | None = None

    @property
    def listed(self) -> Collection[Described]:
        """The reports as the index of cities has them."""
        return self.reports if self.heads is None else self.heads


def site_files(site: Site) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of every file of a site; what links to others comes after them.

    Raises:
        CorpusError: two reports would have one page.
    """
    base = site.base.rstrip("/") if site.base else None
    pages: dict[str, str] = {}
    for report in site.reports:
        name = page_name(report)
        if name in pages:
            raise CorpusError(
                f"the reports {pages[name]} and {report.id} would both be {name}",
                mend="rename the file of one of them",
            )
        pages[name] = report.id
        page = render_page(
            report,
            trace=site.traces.get(report.id),
            moved=site.moved,
            home=HOME,
            cleaning=CLEANING,
            citation_link=f"{base}/{name}" if base else None,
        )
        yield name, page.encode("utf-8", "replace")
    yield CLEANING, render_cleaning(site.traces, home=HOME, base=base).encode("utf-8", "replace")
    yield LOST, render_lost(home=f"{base}/{HOME}" if base else None).encode("utf-8")
    if base:
        yield "sitemap.xml", _sitemap(base, [HOME, CLEANING, *pages])
        yield "robots.txt", f"Sitemap: {base}/sitemap.xml\n".encode()
    yield HOME, render_index(site.listed, cleaning=CLEANING, base=base).encode("utf-8", "replace")


def render_index(
    reports: Collection[Described],
    *,
    cleaning: str | None = None,
    ask: str | None = None,
    base: str | None = None,
) -> str:
    """The index of cities as HTML.

    Args:
        reports: linked by their page names, which lie beside the index.
        cleaning: address of the page on cleaning, relative to the index; none where there is none.
        ask: address of a page to ask on; none where there is none.
        base: public address of the folder of the pages, or none.
    """
    return render(
        "index.html",
        language=_LANGUAGE,
        cities=cities_of(reports),
        counts=(
            len({report.city for report in reports if report.city}),
            len(reports),
            sum(report.passage_count for report in reports),
        ),
        page_name=page_name,
        cleaning=cleaning,
        ask=ask,
        canonical=f"{base}/{HOME}" if base else None,
    )


def render_cleaning(traces: Traces, *, home: str | None = None, base: str | None = None) -> str:
    """The page on what cleaning rules mend, with how often they did.

    Args:
        traces: of the reports whose changes are known.
        home: address of the index of cities, relative to this page; none where there is none.
        base: public address of the folder of the pages, or none.
    """
    changes = Counter(change.rule for trace in traces.values() for change in trace)
    reports = Counter(rule for trace in traces.values() for rule in {one.rule for one in trace})
    return render(
        "cleaning.html",
        language=_LANGUAGE,
        rules=[(name, plain, changes[name], reports[name]) for name, plain in PLAIN.items()],
        counts=(sum(changes.values()), len(traces)),
        home=home,
        canonical=f"{base}/{CLEANING}" if base else None,
    )


def render_lost(*, home: str | None) -> str:
    """The page for addresses that lead nowhere; it may be shown at any depth.

    Args:
        home: full address of the index of cities; none where it is not known.
    """
    return render("lost.html", language=_LANGUAGE, home=home)


def _sitemap(base: str, names: Sequence[str]) -> bytes:
    """As the Sitemaps protocol has it (sitemaps.org)."""
    lines = (f"<url><loc>{escape(f'{base}/{name}')}</loc></url>\n" for name in names)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'{head}<urlset xmlns="{namespace}">\n{"".join(lines)}</urlset>\n'.encode()
