"""What a set of questions is asked of: the user's corpus, or the documents that it brings."""

from __future__ import annotations

from corpus.records import corpus_digest
from qa.evaluation.records import QuestionSet
from qa.settings import Settings
from qa.workspace import Opened, Progress, open_reports, open_workspace


def open_corpus(
    settings: Settings, questions: QuestionSet, *, progress: Progress | None = None
) -> Opened:
    """Open the index that a set of questions is asked of.

    A set with documents of its own gets an index of them in the cache folder, which is built the
    first time; others are asked of what the settings lead to.

    Raises:
        CityqaError: as ``open_workspace`` and ``open_reports``.
    """
    if questions.reports is None:
        return open_workspace(settings, progress=progress)
    # Of the documents alone: sets that ask differently of the same ones share an index.
    digest = corpus_digest(questions.reports)
    return open_reports(settings, questions.reports, digest, progress=progress)
