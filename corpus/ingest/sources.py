"""What is to be added: the files that a path stands for, the addresses of a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus.errors import EmptyCorpus, ReadError, StorageError
from corpus.library import report_files


def files_in(path: Path) -> list[Path]:
    """The report files that a path stands for: itself, or those of the folder.

    Raises:
        ReadError: there is no such file, or none of its name is taken for a report.
        EmptyCorpus: a folder without a report file.
        StorageError: a folder may not be read.
    """
    from corpus.readers import SUFFIXES, is_report_file

    try:
        folder, there = path.is_dir(), path.exists()
    except OSError as error:
        raise StorageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    if folder:
        files = list(report_files(path))
        if not files:
            raise EmptyCorpus("holds no report (.md, .txt, .html, .pdf, .docx)", where=str(path))
        return files
    if not there:
        raise ReadError("there is no such file", where=str(path))
    if path.suffix.casefold() in SUFFIXES and not is_report_file(path):
        raise ReadError(
            "a file of this name is not taken for a report", where=str(path), mend="rename it"
        )
    return [path]


def is_address(source: str) -> bool:
    """Whether a source is a web address; every other one is a path."""
    return "://" in source


def listed(lines: Iterable[str], *, where: str) -> list[str]:
    """The addresses and paths of a list: one a line, blank lines and ``#`` comments left out.

    A ``#`` within an address belongs to it; one after a blank begins a comment.

    Raises:
        ReadError: it lists nothing.
    """
    found = []
    for line in lines:
        text = line.strip().lstrip("\ufeff")
        comment = min(
            (place for mark in (" #", "\t#") if (place := text.find(mark)) >= 0), default=-1
        )
        text = text[:comment].strip() if comment >= 0 else text
        if text and not text.startswith("#"):
            found.append(text)
    if not found:
        raise ReadError("lists nothing", where=where, mend="write one address a line")
    return list(dict.fromkeys(found))
