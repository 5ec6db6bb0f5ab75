"""Every message of the interface is translated, and the compiled catalogues are up to date."""

from __future__ import annotations

import ast
import importlib.util
import io
import string
from pathlib import Path
from types import ModuleType
from typing import IO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import qa
from qa.language import Interface
from qa.messages import DOMAIN, LOCALE, catalogue, message

ROOM = Path(qa.__file__).parent
ROOT = Path(__file__).parents[2]
CHINESE: tuple[Interface, ...] = ("zh_Hans", "zh_Hant")


def texts_of(node: ast.expr, scope: ast.AST) -> set[str]:
    """The strings that an argument may be, a name looked up among the assignments around it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return texts_of(node.body, scope) | texts_of(node.orelse, scope)
    assert isinstance(node, ast.Name), ast.dump(node)
    values = [
        assign.value
        for assign in ast.walk(scope)
        if isinstance(assign, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == node.id for t in assign.targets)
    ]
    assert values, f"{node.id} is not a text that can be read here"
    return set().union(*(texts_of(value, scope) for value in values))


def used_messages() -> set[str]:
    found: set[str] = set()
    for path in sorted(ROOM.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for function in functions:
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "message"
                    and len(node.args) > 1
                ):
                    found |= texts_of(node.args[1], function)
    return found


def source(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translations(language: str) -> Catalog:
    with source(language).open("rb") as stream:
        return read_po(stream, locale=language)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def compiled_messages(stream: IO[bytes]) -> dict[object, object]:
    return {message.id: message.string for message in read_mo(stream) if message.id}


def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "compile_messages", ROOT / "scripts" / "compile_messages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_interface_has_messages() -> None:
    assert len(used_messages()) >= 8


@pytest.mark.parametrize("language", CHINESE)
def test_every_message_is_translated_and_no_other(language: Interface) -> None:
    known = {str(m.id) for m in translations(language) if m.id and m.string and not m.fuzzy}
    assert known == used_messages()
    for text in used_messages():
        assert catalogue(language).gettext(text) != text


@pytest.mark.parametrize("language", CHINESE)
def test_a_translation_has_the_places_of_its_original(language: Interface) -> None:
    for text in used_messages():
        assert places(catalogue(language).gettext(text)) == places(text)


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.skipif(not (ROOT / "scripts").is_dir(), reason="the scripts are not in this tree")
def test_the_compiled_catalogue_is_what_the_source_compiles_to(language: Interface) -> None:
    # Their headers name the compiler and the time, so the messages are compared.
    compiled = io.BytesIO(compiler().compiled(source(language)))
    with source(language).with_suffix(".mo").open("rb") as stream:
        assert compiled_messages(stream) == compiled_messages(compiled)


def test_a_message_has_its_places_filled_in() -> None:
    text = "The reports cover: {cities}"
    assert message("en", text, cities="武汉市") == "The reports cover: 武汉市"
    assert message("zh_Hant", text, cities="武汉市").endswith("：武汉市")
    # Braces in what is filled in are text.
    assert message("en", text, cities="{cities}") == "The reports cover: {cities}"
