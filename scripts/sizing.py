"""Write the table of sizes into docs/sizing.md: ``python scripts/sizing.py [--update]``.

The arithmetic is that of ``embeddings.plan``. What a passage takes as text was measured on the
corpora of ``benchmarks/scale`` with 2,000 and 8,000 passages: 80 characters and 2.2 sentences a
passage, 40 passages a report.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from embeddings.plan import Counts, plan

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "sizing.md"
BEGIN: Final = "<!-- scripts/sizing.py writes from here -->\n"
END: Final = "<!-- to here -->\n"

SIZES: Final = (10_000, 20_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000)
DIM: Final = 512
PASSAGES_A_REPORT: Final = 40
SENTENCES: Final = 2.2
STORED: Final = 358  # bytes a passage
POSTINGS: Final = 970  # bytes a passage
TERMS: Final = 51_200  # at so many passages, and how they grow with them
TERMS_AT: Final = 2_000
TERMS_POWER: Final = 0.547
TERM: Final = 36  # bytes, those of its readings among them
DICTIONARY: Final = 2_000_000  # bytes at most


def counts_of(passages: int) -> Counts:
    """What so many passages come with."""
    terms = TERMS * (passages / TERMS_AT) ** TERMS_POWER
    return Counts(
        reports=passages // PASSAGES_A_REPORT,
        passages=passages,
        sentences=round(SENTENCES * passages),
        stored=STORED * passages,
        words=round(POSTINGS * passages + TERM * terms + DICTIONARY),
    )


def table() -> str:
    """The table, a line a size."""
    lines = [
        "| passages | reports | kind | vectors | words | reports | disk | while building "
        "| memory to build | to answer | mapped, at most |",
        "| ---: " * 2 + "| --- " + "| ---: " * 8 + "|",
    ]
    for passages in SIZES:
        made = plan(counts_of(passages), DIM)
        sizes = (
            made.files["vectors"],
            made.files["words"],
            made.files["reports"],
            made.disk,
            made.disk + made.scratch,
            made.building,
            made.serving,
            made.mapped,
        )
        cells = (f"{passages:,}", f"{made.counts.reports:,}", made.kind, *map(gigabytes, sizes))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def gigabytes(size: int) -> str:
    """Bytes as gigabytes, with two digits that tell."""
    return f"{size / 1e9:.2f} GB" if size < 10e9 else f"{size / 1e9:.1f} GB"


def updated(page: str) -> str:
    """The page with the table in its place."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    if "--update" in sys.argv[1:]:
        PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(table(), end="")
