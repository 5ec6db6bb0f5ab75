"""Earlier texts are kept, listed and compared; what did not change makes no version."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import UsageError
from corpus.ingest.adding import Adding
from corpus.ingest.changes import sentence_changes
from corpus.ingest.versions import FOLDER, keep, read_version, version, versions_of
from corpus.library import files_digest, read_entry, read_library
from corpus.report import Report
from tests.corpus.ingest.invented import text_of

Write = Callable[..., Path]


def test_a_replaced_file_is_an_earlier_version_that_no_reader_sees(
    write: Write, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    first = write("a.txt", text_of("武汉市"), "first")
    second = write("a.txt", text_of("武汉市", 29), "second")
    (added,) = Adding(corpus).files([first])
    os.utime(corpus / "a.txt", (1_700_000_000, 1_700_000_000))
    (replaced,) = Adding(corpus, replace=True).files([second])
    assert (added.status, replaced.status) == ("added", "version")
    old, new = versions_of(corpus / "a.txt")
    assert (old.number, old.current, new.number, new.current) == (1, False, 2, True)
    # 1,700,000,000 s after 1970 (`date -u -d @1700000000`).
    assert old.added == datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)
    assert old.path.read_bytes() == first.read_bytes()
    assert new.path == corpus / "a.txt"
    assert [e.path for e in read_library([corpus]).entries] == [corpus / "a.txt"]
    digest = files_digest([corpus])
    old.path.write_bytes(b"changed")
    assert files_digest([corpus]) == digest


def test_other_bytes_with_the_same_text_change_nothing(write: Write, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    text = text_of("武汉市")
    list(Adding(corpus).files([write("a.txt", text, "first")]))
    before = (corpus / "a.txt").read_bytes()
    other = write("a.txt", text.encode("gb18030"), "second")
    (outcome,) = Adding(corpus, replace=True).files([other])
    assert outcome.status == "unchanged"
    assert (corpus / "a.txt").read_bytes() == before
    assert not (corpus / FOLDER).exists()


def test_a_version_is_read_under_the_reports_name_with_what_is_stated_now(write: Write) -> None:
    path = write("wuhan.txt", text_of("武汉市"))
    keep(path)
    path.write_text(text_of("武汉市", 30), encoding="utf-8")
    write("reports.toml", '[wuhan]\npublisher = "早报"\n')
    old = read_version(versions_of(path)[0], path).report
    assert (old.id, old.publisher) == ("wuhan", "早报")
    assert "社区食堂27家" in old.text


def test_what_was_kept_but_not_replaced_is_no_version(write: Write) -> None:
    path = write("a.txt", text_of("武汉市"))
    keep(path)  # and then the run was killed
    assert [one.current for one in versions_of(path)] == [True]


def test_a_text_that_returns_is_a_version_of_its_own(write: Write, tmp_path: Path) -> None:
    corpus, texts = tmp_path / "corpus", [text_of("武汉市", number) for number in (27, 29, 27)]
    for day, text in enumerate(texts):
        list(Adding(corpus, replace=True).files([write("a.txt", text, "in")]))
        os.utime(corpus / "a.txt", (1_700_000_000 + 86_400 * day,) * 2)
    versions = versions_of(corpus / "a.txt")
    assert [one.path.read_text(encoding="utf-8") for one in versions] == texts
    assert [one.added.day for one in versions] == [14, 15, 16]


def test_an_unknown_number_names_those_there_are(write: Write) -> None:
    versions = versions_of(write("a.txt", text_of("武汉市")))
    with pytest.raises(UsageError, match="no version 2; the versions are 1 to 1"):
        version(versions, 2)


def report(write: Write, text: str) -> Report:
    return read_entry(write("a.txt", text)).report


def test_changes_are_told_sentence_by_sentence(write: Write) -> None:
    before = text_of("武汉市")
    after = before.replace("社区食堂27家", "社区食堂29家")
    gone = next(line for line in before.splitlines() if "图书馆" in line)
    new = "体育馆每逢周三免费开放，乒乓球台前总是排着长队。"
    after = after.replace(gone, new)
    changes = sentence_changes(report(write, before), report(write, after))
    assert [(c.kind, c.before[:8], c.after[:8]) for c in changes] == [
        ("changed", "武汉市去年新建社", "武汉市去年新建社"),
        ("added", "", new[:8]),
        ("removed", gone[:8], ""),
    ]
    assert "27家" in changes[0].before
    assert "29家" in changes[0].after


def test_no_change_is_none_and_order_is_that_of_the_text(write: Write) -> None:
    one = report(write, text_of("武汉市"))
    assert sentence_changes(one, one) == ()
    other = report(write, text_of("武汉市", 28, 414, 19))
    changes = sentence_changes(one, other)
    # Each of the six paragraphs has a figure, and each is one sentence.
    assert [change.kind for change in changes] == ["changed"] * 6
    places = [other.text.index(change.after) for change in changes]
    assert places == sorted(places)
