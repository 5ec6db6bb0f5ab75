"""Where links of answers lead: to the public pages of the reports, else to those served here."""

from __future__ import annotations

from corpus.anchors import page_name
from corpus.report import Described
from qa.checked_links import CheckedLinks
from qa.links import PageLinks
from qa.settings import Settings


def page_links(settings: Settings) -> PageLinks:
    """Links under the public address; without one, from the root of this server."""
    return PageLinks(_base(settings), CheckedLinks(settings.state))


def page_address(settings: Settings, report: Described) -> str:
    """The page of a report."""
    return f"{_base(settings)}/{page_name(report)}"


def _base(settings: Settings) -> str:
    return str(settings.public_url).rstrip("/") if settings.public_url is not None else ""
