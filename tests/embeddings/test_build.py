"""From reports to an index: the same every time, and only what is new is embedded."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EmptyCorpus, IndexMismatch
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder, Fingerprint, Vectors
from embeddings.snapshot import Snapshot, check_embedder, open_index
from embeddings.tokens import tokenise


class Counting:
    """The built-in model, telling which texts it was given."""

    def __init__(self, model: BuiltinEmbedder) -> None:
        self.model = model
        self.texts: list[str] = []

    @property
    def dim(self) -> int:
        return self.model.dim

    @property
    def fingerprint(self) -> Fingerprint:
        return self.model.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.model.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return self.model.encode_passages(texts)


def contents(snapshot: Snapshot) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in snapshot.folder.iterdir()
    }


def texts_of(report: Report) -> list[str]:
    return [report.slice(p.span) for p in report.passages] + [
        report.slice(span) for _, _, span in report.sentences()
    ]


def distinct(report: Report) -> list[str]:
    """What is embedded of a report alone: each text once, passages first."""
    return list(dict.fromkeys(texts_of(report)))


VECTORS = ("passages.faiss", "sentences.faiss")


def assert_equal(one: Snapshot, other: Snapshot) -> None:
    """Two indexes hold the same; vectors within 1e-6, for they were embedded in other blocks."""
    mine, others = (
        {name: digest for name, digest in contents(each).items() if name not in VECTORS}
        for each in (one, other)
    )
    del mine["manifest.json"], others["manifest.json"]
    assert mine == others
    for kind in ("dense_passages", "dense_sentences"):
        rows = np.arange(len(getattr(one, kind)))
        vectors = [getattr(each, kind).rows(rows) for each in (one, other)]
        np.testing.assert_allclose(*vectors, atol=1e-6)


@pytest.fixture(scope="module")
def built(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    return build_index(reports, builtin, tmp_path_factory.mktemp("built") / "index")


def test_an_index_holds_the_reports_and_a_vector_for_every_text(
    built: Snapshot, reports: tuple[Report, ...], builtin: BuiltinEmbedder
) -> None:
    assert tuple(built.reports.values()) == reports
    assert tuple(built.passages) == tuple(p for report in reports for p in report.passages)
    row = 0
    for report in reports:
        for passage in report.passages:
            text = report.slice(passage.span)
            assert built.passage_text(row) == text
            assert built.rows[passage.id] == row
            np.testing.assert_allclose(
                built.dense_passages.rows([row]), builtin.encode_passages([text]), atol=1e-6
            )
            first, last = built.boundaries[row : row + 2]
            np.testing.assert_allclose(
                built.dense_sentences.rows(np.arange(first, last)),
                builtin.encode_passages([report.slice(span) for span in passage.sentences]),
                atol=1e-6,
            )
            assert all(term in built.lexical for term in tokenise(text))
            row += 1
    assert built.calibration == b""
    assert len(built.dictionary) > 0


def test_building_twice_gives_the_same_bytes(
    built: Snapshot, reports: tuple[Report, ...], tmp_path: Path
) -> None:
    again = build_index(reports, BuiltinEmbedder(), tmp_path / "other")
    assert contents(again) == contents(built)
    assert again.manifest.digest == built.manifest.digest


def test_the_manifest_names_every_file(built: Snapshot) -> None:
    files = {path.name for path in built.folder.iterdir()} - {"manifest.json"}
    assert files == set(built.manifest.files)
    for name, entry in built.manifest.files.items():
        content = (built.folder / name).read_bytes()
        assert (entry.size, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_adding_and_removing_reports_embeds_only_what_is_new(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    counting = Counting(builtin)
    build_index(reports[:2], counting, tmp_path / "index")
    assert sorted(counting.texts) == sorted({*texts_of(reports[0]), *texts_of(reports[1])})
    counting.texts.clear()
    # In another order, and with the new one between them.
    order = (reports[1], reports[2], reports[0])
    added = build_index(order, counting, tmp_path / "index")
    assert counting.texts == distinct(reports[2])
    assert_equal(added, build_index(order, builtin, tmp_path / "fresh"))
    counting.texts.clear()
    removed = build_index(reports[2:], counting, tmp_path / "index")
    assert counting.texts == []
    assert_equal(removed, build_index(reports[2:], builtin, tmp_path / "fresh"))
    moved = dataclasses.replace(reports[2], origin="elsewhere.md")
    build_index([moved], counting, tmp_path / "index")
    assert counting.texts == []
    changed = dataclasses.replace(reports[2], title="另一个题目")
    build_index([changed], counting, tmp_path / "index")
    assert counting.texts == distinct(changed)


def test_a_damaged_index_gives_no_vectors_to_the_next_build(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    counting = Counting(builtin)
    first = build_index(reports[:1], counting, tmp_path)
    original = contents(first)
    path = first.folder / "passages.faiss"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    counting.texts.clear()
    mended = build_index(reports[:1], counting, tmp_path)
    assert counting.texts == distinct(reports[0])
    assert contents(mended) == original
    assert contents(open_index(tmp_path, verify=True)) == original


def test_a_calibration_sees_the_finished_index_and_is_kept_with_it(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    seen: list[tuple[int, list[int]]] = []

    def calibrate(snapshot: Snapshot, embedder: Embedder) -> bytes:
        query = embedder.encode_queries(["公园"])
        seen.append((len(snapshot.passages), list(snapshot.dense_passages.search(query, 2)[0])))
        return b'{"threshold": 1}'

    snapshot = build_index(reports, builtin, tmp_path, calibrate=calibrate)
    assert len(seen) == 1
    assert seen[0][0] == len(snapshot.passages)
    assert snapshot.calibration == open_index(tmp_path, verify=True).calibration
    assert snapshot.calibration == b'{"threshold": 1}'
    assert "calibration.json" in snapshot.manifest.files


def test_progress_counts_up_to_every_text(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    build_index(
        reports, builtin, tmp_path, progress=lambda done, total: steps.append((done, total))
    )
    size = sum(len(texts_of(report)) for report in reports)
    # One block holds them all.
    assert steps == [(size, size)]


def test_reports_without_passages_are_carried_but_do_not_make_an_index(
    reports: tuple[Report, ...],
    builtin: BuiltinEmbedder,
    tmp_path: Path,
    make_report: Callable[..., Report],
) -> None:
    empty = make_report("empty", [])
    snapshot = build_index([empty, *reports, empty_named(empty)], builtin, tmp_path / "index")
    assert list(snapshot.reports) == ["empty", *(r.id for r in reports), "hollow"]
    again = build_index([empty, *reports], Counting(builtin), tmp_path / "index")
    assert len(again.passages) == sum(len(r.passages) for r in reports)
    with pytest.raises(EmptyCorpus) as caught:
        build_index([empty], builtin, tmp_path / "none")
    assert str(tmp_path / "none") in str(caught.value)
    assert not (tmp_path / "none").exists()


def empty_named(report: Report) -> Report:
    return dataclasses.replace(report, id="hollow")


def test_two_reports_of_one_id_are_refused(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="one id"):
        build_index([reports[0], reports[0]], builtin, tmp_path)


def test_text_of_any_kind_comes_back_from_the_index(
    builtin: BuiltinEmbedder, tmp_path: Path, make_report: Callable[..., Report]
) -> None:
    strange = make_report("strange", ["𠮷野家😀。\x00\x07", "e\u0301té\u200b", "«…»——"])
    build_index([strange], builtin, tmp_path)
    assert open_index(tmp_path, verify=True).reports["strange"] == strange


@pytest.mark.xdist_group("sentence_transformers")
def test_an_index_of_one_model_names_both_when_asked_with_another(
    reports: tuple[Report, ...],
    built: Snapshot,
    builtin: BuiltinEmbedder,
    m3e: Embedder,
    tmp_path: Path,
) -> None:
    check_embedder(built, builtin)
    with pytest.raises(IndexMismatch) as caught:
        check_embedder(built, m3e)
    line = str(caught.value)
    assert "builtin" in line
    assert "m3e-small" in line
    assert "cityqa index build" in line
    other = build_index(reports, m3e, tmp_path)
    check_embedder(other, m3e)
    query = m3e.encode_queries(["图书馆"])
    best = int(other.dense_passages.search(query, 1)[0][0])
    assert "图书馆" in other.passage_text(best)
    # The other model's vectors are not taken over.
    counting = Counting(builtin)
    build_index(reports[:1], counting, tmp_path)
    assert counting.texts == distinct(reports[0])


def test_words_that_a_broken_disk_has_changed_are_written_again(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path
) -> None:
    whole = build_index(reports, builtin, tmp_path / "whole").manifest
    index = tmp_path / "index"

    def stop(step: str, done: int, total: int) -> None:
        if step == "check":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(reports, builtin, index, steps=stop)
    (weights,) = index.glob(".building-*/generation/lexical.weights.npy")
    weights.write_bytes(bytes(weights.stat().st_size))
    steps: list[str] = []
    mended = build_index(reports, builtin, index, steps=lambda step, *_: steps.append(step))
    assert mended.manifest == whole
    assert "words" in steps
    # The same, of a file that is as it was.
    with pytest.raises(KeyboardInterrupt):
        build_index(reports, builtin, tmp_path / "other", steps=stop)
    steps.clear()
    build_index(reports, builtin, tmp_path / "other", steps=lambda step, *_: steps.append(step))
    assert "words" not in steps


def test_what_is_noted_is_on_disk_before(
    reports: tuple[Report, ...],
    builtin: BuiltinEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        fsync(descriptor)
        events.append(Path(f"/proc/self/fd/{descriptor}").resolve().name)

    def replaced(path: Path, target: Path) -> Path:
        if target.name == "journal.json":
            words = json.loads(path.read_bytes())["words"]
            assert events[-1] == path.name
            assert set(words) <= set(events)
            noted.append(bool(words))
        return replace(path, target)

    noted: list[bool] = []
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    build_index(reports, builtin, tmp_path)
    assert noted == [False, True]


@pytest.mark.parametrize(
    ("kind", "others"), [("exact", 1), ("exact", 2), ("ivf-pq4", 1), ("ivf-sq8", 1)]
)
def test_a_report_that_comes_after_a_kill_alone_is_embedded(
    make_report: Callable[..., Report],
    builtin: BuiltinEmbedder,
    tmp_path: Path,
    others: int,
    kind: str,
) -> None:
    reports = [
        make_report(f"r{n}", [f"第{n}区有{n + 3}座公园。", f"第{n}区的人口是{n}万。"])
        for n in range(12)
    ]
    index = tmp_path / "index"

    def killed(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(reports, builtin, index, progress=killed, kind=kind, block=4)
    for number in range(others):
        reports.insert(0, make_report(f"a{number}", [f"新的区里有{number}座桥。"]))
        if number + 1 < others:
            # Ended again, before it has embedded as much.
            with pytest.raises(KeyboardInterrupt):
                build_index(reports, builtin, index, progress=stopped_at_once, kind=kind, block=4)
    counting = Counting(builtin)
    built = build_index(reports, counting, index, kind=kind, block=4)
    # The ended build had told of all blocks, and what is told is on disk.
    assert set(counting.texts) == {f"新的区里有{number}座桥。" for number in range(others)}
    whole = build_index(reports, builtin, tmp_path / "whole", kind=kind)
    if kind == "exact":
        assert_equal(built, whole)
    every = np.arange(whole.manifest.passages)
    # Half precision has eleven bits, and a number that is off by 1e-7 may be rounded otherwise.
    np.testing.assert_allclose(
        built.dense_passages.rows(every), whole.dense_passages.rows(every), rtol=2**-10, atol=1e-6
    )
    names = {path.name for path in index.iterdir()}
    assert names == {".lock", "CURRENT", built.folder.name}


def stopped_at_once(done: int, total: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["passages.raw", "sentences.raw", "passages.texts"])
def test_what_an_ended_build_has_written_in_part_is_not_used(
    reports: tuple[Report, ...], builtin: BuiltinEmbedder, tmp_path: Path, name: str
) -> None:
    index = tmp_path / "index"
    with pytest.raises(KeyboardInterrupt):
        build_index(reports[:2], builtin, index, progress=stopped_at_once)
    (path,) = index.glob(f".building-*/{name}")
    os.truncate(path, path.stat().st_size - 1)
    built = build_index(reports, builtin, index)
    assert built.manifest == build_index(reports, builtin, tmp_path / "whole").manifest
