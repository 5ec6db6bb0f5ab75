"""Files made to do harm are refused with a reason, in bounded memory, beside good ones."""

from __future__ import annotations

import io
import os
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

from corpus.errors import ReadError
from corpus.ingest.adding import Adding
from corpus.library import read_entry
from corpus.processes import in_order
from tests.corpus.ingest.invented import text_of
from tests.corpus.readers.pdf_files import pdf_file

Write = Callable[..., Path]

MEMORY = 1536 * 1024**2
"""Bytes of address space, of which the interpreter and its libraries take some 300 MB."""


def packed(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return stream.getvalue()


def test_each_is_refused_with_its_reason_and_the_good_one_is_read(write: Write) -> None:
    document = packed(b"<w:document/>" * 100)
    # Ten megabytes of markup in one element.
    tags = " ".join(f'a{n}="x"' for n in range(800_000))
    os.mkfifo(write("x", b"").parent / "pipe.txt")
    reasons = {
        write("bomb.docx", packed(bytes(250 * 1024**2))): "unpacks to far more than",
        write("pages.pdf", pdf_file([[]] * 5_000)): "has more than 2000 pages",
        write("large.html", f"<html>{'<p>x</p>' * 2_700_000}"): "is too large a page",
        write("tags.html", f"<html><body><p {tags}>新建</p>"): "attributes without number",
        write("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99): "is a binary file",
        write("picture.pdf", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99): "is a binary file",
        write("half.docx", document[: len(document) // 2]): "is damaged or cut off",
        write("half.pdf", pdf_file([["新建公园"]])[:300]): "PDF",
        write("x", b"").parent / "pipe.txt": "is no regular file",
        write("blank.txt", "\ufeff \n\u3000\n"): "is empty",
        # The parser goes no deeper than some hundred elements.
        write("deep.html", f"<html><body>{'<div>' * 20_000}新建公园"): "is empty",
        write("gone.txt", b"").parent / "none.txt": "does not exist",
    }
    good = write("good.txt", text_of("武汉市"))
    paths = [*reasons, good]
    # A reader begins as a fork of this process, which may have loaded anything by now.
    before = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    results = dict(in_order(read_entry, paths, jobs=1, seconds=30, memory=MEMORY))
    for path, reason in reasons.items():
        error = results[path]
        assert isinstance(error, ReadError), (path, error)
        assert reason in error.what, error
    entry = results[good]
    assert not isinstance(entry, Exception), entry
    assert "社区食堂27家" in entry.report.text
    # Kilobytes, of the largest process so far: below the limit by far.
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert largest < before + 500 * 1024


def test_a_run_over_them_adds_what_is_good(write: Write, tmp_path: Path) -> None:
    paths = [
        write("bomb.docx", packed(bytes(250 * 1024**2)), "in"),
        *(
            write(f"{n}.txt", text_of("武汉市", 30 + n, 400 + 9 * n, 20 + n), "in")
            for n in range(4)
        ),
        write("pages.pdf", pdf_file([[]] * 5_000), "in"),
    ]
    found = [outcome.status for outcome in Adding(tmp_path / "corpus").files(paths)]
    assert found == ["left out", *["added"] * 4, "left out"]
