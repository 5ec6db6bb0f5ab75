"""Readers: a file or web page to the lines that it holds, nothing cleaned yet."""

from corpus.readers.files import MAX_FILE_BYTES, read_bytes, read_file, read_url
from corpus.readers.media import SUFFIXES, Media, is_report_file
from corpus.readers.web import fetch

__all__ = [
    "MAX_FILE_BYTES",
    "SUFFIXES",
    "Media",
    "fetch",
    "is_report_file",
    "read_bytes",
    "read_file",
    "read_url",
]
