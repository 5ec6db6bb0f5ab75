"""Ids whose text changed: which passage, and which sentence, took the place of the old one."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from corpus.anchors import sentence_anchors
from corpus.normalise import normalise
from corpus.report import Report

LEAST_SHARED = 0.4
"""Share of an old text's bigrams that a new text must have to count as its successor."""

MOST_WAITING: Final = 20_000
"""Old ids that are kept for reports that are not there now."""

_PASSAGE = re.compile(r"(.+)-[0-9a-f]{8}(?:-\d+)?")

_SOUGHT = 16
"""Bigrams of a text, its rarest, by which texts like it are looked for."""

_COMPARED = 40
"""Texts that share most of those, which are compared in full."""


def moved(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> dict[str, str]:
    """For every id that is gone, the one whose text took its place.

    Texts are compared by their character bigrams: the successor is the new text that holds the
    largest share of the old one's, at least ``LEAST_SHARED``. Of several, the one that is most
    alike (Dice's coefficient, Ecology 26, 1945), then the one nearest in order.

    Args:
        before: (id, text) of one report's passages as they were, in order.
        after: as they are; ids that are in both stay and are nobody's predecessor.

    Returns:
        old id to new id; an id without any text like it is left out.
    """
    there = {name for name, _ in after}
    gone = [(place, name, text) for place, (name, text) in enumerate(before) if name not in there]
    if not gone or not after:
        return {}
    texts = _Texts([text for _, text in after])
    found = {}
    for place, name, text in gone:
        best = texts.most_alike(text, place / len(before))
        if best is not None:
            found[name] = after[best][0]
    return found


class _Texts:
    """Texts that can be found by the bigrams they hold."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._equal: dict[str, list[int]] = {}
        self._bigrams: list[Counter[str]] = []
        self._holders: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            plain = _plain(text)
            self._equal.setdefault(plain, []).append(place)
            self._bigrams.append(_bigrams(plain))
            for bigram in self._bigrams[place]:
                self._holders.setdefault(bigram, []).append(place)

    def most_alike(self, text: str, position: float) -> int | None:
        """The place of the text most like another; none where no text is.

        Args:
            text: the other.
            position: where it stood, from 0 to 1.
        """

        def distance(place: int) -> float:
            return abs(place / len(self._bigrams) - position)

        plain = _plain(text)
        if plain in self._equal:
            return min(self._equal[plain], key=distance)
        sought = _bigrams(plain)
        size = sought.total()
        # Frequent bigrams are in every text: they cost most and tell least.
        known = sorted(
            (bigram for bigram in sought if bigram in self._holders),
            key=lambda bigram: (len(self._holders[bigram]), bigram),
        )
        votes = Counter(place for bigram in known[:_SOUGHT] for place in self._holders[bigram])
        likely = heapq.nsmallest(_COMPARED, votes, key=lambda p: (-votes[p], distance(p), p))
        best: tuple[float, float, float] | None = None
        found = None
        for place in likely:
            bigrams = self._bigrams[place]
            shared = sum(min(count, bigrams[bigram]) for bigram, count in sought.items())
            if shared < LEAST_SHARED * size:
                continue
            score = (shared / size, 2 * shared / (size + bigrams.total()), -distance(place))
            if best is None or score > best:
                best, found = score, place
        return found


def _plain(text: str) -> str:
    """A text as it is searched, without blanks."""
    return "".join(normalise(text).split())


def _bigrams(plain: str) -> Counter[str]:
    """The character bigrams of a text; of one character, itself."""
    return Counter(plain[at : at + 2] for at in range(max(1, len(plain) - 1)) if plain)


@dataclass(frozen=True, slots=True)
class Anchored:
    """What of a report's text could be linked to.

    Attributes:
        passages: (id, text), in order.
        sentences: (anchor, text), in order.
    """

    passages: tuple[tuple[str, str], ...]
    sentences: tuple[tuple[str, str], ...]


def anchored(report: Report) -> Anchored:
    """The passages and sentences of a report with their anchors."""
    return Anchored(
        tuple((passage.id, report.slice(passage.span)) for passage in report.passages),
        tuple(
            (anchor, report.slice(span))
            for passage in report.passages
            for anchor, span in zip(sentence_anchors(passage), passage.sentences, strict=True)
        ),
    )


def moved_anchors(before: Anchored, after: Anchored) -> dict[str, str]:
    """As ``moved``, for passages and for the sentences in them.

    A sentence that has no successor of its own leads to its passage's, and a passage that was cut
    up to where the first of its sentences is that still is somewhere.
    """
    passages = moved(before.passages, after.passages)
    sentences = moved(before.sentences, after.sentences)
    there = {anchor for anchor, _ in after.sentences}
    stay = {name for name, _ in after.passages}
    for anchor, _ in before.sentences:
        passage = passage_of(anchor)
        if anchor in sentences and passage not in stay:
            passages.setdefault(passage, passage_of(sentences[anchor]))
    found = dict(passages)
    for anchor, _ in before.sentences:
        if anchor in there:
            continue
        target = sentences.get(anchor) or passages.get(passage_of(anchor))
        if target is not None:
            found[anchor] = target
    return found


def follow(earlier: Mapping[str, str], step: Mapping[str, str], there: set[str]) -> dict[str, str]:
    """Two moves as one: where an id of long ago leads now.

    Args:
        earlier: old id to the id that it led to.
        step: id that has gone since to the one that took its place.
        there: all ids there are now.

    Returns:
        every id that is gone and leads somewhere, to an id that is there.
    """
    found = {old: step.get(target, target) for old, target in earlier.items()} | dict(step)
    return {old: new for old, new in sorted(found.items()) if new in there and old not in there}


def waiting(earlier: Mapping[str, str], reports: Collection[str]) -> dict[str, str]:
    """The old ids that lead into reports that are missing: they lead there again with the report.

    Args:
        earlier: old id to the id that it led to.
        reports: the ids of those that are there.

    Returns:
        the part of ``earlier`` that is to be kept; of more than ``MOST_WAITING`` the first.
    """
    found = (
        (old, new)
        for old, new in sorted(earlier.items())
        if (match := _PASSAGE.fullmatch(passage_of(new))) and match[1] not in reports
    )
    return dict(islice(found, MOST_WAITING))


def passage_of(anchor: str) -> str:
    """The passage of a sentence's anchor: ``wuhan-1a2b3c4d`` for ``wuhan-1a2b3c4d_s3``."""
    passage, mark, number = anchor.rpartition("_s")
    return passage if mark and number.isdecimal() else anchor


def anchors_of(report: Report, moved: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(old id, id in this report) of the moved ids that lead into a report."""
    here = {passage.id for passage in report.passages}
    for old, new in moved.items():
        if new in here or passage_of(new) in here:
            yield old, new
