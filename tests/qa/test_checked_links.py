"""Links to originals open at an extract only where the page was found to hold it."""

from __future__ import annotations

import datetime
import io
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.report import Report, Span
from qa import checked_links
from qa.checked_links import (
    CHECKS,
    MAX_PAGES,
    CheckedLinks,
    CheckedPage,
    directive_name,
    read_checks,
    record_checks,
)
from qa.cli import main
from qa.link_check import LinkCheck, check_links, has_address
from qa.links import PageLinks
from qa.text_fragments import text_directive, with_directive

MakeReport = Callable[..., Report]

FIRST = "全市去年新建了十二个公园。"
SECOND = "其中有四个建在东城的老厂区里。"
THIRD = "西城的绿道也已经修到了河边。"
TEXT = FIRST + SECOND + THIRD


@dataclass
class Site:
    """A web server whose pages are bytes, or an answer with its headers."""

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, *paragraphs: str, status: int = 200) -> str:
        """A page of some paragraphs, and its address."""
        body = "".join(f"<p>{one}</p>" for one in paragraphs)
        page = f"<html><head><meta charset=utf-8></head><body>{body}</body></html>"
        self.pages[path] = (status, {"Content-Type": "text/html"}, page.encode())
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            status, headers, body = made.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def checked(*reports: Report) -> tuple[list[LinkCheck], dict[str, CheckedPage]]:
    checks: list[LinkCheck] = []
    record: dict[str, CheckedPage] = {}
    for check, pages in check_links(reports, allow_private=True, pause=0):
        checks.append(check)
        record |= pages
    return checks, record


def links_after(state: Path, *reports: Report) -> PageLinks:
    """Links that know what a check of some reports found."""
    record_checks(state, checked(*reports)[1])
    return PageLinks("https://reports.example", CheckedLinks(state))


def fragment(report: Report, span: Span) -> str:
    """The address with the directive that an unchecked link has."""
    directive = text_directive(report.text, span)
    assert report.url is not None
    assert directive is not None
    return with_directive(report.url, directive)


def test_a_link_opens_at_sentences_that_the_page_has_and_at_no_others(
    make_report: MakeReport, site: Site, tmp_path: Path
) -> None:
    url = site.put("/1", "首页 | 要闻", FIRST + SECOND.replace("四个", "五个") + THIRD)
    report = make_report(TEXT, url=url)
    first, second, third = report.passages[0].sentences
    unchecked = PageLinks("https://reports.example")
    assert unchecked.source(report, second) == fragment(report, second)
    checks, _ = checked(report)
    assert (checks[0].status, checks[0].found, checks[0].sentences) == (200, 2, 3)
    assert checks[0].missing == (f"{report.passages[0].id}_s2",)
    assert not checks[0].is_sound
    links = links_after(tmp_path, report)
    assert links.source(report, first) == fragment(report, first)
    assert links.source(report, second) == url
    assert links.source(report, third) == fragment(report, third)
    # What is not on the page as a whole has no place there either.
    assert links.source(report, Span(first.start, second.end)) == url
    assert links.source(report, report.passages[0].span) == url


def test_neighbours_together_and_a_whole_passage_are_checked_too(
    make_report: MakeReport, site: Site, tmp_path: Path
) -> None:
    report = make_report(TEXT, url=site.put("/1", TEXT))
    first, second, third = report.passages[0].sentences
    links = links_after(tmp_path, report)
    for span in (Span(first.start, second.end), Span(second.start, third.end), Span(*first)):
        assert links.source(report, span) == fragment(report, span)
    assert links.source(report, report.passages[0].span) == fragment(
        report, report.passages[0].span
    )
    assert checked(report)[0][0].is_sound


def test_a_link_that_would_open_at_another_place_opens_at_none(
    make_report: MakeReport, site: Site, tmp_path: Path
) -> None:
    start, end = "今年全市的公园和绿道一共完成投资九亿元", "，明年还要再多一成。"
    long = start + "，比去年多了一成，其中大半用在老城区的改造上" + end
    url = site.put("/1", start + "（初步统计）" + end, long)
    report = make_report(long, url=url)
    (span,) = report.passages[0].sentences
    # Told by how it begins and ends, which the paragraph before it does as well.
    assert fragment(report, span) == f"{url}#:~:text={quote(start)},{quote(end[1:-1])}"
    assert links_after(tmp_path, report).source(report, span) == url


def test_blanks_and_markup_do_not_count_but_breaks_between_paragraphs_do(
    make_report: MakeReport, site: Site
) -> None:
    marked = "<b>全市去年</b>新建了<a href=/>十二个</a>公园。" + SECOND + THIRD
    assert checked(make_report(TEXT, url=site.put("/1", marked)))[0][0].missing == ()
    spaced = make_report(
        "Parks grew  by 12 last year.", url=site.put("/2", "Parks\n grew by 12 last year.")
    )
    assert checked(spaced)[0][0].missing == ()
    broken = site.put("/3", "全市去年新建了", "十二个公园。" + SECOND + THIRD)
    assert checked(make_report(TEXT, url=broken))[0][0].found == 2


def test_a_redirect_is_told_and_the_record_is_under_the_address_of_the_report(
    make_report: MakeReport, site: Site
) -> None:
    final = site.put("/new", TEXT)
    site.pages["/old"] = (301, {"Location": "/new"}, b"")
    report = make_report(TEXT, url=f"{site.address}/old")
    (check,), record = checked(report)
    assert (check.status, check.final, check.redirected) == (200, final, True)
    assert list(record) == [report.url]
    # An address that is sent in another form is the same.
    site.put("/%E5%85%AC%E5%9B%AD", TEXT)
    odd = make_report(TEXT, url=f"{site.address}/公园#main")
    (check,), record = checked(odd)
    assert (check.status, check.redirected, check.found) == (200, False, 3)
    assert list(record) == [odd.url]


def test_a_page_that_is_gone_has_no_places_and_one_in_trouble_keeps_its_record(
    make_report: MakeReport, site: Site, tmp_path: Path
) -> None:
    report = make_report(TEXT, url=site.put("/1", TEXT))
    span = report.passages[0].sentences[0]
    links = links_after(tmp_path, report)
    site.put("/1", "Sorry", status=503)
    (check,), record = checked(report)
    assert (check.status, check.reachable, record) == (503, False, {})
    assert "503" in check.reason
    assert links.source(report, span) == fragment(report, span)
    del site.pages["/1"]
    (check,), record = checked(report)
    assert (check.status, check.reachable, check.found) == (404, False, 0)
    record_checks(tmp_path, record)
    assert links.source(report, span) == report.url


def test_without_an_answer_nothing_is_recorded(make_report: MakeReport, site: Site) -> None:
    url = site.put("/1", TEXT)
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /1\n")
    (check,), record = checked(make_report(TEXT, url=url))
    assert (check.status, check.reason, record) == (None, "the host's robots.txt forbids it", {})
    assert "/1" not in site.asked
    private = list(check_links([make_report(TEXT, url=url)], pause=0))
    assert [(one.status, one.reachable, pages) for one, pages in private] == [(None, False, {})]
    assert not has_address(make_report(TEXT))
    assert not has_address(replace(make_report(TEXT), url="ftp://news.example/1"))


def test_no_link_opens_within_a_document_that_is_no_page(
    make_report: MakeReport, site: Site, tmp_path: Path
) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph(TEXT)
    written = io.BytesIO()
    document.save(written)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    site.pages["/1.docx"] = (200, {"Content-Type": kind}, written.getvalue())
    report = make_report(TEXT, url=f"{site.address}/1.docx")
    (check,), _ = checked(report)
    assert (check.media, check.found, check.reachable) == ("docx", 0, True)
    links = links_after(tmp_path, report)
    assert links.source(report, report.passages[0].sentences[0]) == report.url
    site.pages["/1.docx"] = (200, {"Content-Type": "text/html"}, b"\0\1\2" * 50)
    (check,), _ = checked(report)
    assert check.reachable
    assert check.reason
    assert not check.is_sound


def test_an_address_of_several_reports_is_asked_once_and_a_digest_keeps_its_own(
    make_report: MakeReport, site: Site, tmp_path: Path
) -> None:
    url = site.put("/1", TEXT)
    one = make_report(FIRST, stem="one", url=url)
    other = make_report(SECOND + THIRD, stem="other", url=url)
    digest = make_report("公园多了十二个。", stem="digest", url=url, kind="digest")
    checks, record = checked(one, digest, other)
    assert site.asked.count("/1") == 1
    assert [(check.report.id, check.found, check.sentences) for check in checks] == [
        ("one", 1, 1),
        ("digest", 0, 0),
        ("other", 2, 2),
    ]
    assert (record[url].sentences, record[url].found) == (3, 3)
    links = links_after(tmp_path, one, digest, other)
    for report in (one, other):
        span = report.passages[0].sentences[0]
        assert links.source(report, span) == fragment(report, span)
    assert links.source(digest, digest.passages[0].sentences[0]) == url


def test_the_command_tells_a_line_a_report_and_fails_when_it_is_strict(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    for name, kind in (("lake", "original"), ("river", "digest"), ("wood", "original")):
        url = "" if name == "wood" else f"url: {site.address}/{name}\n"
        (reports / f"{name}.md").write_text(f"---\n{url}kind: {kind}\n---\n\n{TEXT}{name}\n")
    site.put("/lake", FIRST + THIRD + "lake")
    site.pages["/river"] = (302, {"Location": "/lake"}, b"")
    for name in [name for name in os.environ if name.startswith("CITYQA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CITYQA_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)

    def told(*arguments: str) -> tuple[int | str | None, list[str], str]:
        fixed = ("corpus", "check-links", "--corpus", str(reports), "--allow-private")
        with pytest.raises(SystemExit) as ended:
            main([*fixed, *arguments])
        out, err = capsys.readouterr()
        return ended.value.code, out.splitlines(), err

    code, lines, err = told("lake", "wood")
    assert (code, err) == (0, "")
    assert lines == ["lake: 200, 3 of 4 sentences found", "wood: no address"]
    assert set(read_checks(tmp_path / "state" / CHECKS)) == {f"{site.address}/lake"}
    code, lines, err = told("--strict", "river")
    assert (code, err) == (0, "")
    assert lines == [f"river: 200, the original of a digest; redirects to {site.address}/lake"]
    code, lines, err = told("--strict", "lake")
    assert code == 1
    assert err.startswith("cityqa: lake: links to 1 of 1 originals do not all lead to their place")
    del site.pages["/lake"]
    assert told("lake") == (0, ["lake: not reachable: the server answers 404 Not Found"], "")
    code, lines, err = told("atlantis")
    assert (code, lines) == (2, [])
    assert "there is no report atlantis" in err


def page(day: int = 1, *directives: str) -> CheckedPage:
    when = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(days=day)
    names = frozenset(map(directive_name, directives))
    return CheckedPage(when, 200, "0" * 64, len(names), len(names), names)


def test_a_record_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    links = CheckedLinks(tmp_path)
    assert links.opens("https://a.example", "text=a") is None
    record_checks(tmp_path, {"https://a.example": page(1, "text=a")})
    assert links.opens("https://a.example", "text=a") is True
    assert links.opens("https://a.example", "text=b") is False
    record_checks(tmp_path, {"https://a.example": page(2, "text=b")})
    assert links.opens("https://a.example", "text=a") is False
    assert links.opens("https://a.example", "text=b") is True
    (tmp_path / CHECKS).unlink()
    assert links.opens("https://a.example", "text=a") is None


GOOD = '{"format": 1, "pages": {}}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\xff",
        b"[]",
        b"[" * 100_000,
        GOOD[:-1].encode(),
        GOOD.replace("1", "2").encode(),
        b'{"format": 1, "pages": []}',
        b'{"format": 1, "pages": {"https://a.example": {"checked": "2026-01-01"}}}',
        b'{"format": 1, "pages": {"https://a.example": 5}}',
    ],
)
def test_a_damaged_record_is_no_record_and_the_next_check_mends_it(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / CHECKS).write_bytes(data)
    assert CheckedLinks(tmp_path).opens("https://a.example", "text=a") is None
    record_checks(tmp_path, {"https://a.example": page(1, "text=a")})
    assert CheckedLinks(tmp_path).opens("https://a.example", "text=a") is True


def test_a_record_keeps_the_pages_checked_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"https://a.example/{day}": page(day) for day in range(MAX_PAGES + 3)}
    record_checks(tmp_path, many)
    assert set(read_checks(tmp_path / CHECKS)) == set(list(many)[3:])
    # Nor does it grow beyond what is read: a page takes some 200 bytes and 8 a directive.
    monkeypatch.setattr(checked_links, "MAX_BYTES", 1_000)
    directives = [f"text={number}" for number in range(20)]
    record_checks(
        tmp_path, {f"https://b.example/{n}": page(9_000 + n, *directives) for n in range(9)}
    )
    assert (tmp_path / CHECKS).stat().st_size <= 1_000
    assert set(read_checks(tmp_path / CHECKS)) == {"https://b.example/8", "https://b.example/7"}


def test_checks_that_end_together_are_all_kept(tmp_path: Path) -> None:
    def record(number: int) -> None:
        record_checks(tmp_path, {f"https://a.example/{number}": page(number)})

    threads = [threading.Thread(target=record, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_checks(tmp_path / CHECKS)) == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == [CHECKS, f"{CHECKS}.lock"]


PAGES = st.builds(
    CheckedPage,
    checked=st.datetimes(timezones=st.just(datetime.UTC)).map(lambda d: d.replace(microsecond=0)),
    status=st.sampled_from([200, 404, 410]),
    text=st.sampled_from(["", "0f" * 32]),
    sentences=st.integers(0, 10**6),
    found=st.integers(0, 10**6),
    directives=st.frozensets(st.text().map(directive_name), max_size=9),
)


# Each is written to the disk.
@settings(max_examples=30)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), PAGES, max_size=5))
def test_a_record_is_read_as_it_was_written(pages: Mapping[str, CheckedPage]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        record_checks(Path(folder), pages)
        assert read_checks(Path(folder) / CHECKS) == pages
