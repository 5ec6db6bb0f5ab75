"""In which order files of tests are given to processes, and which stay together.

With ``pytest -n 3 --dist loadgroup``, a file's tests run in one process, as with ``loadfile``; what
is marked with a group of several files runs in one process too, which alone imports torch, or
opens the index of the shipped reports.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent

LONGEST = (
    "bot/test_conversation.py",
    "ray",
    "shipped",
    "train_selector",
    "sentence_transformers",
    "end_to_end/test_ask.py",
    "end_to_end/test_indexes.py",
    "browser/test_ask_page.py",
    "browser/test_evaluation_page.py",
    "embeddings/test_killed.py",
    "qa/web/test_serve_command.py",
    "end_to_end/test_eval.py",
    "end_to_end/test_terminal.py",
    "bot/handlers/test_about.py",
    "bot/handlers/test_questions.py",
    "embeddings/milvus/test_replaced.py",
    "embeddings/milvus/test_killed.py",
)
"""These begin first, so that no process works at one of them when the others have ended."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {}
    for item in items:
        group = item.get_closest_marker("xdist_group")
        name = group.args[0] if group else item.path.relative_to(HERE).as_posix()
        if group is None:
            item.add_marker(pytest.mark.xdist_group(name))
        order[item] = LONGEST.index(name) if name in LONGEST else len(LONGEST)
    items.sort(key=order.__getitem__)
