"""An index remembers ids of earlier generations."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

from corpus.records import report_record
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.moved import FILE, moved_since, read_moved
from embeddings.report_store import FILES, REPORTS
from embeddings.snapshot import open_index

A = "环湖步道全长九公里，沿线设驿站七座。"
B = "环湖步道全长9公里，沿线设驿站七座。"
C = "环湖步道全长9公里，沿线设驿站7座。"
OTHER = "图书馆延长了开放时间。"


def named(make_report: Callable[..., Report], text: str, digest: str) -> Report:
    """A report of one passage, whose id follows from its text as a real one's does."""
    made = make_report("lake", [text])
    passage = dataclasses.replace(made.passages[0], id=f"lake-{digest * 8}")
    return dataclasses.replace(made, passages=(passage,))


def test_old_ids_lead_on_over_several_builds(
    make_report: Callable[..., Report], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    other = make_report("other", [OTHER])
    first = build_index([named(make_report, A, "a"), other], builtin, tmp_path)
    assert first.moved == {}
    assert not (first.folder / FILE).exists()
    second = build_index([named(make_report, B, "b"), other], builtin, tmp_path)
    assert second.moved == {
        "lake-aaaaaaaa": "lake-bbbbbbbb",
        "lake-aaaaaaaa_s1": "lake-bbbbbbbb_s1",
    }
    third = build_index([other, named(make_report, C, "c")], builtin, tmp_path)
    assert {old for old in third.moved if not old.endswith("_s1")} == {
        "lake-aaaaaaaa",
        "lake-bbbbbbbb",
    }
    assert set(third.moved.values()) == {"lake-cccccccc", "lake-cccccccc_s1"}
    # Nothing changes: what is remembered stays, and so do the bytes.
    again = build_index([other, named(make_report, C, "c")], builtin, tmp_path)
    assert again.moved == third.moved
    assert again.manifest.digest == third.manifest.digest
    assert open_index(tmp_path, verify=True).moved == third.moved
    # The first text is back; the report goes.
    back = build_index([named(make_report, A, "a"), other], builtin, tmp_path)
    assert "lake-aaaaaaaa" not in back.moved
    assert back.moved["lake-bbbbbbbb"] == "lake-aaaaaaaa"
    # Its old ids wait for it, and lead on when it is back.
    gone = build_index([other], builtin, tmp_path)
    assert gone.moved == back.moved
    assert moved_since(tmp_path, [other]) == gone.moved
    assert moved_since(tmp_path, [named(make_report, A, "a"), other]) == back.moved
    # With another text they lead nowhere: what they led to is not known any more.
    assert moved_since(tmp_path, [named(make_report, C, "d"), other]) == {}


def test_old_ids_survive_another_format_and_not_a_damaged_file(
    make_report: Callable[..., Report], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    folder = build_index([named(make_report, A, "a")], builtin, tmp_path).folder
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"format": 2', b'"format": 0'))
    newer = [named(make_report, B, "b")]
    assert moved_since(tmp_path, newer)["lake-aaaaaaaa"] == "lake-bbbbbbbb"
    (folder / "reports.jsonl").write_bytes(b'{"id": "lake"}\n')
    assert moved_since(tmp_path, newer) == {}
    assert moved_since(tmp_path / "none", newer) == {}
    assert read_moved(tmp_path) == {}


def test_the_reports_of_an_index_of_format_1_are_read(
    make_report: Callable[..., Report], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    other = make_report("other", [OTHER])
    before = [named(make_report, A, "a"), other]
    folder = build_index(before, builtin, tmp_path).folder
    newer = [named(make_report, B, "b"), other]
    expected = {"lake-aaaaaaaa": "lake-bbbbbbbb", "lake-aaaaaaaa_s1": "lake-bbbbbbbb_s1"}
    assert moved_since(tmp_path, newer) == expected
    # That format had all reports in one file, and no other that tells of them but the manifest.
    for name in FILES:
        (folder / name).unlink()
    records = [report_record(report) for report in before]
    (folder / "reports.json").write_text(json.dumps(records), encoding="utf-8")
    assert moved_since(tmp_path, newer) == expected
    (folder / "reports.json").write_bytes(b'[{"id": "lake"}]')
    assert moved_since(tmp_path, newer) == {}


def test_only_reports_that_changed_are_read(
    make_report: Callable[..., Report], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    other = make_report("other", [OTHER])
    folder = build_index([other, named(make_report, A, "a")], builtin, tmp_path).folder
    path = folder / REPORTS
    path.write_bytes(path.read_bytes().replace(b'{"id":"other"', b'{"id":!other"'))
    newer = named(make_report, B, "b")
    assert moved_since(tmp_path, [newer, other])["lake-aaaaaaaa"] == "lake-bbbbbbbb"
    # The one that cannot be read changed, too: nothing is known for sure.
    assert moved_since(tmp_path, [newer, make_report("other", [C])]) == {}
    # Digests that are known are not computed: these say that nothing changed.
    same = {"lake": open_index(tmp_path).manifest.reports["lake"]}
    assert moved_since(tmp_path, [newer], same) == {}
