"""What is kept of an answer that the engine gave."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

import pytest

from corpus.report import Report
from qa._version import __version__
from qa.engine import Answerer
from qa.feedback.gold import gold_records
from qa.feedback.records import ShownAnswer, Versions, shown_answer
from qa.feedback.store import FeedbackStore

Rater = Callable[[int], str]


@pytest.fixture
def report(make_report: Callable[..., Report]) -> Report:
    """Of a city of its own, so that a question need not name it."""
    return make_report(
        "2023年，襄阳市新修公路桥梁27座，其中跨越汉江的大桥3座，投入资金4.6亿元。",
        "襄阳市去年沿江栽种香樟树1.8万株，新建街头花园52个。",
    )


@pytest.fixture
def answerer(make_answerer: Callable[[Sequence[Report]], Answerer], report: Report) -> Answerer:
    return make_answerer([report])


@pytest.fixture
def versions(answerer: Answerer) -> Versions:
    manifest = answerer.snapshot.manifest
    model = manifest.fingerprint
    return Versions(__version__, manifest.digest, model.name, model.version)


def test_extracts_are_kept_as_they_were_shown_and_become_gold(
    answerer: Answerer, versions: Versions, store: FeedbackStore, rater: Rater
) -> None:
    answer = answerer.ask("襄阳新修了多少座公路桥梁？", top=2)
    assert not answer.refused
    shown = shown_answer(answer, key="web:1", channel="web", chat=None, versions=versions)
    store.rate(store.record_answer(shown), rater(1), "helpful", rank=1)
    (found,) = store.export()
    now = datetime.datetime.now(datetime.UTC)
    assert now - datetime.timedelta(minutes=10) < found.answer.time <= now
    assert found.answer.versions == versions
    assert found.answer.confidence == answer.confidence
    assert found.answer.latency_ms == answer.timings["total"] > 0
    for kept, extract in zip(found.answer.extracts, answer.extracts, strict=True):
        assert (kept.rank, kept.text) == (extract.rank, extract.text)
        assert (kept.report, kept.passage) == (extract.citation.report, extract.citation.passage)
        assert (kept.start, kept.end) == (extract.citation.span.start, extract.citation.span.end)
        assert (kept.score, kept.signals) == (extract.score, extract.signals)
    (record,) = gold_records([found])
    assert (record["report"], record["answer"]) == (["lake"], [answer.extracts[0].text])


def test_of_a_refusal_what_was_offered_unconfirmed_is_kept(
    answerer: Answerer, versions: Versions, report: Report
) -> None:
    answer = answerer.ask("月球上有多少座图书馆？")
    assert answer.refused
    assert answer.nearest
    shown: ShownAnswer = shown_answer(
        answer, key="cli:1", channel="cli", chat=None, versions=versions, latency_ms=7.5
    )
    assert (shown.refused, shown.reason, shown.latency_ms) == (True, answer.reason, 7.5)
    assert [extract.text for extract in shown.extracts] == [one.text for one in answer.nearest]
    for extract in shown.extracts:
        assert report.text[extract.start : extract.end] == extract.text
