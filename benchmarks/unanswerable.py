"""Make questions that no report answers out of questions that one does.

    python benchmarks/unanswerable.py cities questions.jsonl --corpus DIR --out near.jsonl
    python benchmarks/unanswerable.py taken squad.json --out taken.json

``cities`` asks a question of one city of every other city: its name is replaced as it stands
there, in its script. Left out are questions that name no city or several, or mistype it; those that
ask how or why, or in other words than the report, for which another report may have an answer of
its own; cities of which one lies in the other; and what the other city's report may tell: where it
holds an answer string, or a clause with half of the character pairs of the clause that answers. A
report may still tell a few. The original questions stay in the file.

``taken`` takes a seeded half of the paragraphs out of a set in SQuAD's format. Their questions
stay, marked ``is_impossible`` as in SQuAD 2.0 (Rajpurkar et al., ACL 2018), in another paragraph.
Another paragraph may still answer a few.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from opencc import OpenCC

from corpus.library import read_library
from corpus.places.coverage import CoveredPlace
from corpus.places.gazetteer import Place, gazetteer
from corpus.places.recognise import Mention, PlaceFinder
from corpus.report import Report
from qa.evaluation.containment import contains, normalised
from qa.evaluation.readers import read_questions
from qa.evaluation.records import UNANSWERABLE, EvalQuestion
from qa.language import is_traditional

SEED = 20_261_126

ALIKE = 0.5
"""Share of the character pairs of an answering clause from which on another one may tell it too."""

KINDS = ("number", "name", "list", "typo", "follow")
"""Kinds of question that are asked of other cities."""

_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_HAN = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]")
_DISTRICT = re.compile(r"\s+(?:District|County|City)$")


class Cities:
    """Asks questions of one city of the others.

    Args:
        reports: one a city, else no city of several reports is asked of.
    """

    def __init__(self, reports: Sequence[Report]) -> None:
        covered = [CoveredPlace(r.id, r.city, r.aliases) for r in reports if r.city]
        self._finder = PlaceFinder(covered)
        self._texts = {report.id: report.text for report in reports}
        self._clauses = {report.id: tuple(_clauses(report.text)) for report in reports}
        places = {report.id: gazetteer().resolve(report.city) for report in reports}
        self._places = {name: place for name, place in places.items() if place is not None}

    def asked_elsewhere(self, question: EvalQuestion) -> Iterator[tuple[str, str]]:
        """The question, asked of every other city whose report does not tell.

        Returns:
            id of the report of the city that is asked about, and the question's text.
        """
        mentions = self._finder.find(question.text)
        if question.kind not in KINDS or len(question.reports) != 1 or len(mentions) != 1:
            return
        (mention,), (source,) = mentions, question.reports
        own = self._places.get(source)
        if mention.how not in ("exact", "short", "pinyin") or mention.place != own or own is None:
            return
        for other, place in self._places.items():
            if other == source or _nested(own, place) or self._tells(other, source, question):
                continue
            name = _name(place, mention, question.text)
            if name:
                yield other, question.text[: mention.start] + name + question.text[mention.end :]

    def _tells(self, other: str, source: str, question: EvalQuestion) -> bool:
        """Whether the other report may answer, too."""
        if any(contains(self._texts[other], answer) for answer in question.answers):
            return True
        for clause in self._clauses[source]:
            if any(contains(clause, answer) for answer in question.answers):
                pairs = _pairs(clause)
                most = max((len(pairs & _pairs(one)) for one in self._clauses[other]), default=0)
                if not pairs or most >= ALIKE * len(pairs):
                    return True
        return False


def _clauses(text: str) -> Iterator[str]:
    for clause in _CLAUSE.split(text):
        if plain := normalised(clause):
            yield plain


def _pairs(clause: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(clause) if _HAN.match(a) and _HAN.match(b))


def _nested(one: Place, other: Place) -> bool:
    return gazetteer().is_within(one, other) or gazetteer().is_within(other, one)


def _name(place: Place, mention: Mention, text: str) -> str:
    """The name of a place in the script and the length of another's; empty in other scripts."""
    if _LATIN.match(mention.name):
        district = place.level == "district" and _DISTRICT.search(mention.name)
        return place.english + (" District" if district else "")
    if not _HAN.match(mention.name):
        return ""
    name = place.name if mention.how == "exact" else place.short
    traditional = is_traditional(mention.name) or is_traditional(text)
    return OpenCC("s2t").convert(name) if traditional else name


def of_cities(questions: Path, corpus: Path) -> str:
    """JSONL of the original questions and, after each, what it asks of other cities."""
    cities = Cities(read_library([corpus]).reports)
    lines = []
    for one in read_questions(questions).questions:
        record: dict[str, Any] = {
            "id": one.id,
            "question": one.text,
            "lang": one.language,
            "report": list(one.reports),
            "answer": list(one.answers),
            "kind": one.kind,
        }
        lines.append(record)
        for other, text in cities.asked_elsewhere(one):
            gone = {"report": [], "answer": [], "kind": UNANSWERABLE}
            lines.append({**record, "id": f"{one.id}-{other}", "question": text, **gone})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def taken(squad: Mapping[str, Any], seed: int = SEED) -> dict[str, Any]:
    """A set in SQuAD's format with half of its paragraphs taken out, their questions kept.

    Args:
        squad: of which equal paragraphs are one.
        seed: of the choice.
    """
    articles = [list(article["paragraphs"]) for article in squad["data"]]
    contexts = list(dict.fromkeys(p["context"] for paragraphs in articles for p in paragraphs))
    gone = set(random.Random(seed).sample(contexts, len(contexts) // 2))
    kept: list[dict[str, Any]] = []
    homeless: list[dict[str, Any]] = []
    for paragraphs in articles:
        stay = [{**p, "qas": list(p["qas"])} for p in paragraphs if p["context"] not in gone]
        homeless += [
            {**qa, "answers": [], "is_impossible": True}
            for p in paragraphs
            if p["context"] in gone
            for qa in p["qas"]
        ]
        if stay:
            stay[-1]["qas"] += homeless
            homeless = []
            kept.append({"paragraphs": stay})
    kept[-1]["paragraphs"][-1]["qas"] += homeless
    return {"version": "v2.0", "data": kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    cities = kinds.add_parser("cities", help="ask of one city what another's report tells")
    cities.add_argument("questions", type=Path)
    cities.add_argument("--corpus", type=Path, required=True, help="folder of the reports")
    half = kinds.add_parser("taken", help="take half of the paragraphs out")
    half.add_argument("questions", type=Path)
    half.add_argument("--seed", type=int, default=SEED)
    for one in (cities, half):
        one.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if options.kind == "cities":
        text = of_cities(options.questions, options.corpus)
    else:
        squad = json.loads(options.questions.read_text(encoding="utf-8"))
        text = json.dumps(taken(squad, options.seed), ensure_ascii=False) + "\n"
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
