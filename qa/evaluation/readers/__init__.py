"""From a file or folder of questions to a set; its kind is told by what it holds."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import CityqaError, EvaluationError, UsageError
from corpus.readers.encoding import decode
from corpus.report import Report
from qa.evaluation.readers.beir import FILES, missing_files, read_beir
from qa.evaluation.readers.entries import Fault
from qa.evaluation.readers.jsonl import lines_of, object_of, read_jsonl
from qa.evaluation.readers.squad import (
    Entry,
    Paragraph,
    is_squad,
    read_entry,
    read_others,
    read_paragraphs,
)
from qa.evaluation.readers.table import delimiter_of, read_table
from qa.evaluation.records import EvalQuestion, Malformed, QuestionSet

KINDS = "JSONL, CSV with a column `question`, SQuAD-format JSON, or a BEIR folder"

NEARLY_ALL = 0.9
"""Share of the questions of a set from which on the others are taken to be in their language."""

_Numbered = Iterable[tuple[int, EvalQuestion | Fault]]


def read_questions(path: Path, questions: Path | None = None) -> QuestionSet:
    """Read a set of questions.

    Args:
        path: a JSONL or CSV file, a file in SQuAD's format, or a folder in BEIR's.
        questions: a second file in SQuAD's format, whose questions are asked instead, joined on
            their ids.

    Raises:
        UsageError: there is no such file, or ``questions`` goes with another kind of file.
        EvaluationError: it is of no known kind, or no question can be read from it.
    """
    if path.is_dir():
        if questions is not None:
            raise _only_squad(path)
        return _with_questions(_read_folder(path), path)
    data = _read(path)
    if not data.strip():
        raise EvaluationError("the file is empty", where=str(path), mend=f"give {KINDS}")
    value = _whole_json(data)
    if is_squad(value):
        return _with_questions(_read_squad(path, data, value, questions), path)
    if questions is not None:
        raise _only_squad(path)
    found, malformed = _sifted(_read_lines(path, data, value))
    digest = hashlib.sha256(data).hexdigest()
    return _with_questions(QuestionSet(path.stem, found, malformed, None, digest, (digest,)), path)


def _read_lines(path: Path, data: bytes, value: Any) -> _Numbered:
    """The questions of a file that is JSONL or CSV."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        try:
            text, encoding = decode(data, origin=str(path))
        except CityqaError as error:
            raise EvaluationError(error.what, where=error.where, mend="save it as UTF-8") from error
        delimiter = delimiter_of(text)
        if delimiter is not None:
            return read_table(text, delimiter)
        if text.lstrip().startswith("{"):
            raise EvaluationError(
                f"is JSON in {encoding}, not in UTF-8", where=str(path), mend="save it as UTF-8"
            )
    if isinstance(value, dict) and "question" in value:
        return read_jsonl(data)
    if value is None and _has_objects(data):
        return read_jsonl(data)
    fault = _json_fault(data) if value is None else None
    what = f"is damaged JSON ({fault})" if fault else "holds no questions of a known kind"
    raise EvaluationError(what, where=str(path), mend=f"give {KINDS}")


def _whole_json(data: bytes) -> Any:
    """The one JSON value of a file, or none."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _json_fault(data: bytes) -> str:
    """Where a file that begins like one JSON object breaks off; empty where it does not."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return ""
    try:
        json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        return f"{error.msg} at line {error.lineno}"
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start}"
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


def _has_objects(data: bytes) -> bool:
    """Whether any line is a JSON object."""
    for _, line in lines_of(data):
        try:
            object_of(line)
        except Fault:
            continue
        return True
    return False


def _read_squad(
    path: Path, data: bytes, value: Mapping[str, Any], questions: Path | None
) -> QuestionSet:
    name, digest, others = path.stem, hashlib.sha256(data), None
    files = [digest.hexdigest()]
    if questions is not None:
        more = _read(questions)
        other = _whole_json(more)
        if not is_squad(other):
            raise EvaluationError(
                "is not of SQuAD's format", where=str(questions), mend="name such a file"
            )
        others = read_others(other, questions.stem)
        name = f"{path.stem}+{questions.stem}"
        files.append(hashlib.sha256(more).hexdigest())
        digest = hashlib.sha256(b"".join(map(bytes.fromhex, files)))
    reports: list[Report] = []
    entries: list[Entry] = []
    for part in read_paragraphs(value, path.name):
        if isinstance(part, Paragraph):
            reports.append(part.report)
            entries += part.entries
        else:
            entries.append(part)
    numbered: list[tuple[int, EvalQuestion | Fault]] = []
    for entry in entries:
        try:
            numbered.append((entry.number, read_entry(entry, others)))
        except Fault as fault:
            numbered.append((entry.number, fault))
    found, malformed = _sifted(numbered)
    found = _in_one_language(found)
    return QuestionSet(name, found, malformed, tuple(reports), digest.hexdigest(), tuple(files))


def _read_folder(path: Path) -> QuestionSet:
    missing = missing_files(path)
    if missing:
        raise EvaluationError(
            f"the folder is no BEIR folder, for it has no {missing[0]}",
            where=str(path),
            mend=f"give {KINDS}",
        )
    contents = {name: _read(path / name) for name in FILES}
    files = [hashlib.sha256(content).hexdigest() for content in contents.values()]
    digest = hashlib.sha256(b"".join(map(bytes.fromhex, files))).hexdigest()
    reports, found, malformed = read_beir(contents)
    # Not Path.name: the folder may be `.`.
    name = path.resolve().name
    questions = _in_one_language(found)
    return QuestionSet(name, questions, tuple(malformed), reports, digest, tuple(files))


def _in_one_language(questions: Sequence[EvalQuestion]) -> tuple[EvalQuestion, ...]:
    """Questions of a set that tells no languages: all in one, where nearly all are.

    A short question alone may look like another language than its neighbours are in.
    """
    counts = Counter(one.language for one in questions)
    for language, count in counts.most_common(1):
        if count >= NEARLY_ALL * len(questions):
            return tuple(replace(one, language=language) for one in questions)
    return tuple(questions)


def _sifted(numbered: _Numbered) -> tuple[tuple[EvalQuestion, ...], tuple[Malformed, ...]]:
    """Questions, each id once, and what is none."""
    questions: dict[str, EvalQuestion] = {}
    lines: dict[str, int] = {}
    malformed: list[Malformed] = []
    for number, one in numbered:
        if isinstance(one, Fault):
            malformed.append(Malformed(number, str(one)))
        elif one.id in questions:
            malformed.append(Malformed(number, f"has the id {one.id}, as {lines[one.id]} has"))
        else:
            questions[one.id], lines[one.id] = one, number
    return tuple(questions.values()), tuple(malformed)


def _with_questions(found: QuestionSet, path: Path) -> QuestionSet:
    if found.questions:
        return found
    first = next((f"; {one.line}: {one.reason}" for one in found.malformed), "")
    raise EvaluationError(
        f"no question can be read{first}", where=str(path), mend="mend it, or name another one"
    )


def _only_squad(path: Path) -> UsageError:
    return UsageError(
        "--questions goes with a file in SQuAD's format only", where=str(path), mend="leave it out"
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            "there is no such file of questions", where=str(path), mend=f"give {KINDS}"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise EvaluationError(
            f"the questions cannot be read ({reason})", where=str(path), mend="name another file"
        ) from error
