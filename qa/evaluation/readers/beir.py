"""Questions from a folder in the format of BEIR (Thakur et al., NeurIPS 2021).

``corpus.jsonl`` has the documents, ``queries.jsonl`` the questions of all splits, and
``qrels/test.tsv`` which documents are relevant to those of the test split. Questions that it does
not name are of another split, and are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corpus.passages import LONGEST_REPORT_ID, report_id
from corpus.report import Report
from qa.evaluation.readers.documents import document_report
from qa.evaluation.readers.entries import Fault, checked_text
from qa.evaluation.readers.jsonl import lines_of, object_of
from qa.evaluation.records import EvalQuestion, Malformed
from qa.language import detect_language

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels/test.tsv"
FILES = (CORPUS, QUERIES, QRELS)


def missing_files(folder: Path) -> list[str]:
    """Which of the three files a folder lacks."""
    return [name for name in FILES if not (folder / name).is_file()]


def read_beir(
    contents: dict[str, bytes],
) -> tuple[tuple[Report, ...], list[EvalQuestion], list[Malformed]]:
    """The documents as reports, the questions of the test split, and what was malformed.

    Args:
        contents: each file's name to its bytes.
    """
    malformed: list[Malformed] = []

    def note(name: str, line: int, fault: Fault) -> None:
        malformed.append(Malformed(line, f"{name}: {fault}"))

    relevant: dict[str, dict[str, None]] = {}
    named: dict[str, int] = {}
    for line, row in lines_of(contents[QRELS]):
        try:
            judged = _judgement(row, first=line == 1)
        except Fault as fault:
            note(QRELS, line, fault)
            continue
        if judged is not None:
            query, document, score = judged
            documents = relevant.setdefault(query, {})
            named.setdefault(query, line)
            if score > 0:
                documents[document] = None

    ids = _Ids()
    reports: list[Report] = []
    for line, row in lines_of(contents[CORPUS]):
        try:
            reports.append(_document(object_of(row), ids))
        except Fault as fault:
            note(CORPUS, line, fault)

    questions: list[EvalQuestion] = []
    seen: set[str] = set()
    for line, row in lines_of(contents[QUERIES]):
        try:
            value = object_of(row)
            name = _id(value)
            if name not in relevant:
                continue
            if name in seen:
                raise Fault(f"has the id {name}, as a line before it")
            seen.add(name)
            questions.append(_question(line, name, value, relevant[name], ids))
        except Fault as fault:
            note(QUERIES, line, fault)
    malformed += [
        Malformed(line, f"{QRELS}: {QUERIES} has no question {name}")
        for name, line in named.items()
        if name not in seen
    ]
    return tuple(reports), questions, malformed


def _judgement(row: bytes, *, first: bool) -> tuple[str, str, int] | None:
    """Question, document and score; none for the header."""
    try:
        cells = row.decode("utf-8").strip("\r\n").split("\t")
    except UnicodeDecodeError as error:
        raise Fault("is not UTF-8") from error
    # TREC's own qrels have a second column that says nothing.
    if len(cells) == 4:
        del cells[1]
    if len(cells) != 3:
        raise Fault(f"has {len(cells)} columns instead of 3 (question, document, score)")
    try:
        return cells[0].strip(), cells[1].strip(), int(cells[2])
    except ValueError as error:
        if first:
            return None
        raise Fault("its score is no whole number") from error


def _document(value: dict[str, Any], ids: _Ids) -> Report:
    title, text = value.get("title") or "", value.get("text")
    if not isinstance(text, str) or not isinstance(title, str):
        raise Fault("its text or title is no string")
    if not (title + text).strip():
        raise Fault("has no text")
    name = ids.take(_id(value))
    # The title is searched, as in BEIR's own baselines.
    body = text if text.startswith(title) else f"{title}\n{text}"
    return document_report(name, body, title=title.strip() or name, origin=CORPUS)


def _question(
    line: int, name: str, value: dict[str, Any], documents: Iterable[str], ids: _Ids
) -> EvalQuestion:
    text = checked_text(value.get("text"))
    gold = list(documents)
    if not gold:
        raise Fault(f"is judged, but no document is relevant to it in {QRELS}")
    known = tuple(ids.given[document] for document in gold if document in ids.given)
    if not known:
        raise Fault(f"no document that is relevant to it is in {CORPUS} ({gold[0]})")
    return EvalQuestion(name, text, detect_language(text), "", known, (), line)


def _id(value: dict[str, Any]) -> str:
    name = value.get("_id")
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise Fault("has no _id")
    return str(name)


class _Ids:
    """Gives each document an id that a report may have, as near to its own as that allows."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}
        self._taken: set[str] = set()

    def take(self, document: str) -> str:
        """The report id of a document.

        Raises:
            Fault: another document has its id.
        """
        if document in self.given:
            raise Fault(f"has the _id {document}, as a line before it")
        name = report_id(document)
        number = 0
        while name in self._taken:
            # Two ids that differ in what a report's id cannot hold.
            number += 1
            digest = hashlib.sha256(f"{document}\0{number}".encode("utf-8", "surrogatepass"))
            name = f"{report_id(document)[: LONGEST_REPORT_ID - 9]}-{digest.hexdigest()[:8]}"
        self._taken.add(name)
        self.given[document] = name
        return name
