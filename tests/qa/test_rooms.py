"""The rooms of the project: what may import what, and how long a module may be."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("corpus", "embeddings", "qa", "bot")
LONGEST = 400
NO_IDEA = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The modules that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_along_the_arrows(room: str) -> None:
    later = set(ROOMS[ROOMS.index(room) + 1 :])
    assert modules(room)
    for path in modules(room):
        back = {name for name in imported(path) if name.split(".")[0] in later | {"tests"}}
        assert not back, f"{path.relative_to(ROOT)} imports {back}"


@pytest.mark.parametrize("room", ROOMS)
def test_modules_are_short_and_named_for_what_they_hold(room: str) -> None:
    for path in modules(room):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= LONGEST, f"{path.relative_to(ROOT)} has {lines} lines"
        assert path.stem not in NO_IDEA


def test_every_room_is_packaged_and_typed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert tuple(packages) == ROOMS
    for room in ROOMS:
        assert (ROOT / room / "__init__.py").is_file()
        assert (ROOT / room / "py.typed").is_file()
