"""What an index holds besides vectors: reports, words, readings and dictionary, in one pass."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from corpus.report import Report
from embeddings.arrays import write_array
from embeddings.dictionary import DictionaryWriter
from embeddings.inversion import LexicalWriter
from embeddings.readings import write_readings_of
from embeddings.report_store import ReportsWriter
from embeddings.snapshot import BOUNDARIES
from embeddings.tokens import tokenise


def write_texts(
    reports: Iterable[Report], folder: Path, scratch: Path, progress: Callable[[int], None]
) -> None:
    """Write the files of a generation that need no embedder.

    In memory are 16 bytes a passage, and what the writers document.

    Args:
        reports: in order.
        folder: of the generation.
        scratch: a folder for files in between; removed.
        progress: told how many passages each report has.

    Raises:
        OSError: a file cannot be written in full.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    words = LexicalWriter(scratch)
    boundaries = array("q", [0])
    phrases = DictionaryWriter()
    with ReportsWriter(folder) as writer:
        for report in reports:
            writer.add(report)
            for passage in report.passages:
                text = report.slice(passage.span)
                words.add(tokenise(text))
                phrases.add(text)
                boundaries.append(boundaries[-1] + len(passage.sentences))
            progress(len(report.passages))
    write_array(folder / BOUNDARIES, np.array(boundaries, dtype=np.int64))
    words.finish(folder)
    write_readings_of(folder)
    phrases.finish(folder)
    shutil.rmtree(scratch, ignore_errors=True)
