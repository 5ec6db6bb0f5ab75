"""A server of the shipped reports for a whole module, and others for single tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from embeddings.embedder import Embedder
from embeddings.snapshot import Snapshot
from qa.live import Current, LiveIndex
from qa.web.ask_page import prepare_examples
from qa.web.page_links import page_links
from tests.qa.web.serving import Site, serving, settings_in

Serve = Callable[..., AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def current(
    shipped: Snapshot, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Current:
    """The shipped reports, opened once."""
    settings = settings_in(tmp_path_factory.mktemp("open"), shipped.folder.parent)
    current = LiveIndex.open(settings, page_links(settings), embedder=embedder).current
    prepare_examples(current)
    return current


@pytest.fixture(scope="module")
def site(
    shipped: Snapshot,
    embedder: Embedder,
    current: Current,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """One server without limits of requests."""
    settings = settings_in(tmp_path_factory.mktemp("site"), shipped.folder.parent)
    with serving(settings, embedder, current) as started:
        yield started


@pytest.fixture
def serve(shipped: Snapshot, embedder: Embedder, current: Current, tmp_path: Path) -> Serve:
    """Start a server with settings of its own: ``with serve(token="…") as site``."""
    settings = settings_in(tmp_path, shipped.folder.parent)
    return partial(serving, settings, embedder, current)
