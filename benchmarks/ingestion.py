"""Add hundreds of reports in one command: counts, seconds, memory, and whether all is as it was.

Varies the raw reports of ``../shared/reports`` in encoding, script, head and foot of the page and
kind of file, adds all of them with ``cityqa corpus add``, and then again. Exits 1 where the second
run changes a count, an id or a text, where a figure of an original is lost, or where the copies of
one report are not found to be one.

    python benchmarks/ingestion.py [--count 500] [--jobs N] [--keep DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from corpus.library import Library, read_entry, read_library  # noqa: E402
from embeddings.threads import usable_cores  # noqa: E402
from tests.corpus.ingest.variations import Variation, figures, variations  # noqa: E402

REPORTS = ROOT.parent / "shared" / "reports"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="files")
    parser.add_argument("--jobs", type=int, default=usable_cores(), help="processes that read")
    parser.add_argument("--keep", type=Path, help="an empty folder to leave the files in")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        return measure(folder, arguments.count, arguments.jobs)


def measure(folder: Path, count: int, jobs: int) -> int:
    source, target = folder / "files", folder / "corpus"
    source.mkdir(parents=True)
    made = variations(REPORTS, count)
    for one in made:
        (source / one.name).write_bytes(one.data)
    kinds = Counter(one.how[2] for one in made)
    print(f"files        {count}: {', '.join(f'{n} {kind}' for kind, n in kinds.items())}")
    wrong: list[str] = []
    seen: list[tuple[int, str]] = []
    for run in ("first run", "second run"):
        start = time.perf_counter()
        told = add(source, target, folder, jobs)
        seconds = time.perf_counter() - start
        names = ("added", "duplicate", "unchanged", "version", "left_out")
        counts = ", ".join(f"{told[name]} {name}" for name in names if told[name])
        print(f"{run:12} {counts}; {seconds:.1f} s, {count / seconds:.0f} files/s, {jobs} jobs")
        library = read_library([target], jobs=jobs)
        seen.append((len(library.entries), digest(library)))
        wrong += lost_figures(library, made)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"memory       {peak / 1024:.0f} MB, the largest process")
    copies = ", ".join(f"{e.report.id} +{len(e.report.mirrors)}" for e in library.entries)
    print(f"reports      {len(library.entries)} with their copies: {copies}")
    if seen[0] != seen[1]:
        wrong.append("the second run gave other reports than the first")
    if len(library.entries) != len({one.base for one in made}):
        wrong.append("copies of one report were not found to be one")
    if len(library.entries) + len(library.copies) != count:
        wrong.append("files are missing")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def add(source: Path, target: Path, folder: Path, jobs: int) -> dict[str, Any]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CITYQA_CACHE": str(folder / "cache"),
        "CITYQA_STATE": str(folder / "state"),
    }
    command = [sys.executable, "-m", "qa", "corpus", "add", "--json", str(source)]
    done = subprocess.run(
        [*command, "--corpus", str(target), "--jobs", str(jobs)],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def digest(library: Library) -> str:
    """Of the ids, texts and copies of all reports."""
    found = hashlib.sha256()
    for entry in (*library.entries, *library.copies):
        report = entry.report
        mirrors = [mirror.id for mirror in report.mirrors]
        found.update(repr((report.id, report.text, mirrors)).encode())
    return found.hexdigest()


def lost_figures(library: Library, made: list[Variation]) -> list[str]:
    """A line for each file in which figures of its original are missing."""
    of = {base: read_entry(REPORTS / f"{base}.txt").report for base in {one.base for one in made}}
    bases = {one.name: one.base for one in made}
    lines = []
    for entry in (*library.entries, *library.copies):
        wanted = Counter(figures(of[bases[entry.path.name]].text))
        lost = wanted - Counter(figures(entry.report.text))
        if lost:
            lines.append(f"{entry.path.name} lost {', '.join(lost)}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
