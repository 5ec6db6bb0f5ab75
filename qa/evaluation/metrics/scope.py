"""Which questions a metric is taken over."""

from __future__ import annotations

from qa.evaluation.records import EvalQuestion


def ranked(question: EvalQuestion) -> bool:
    """Answerable, and one answer is enough: what ranking and extract metrics are taken over.

    A comparison needs two passages and two extracts, so no single rank tells how it went.
    """
    return question.answerable and not question.compares


def extracted(question: EvalQuestion) -> bool:
    """Ranked, and an answer is known: of a question with gold documents alone, no extract is
    known to be right.
    """
    return ranked(question) and bool(question.answers)
