"""Ids of pages that were published lead on when the site is written again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from lxml import html

from corpus.compose import Composed
from corpus.pages.former import moved_since_site
from corpus.pages.site import Site, site_files
from corpus.pages.site_folder import read_waiting, write_site
from corpus.report import Report

A = "全区新建滨江步道九公里，沿线设驿站七座。驿站夜间开放。"
B = "全区新建滨江步道9公里，沿线设驿站七座。驿站夜间开放。"
C = "全区新建滨江步道9公里，沿线设驿站7座。驿站夜间开放。"


def publish(report: Report, folder: Path) -> dict[str, str]:
    moved = moved_since_site(folder, [report])
    write_site(site_files(Site([report], {}, moved)), folder)
    return moved


def test_links_to_earlier_pages_lead_to_what_took_their_place(
    compose_lines: Callable[..., Composed], tmp_path: Path
) -> None:
    first, second, third = (compose_lines(text).report for text in (A, B, C))
    ids = [report.passages[0].id for report in (first, second, third)]
    assert len(set(ids)) == 3
    assert publish(first, tmp_path / "site") == {}
    publish(second, tmp_path / "site")
    moved = publish(third, tmp_path / "site")
    expected = {f"{old}{end}": f"{ids[2]}{end}" for old in ids[:2] for end in ("", "_s1", "_s2")}
    assert moved == expected
    # Written again as it is, it keeps them, and its bytes.
    page = (tmp_path / "site" / "binjiang.html").read_bytes()
    assert publish(third, tmp_path / "site") == expected
    assert (tmp_path / "site" / "binjiang.html").read_bytes() == page
    tree = html.document_fromstring(page)
    for old, new in expected.items():
        (element,) = tree.xpath(f"//*[@id='{old}']")
        assert element.getparent().getnext().get("id") == new


def test_links_into_a_report_that_was_missing_once_lead_on_again(
    compose_lines: Callable[..., Composed], tmp_path: Path
) -> None:
    first, second, third = (compose_lines(text).report for text in (A, B, C))
    other = dataclasses.replace(first, id="other", passages=())
    site = tmp_path / "site"
    publish(first, site)
    moved = publish(second, site)
    assert first.passages[0].id in moved
    # Twice without it, and the page is not there.
    for _ in range(2):
        publish(other, site)
        assert not (site / "binjiang.html").exists()
    assert moved_since_site(site, [third]) == {}  # another text: what they led to is gone
    assert publish(second, site) == moved
    assert f'id="{first.passages[0].id}"' in (site / "binjiang.html").read_text(encoding="utf-8")
    # Once it is back, its page tells, and the marker has no word of it.
    assert read_waiting(site) == {}


def test_pages_that_cannot_be_read_lead_nowhere(binjiang: Composed, tmp_path: Path) -> None:
    assert moved_since_site(tmp_path / "none", [binjiang.report]) == {}
    for content in (b"", b"\x00\xff" * 9, b"<p id=x>", b"<article><p id='old'>\xff"):
        (tmp_path / "binjiang.html").write_bytes(content)
        assert moved_since_site(tmp_path, [binjiang.report]) == {}
