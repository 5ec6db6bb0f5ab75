"""What a build has to know of all reports before it begins: ids, contents, how much there is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.records import content_digest
from corpus.report import Report


@dataclass(frozen=True, slots=True)
class Census:
    """Some reports, counted.

    Attributes:
        digests: id to the digest of the content, in order; about 250 bytes a report.
        passages: how many there are.
        sentences: how many there are.
        corpus: digest of all contents, that of ``corpus.records.corpus_digest``.
    """

    digests: Mapping[str, str]
    passages: int
    sentences: int
    corpus: str


def counted(reports: Iterable[Report]) -> Census:
    """Count reports, looking at each once.

    Raises:
        ValueError: two have one id.
    """
    digests: dict[str, str] = {}
    passages = sentences = 0
    whole = hashlib.sha256()
    for report in reports:
        if report.id in digests:
            raise ValueError("two reports have one id")
        digests[report.id] = content_digest(report)
        whole.update(digests[report.id].encode())
        passages += len(report.passages)
        sentences += sum(len(passage.sentences) for passage in report.passages)
    return Census(digests, passages, sentences, whole.hexdigest())
