"""What an index of some size takes, before it is built: its kind, its bytes, memory and time.

With P passages, S sentences, d numbers a vector, L = min(4 · √P, P / 8) lists and R reports:

=============  ==================================================================================
vectors        exact: 4 · d · (P + S). Else half precision, 2 · d · (P + S), with the lists:
               4 · d · L for their centres, and for each passage 8 bytes and its code, of d bytes
               (``ivf-sq8``) or d / 4 (``ivf-pq``). ``ivf-pq4`` has codes of d / 4 and 8 bytes
               twice, and fills 16 places a list in vain.
rows           24 · P: where the sentences of a passage begin, and the rows of the passages' ids.
reports        their texts and records as JSON, as measured on some of them.
words          the lexical index, readings and dictionary, as measured on some of them.
disk, built    the sum of the above.
disk, while    besides it the spool of the reports, as large as the reports, and the larger of the
building       lexical runs (twice the words) and, for ``exact``, the vectors once more.
memory,        ``PROCESS``, 3 kB a report while copies are looked for, and the largest of: 96
building       bytes a passage and a sentence, up to 8 million each, to know a text again; ``WORDS``
               or 12 times the words, whichever is less; and for the lists first the sample that
               the centres are found from (12 · d · min(P, 40 · L, 262,144)), then 24 bytes and the
               code of each passage (``ivf-pq4``: 32 bytes and three codes), and ``BLOCKS``.
memory,        ``PROCESS``, 2 kB a report, 16 bytes a passage, and what is read of the words and
serving        not mapped, at most a fifth of them and ``READ``; the reports read last, 10 times
               their size, up to ``KEPT``; what is kept of passages and questions, 20 times the
               size of the reports, up to ``MADE``; and 16 bytes a passage, ``SCRATCH`` at most, for
               each of ``THREADS``: what the C library keeps for the next question of a thread.
               With ``ivf-pq4``, its codes and centres.
mapped         of the files that are mapped, what questions touch: at most words, and codes and
               centres of ``ivf-sq8`` and ``ivf-pq``, or all vectors of ``exact``. The kernel takes
               it back when memory is short.
=============  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from embeddings.ivf_sizes import (
    SAMPLE,
    SAMPLE_PER_LIST,
    code_bytes,
    fast_scan_bytes,
    lists_for,
)
from embeddings.kinds import AUTO, EXACT, IVF_PQ, IVF_PQ4, kind_for

MB: Final = 1_000_000

PROCESS: Final = 300 * MB
"""A process with the built-in model and its libraries."""

WORDS: Final = 350 * MB
"""What inverting words takes at most."""

BLOCKS: Final = 100 * MB
"""What lies between the vectors on disk and the lists that they are put into."""

KEPT: Final = 100 * MB
"""Reports that a server keeps once they are read, at most."""

READ: Final = 20 * MB
"""The terms of the lexical index, and the dictionary once it is parsed, at most."""

MADE: Final = 100 * MB
"""Passages in search form, candidates, and answers to the questions asked last, at most."""

SCRATCH: Final = 64 * MB
"""What a thread's arena of the C library holds, at most (glibc's ``HEAP_MAX_SIZE``)."""

THREADS: Final = 16
"""That questions come from at a time."""

_KNOWN: Final = 8_000_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to index.

    Attributes:
        reports: how many.
        passages: how many.
        sentences: how many.
        stored: bytes of the reports as the index keeps them.
        words: bytes of the lexical index, the readings and the dictionary.
    """

    reports: int
    passages: int
    sentences: int
    stored: int
    words: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an index takes. Sizes are in bytes.

    Attributes:
        kind: of the vectors' index.
        counts: what there is to index.
        dim: numbers a vector.
        files: of the finished index, by group: ``vectors``, ``rows``, ``reports``, ``words``.
        lists: that the passages are parted into; 0 for an exact index.
        sample: passages that the lists' centres are found from.
        scratch: on disk besides them while building.
        building: memory of the build, at most.
        serving: memory of a process that answers questions, besides what is mapped.
        mapped: of mapped files, at most.
    """

    kind: str
    counts: Counts
    dim: int
    files: Mapping[str, int]
    lists: int
    sample: int
    scratch: int
    building: int
    serving: int
    mapped: int

    @property
    def disk(self) -> int:
        """The finished index, in bytes."""
        return sum(self.files.values())


def plan(counts: Counts, dim: int, wanted: str = AUTO) -> Plan:
    """What an index takes.

    Args:
        counts: what there is to index.
        dim: numbers a vector.
        wanted: a kind, or ``auto`` for that of the size.

    Raises:
        SettingsError: there is no such kind.
    """
    kind = kind_for(counts.passages, wanted)
    passages, sentences = counts.passages, counts.sentences
    lists = sample = grouped = read = 0
    if kind == EXACT:
        vectors = 4 * dim * (passages + sentences)
        touched = vectors
    else:
        lists = lists_for(passages)
        sample = min(passages, SAMPLE_PER_LIST * lists, SAMPLE)
        if kind == IVF_PQ4:
            code = fast_scan_bytes(dim)
            # On average, half of the 32 places that are looked at together.
            codes = 2 * passages * (code + 8) + 16 * lists * code
            grouped = passages * (3 * code + 32)
        else:
            code = code_bytes(dim, product_quantiser=kind == IVF_PQ)
            codes = passages * (code + 8)
            grouped = passages * (code + 24)
        touched = 4 * dim * lists + codes
        vectors = 2 * dim * (passages + sentences) + touched
        if kind == IVF_PQ4:
            read, touched = touched, 0
    known = 96 * (min(passages, _KNOWN) + min(sentences, _KNOWN))
    inverting = min(WORDS, 12 * counts.words)
    grouping = max(12 * dim * sample, grouped + BLOCKS) if lists else 0
    files = {
        "vectors": vectors,
        "rows": 24 * passages,
        "reports": counts.stored,
        "words": counts.words,
    }
    return Plan(
        kind=kind,
        counts=counts,
        dim=dim,
        files=files,
        lists=lists,
        sample=sample,
        scratch=counts.stored + max(2 * counts.words, 0 if lists else vectors),
        building=PROCESS + 3_000 * counts.reports + max(known, inverting, grouping),
        serving=(
            PROCESS
            + 2_000 * counts.reports
            + 16 * passages
            + min(READ, counts.words // 5)
            + min(KEPT, 10 * counts.stored)
            + min(MADE, 20 * counts.stored)
            + THREADS * min(SCRATCH, 16 * passages)
            + read
        ),
        mapped=touched + counts.words,
    )
