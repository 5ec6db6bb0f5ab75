"""A question as it was probably meant: typing errors mended, pinyin read."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.normalise import normalise
from embeddings.snapshot import Snapshot
from qa.language import CHINESE, detect_language, interface_language
from qa.question import Question
from qa.spelling import respell
from qa.wants import asked_units, wants

# English, as pinyin is taken for at first; where le or de stand in it, for another language.
_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[a-zü]")


def reread(question: Question, snapshot: Snapshot) -> Question:
    """The question with what an index tells about its spelling; a clean one comes back as it is.

    Args:
        question: as understood.
        snapshot: the index.
    """
    if not _may_be_typed(question):
        return question
    spelling = respell(question.terms, snapshot.lexical, snapshot.readings)
    if not spelling.alternatives:
        return question
    meant = respell(question.text, snapshot.lexical, snapshot.readings).corrected
    if meant == normalise(question.text):
        # Doubtful: only the terms are mixed.
        return replace(question, bag=spelling.bag)
    language = question.language
    if language not in CHINESE:
        language = detect_language(meant)
    content = respell(question.content, snapshot.lexical, snapshot.readings).corrected
    return replace(
        question,
        language=language,
        interface=interface_language(language),
        content=content,
        read_as=meant,
        bag=spelling.bag,
        wants=question.wants | wants(meant),
        units=question.units or asked_units(meant),
    )


def _may_be_typed(question: Question) -> bool:
    """Whether it is Chinese, or in plain letters alone, which may be pinyin."""
    if question.language in (*CHINESE, "en"):
        return True
    letters = _LETTERS.findall(question.text.lower())
    return all(_LATIN.fullmatch(letter) for letter in letters)
