"""Every message of the interfaces is translated, nothing is shown that is no message, and the
compiled catalogues are up to date."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import IO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import bot
import qa
from qa.language import Interface
from qa.messages import DOMAIN, LOCALE, catalogue, message

ROOMS = tuple(Path(str(room.__file__)).parent for room in (qa, bot))
ROOT = Path(__file__).parents[2]
CHINESE: tuple[Interface, ...] = ("zh_Hans", "zh_Hant")

SHOWING = frozenset(
    (
        "Styled add line link mark notice press lead label InlineKeyboardButton "
        "InlineQueryResultsButton"
    ).split()
)
"""What is called with a text that people in the chat see."""

NAMES = frozenset({"cityqa"})
"""Words that are the same in every language."""


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


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """The modules of qa and bot."""
    return tuple(
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for room in ROOMS
        for path in sorted(room.rglob("*.py"))
    )


def called(node: ast.AST) -> str:
    """The name of the function or method that a call is of; empty for what is no call."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


@cache
def used_messages() -> frozenset[str]:
    found: set[str] = set()
    for _, tree in trees():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node) == "message" and len(node.args) > 1:
                    found |= texts_of(node.args[1], function)
    return frozenset(found)


def literals(node: ast.AST) -> Iterator[str]:
    """Strings that stand in an expression itself, not in a call within it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call | ast.Subscript):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def wordy(text: str) -> bool:
    return any(word not in NAMES for word in re.findall(r"[^\W\d_]{2,}", text))


def untranslated(tree: ast.Module) -> list[str]:
    """Words that a module shows as they stand in the source."""
    return [
        f"line {node.lineno}: {text}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in SHOWING
        for argument in node.args[: None if called(node) == "line" else 1]
        for text in literals(argument)
        if wordy(text)
    ]


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


def test_the_interfaces_have_messages() -> None:
    assert len(used_messages()) >= 100


def test_the_bot_shows_no_words_that_are_no_message() -> None:
    shown = {path.name: untranslated(tree) for path, tree in trees() if bot.__name__ in path.parts}
    assert len(shown) > 10
    assert {name: lines for name, lines in shown.items() if lines} == {}


def test_words_that_are_no_message_are_noticed() -> None:
    for shown in (
        'text.add("Hello")',
        'Styled(f"Cities: {names}")',
        'press("Next" if more else "▶", Action.NOTHING)',
        'notice("谢谢")',
        'text.line("", "Done")',
    ):
        assert len(untranslated(ast.parse(shown))) == 1, shown
    for fine in (
        'text.add(message(language, "Hello"))',
        'text.add(f"\\n/{command} ", Style.BOLD)',
        'press("▶", Action.NOTHING, "help")',
        'text.add(labels["helpful"])',
    ):
        assert untranslated(ast.parse(fine)) == [], fine


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
