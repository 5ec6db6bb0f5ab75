"""Reports for a build: in memory or on disk, the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.library import SHIPPED, read_library
from corpus.spool import Spool
from embeddings.build import build_index
from embeddings.snapshot import open_index
from qa.corpus_reports import IN_MEMORY, SPOOL, corpus_reports
from tests.embeddings.test_blocks import Lengths

ROOT = Path(__file__).parents[2]

CODE = """
import os, signal, sys
from pathlib import Path
from corpus.library import SHIPPED
from embeddings.build import build_index
from qa.corpus_reports import corpus_reports
from tests.embeddings.test_blocks import Lengths

def told(step, done, total):
    if (step, done) == (sys.argv[2], int(sys.argv[3])):
        os.kill(os.getpid(), signal.SIGKILL)

index = Path(sys.argv[1])
with corpus_reports([SHIPPED], index, progress=told, in_memory=0) as corpus:
    build_index(corpus.reports, Lengths(), index, steps=told, block=40)
"""


def test_few_reports_are_in_memory_and_many_on_disk(tmp_path: Path) -> None:
    library = read_library([SHIPPED])
    with corpus_reports([SHIPPED], tmp_path) as corpus:
        assert corpus.reports == library.reports
        assert list(tmp_path.iterdir()) == []
    with corpus_reports([SHIPPED], tmp_path, in_memory=1_000) as corpus:
        assert isinstance(corpus.reports, Spool)
        assert tuple(corpus.reports) == library.reports
        assert (tmp_path / SPOOL).is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_build_killed_at_any_step_ends_as_one_that_was_not(tmp_path: Path) -> None:
    with corpus_reports([SHIPPED], tmp_path / "whole", in_memory=0) as corpus:
        whole = build_index(corpus.reports, Lengths(), tmp_path / "whole", block=40)
    texts = whole.manifest.passages + whole.manifest.sentences
    index = tmp_path / "index"
    blocks: list[int] = []

    def told(step: str, done: int, total: int) -> None:
        if step == "embed":
            blocks.append(done)

    # While reading, looking for copies, writing words and describing files.
    kills = [("read", 3), ("copies", 5), ("words", 0), ("check", 1)]
    if "TEST_KILLS" not in os.environ:
        kills = kills[-1:]
    for step, done in kills:
        command = [sys.executable, "-c", CODE, str(index), step, str(done)]
        assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    with corpus_reports([SHIPPED], index, in_memory=0) as corpus:
        embedder = Lengths()
        build_index(corpus.reports, embedder, index, steps=told, block=40)
    assert blocks[-1] == texts
    assert embedder.texts == [], "all of it was embedded before the last kill"
    assert open_index(index, verify=True).manifest == whole.manifest
    assert {path.name for path in index.iterdir()} == {".lock", "CURRENT", whole.folder.name}


@pytest.mark.parametrize("in_memory", [IN_MEMORY, -1])
def test_what_is_wrong_with_a_corpus_is_told_and_nothing_is_left(
    tmp_path: Path, in_memory: int
) -> None:
    (tmp_path / "corpus").mkdir()
    with (
        pytest.raises(Exception, match="holds no report"),
        corpus_reports([tmp_path / "corpus"], tmp_path / "index", in_memory=in_memory),
    ):
        pass
    assert not (tmp_path / "index").exists()


def test_what_was_read_of_a_corpus_that_is_small_by_now_is_removed(tmp_path: Path) -> None:
    with (
        pytest.raises(InterruptedError),
        corpus_reports([SHIPPED], tmp_path, in_memory=0),
    ):
        raise InterruptedError
    assert (tmp_path / SPOOL).is_dir()
    with corpus_reports([SHIPPED], tmp_path, in_memory=0):
        # Another process reads it meanwhile.
        with corpus_reports([SHIPPED], tmp_path):
            pass
        assert (tmp_path / SPOOL).is_dir()
    with (
        pytest.raises(InterruptedError),
        corpus_reports([SHIPPED], tmp_path, in_memory=0),
    ):
        raise InterruptedError
    with corpus_reports([SHIPPED], tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
