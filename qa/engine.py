"""The path of a question: understand, embed, retrieve, select, judge, cite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import TypeAlias, TypeVar

import numpy as np

from corpus.errors import NoSuchReports, UnknownCity, UsageError
from corpus.places.coverage import CoveredPlace
from corpus.places.recognise import PlaceFinder
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder, Vectors
from embeddings.lexical import LexicalIndex
from embeddings.search import Allowed
from embeddings.snapshot import Snapshot, check_embedder
from embeddings.threads import BLAS_THREADS
from embeddings.tokens import terms_of
from qa.answer import Answer, Citation, Extract, Hit
from qa.confidence import byline_certainty, probability, read_calibration, signals
from qa.coverage import first_named
from qa.features import FEATURES
from qa.filters import Filters, YearsAndPublishers
from qa.known_words import KnownWords
from qa.links import Links
from qa.priors import Priors
from qa.query_cache import QueryCache
from qa.question import Question, understand
from qa.reading import reread
from qa.search import PASSAGES, Found, Searcher
from qa.select import Chosen, choose
from qa.timing import Timings
from qa.trained import Trained, shipped
from qa.turns import Turns

_T = TypeVar("_T")

TOP = 3
"""Extracts shown where nothing else is asked for."""

WAITING = 16
"""Questions that are asked at a time of an index that is kept elsewhere."""

COMPARED = 2
"""Extracts shown of each place of a comparison, if there are as many."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the search of one focus gave."""

    found: Found
    hits: tuple[Hit, ...]
    chosen: list[Chosen]
    confidence: float


Cache: TypeAlias = QueryCache[tuple[Question, tuple[_Found, ...]]]
"""Of what was found for questions."""


class Answerer:
    """Answers questions from one snapshot of an index. Safe to share between threads.

    Args:
        snapshot: the index.
        embedder: the one that it was built with.
        links: makes the links of citations.
        trained: models of selection and refusal; those shipped, with the threshold that the index
            stores, where none are given.
        cache: of what was found for questions asked before; it may outlive the index. None to look
            every question up.

    Raises:
        IndexMismatch: the index was built with another embedder.
        IndexDamaged: its calibration cannot be read.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        embedder: Embedder,
        links: Links,
        trained: Trained | None = None,
        *,
        cache: Cache | None = None,
    ) -> None:
        check_embedder(snapshot, embedder)
        self.snapshot = snapshot
        self._embedder = embedder
        self._links = links
        self.calibration = read_calibration(snapshot)
        self.trained = trained or shipped()
        self.judgement = self.trained.judgements[self.calibration.method]
        self.threshold = self.judgement.threshold if trained else self.calibration.threshold
        self._is_word = KnownWords(snapshot.lexical)
        self._cache = cache
        # In this process one thread is as fast as several; a store elsewhere is waited for.
        here = isinstance(snapshot.lexical, LexicalIndex)
        self._turns = Turns(1 if here else WAITING)
        self._version = (snapshot.manifest.digest, self.trained.digest)

    @cached_property
    def _searcher(self) -> Searcher:
        # Another model's index is aligned by the built-in model's word pieces, too.
        builtin = (
            self._embedder if isinstance(self._embedder, BuiltinEmbedder) else BuiltinEmbedder()
        )
        return Searcher(self.snapshot, builtin.word_pieces, self.calibration.scale)

    @cached_property
    def finder(self) -> PlaceFinder:
        """Knows the places of the reports."""
        return PlaceFinder(
            [
                CoveredPlace(head.id, head.city, head.aliases)
                for head in self.snapshot.heads.values()
                if head.city
            ],
            known_words=self._is_word,
        )

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        """Ids of the reports by number."""
        return tuple(self.snapshot.heads)

    @cached_property
    def _priors(self) -> Priors:
        return Priors(self.snapshot.heads.values())

    @cached_property
    def _filter(self) -> YearsAndPublishers:
        return YearsAndPublishers(self.snapshot.heads.values())

    @cached_property
    def cities(self) -> tuple[str, ...]:
        """The places that the reports cover, each once, in the order of the reports."""
        return tuple(dict.fromkeys(h.city for h in self.snapshot.heads.values() if h.city))

    def reports_of(self, city: str) -> tuple[str, ...]:
        """Ids of the reports that cover a city, named in any way, or of the report with that id.

        Raises:
            UnknownCity: none does.
        """
        if city in self.snapshot.reports:
            return (city,)
        covered: list[str] = []
        for mention in self.finder.find(city):
            covered += [key for key in mention.covered if key not in covered]
        if not covered:
            names, more = first_named(self.cities)
            raise UnknownCity(
                f"no report covers {city.strip() or 'a city without a name'}",
                mend=f"the reports cover {'、'.join(names)}" + f" and {more:,} more" * (more > 0),
            )
        return tuple(covered)

    def check(self, filters: Filters) -> None:
        """Find out whether each city, year and publisher of the filters has reports.

        Raises:
            UnknownCity, NoSuchReports: one has none.
        """
        for city in filters.cities:
            self.reports_of(city)
        self._filter.reports(filters)

    @property
    def years(self) -> tuple[int, ...]:
        """Years that reports are of, the latest first."""
        return self._filter.years

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers of reports, those of the most reports first."""
        return self._filter.publishers

    def ask(
        self,
        text: str,
        *,
        top: int = TOP,
        cities: Sequence[str] = (),
        years: Sequence[int] = (),
        publishers: Sequence[str] = (),
        passages: int = PASSAGES,
    ) -> Answer:
        """Answer a question.

        Args:
            text: the question as typed.
            top: extracts wanted; a comparison has up to two a city.
            cities: search the reports of these only.
            years: search the reports of these only.
            publishers: search the reports of these only, named in full or in part.
            passages: wanted, of each place asked about.

        Raises:
            UsageError: the question is empty or too long, or ``top`` less than 1.
            UnknownCity: a city of ``cities`` has no report.
            NoSuchReports: the filters leave none.
        """
        if top < 1:
            raise UsageError(f"{top} extracts cannot be shown", mend="ask for 1 or more")
        filters = Filters(tuple(cities), tuple(years), tuple(publishers))
        timings = Timings()
        key = (*self._version, text, filters, top, passages)
        known = self._cache.get(key) if self._cache is not None else None
        if known is None:
            # By one thread, whatever other questions are asked meanwhile: the last digits of a
            # product depend on how many threads share it, and may not decide what is shown. The
            # products of one question are too small to gain by more.
            with self._turns.turn(), BLAS_THREADS.at_most(1):
                known = self._look_up(text, filters, top, passages, timings)
            if self._cache is not None:
                self._cache.put(key, known)
        with timings.step("cite"):
            # Made anew each time: what is known about links changes while an index does not.
            answer = self._answer(*known, top)
        return replace(answer, timings=timings.total())

    def _look_up(
        self, text: str, filters: Filters, top: int, passages: int, timings: Timings
    ) -> tuple[Question, tuple[_Found, ...]]:
        with timings.step("understand"):
            scope = self._filter.reports(filters) if filters.years or filters.publishers else None
            question = self._understand(text, filters.cities)
            scopes = [self._within(group, scope) for group in question.focus or (None,)]
            # Without a filter such a place has reports without a passage: that is refused.
            if scope is not None and all(one is not None and not one.count for one in scopes):
                raise NoSuchReports(
                    "no report of the places asked about is of such a year or publisher",
                    mend="leave a filter out",
                )
        with timings.step("encode"):
            vector = self._embedder.encode_queries([question.meant])
        return question, tuple(
            self._search(question, vector, within, top, passages, timings) for within in scopes
        )

    def _understand(self, text: str, cities: Sequence[str]) -> Question:
        question = reread(understand(text, self.finder, self._is_word), self.snapshot)
        if not self.cities:
            # Reports of no city: a city's name is a word like any other.
            question = replace(question, absent=())
        if not cities:
            return question
        groups = tuple(self.reports_of(city) for city in cities)
        wanted = {report for group in groups for report in group}
        named = tuple(
            kept
            for group in question.focus
            if (kept := tuple(report for report in group if report in wanted))
        )
        return replace(question, focus=named or groups, absent=())

    def _within(
        self, focus: tuple[str, ...] | None, scope: Collection[str] | None
    ) -> Allowed | None:
        """What a search is confined to; none for all reports."""
        if scope is not None:
            focus = tuple(scope if focus is None else (key for key in focus if key in scope))
        return None if focus is None else self.snapshot.allowed(focus)

    def _preferred(self, question: Question, within: Allowed | None) -> Allowed | None:
        """The reports of the years that the question names, among those asked."""
        numbers = self._priors.of_years(question.years)
        if within is not None:
            numbers = np.intersect1d(numbers, within.numbers, assume_unique=True)
        if not len(numbers):
            return None
        return self.snapshot.allowed([self._ids[number] for number in numbers])

    def _search(
        self,
        question: Question,
        vector: Vectors,
        within: Allowed | None,
        top: int,
        passages: int,
        timings: Timings,
    ) -> _Found:
        with timings.step("understand"):
            priors = self._priors(question.years, None if within is None else within.numbers)
            preferred = self._preferred(question, within) if question.years else None
        found = self._searcher.find(
            question,
            vector,
            within=within,
            priors=priors,
            preferred=preferred,
            passages=passages,
            timings=timings,
        )
        with timings.step("select"):
            scored = found.scored
            scores = self.judgement.score(scored.matrix)
            names = [hit.passage for hit in scored.hits]
            # Two are wanted for refusal, which asks how far the second lies behind.
            chosen = choose(scored, scores, names, max(top, 2))
            hits = found.ranked(scores)
        if not chosen:
            return _Found(found, hits, [], 0.0)
        focused = bool(question.focus)
        values = signals(question, found.retrieved, scored, chosen, focused=focused)
        confidence = max(
            probability(self.judgement.confidence, values),
            byline_certainty(question, scored, chosen, focused=focused),
        )
        return _Found(found, hits, chosen, confidence)

    def _answer(self, question: Question, found: Sequence[_Found], top: int) -> Answer:
        picked = _interleave([(one, chosen) for chosen in one.chosen] for one in found)
        limit = max(top, COMPARED * len(question.focus)) if question.compares else top
        ranked = tuple(
            self._extract(rank, one, chosen)
            for rank, (one, chosen) in enumerate(picked[:limit], start=1)
        )
        # A comparison is as certain as its most certain half: what one city's report tells is
        # shown even where another's does not.
        confidence = max((one.confidence for one in found), default=0.0)
        not_covered = bool(question.absent) and not question.focus
        refused = not ranked or not_covered or confidence < self.threshold
        return Answer(
            question=question.text,
            read_as=question.read_as,
            language=question.language,
            interface=question.interface,
            refused=refused,
            reason="" if not refused else "not_covered" if not_covered else "no_support",
            confidence=0.0 if not_covered else confidence,
            threshold=self.threshold,
            extracts=() if refused else ranked,
            nearest=ranked if refused else (),
            ranked=ranked,
            absent=question.absent,
            words=_words(question, found),
            cities=self.cities,
            hits=tuple(hit for one in found for hit in one.hits),
            timings={},
        )

    def _extract(self, rank: int, found: _Found, chosen: Chosen) -> Extract:
        candidate = chosen.candidate
        passage = self.snapshot.passages[candidate.row]
        line, _ = self.snapshot.line(candidate.row)
        report = self.snapshot.heads[line.id]
        return Extract(
            rank=rank,
            text=candidate.text,
            citation=Citation(
                report=report.id,
                kind=report.kind,
                city=report.city,
                title=report.title,
                publisher=report.publisher,
                date=report.date,
                section=passage.section,
                passage=passage.id,
                span=candidate.span,
                link=self._links.page(line, passage, candidate.span),
                source_link=self._links.source(line, candidate.span),
            ),
            score=chosen.score,
            hit=found.found.scored.hits[chosen.index],
            signals=dict(
                zip(FEATURES, found.found.scored.matrix[chosen.index].tolist(), strict=True)
            ),
        )


def _interleave(lists: Iterable[list[_T]]) -> list[_T]:
    """First of each, then second of each, and so on."""
    return [item for row in zip_longest(*lists, fillvalue=None) for item in row if item is not None]


def _words(question: Question, found: Sequence[_Found]) -> tuple[str, ...]:
    """Words of the question, and what the dictionary gave for them, that an extract may hold."""
    words = [term for term in terms_of(question.terms) if len(term) > 1 or term.isdigit()]
    for one in found:
        for term in one.found.retrieved.translated:
            words += [form for form in term.forms if len(form) > 1]
    return tuple(dict.fromkeys(words))
