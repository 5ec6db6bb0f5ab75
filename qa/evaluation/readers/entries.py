"""From the fields of one entry to a question, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.errors import UsageError
from qa.evaluation.containment import normalised
from qa.evaluation.records import COMPARISON, UNANSWERABLE, EvalQuestion
from qa.language import detect_language
from qa.question import check_question


class Fault(Exception):
    """An entry is no question; the message says why, as what follows the entry's number."""


def question_of(fields: Mapping[str, Any], number: int) -> EvalQuestion:
    """The question of an entry.

    Args:
        fields: ``question``; ``report`` and ``answer``, each a string or a list of strings; and
            where known ``id``, ``lang`` and ``kind``. None is as if it were missing.
        number: of the entry; its id where it has none.

    Raises:
        Fault: it is none.
    """
    text = checked_text(fields.get("question"))
    if fields.get("judge") is True:
        # So `cityqa feedback export` marks a question whose ratings gave no gold.
        raise Fault("is still to be judged")
    kind = _string(fields, "kind").strip()
    reports, answers = _strings(fields, "report"), _strings(fields, "answer")
    for answer in answers or ():
        check_answer(answer)
    unanswerable = kind == UNANSWERABLE
    if unanswerable and (reports or answers):
        raise Fault("is unanswerable, but has a report or an answer")
    if not unanswerable:
        if reports is None:
            raise Fault("names no report; [] says that none holds the answer")
        if answers and not reports:
            raise Fault("has answers, but no report that holds them")
        if reports and not answers:
            raise Fault("has a report, but no answer")
    reports, answers = reports or (), answers or ()
    if kind == COMPARISON and reports:
        if len(reports) != len(answers):
            raise Fault(
                f"is a comparison of {len(reports)} reports with {len(answers)} answers; "
                "each report needs one"
            )
        if len(reports) < 2:
            raise Fault("is a comparison of one report")
    else:
        reports, answers = tuple(dict.fromkeys(reports)), tuple(dict.fromkeys(answers))
    return EvalQuestion(
        id=id_of(fields.get("id"), number),
        text=text,
        language=_string(fields, "lang").strip() or detect_language(text),
        kind=kind or ("" if reports else UNANSWERABLE),
        reports=reports,
        answers=answers,
        line=number,
    )


def checked_text(value: Any) -> str:
    """A question's text, without blanks at both ends.

    Raises:
        Fault: it is none that can be asked.
    """
    if value is None:
        raise Fault("has no question")
    if not isinstance(value, str):
        raise Fault("its question is no string")
    try:
        return check_question(value)
    except UsageError as error:
        raise Fault(error.what) from error


def check_answer(answer: str) -> None:
    """Whether anything of an answer is left to look for.

    Raises:
        Fault: nothing is.
    """
    if not normalised(answer):
        raise Fault("has an answer with nothing to look for in it")


def id_of(value: Any, number: int) -> str:
    """An entry's id; its number where it has none.

    Raises:
        Fault: it is neither a string nor a whole number.
    """
    if value is None or value == "":
        return str(number)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Fault("its id is neither a string nor a whole number")
    return str(value)


def _string(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Fault(f"its {name} is no string")
    return value


def _strings(fields: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """A string or a list of them; none where the field is missing."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Fault(f"its {name} is neither a string nor a list of strings")
    return tuple(value)
