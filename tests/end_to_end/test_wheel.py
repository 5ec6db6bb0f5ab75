"""The wheel, installed away from the checkout, answers from the reports that come with it."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
QUESTION = "武汉改造了多少个老旧小区？"

CHILD = """
import sys
from qa.cli import main
try:
    main(sys.argv[1:])
finally:
    for name in ("corpus", "embeddings", "qa"):
        print(f"module {sys.modules[name].__file__}", file=sys.stderr)
"""


def test_the_installed_wheel_answers_from_any_folder(
    tmp_path: Path,
    environment_in: Callable[..., dict[str, str]],
    seed_cache: Callable[..., None],
) -> None:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed; `pip install hatchling` to build the wheel here")
    # A copy: a build may leave files beside the sources.
    source = tmp_path / "source"
    source.mkdir()
    for name in ("corpus", "embeddings", "qa", "bot"):
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist"), cwd=source)
    (wheel,) = (tmp_path / "dist").glob("cityqa-*-py3-none-any.whl")
    installed = tmp_path / "installed"
    _python(
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"),
        *("--disable-pip-version-check", "--target", str(installed), str(wheel)),
        cwd=tmp_path,
    )
    _holds_all_data(wheel)
    seed_cache(tmp_path, installed / "corpus" / "reports")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "ask", "--json", QUESTION],
        env={**environment_in(tmp_path), "PYTHONPATH": str(installed)},
        cwd=elsewhere,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    modules = re.findall(r"(?m)^module (.+)$", done.stderr.decode())
    assert len(modules) == 3
    assert all(Path(module).is_relative_to(installed) for module in modules)
    first = json.loads(done.stdout)["extracts"][0]
    assert "455个" in first["text"]
    assert (tmp_path / "cache" / "pages").is_dir()


def _holds_all_data(wheel: Path) -> None:
    """Every file of the packages that is no source code is in the wheel as well."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in ("corpus", "embeddings", "qa", "bot")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected <= names
    assert "qa/locale/zh_Hant/LC_MESSAGES/cityqa.mo" in names
    assert "corpus/reports/wuhan.md" in names
    assert "corpus/pages/templates/report.html" in names


def _python(*arguments: str, **options: Any) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stderr
