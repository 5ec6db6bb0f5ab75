"""Reports to and from the JSON that an index keeps them in."""

from __future__ import annotations

from corpus.records import content_digest as content_digest
from corpus.records import corpus_digest as corpus_digest
from corpus.records import report_from_record as report_from_record
from corpus.records import report_record as report_record
