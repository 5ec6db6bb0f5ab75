"""A corpus of any size: real sentences varied, in reports about cities and years.

Which sentence stands where. Sentences have ranks. At each place a rank is drawn with

    P(rank > r) = (1 + r / Q) ^ -A,     A = 0.25, Q = 20 000,

a law of Zipf and Mandelbrot with the exponent 1 + A: common sentences come again and again, and the
number of different sentences grows with the size N about as N ^ 1/(1 + A) = N ^ 0.8 (Heaps' law).
What a rank's sentence is follows from the seed and the rank alone: a frame (``frames``), in half of
the cases with the end of another frame behind its beginning, its figures, years, cities and
districts replaced. In three of ten ranks the places and years are those of the report in which the
sentence stands. So a report can be made without those before it.

A report is about one of 300 cities and one of 25 years, has one of four publishers of that city,
and 20 to 60 passages of 80 characters in the mean. Facts about made-up facilities, of which the
questions know the answers, stand in some (``facilities``).
"""

from __future__ import annotations

import hashlib
import math
import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from benchmarks.scale.facilities import Facility, facility
from benchmarks.scale.frames import Frame, Part
from corpus.places.gazetteer import Place, gazetteer

SEED = 20_261_126

FLATNESS = 20_000
"""Q of the law: ranks that are about equally common."""
TAIL = 0.25
"""A of the law."""

OWN = 0.3
"""Share of ranks whose places and years are the report's."""
HOME = 0.2
"""Share of ranks with frames of city reports; the other texts have a hundred times as many."""
EXCHANGED = 0.5
"""Share of ranks that end as another frame."""

CITIES, FIRST_YEAR, YEARS = 300, 2000, 25
LEAST, MOST = 20, 60
"""Passages of a report."""
SHORT_SHARE = 0.28
"""Of the passages: single sentences under a heading of their own."""
ABOVE, MEAN_ABOVE = 61, 19
"""Characters from which neighbouring passages are not joined, and the mean wished beyond them."""
PLAIN = 0.1
"""Share of reports that are plain text, without headings and short passages."""
DISTRACTING = 0.25
"""Share of reports with a fact that no question is about."""
FOLDER = 500
"""Reports in one folder; each folder appears as a whole, so that a stopped run goes on."""

_PUBLISHERS = ("人民政府办公室", "地方志编纂委员会办公室", "统计局", "发展和改革委员会")
_TOPICS = (
    "国民经济和社会发展情况综述 城市建设年度报告 民生实事完成情况综述 教育事业发展报告 "
    "卫生健康工作综述 乡村振兴工作报告 生态环境保护情况综述 文化旅游发展报告 交通运输工作综述 "
    "科技创新发展报告 营商环境建设情况综述 社会治理工作报告"
).split()
_HEADINGS = (
    "概况 工业 农业 商贸 财政 金融 教育 科技 文化 体育 卫生 交通 水利 环保 城建 园林 社区 "
    "就业 社保 扶贫 旅游 历史 人物 民俗 资源 气候 人口 通信 能源 外贸 安全 党建"
).split()
_FIGURE = re.compile(r"(?<![\d.,:\-~—第A-Za-z])\d+(?:\.\d+)?(?=[㐀-䶿一-鿿%])(?!年|月|日)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a generated corpus.

    Attributes:
        text: as asked.
        language: ``zh`` or ``en``.
        answer: string that the right extract holds.
        report: id of the report that the fact was put into; empty where the fact may stand in
            several.
    """

    text: str
    language: str
    answer: str
    report: str


@dataclass(frozen=True, slots=True)
class Made:
    """A generated report.

    Attributes:
        name: of its file.
        content: of its file.
        city, year: that it is about.
        passages: their texts, source line included.
    """

    name: str
    content: str
    city: Place
    year: int
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Own:
    """What a report's own sentences are about."""

    city: Place
    districts: tuple[Place, ...]
    year: int


class Generator:
    """Makes the reports of a corpus, each from its number.

    Args:
        frames: of sentences, in groups: the reports' and the others'.
        passages: wanted in all.
        needles: facts that are asked for, at most one a report.
        seed: of everything drawn.
    """

    def __init__(
        self,
        frames: Sequence[Sequence[Frame]],
        passages: int,
        *,
        needles: int = 300,
        seed: int = SEED,
    ) -> None:
        self._frames = [group for group in frames if group]
        self._seed = seed
        places = sorted(gazetteer(), key=lambda place: place.code)
        cities = [place for place in places if place.level == "city"]
        districts: dict[str, list[Place]] = {}
        for place in places:
            if place.level == "district" and len(place.name) > 2:
                districts.setdefault(place.parent, []).append(place)
        cities = [city for city in cities if city.code in districts]
        _shuffle(cities, random.Random(seed))
        self._cities = cities[:CITIES]
        self._districts = {city.code: tuple(districts[city.code]) for city in self._cities}
        self._sizes = _sizes(passages, seed)
        self.needles = min(needles, len(self._sizes))
        self._common: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def recipe(self) -> str:
        """Digest of the first reports and the last: other rules or frames make others."""
        digest = hashlib.sha256()
        for number in sorted({*range(min(3, len(self))), len(self) - 1}):
            digest.update(self.report(number).content.encode())
        return digest.hexdigest()

    @cached_property
    def _needle_of(self) -> dict[int, int]:
        """Report number to the number of the fact in it."""
        step = len(self) / max(1, self.needles)
        return {int((number + 0.5) * step): number for number in range(self.needles)}

    def report(self, number: int) -> Made:
        """One report."""
        draw = self._random(1, number).random
        own = self._own(draw)
        plain = draw() < PLAIN
        fact = self._fact(number, draw)
        title = f"{own.year}年{own.city.name}{_TOPICS[int(draw() * len(_TOPICS))]}"
        publisher = own.city.name + _PUBLISHERS[int(draw() * len(_PUBLISHERS))]
        published = date(own.year + 1, 1 + int(draw() * 12), 1 + int(draw() * 28))
        blocks = self._blocks(self._sizes[number] - plain, own, fact, draw, short=not plain)
        stem = f"{_letters(own.city.pinyin)}-{own.year}-{number:06d}"
        if plain:
            source = f"来源：{publisher} 发布日期：{published.isoformat()}"
            content = "\n\n".join([title, source, *(text for _, text in blocks)]) + "\n"
            texts = (source, *(text for _, text in blocks))
            return Made(f"{stem}.txt", content, own.city, own.year, texts)
        lines = [
            f"---\ncity: {own.city.name}\ntitle: {title}\npublisher: {publisher}\n"
            f"date: {published.isoformat()}\nlanguage: zh-Hans\n---",
            f"# {title}",
        ]
        for heading, text in blocks:
            lines += [f"## {heading}", text] if heading else [text]
        texts = tuple(text for _, text in blocks)
        return Made(f"{stem}.md", "\n\n".join(lines) + "\n", own.city, own.year, texts)

    def reports(self) -> Iterator[Made]:
        """All reports, in order."""
        return map(self.report, range(len(self)))

    def needle_questions(self) -> Iterator[Question]:
        """One question a fact: two in four with the city, one without it, one in English."""
        for number, needle in self._needle_of.items():
            made, fact = self.report(number), facility(needle)
            text, language = fact.question(needle % 4, made.city.short, made.city.english)
            yield Question(text, language, fact.answer, Path(made.name).stem)

    def figure_questions(self, count: int) -> Iterator[Question]:
        """Different questions about figures, from reports that lie evenly: a clause with 多少.

        Fewer come where the corpus has fewer figures.
        """
        seen: set[str] = set()
        share = -(-count // len(self))
        step = max(1.0, len(self) * share / max(1, count))
        at = 0.0
        while at < len(self) and len(seen) < count:
            made = self.report(int(at))
            at += step
            for text, answer in _asked(made)[: share + 1]:
                if text not in seen and len(seen) < count:
                    seen.add(text)
                    yield Question(text, "zh", answer, "")

    def sentence(self, rank: int, own: _Own) -> str:
        """The sentence of a rank, as it stands in a report."""
        known = self._common.get(rank)
        if known is not None:
            return known
        draw = self._random(2, rank).random
        mine = draw() < OWN
        group = self._frames[0 if draw() < HOME else -1]
        frame = group[int(draw() * len(group))]
        clauses = frame.clauses
        if draw() < EXCHANGED:
            other = group[int(draw() * len(group))].clauses
            clauses = (*clauses[: max(1, len(clauses) // 2)], *other[len(other) // 2 :])
            if not clauses[-2][-1].text.endswith("，"):
                clauses = frame.clauses
        text = "".join(
            self._filled(part, own if mine else None, draw) for clause in clauses for part in clause
        )
        if not mine and rank < FLATNESS:
            self._common[rank] = text
        return text

    def _filled(self, part: Part, own: _Own | None, draw: Callable[[], float]) -> str:
        if part.kind == "text":
            return part.text
        if part.kind == "number":
            return _other_number(part.text, draw)
        if part.kind == "year":
            return str(own.year if own else 1990 + int(draw() * 35))
        city = own.city if own else self._cities[int(draw() * len(self._cities))]
        if part.kind == "city":
            return city.name
        if part.kind == "short":
            return city.short
        districts = own.districts if own else self._districts[city.code]
        return districts[int(draw() * len(districts))].name

    def _own(self, draw: Callable[[], float]) -> _Own:
        # The larger part of an archive is about its larger cities.
        city = self._cities[int(draw() ** 1.5 * len(self._cities))]
        return _Own(city, self._districts[city.code], FIRST_YEAR + int(draw() * YEARS))

    def _fact(self, number: int, draw: Callable[[], float]) -> Facility | None:
        chance = draw()
        if number in self._needle_of:
            return facility(self._needle_of[number])
        if chance < DISTRACTING:
            # Behind those that are asked for, round and round.
            first = self.needles
            return facility(first + number % (NAMES_LEFT - first))
        return None

    def _blocks(
        self,
        count: int,
        own: _Own,
        fact: Facility | None,
        draw: Callable[[], float],
        *,
        short: bool,
    ) -> list[tuple[str, str]]:
        """Passages with the headings above them; empty where a passage follows another."""
        blocks: list[tuple[str, str]] = []
        after_short = True
        place = int(draw() * count)
        for at in range(count):
            alone = short and at != place and draw() < SHORT_SHARE
            heading = ""
            if short and (alone or after_short or draw() < 0.2):
                heading = _HEADINGS[int(draw() * len(_HEADINGS))]
            sentences = [self._drawn(own, draw)]
            if not alone:
                wanted = ABOVE - math.log(1.0 - draw()) * MEAN_ABOVE
                if fact is not None and at == place:
                    district = own.districts[int(draw() * len(own.districts))].name
                    sentences.append(fact.sentence(district, 1 + int(draw() * 12)))
                while sum(map(len, sentences)) < wanted - 12:
                    sentences.append(self._drawn(own, draw))
                while sum(map(len, sentences)) < ABOVE:
                    sentences.append(self._drawn(own, draw))
            after_short = alone
            blocks.append((heading, "".join(sentences)))
        return blocks

    def _drawn(self, own: _Own, draw: Callable[[], float]) -> str:
        rank = FLATNESS * ((1.0 - draw()) ** (-1 / TAIL) - 1)
        return self.sentence(int(min(rank, 1e15)), own)

    def _random(self, purpose: int, number: int) -> random.Random:
        return random.Random((self._seed << 80) + (purpose << 64) + number)


NAMES_LEFT = 12_000
"""Facilities in use; below ``facilities.NAMES``."""


def write_corpus(generator: Generator, folder: Path) -> Iterator[int]:
    """Write the reports, folder by folder; those that are there already are left.

    Yields:
        the reports written so far, after each folder.
    """
    for first in range(0, len(generator), FOLDER):
        target = folder / f"{first // FOLDER:04d}"
        last = min(first + FOLDER, len(generator))
        if not target.exists():
            unfinished = folder / f".{target.name}"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            for number in range(first, last):
                made = generator.report(number)
                (unfinished / made.name).write_text(made.content, encoding="utf-8")
            unfinished.rename(target)
        yield last


def _sizes(passages: int, seed: int) -> list[int]:
    """Passages of each report; the last one has what is left."""
    draw = random.Random(seed + 1).random
    sizes: list[int] = []
    left = passages
    while left:
        size = LEAST + int(draw() * (MOST - LEAST + 1))
        # No report of fewer than LEAST, if there is more than one.
        size = left if left - size < LEAST else size
        sizes.append(size)
        left -= size
    return sizes


def _asked(made: Made) -> list[tuple[str, str]]:
    """Questions that a report's clauses with a figure answer, and their answers."""
    asked = []
    for text in made.passages:
        for clause in re.split("[，。！？；：]", text):
            figures = list(_FIGURE.finditer(clause))
            if len(figures) == 1 and 8 <= len(clause) <= 36:
                start, end = figures[0].span()
                question = f"{clause[:start]}多少{clause[end:]}？"
                named = f"{made.year}年{made.city.short}，{question}"
                asked.append((named, clause[start : end + 1]))
    return asked


def _other_number(text: str, draw: Callable[[], float]) -> str:
    """Another number of as many digits."""
    whole, dot, decimals = text.partition(".")
    low = 10 ** (len(whole) - 1)
    number = str(low + int(draw() * 9 * low))
    return number + dot + "".join(str(int(draw() * 10)) for _ in decimals)


def _letters(name: str) -> str:
    plain = "".join(char for char in name.lower().replace("ü", "v") if "a" <= char <= "z")
    return plain[:14]


def _shuffle(items: list[Place], chance: random.Random) -> None:
    """Fisher and Yates; by ``random()`` alone, which no Python version changes."""
    for last in range(len(items) - 1, 0, -1):
        other = int(chance.random() * (last + 1))
        items[last], items[other] = items[other], items[last]
