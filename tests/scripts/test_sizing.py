"""The table of sizes in the documentation is what its command prints."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "sizing.py"

pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason="the scripts are not in this tree")


@pytest.fixture(scope="module")
def sizing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sizing", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_the_table_that_the_command_writes(sizing: ModuleType) -> None:
    page = sizing.PAGE.read_text(encoding="utf-8")
    assert sizing.updated(page) == page
    assert all(f"| {size:,} |" in page for size in sizing.SIZES)


def test_what_a_passage_comes_with_grows_as_the_page_says(sizing: ModuleType) -> None:
    counts = sizing.counts_of(8_000)
    assert (counts.reports, counts.sentences, counts.stored) == (200, 17_600, 358 * 8_000)
    # 51,200 terms four times over to the power of .547, which is 2.135.
    assert counts.words == pytest.approx(970 * 8_000 + 36 * 51_200 * 2.135 + 2_000_000, rel=1e-3)
    assert sizing.gigabytes(1_234_567_890) == "1.23 GB"
