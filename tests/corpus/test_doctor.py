"""Each fault of a corpus is told once, with how to mend it; a sound one has none."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.doctor import Finding, examine
from corpus.library import SHIPPED, Library, read_library
from corpus.report import Span
from tests.corpus.ingest.invented import text_of

TODAY = datetime.date(2024, 1, 1)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def call(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return call


def found(folder: Path, check: str = "") -> list[Finding]:
    findings = examine(read_library([folder]), [folder], today=TODAY)
    return [one for one in findings if check in ("", one.check)]


def test_a_sound_report_has_no_fault(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    write("b.txt", text_of("长沙市", 31, 977, 44))
    assert found(tmp_path) == []


def test_of_the_shipped_reports_one_names_no_publisher() -> None:
    told = examine(read_library([SHIPPED]), [SHIPPED], today=datetime.date.today())
    assert [(one.check, one.report) for one in told] == [("publisher", "jinan")]


def test_what_citations_lack_is_told_with_the_line_to_write(write: Write, tmp_path: Path) -> None:
    path = write("x.txt", "新建的步道沿着河岸一直通到山脚，傍晚有很多人在这里散步。\n" * 3)
    told = {one.check: one for one in found(tmp_path)}
    assert {"city", "title", "publisher", "date"} <= told.keys()
    assert "no question" in told["city"].what or "reaches" in told["city"].what
    assert f"under [x] in {tmp_path / 'reports.toml'}" in told["city"].mend
    assert told["city"].path == path


@pytest.mark.parametrize(
    ("date", "check"), [("2024-01-02", ["future"]), ("2024-01-01", []), ("1912-05-06", ["date"])]
)
def test_dates_that_cannot_be(write: Write, tmp_path: Path, date: str, check: list[str]) -> None:
    write("a.txt", text_of("武汉市"))
    write("reports.toml", f"[a]\ndate = {date}\n")
    assert [one.check for one in found(tmp_path)] == check


@pytest.mark.parametrize(
    ("check", "remains"),
    [
        ("lost-byte", "街道的锟斤拷路灯都亮了"),
        ("lost-byte", "街道的路灯都修好了?大家都说亮"),
        ("mojibake", "街道的\ue123路灯都亮了"),
        ("mojibake", "街道çš„路灯都亮了"),
        ("lost-byte", "街道的路灯落实到处?，都亮了"),
    ],
)
def test_remains_of_misread_bytes(write: Write, tmp_path: Path, check: str, remains: str) -> None:
    write("a.txt", text_of("武汉市") + f"\n这一年里{remains}，夜里走路的人说心里踏实多了。\n")
    (one,) = found(tmp_path)
    assert (one.check, one.report) == (check, "a")
    assert remains[:2] in one.what


def test_a_question_is_no_lost_byte(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市") + "\n路灯为什么亮了?大家说，是因为街道修好了电缆。\n")
    assert found(tmp_path) == []


def test_lines_that_many_reports_have_are_suspects(write: Write, tmp_path: Path) -> None:
    line = "本栏目由晨光传媒独家承办，欢迎各界朋友来稿。"
    cities = ("武汉市", "长沙市", "广州市", "成都市")
    for number, city in enumerate(cities):
        text = text_of(city, 31 + 9 * number, 500 + 70 * number, 20 + number)
        write(f"{number}.txt", text + (f"\n{line}\n" if number < 3 else ""))
    told = found(tmp_path, "boilerplate")
    assert [one.report for one in told] == ["0", "1", "2"]
    assert all("3 reports" in one.what and "承办" in one.what for one in told)


def test_a_menu_is_a_suspect_in_one_report(write: Write, tmp_path: Path) -> None:
    write("a.md", f"{text_of('武汉市')}\n## 走进武汉 | 政务公开 | 办事大厅 | 互动交流\n\n完。\n")
    (one, *_) = found(tmp_path, "boilerplate")
    assert "like a menu" in one.what


def test_passages_that_cannot_be_reached_and_those_of_odd_size(
    write: Write, tmp_path: Path
) -> None:
    same = "江边的旧码头改成了公园，居民从早到晚都在这里散步、下棋、听戏，热闹极了。" * 4
    endless = "路边的树长得很高很密叶子遮住了半边天空" * 50
    write("a.txt", text_of("武汉市") + f"\n{same}\n\n{endless}\n\n{same}\n")
    told = {one.check: one for one in found(tmp_path)}
    report = read_library([tmp_path]).reports[0]
    ids = {p.id: report.slice(p.span) for p in report.passages}
    assert told["long"].passage is not None
    assert ids[told["long"].passage] in endless
    twin = next(one for one in found(tmp_path, "unreachable") if "says the same" in one.what)
    assert twin.passage is not None
    assert twin.passage.endswith("-2")
    assert ids[twin.passage] == ids[twin.passage.removesuffix("-2")]


def test_a_passage_without_a_word_cannot_be_reached(write: Write, tmp_path: Path) -> None:
    # Cleaning drops such lines, so that one is made of a report's first full stop.
    write("a.txt", text_of("武汉市"))
    library = read_library([tmp_path])
    entry = library.entries[0]
    report = entry.report
    stop = report.text.index("。")
    span = Span(stop, stop + 1)
    torn = dataclasses.replace(report.passages[0], id="a-00000000", span=span, sentences=(span,))
    broken = dataclasses.replace(report, passages=(torn, *report.passages[1:]))
    library = Library((dataclasses.replace(entry, report=broken),), ())
    (one,) = examine(library, [tmp_path], today=TODAY)
    assert (one.check, one.passage) == ("unreachable", "a-00000000")
    assert "holds no word" in one.what


def test_files_ids_and_statements_that_lead_nowhere(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    write("sub/a.md", text_of("长沙市", 31, 977, 44))
    bad = write("bad.pdf", b"%PDF-1.7\ntorn")
    write("reports.toml", '[gone]\ncity = "洪江市"\n[a]\nmirror_of = "nobody"\n')
    told = {(one.check, one.report): one for one in found(tmp_path)}
    assert told["unreadable", ""].path == bad
    assert told["id", "a"].path == tmp_path / "sub" / "a.md"
    assert str(tmp_path / "a.txt") in told["id", "a"].what
    assert "file that is not there" in told["statement", "gone"].what
    assert "copy of nobody" in told["statement", "a"].what
    assert len(told) == 4
