"""The bot's links heed what a check of the originals' pages found."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from bot.deep_links import BotLinks
from corpus.library import SHIPPED, read_entry
from qa.checked_links import CheckedLinks, CheckedPage, directive_name, record_checks
from qa.text_fragments import text_directive, with_directive

URL = "https://news.example/1"


def test_a_link_to_an_original_has_a_place_only_where_its_page_has_the_text(tmp_path: Path) -> None:
    digest = read_entry(SHIPPED / "loudi.md").report
    report = replace(digest, kind="original", url=URL)
    found, lost = (span for _, _, span in list(report.sentences())[3:5])
    directive, other = text_directive(report.text, found), text_directive(report.text, lost)
    assert directive is not None
    assert other is not None
    links = BotLinks("cityqa_bot", None, CheckedLinks(tmp_path))
    assert links.source(report, lost) == with_directive(URL, other)
    names = frozenset([directive_name(directive)])
    now = datetime.datetime.now(datetime.UTC)
    record_checks(tmp_path, {URL: CheckedPage(now, 200, "0" * 64, 2, 1, names)})
    assert links.source(report, found) == with_directive(URL, directive)
    assert links.source(report, lost) == URL
    assert links.source(replace(digest, url=URL), found) == URL
