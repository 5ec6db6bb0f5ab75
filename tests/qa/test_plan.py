"""The sample behind a plan is spread evenly, and the plan warns of what does not fit."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from corpus.errors import EmptyCorpus
from embeddings.builtin import BuiltinEmbedder
from embeddings.kinds import AUTO, KINDS
from qa.cli import plan
from qa.cli.index import build
from qa.cli.plan import LEAST_FILES, MOST_FILES, planned, sample
from qa.settings import Settings


def write(folder: Path, number: int, sentences: int = 2) -> None:
    text = "".join(f"第{number}个区去年新建绿道{n}公里，种树若干。" for n in range(sentences))
    content = f"{number}号区绿道建设情况\n\n来源：区报　2023-03-04\n\n{text}\n"
    (folder / f"district{number:03}.txt").write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for number in range(90):
        write(folder, number)
    (folder / "district005.pdf").write_bytes(b"no PDF")
    return folder


def test_forty_files_are_read_and_stand_for_all(folder: Path) -> None:
    found = sample([folder])
    assert (found.read, found.files) == (MOST_FILES, 91)
    assert found.share == pytest.approx(40 / 91, rel=0.05)
    numbers = sorted(int(report.id.removeprefix("district")) for report in found.reports)
    assert numbers[0] < 3
    assert numbers[-1] > 86
    assert max(b - a for a, b in itertools.pairwise(numbers)) <= 5


def test_the_files_read_first_are_spread_evenly_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MOST_SECONDS", 0.0)
    # Time is up with the first: there are five all the same.
    found = sample([folder])
    assert (found.read, found.rough) == (LEAST_FILES, True)
    for read in (4, 8, 16):
        places = sorted(list(plan._evenly(1_000, MOST_FILES))[:read])
        gaps = [b - a for a, b in zip([0, *places], [*places, 1_000], strict=True)]
        assert max(gaps) <= 2.7 * 1_000 / read


def test_loading_what_reads_files_is_not_taken_for_reading_them() -> None:
    # The first of three equal files took 3 s and the others 0.2 s each: 0.2 s a file.
    assert plan._seconds([3.0, 0.2, 0.2], [10, 10, 10]) == pytest.approx(0.6)
    # Of 40 bytes, 10 took 0.1 s; a first file that was faster than the others counts as it is.
    assert plan._seconds([3.0, 0.1], [30, 10]) == pytest.approx(0.4)
    assert plan._seconds([0.1, 0.4], [10, 10]) == pytest.approx(0.5)
    assert plan._seconds([3.0], [10]) == 3.0


def test_there_are_never_more_reports_than_files(folder: Path, tmp_path: Path) -> None:
    # As if five small files had been read among three hundred that are mostly large.
    few = dataclasses.replace(sample([folder]), read=5, files=300, share=1e-3)
    facts = planned(few, BuiltinEmbedder(), tmp_path)
    assert (facts["reports"], facts["rough"]) == (300, True)
    lines = dict(plan._lines(facts))
    assert lines["files"] == "5 of 300 read; the figures are rough"
    assert lines["reports"] == "roughly 300"


def test_what_cannot_be_read_is_told_where_nothing_can(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no PDF")
    with pytest.raises(EmptyCorpus, match=r"no file can be read as a report \(a.pdf"):
        sample([tmp_path])


def test_a_person_reads_amounts_and_warnings(folder: Path, tmp_path: Path) -> None:
    found = sample([folder])
    # As if the forty files stood for a hundred thousand times as many.
    huge = dataclasses.replace(found, files=4_000_000, share=1e-5)
    facts = planned(huge, BuiltinEmbedder(), tmp_path / "not" / "there")
    assert facts["kind"] == "ivf-pq4"
    assert facts["reports"] == pytest.approx(4e6, rel=0.05)
    lines = dict(plan._lines(facts))
    assert lines["files"] == "40 of 4,000,000 read"
    assert lines["passages"].startswith("about ")
    assert " h on this machine" in lines["time"]
    small: dict[str, Any] = {**facts, "disk_free": 5_000_000, "memory_machine": 2_000_000_000}
    disk, memory = plan._warnings(small)
    assert "and 5.0 MB are free; free some space" in disk
    assert "the machine has 2.0 GB; build on a larger one" in memory


def test_durations_and_sizes_are_rounded_for_people() -> None:
    assert [plan._duration(s) for s in (0.04, 89, 91, 5_400)] == ["0.0 s", "89 s", "2 min", "1.5 h"]
    sizes = (999, 999_400, 1_500_000, 53e9, 1_234e9)
    assert [plan._amount(size) for size in sizes] == [
        "1.0 kB",
        "999 kB",
        "1.5 MB",
        "53 GB",
        "1,234 GB",
    ]


def test_settings_and_commands_know_the_kinds_that_there_are() -> None:
    # Each names them anew: whoever asks for help waits for no import of an index.
    kinds = [AUTO, *KINDS]
    assert sorted(get_args(Settings.model_fields["index_kind"].annotation)) == sorted(kinds)
    offered = [
        parameter.type.choices
        for parameter in build.params
        if isinstance(parameter.type, click.Choice) and AUTO in parameter.type.choices
    ]
    assert [sorted(choices) for choices in offered] == [sorted(kinds)]
