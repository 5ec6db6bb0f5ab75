"""The page of measurements: every figure from a file, every bar beside its figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.page.__main__ import write_page
from benchmarks.page.bars import bars
from benchmarks.page.sections import SECTIONS
from benchmarks.page.tables import shown, table
from benchmarks.results import envelope, read_result, write_result

CORPUS = {
    "reports": 25,
    "passages": 1000,
    "sentences": 2200,
    "distinct_sentences": 2000,
    "mean_characters": 80.25,
    "distinct_characters": 2800,
    "distinct_bigrams": 33000,
}


def size(kind: str, own: float, p95: float, recall: float) -> dict[str, Any]:
    """What one size gave; memory of serving is that of building and 100 MiB of mapped files."""
    memory = {"own": own, "mapped": 100.0}
    return {
        "corpus": CORPUS,
        "build": {
            "seconds": 600.0,
            "steps": {"read": 100.0, "embed": 500.0},
            "memory_mib": {**memory, "peak": 1.0},
            "kind": kind,
            "passages_per_second": 1234.5,
            "bytes_per_passage": {"vectors of passages": 2048.0, "words": 900.0},
        },
        "serve": {
            "seconds": {"import": 0.5, "open": 0.25, "first_question": 0.1},
            "alone_ms": {"p50": 5.0, "p95": p95, "p99": 2 * p95},
            "clients_ms": {"p50": 50.0, "p95": 90.0, "p99": 99.0},
            "clients": 16,
            "clients_per_second": 250.0,
            "steps_ms": {"encode": 1.5, "words": 2.5},
            "memory_mib": {"largest": memory},
            "needles": {"hit@1": {"zh": 0.9125}},
        },
        "compare": {"recall@10": recall, "hits_overlap@10": 0.995, "same_first_extract": 1.0},
    }


PEER = {"r@1": 0.955, "r@5": 0.99, "index_s": 9.0, "p50_ms": 12.0, "p95_ms": 20.0, "peak_mb": 500.0}
PEERS = {
    "quick": False,
    "sets": {
        "demo": {
            "questions": 100,
            "documents": 40,
            "ours": {**PEER, "r@1": 0.975, "p50_ms": 6.0},
            "answer_to_encode": 4.5,
            "peers": {
                "lancet": {
                    "ngrams": {**PEER, "source": "docs", "hybrid": True, "ratios": {"p50_ms": 2.0}}
                }
            },
            "verdict": {
                "best": {"system": "lancet", "setting": "ngrams", "r@1": 0.955},
                "fastest_hybrid": {"system": "lancet", "setting": "ngrams", "p50_ms": 12.0},
            },
        }
    },
}

SCALE = {
    "sizes": {
        "10000": size("exact", 300.0, 8.0, 1.0),
        # 2,900 MiB are 3,041 MB; 33 ms are 4.125 times 8 ms.
        "1000000": size("ivf-sq8", 2900.0, 33.0, 0.984),
    }
}

MEMORY = {
    "questions": 10_000,
    "reloads": 100,
    "bound": 0.02,
    "flat": True,
    "curve": [{"questions": n * 100, "mib": 300.0 + n % 3} for n in range(1, 101)],
    "second_half": {"slope": 0.1, "error": 0.02, "rise": 0.5, "mean": 301.0},
    "descriptors": {"first": 18, "largest": 20, "last": 19},
}


def results(**figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {"figures": value} for name, value in figures.items()}


def test_bars_of_scale_are_computed_from_its_figures() -> None:
    found = {bar.what: bar for bar in bars(results(scale=SCALE))}
    build, recall, slower, serving = list(found.values())[:4]
    assert (build.figure, build.met) == ("3,041 MB", False)
    assert (recall.figure, recall.met) == ("0.984", True)
    assert (slower.figure, slower.met) == ("4.12 ×", True)
    # (2,900 + 100) MiB are 3,146 MB, within 4,000.
    assert (serving.figure, serving.met) == ("3,146 MB", True)


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    small = {"sizes": {"10000": SCALE["sizes"]["10000"]}}
    assert {bar.met for bar in bars(results(scale=small))} == {None}
    assert {bar.mark for bar in bars({})} == {"not measured"}


def test_ours_has_to_be_ahead_of_the_best_of_all_other_programs_and_not_slower() -> None:
    ahead, faster = (bar for bar in bars(results(peers=PEERS)) if "demo" in bar.what)
    assert (ahead.figure, ahead.met, faster.figure, faster.met) == ("0.975", True, "6 ms", True)
    assert faster.asked == "≤ 12 ms, the fastest hybrid retrieval (lancet, R@1 0.955)"
    one = PEERS["sets"]["demo"]  # type: ignore[index]
    behind = {"sets": {"demo": {**one, "ours": {**one["ours"], "r@1": 0.955, "p50_ms": 12.5}}}}
    assert [bar.met for bar in bars(results(peers=behind)) if "demo" in bar.what] == [False, False]
    quick = bars(results(peers={**PEERS, "quick": True}))
    assert {bar.mark for bar in quick if "demo" in bar.what} == {"not decided"}


def test_memory_over_fewer_questions_than_asked_for_meets_no_bar() -> None:
    (bar,) = (b for b in bars(results(memory=MEMORY)) if "10,000" in b.what)
    assert (bar.figure, bar.met) == ("0.166 %", True)  # 0.5 of 301
    short = {**MEMORY, "questions": 1_000}
    (bar,) = (b for b in bars(results(memory=short)) if "10,000" in b.what)
    assert bar.met is None


def test_a_file_states_bars_of_its_own() -> None:
    stated = {"bars": [{"what": "Rate", "asked": "≥ .85", "figure": 0.912, "met": True}]}
    assert ("Rate", "0.912", "met") in [
        (bar.what, bar.figure, bar.mark) for bar in bars(results(embedding=stated))
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567"),
        (1234.5, "1,234"),
        (98.76, "98.8"),
        (1.234, "1.23"),
        (0.98449, "0.984"),
        (0.00042, "0.00042"),
        (3.0, "3"),
        (None, "–"),
        (True, "yes"),
        ("a|b", "a\\|b"),
    ],
)
def test_figures_are_shown_with_three_digits_that_count(value: Any, text: str) -> None:
    assert shown(value) == text


def test_numbers_of_a_table_stand_at_the_right() -> None:
    made = table(["set", "R@1", "by"], [["a", 0.5, "x"], ["b", None, "y"]])
    assert made.splitlines() == [
        "| set | R@1 | by |",
        "| --- | ---: | --- |",
        "| a | 0.500 | x |",
        "| b | – | y |",
    ]


def test_equal_files_give_an_equal_page_with_all_plots_that_it_shows(tmp_path: Path) -> None:
    files = tmp_path / "results"
    profile = {
        "total_ms": {"p50": 6.5, "p95": 9.0},
        "bare_encode_ms": {"p50": 1.25},
        "ratio": 5.2,
        "steps_ms": {"encode": 1.5, "total": 6.5},
        "by_package": {"qa": 0.75},
        "functions": [{"name": "qa.engine.ask", "share": 0.25}],
    }
    startup = {
        "ask": {"seconds": 0.41, "megabytes": 150},
        "bare": {"seconds": 0.39, "megabytes": 90},
    }
    for name, figures in (
        ("scale", SCALE),
        ("memory", MEMORY),
        ("profile", profile),
        ("startup", startup),
    ):
        write_result(files / f"{name}.json", figures, command=f"python benchmarks/{name}")
    # A file may have its figures beside what every file tells.
    told = {
        k: v for k, v in envelope({}, command="python benchmarks/peers").items() if k != "figures"
    }
    (files / "peers.json").write_text(json.dumps({**told, **PEERS}))
    pages = [tmp_path / "one" / "page.md", tmp_path / "two" / "page.md"]
    for page in pages:
        write_page(files, page)
    text = pages[0].read_text(encoding="utf-8")
    assert text == pages[1].read_text(encoding="utf-8")
    plots = sorted(path.name for path in (tmp_path / "one" / "page").iterdir())
    assert plots == sorted(set(plots))
    assert {f"page/{name}" for name in plots} == {
        part.split(")")[0] for part in text.split("](")[1:] if part.startswith("page/")
    }
    for name in plots:
        same = [(page.parent / "page" / name).read_bytes() for page in pages]
        assert same[0] == same[1]
        assert b"<dc:date>" not in same[0]
    # A figure of each file, and what is missing.
    for figure in (
        "3,041 MB",
        "| ivf-sq8 |",
        "+0.50 MiB",
        "qa.engine.ask",
        "0.410",
        "0.912",
        "12 (2)",
    ):
        assert figure in text
    missing = [section for section in SECTIONS if section.name in ("ray", "milvus")]
    for section in missing:
        assert f"Not measured yet: `{section.command}`." in text


def test_a_quick_run_stands_in_for_what_was_not_measured_in_full(tmp_path: Path) -> None:
    for folder, name, seconds in (
        ("full", "startup", 0.375),
        ("quick", "startup", 0.875),
        ("quick", "ray", 0.625),
    ):
        path = tmp_path / folder / f"{name}.json"
        figures = {"ask": {"seconds": seconds, "megabytes": 150}}
        write_result(path, figures, command="python a.py")
    write_page(tmp_path / "full", tmp_path / "page.md", fallback=tmp_path / "quick")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "0.375" in text
    assert "0.875" not in text
    start = text.index("## Ray")
    assert "0.625" in text[start:]
    assert text.count("Of the quick run") == text[start:].count("Of the quick run") == 1


def test_a_result_names_command_date_machine_and_versions_but_no_folder_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks/scale/__main__.py", "--work", str(tmp_path)])
    found = envelope({"n": 1}, packages=("no-such-package",))
    assert found["command"] == f"python benchmarks/scale --work {tmp_path.name}"
    assert found["machine"].keys() == {"cores", "memory_gib", "cpu", "system"}
    assert "numpy" in found["versions"]
    assert "no-such-package" not in found["versions"]
    assert str(tmp_path) not in json.dumps(found)


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(ValueError, match=r"x\.json is no result"):
        read_result(tmp_path / "x.json")
    assert read_result(tmp_path / "y.json") is None
