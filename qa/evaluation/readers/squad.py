"""Questions from a file in SQuAD's format, each paragraph a report of its own.

Versions 1.1 (Rajpurkar et al., EMNLP 2016) and 2.0 (ACL 2018), whose ``is_impossible`` marks what
the paragraph does not answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.report import Report
from qa.evaluation.readers.documents import document_report
from qa.evaluation.readers.entries import Fault, check_answer, checked_text, id_of
from qa.evaluation.records import UNANSWERABLE, EvalQuestion
from qa.language import detect_language


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as it stands in the file.

    Attributes:
        number: from 1, over all paragraphs.
        report: the id of its paragraph.
        fields: ``id``, ``question``, ``answers`` and the like; a fault where they are no object.
    """

    number: int
    report: str
    fields: Mapping[str, Any] | Fault


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its questions.

    Attributes:
        article: the number of its article, from 1.
        report: made from its text.
        entries: its questions.
    """

    article: int
    report: Report
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Others:
    """Questions to ask instead of a set's own.

    Attributes:
        name: of their file.
        texts: id to what the entry has for a question.
    """

    name: str
    texts: Mapping[str, Any]


def is_squad(value: Any) -> bool:
    """Whether a JSON value is of SQuAD's format: an object with a list ``data`` of articles."""
    return isinstance(value, dict) and isinstance(value.get("data"), list)


def read_paragraphs(value: Mapping[str, Any], origin: str) -> Iterator[Paragraph | Entry]:
    """The paragraphs, with ids ``p00001`` and so on; what is none, as an entry with its fault.

    Args:
        value: of which ``is_squad`` holds.
        origin: the file's name.
    """
    number = paragraphs = 0
    for place, article in enumerate(value["data"], start=1):
        for paragraph in _list(article, "paragraphs"):
            context = paragraph.get("context") if isinstance(paragraph, dict) else None
            if not isinstance(context, str) or not context.strip():
                number += 1
                yield Entry(number, "", Fault("is in a paragraph without text"))
                continue
            paragraphs += 1
            name = f"p{paragraphs:05d}"
            entries = []
            for fields in _list(paragraph, "qas"):
                number += 1
                checked = fields if isinstance(fields, dict) else Fault("is no JSON object")
                entries.append(Entry(number, name, checked))
            report = document_report(name, context, title=name, origin=origin)
            yield Paragraph(place, report, tuple(entries))


def read_entry(entry: Entry, others: Others | None = None) -> EvalQuestion:
    """The question of an entry.

    Args:
        entry: of the file whose paragraphs are searched.
        others: of the file whose questions are asked, where it is another.

    Raises:
        Fault: it is none.
    """
    fields = entry.fields
    if isinstance(fields, Fault):
        raise fields
    name = id_of(fields.get("id"), entry.number)
    if others is None:
        text = checked_text(fields.get("question"))
    elif name in others.texts:
        text = checked_text(others.texts[name])
    else:
        raise Fault(f"has the id {name}, which no entry of {others.name} has")
    impossible = fields.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise Fault("its is_impossible is neither true nor false")
    answers = () if impossible else _answers(fields.get("answers"))
    return EvalQuestion(
        id=name,
        text=text,
        language=detect_language(text),
        kind=UNANSWERABLE if impossible else "",
        reports=() if impossible else (entry.report,),
        answers=answers,
        line=entry.number,
    )


def read_others(value: Mapping[str, Any], name: str) -> Others:
    """The questions of a set whose paragraphs are not read; of two with one id, the first."""
    texts: dict[str, Any] = {}
    for article in value["data"]:
        for paragraph in _list(article, "paragraphs"):
            for fields in _list(paragraph, "qas"):
                if isinstance(fields, dict) and isinstance(fields.get("id"), str | int):
                    texts.setdefault(str(fields["id"]), fields.get("question"))
    return Others(name, texts)


def _answers(value: Any) -> tuple[str, ...]:
    """The answers' texts, each once."""
    if not isinstance(value, list) or not value:
        raise Fault("has no answer")
    texts: dict[str, None] = {}
    for one in value:
        text = one.get("text") if isinstance(one, dict) else None
        if not isinstance(text, str):
            raise Fault("has an answer without text")
        check_answer(text)
        texts[text] = None
    return tuple(texts)


def _list(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
