"""`--corpus`: folders of reports as they come, whole, broken, empty or missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

QUESTION = "怀化去年新修了多少座公路桥梁？"


def test_new_and_changed_files_are_found_by_the_next_question(alone: Run, reports: Path) -> None:
    bridges = ("ask", "--json", "--corpus", str(reports), QUESTION)
    assert "桥梁27座" in json.loads(alone(*bridges).out)["extracts"][0]["text"]
    changed = (reports / "huaihua.txt").read_text(encoding="utf-8").replace("27座", "28座")
    (reports / "huaihua.txt").write_text(changed, encoding="utf-8")
    (reports / "library.txt").write_text(
        "怀化市图书馆介绍\n\n怀化市图书馆有藏书61万册，阅览座位900个。\n", encoding="utf-8"
    )
    assert "桥梁28座" in json.loads(alone(*bridges).out)["extracts"][0]["text"]
    books = alone("ask", "--json", "--corpus", str(reports), "怀化的图书馆有多少册藏书？")
    assert "61万册" in json.loads(books.out)["extracts"][0]["text"]


@pytest.mark.parametrize("name", ["missing", "reports/huaihua.txt/deeper", "x" * 300])
def test_a_missing_folder_is_one_line(alone: Run, tmp_path: Path, reports: Path, name: str) -> None:
    done = alone("ask", QUESTION, "--corpus", str(tmp_path / name))
    assert done.code == 1
    assert str(tmp_path / name) in done.error


def test_an_empty_name_is_not_taken_for_the_folder_one_is_in(alone: Run, reports: Path) -> None:
    for option in ("--corpus", "--index"):
        done = alone("ask", QUESTION, option, "", cwd=reports)
        assert done.code == 2
        assert option in done.error


def test_a_folder_without_a_report_is_one_line(alone: Run, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "README.md").write_text("# 怀化\n\n桥梁27座。\n", encoding="utf-8")
    (folder / ".hidden.txt").write_text("怀化市桥梁27座。\n", encoding="utf-8")
    done = alone("ask", QUESTION, "--corpus", str(folder))
    assert done.code == 1
    assert "holds no report" in done.error


def test_a_folder_of_files_that_cannot_be_read_tells_why(alone: Run, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R")
    (folder / "void.txt").write_bytes(b"")
    done = alone("ask", QUESTION, "--corpus", str(folder))
    assert done.code == 1
    for name in ("picture.txt", "cut.pdf", "void.txt"):
        assert name in done.error


def test_one_good_file_among_bad_ones_answers_with_a_warning_each(
    alone: Run, reports: Path
) -> None:
    (reports / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (reports / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R")
    done = alone("ask", "--json", "--corpus", str(reports), QUESTION)
    assert done.code == 0
    first = json.loads(done.out)["extracts"][0]
    assert "桥梁27座" in first["text"]
    assert (first["city"], first["publisher"]) == ("怀化市", "怀化日报")
    assert (first["date"], first["kind"]) == ("2023-03-04", "original")
    assert "桥梁" in first["section"]
    warnings = done.err.splitlines()
    assert len(warnings) == 2
    assert all(line.startswith("cityqa: warning: left out ") for line in warnings)
    assert {"picture.txt", "cut.pdf"} <= {Path(line.split(": ")[2][9:]).name for line in warnings}


def test_an_original_goes_before_its_digest_in_one_folder(alone: Run, reports: Path) -> None:
    (reports / "huaihua.md").write_text(
        "---\nkind: digest\ncity: 怀化市\n---\n\n怀化市新修桥梁27座（摘编）。\n", encoding="utf-8"
    )
    listed = alone("corpus", "list", "--json", "--corpus", str(reports))
    assert listed.err == ""
    assert [(one["id"], one["kind"]) for one in json.loads(listed.out)] == [("huaihua", "original")]


def test_a_folder_named_twice_counts_once(alone: Run, reports: Path) -> None:
    folder = ("--corpus", str(reports))
    listed = alone("corpus", "list", "--json", *folder, *folder)
    assert listed.err == ""
    assert len(json.loads(listed.out)) == 1


def test_a_folder_and_a_named_index_exclude_each_other(alone: Run, reports: Path) -> None:
    done = alone("ask", QUESTION, "--corpus", str(reports), "--index", "x")
    assert done.code == 2
    assert "--corpus and --index" in done.error
