"""Copies of a report are one report with several sources; what is no copy stays a report."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from opencc import OpenCC

from corpus.library import read_library
from tests.corpus.ingest.invented import text_of

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def call(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return call


def traditional(text: str) -> str:
    return str(OpenCC("s2twp").convert(text))


def test_a_mirror_in_the_other_script_with_another_head_is_a_source(
    write: Write, tmp_path: Path
) -> None:
    write("a.txt", text_of("武汉市"))
    page = traditional(text_of("武汉市")).replace(
        "來源：晚報　2023-03-04", "來源：早報　2023-03-06"
    )
    body = "".join(f"<p>{line}</p>" for line in page.splitlines() if line)
    write("b.html", f"<html><body><p>首頁 &gt; 要聞</p>{body}<p>分享到：微信</p></body></html>")
    write("c.txt", text_of("长沙市", 31, 977, 44))
    library = read_library([tmp_path])
    assert [entry.report.id for entry in library.entries] == ["a", "c"]
    (mirror,) = library.entries[0].report.mirrors
    assert (mirror.id, mirror.publisher, mirror.date) == ("b", "早報", datetime.date(2023, 3, 6))
    assert mirror.origin == str(tmp_path / "b.html")
    assert library.entries[1].report.mirrors == ()
    assert [entry.report.id for entry in library.copies] == ["b"]


def test_the_kept_report_is_as_it_is_without_copies(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    (alone,) = read_library([tmp_path]).reports
    write("b.txt", traditional(text_of("武汉市")))
    (kept,) = read_library([tmp_path]).reports
    assert (kept.text, kept.passages, kept.date) == (alone.text, alone.passages, alone.date)
    assert len(kept.mirrors) == 1


def test_a_digest_is_no_copy_of_its_original(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    write("b.md", f"---\nkind: digest\n---\n{text_of('武汉市')}")
    assert [r.mirrors for r in read_library([tmp_path]).reports] == [(), ()]


def test_next_years_report_in_the_same_words_is_no_copy(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    write("b.txt", text_of("武汉市", 28, 512, 21))
    assert [r.id for r in read_library([tmp_path]).reports] == ["a", "b"]


def test_what_the_table_says_goes_before_what_is_found(write: Write, tmp_path: Path) -> None:
    for name in "abc":
        write(f"{name}.txt", text_of("武汉市"))
    write("d.txt", text_of("长沙市", 31, 977, 44))
    write(
        "reports.toml",
        '[a]\nmirror_of = "c"\n[b]\nmirror_of = "none"\n[d]\nmirror_of = "gone"\n',
    )
    library = read_library([tmp_path])
    assert [(r.id, [m.id for m in r.mirrors]) for r in library.reports] == [
        ("b", []),
        ("c", ["a"]),
        ("d", []),
    ]


def test_statements_in_a_circle_are_none(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    write("b.txt", text_of("长沙市", 31, 977, 44))
    write("c.txt", text_of("广州市", 62, 845, 73))
    write("reports.toml", '[a]\nmirror_of = "b"\n[b]\nmirror_of = "a"\n[c]\nmirror_of = "b"\n')
    assert [r.id for r in read_library([tmp_path]).reports] == ["a", "b", "c"]


def test_a_copy_of_a_copy_is_one_of_the_report(write: Write, tmp_path: Path) -> None:
    write("a.txt", text_of("武汉市"))
    write("b.txt", text_of("武汉市"))
    write("c.txt", text_of("长沙市", 31, 977, 44))
    # b is found to be a copy of a, and c is said to be one of b.
    write("reports.toml", '[c]\nmirror_of = "b"\n')
    (kept,) = read_library([tmp_path]).reports
    assert (kept.id, [m.id for m in kept.mirrors]) == ("a", ["b", "c"])
