"""Questions that the reports at hand answer, to show what can be asked."""

from __future__ import annotations

import re
import threading
import tomllib
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from corpus.normalise import simplify
from corpus.places.gazetteer import gazetteer
from corpus.report import Report
from embeddings.report_store import Head
from qa.engine import Answerer
from qa.language import Interface, in_traditional

_T = TypeVar("_T")

MOST_ASKED = 30
"""Questions asked of the answerer for one call at most."""

_TABLE = Path(__file__).parent / "data" / "examples.toml"
_A_REPORT = 3

# Asked of a report that has none written for it; the first of a heading, the others of all of it.
_PATTERNS: dict[Interface, tuple[str, ...]] = {
    "zh_Hans": ("{city}的报告怎么说“{heading}”？", "{city}在“{heading}”方面做了什么？"),
    "zh_Hant": ("{city}的報告怎麼說「{heading}」？", "{city}在「{heading}」方面做了什麼？"),
    "en": ("What does the report on {city} say about “{heading}”?",),
}
_OF_TITLE: dict[Interface, str] = {
    "zh_Hans": "《{title}》说了什么？",
    "zh_Hant": "《{title}》說了什麼？",
    "en": "What does “{title}” say?",
}
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十百\d]+[章节節部编編]?[、.．:：)）\s]+|[（(][一二三四五六七八九十\d]+[)）]\s*)+"
)
_MARKS = re.compile(r"[“”\"'「」『』《》〈〉【】\[\]]")
# 参考文献, 目录 and the like are parts of a paper, not of what it says.
_NO_TOPIC = re.compile(
    r"^(?:目[录錄]|附[录錄件]|参考|參考|注[释釋]?$|前言|引言|[结結][语語]|摘要|致[谢謝]|contents|references|notes|"
    r"appendix|introduction|summary)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LONGEST_HEADING = 24
_LONGEST_LATIN_HEADING = 60
_LONGEST_TITLE = 60


class Examples:
    """Example questions of one answerer. Safe to share between threads.

    The first call for a language asks the answerer some questions, at most ``MOST_ASKED``, and so
    takes a while; what was found is kept.
    """

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._answered: dict[str, bool] = {}
        self._lock = threading.Lock()

    def questions(
        self, language: Interface, count: int = 3, cities: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Questions that are answered, of as many different cities as there are.

        Args:
            language: that they are asked in.
            count: at most so many; fewer where the reports give no more.
            cities: of the reports of these only, named as ``Answerer.cities`` names them; of all
                where none are given.
        """
        snapshot = self._answerer.snapshot
        heads = [head for head in snapshot.heads.values() if not cities or head.city in cities]
        found: list[str] = []
        asked = 0
        for head, question in _of_all(heads, snapshot.reports, language):
            if len(found) >= count or asked >= MOST_ASKED:
                break
            with self._lock:
                known = self._answered.get(question)
            if known is None:
                asked += 1
                known = self._is_answered(question, head)
                with self._lock:
                    self._answered[question] = known
            if known and question not in found:
                found.append(question)
        return tuple(found)

    def _is_answered(self, question: str, report: Head) -> bool:
        """Whether the first extract is of the report, or of another of its city."""
        answer = self._answerer.ask(question, top=1)
        if answer.refused:
            return False
        cited = answer.extracts[0].citation
        return cited.report == report.id or (bool(report.city) and cited.city == report.city)


def examples_of(answerer: Answerer) -> Examples:
    """The example questions of an answerer; nothing is asked of it yet."""
    return Examples(answerer)


@cache
def written_examples() -> dict[str, dict[str, list[str]]]:
    """The questions written for the shipped reports, by report id and interface language."""
    table: dict[str, dict[str, list[str]]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return table


def _of_all(
    heads: Collection[Head], reports: Mapping[str, Report], language: Interface
) -> Iterator[tuple[Head, str]]:
    """Questions that may be answered: one of each city, then a second of each, and so on."""
    by_city: dict[str, list[Head]] = {}
    for head in heads:
        by_city.setdefault(head.city or head.id, []).append(head)
    # Of one city, one of each of its reports in turn.
    return _in_turn(
        _in_turn(_of_report(head, reports, language) for head in group)
        for group in by_city.values()
    )


def _of_report(
    head: Head, reports: Mapping[str, Report], language: Interface
) -> Iterator[tuple[Head, str]]:
    """Questions of one report, which is not read before one made from its text is wanted."""
    for question in written_examples().get(head.id, {}).get(language, []):
        yield head, question
    for question in _made(reports[head.id], language):
        yield head, question


def _in_turn(queues: Iterable[Iterator[_T]]) -> Iterator[_T]:
    """First of each, then second of each, and so on; nothing is taken before it is wanted."""
    left = deque(queues)
    while left:
        queue = left.popleft()
        for one in queue:
            yield one
            left.append(queue)
            break


def _made(report: Report, language: Interface) -> list[str]:
    """Questions made from a report's headings and title."""
    questions = []
    if report.city:
        city = _city(report.city, language)
        headings = [h for section in report.sections if (h := _topic(section.heading, report))]
        for heading in list(dict.fromkeys(headings))[:_A_REPORT]:
            topic = _in_script(heading, language)
            questions += [p.format(city=city, heading=topic) for p in _PATTERNS[language]]
    title = _MARKS.sub("", report.title).strip()
    # A title that goes on was cut by the page that it is from.
    if 2 <= len(title) <= _LONGEST_TITLE and not title.endswith(("…", "...")):
        questions.append(_OF_TITLE[language].format(title=_in_script(title, language)))
    return questions


def _topic(heading: str, report: Report) -> str:
    """What a heading says its section is about; empty where it is none that can be asked for."""
    topic = _MARKS.sub("", _NUMBERING.sub("", heading.strip())).strip(" 　:：。.,，")
    longest = _LONGEST_HEADING if _HAN.search(topic) else _LONGEST_LATIN_HEADING
    if not 2 <= len(topic) <= longest or _NO_TOPIC.match(topic) or topic == report.title:
        return ""
    return topic


def _city(city: str, language: Interface) -> str:
    """How an interface calls a city."""
    if language == "en":
        place = gazetteer().resolve(city)
        return place.english if place else city
    return _in_script(city, language)


def _in_script(text: str, language: Interface) -> str:
    """A text of a report in the script of an interface; as it is in English."""
    if language == "en":
        return text
    return in_traditional(text) if language == "zh_Hant" else simplify(text)
