"""The raw reports, varied in encoding, script, page and kind of file, come in whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpus.ingest.adding import Adding
from corpus.ingest.outcome import Outcome, counted
from corpus.library import Library, read_entry, read_library
from tests.corpus.ingest.variations import ENCODINGS, KINDS, figures, variations

RAW = Path(__file__).parents[4] / "shared" / "reports"

pytestmark = pytest.mark.skipif(
    not RAW.is_dir(), reason="the raw reports are not beside this checkout"
)


def told(library: Library) -> list[tuple[str, str, list[str]]]:
    entries = (*library.entries, *library.copies)
    return [(e.report.id, e.report.text, [m.id for m in e.report.mirrors]) for e in entries]


def test_twenty_five_files_are_five_reports_with_every_figure_and_the_same_again(
    tmp_path: Path,
) -> None:
    made = variations(RAW, 25)
    assert {one.how[2] for one in made} == set(KINDS)
    assert {one.how[3] for one in made} == {*ENCODINGS, "binary"}
    source, target = tmp_path / "files", tmp_path / "corpus"
    source.mkdir()
    for one in made:
        (source / one.name).write_bytes(one.data)
    paths = sorted(source.iterdir())

    def run() -> list[Outcome]:
        adding = Adding(target, jobs=2)
        return adding.finish(list(adding.files(paths)))

    first = counted(run())
    # Of each report the first file is the report, and the other four are copies.
    assert (first["added"], first["duplicate"]) == (5, 20)
    library = read_library([target])
    assert [len(entry.report.mirrors) for entry in library.entries] == [4] * 5
    bases = {one.name: one.base for one in made}
    originals = {p.stem: Counter(figures(read_entry(p).report.text)) for p in RAW.glob("*.txt")}
    for entry in (*library.entries, *library.copies):
        lost = originals[bases[entry.path.name]] - Counter(figures(entry.report.text))
        assert not lost, (entry.path.name, lost)
    for entry in library.entries:
        base = bases[entry.path.name]
        assert {bases[Path(m.origin).name] for m in entry.report.mirrors} == {base}
    assert counted(run())["unchanged"] == 25
    assert told(read_library([target])) == told(library)
