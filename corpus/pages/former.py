"""Where the ids of a site's earlier pages lead now, read off those pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus.anchors import page_name
from corpus.moved import Anchored, anchored, follow, moved_anchors
from corpus.pages.site_folder import read_waiting
from corpus.report import Report


def moved_since_site(folder: Path, reports: Iterable[Report]) -> dict[str, str]:
    """Old ids of the pages in a folder to those that took their place, for pages still to write.

    A page that cannot be read is passed over: its ids lead nowhere. Of one that was removed with
    its report, those lead on that the site's marker knows.

    Args:
        folder: of a site that was written earlier; it need not be there.
        reports: as they are now.
    """
    found: dict[str, str] = {}
    waiting = read_waiting(folder)
    for report in reports:
        name = page_name(report)
        former = _former(folder / name)
        if former is None and name not in waiting:
            continue
        before, earlier = former or (Anchored((), ()), waiting[name])
        now = anchored(report)
        there = {name for name, _ in (*now.passages, *now.sentences)}
        found |= follow(earlier, moved_anchors(before, now), there)
    return found


def led_on(path: Path) -> dict[str, str]:
    """The old ids that a written page leads on to ids of its own; none where it cannot be read."""
    former = _former(path)
    return former[1] if former else {}


def _former(path: Path) -> tuple[Anchored, dict[str, str]] | None:
    """The anchors of a written page, and the old ids that it led on."""
    # Imported here: only a site that is written again needs to read pages.
    from lxml import etree, html

    try:
        tree = html.document_fromstring(path.read_bytes())
    except (OSError, etree.LxmlError, ValueError):
        return None
    passages: list[tuple[str, str]] = []
    sentences: list[tuple[str, str]] = []
    earlier: dict[str, str] = {}
    for passage in tree.xpath("//article//p[@id]"):
        passages.append((passage.get("id"), passage.text_content()))
        spans = passage.xpath("./span[@id]")
        sentences.extend((span.get("id"), span.text_content()) for span in spans)
    for group in tree.xpath("//article//span[@class='moved']"):
        target = group.getnext()
        if target is not None and target.get("id"):
            earlier |= {old.get("id"): target.get("id") for old in group if old.get("id")}
    return Anchored(tuple(passages), tuple(sentences)), earlier
