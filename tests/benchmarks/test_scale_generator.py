"""The corpora that ``benchmarks/scale`` makes: the same for a seed, of the size that is asked."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.scale.facilities import KINDS, NAMES, facility
from benchmarks.scale.frames import Frame, frame, frames, is_usable
from benchmarks.scale.generator import ABOVE, FOLDER, Generator, write_corpus
from benchmarks.scale.vocabulary import vocabulary
from corpus.library import read_entry
from qa.evaluation.containment import contains


@pytest.fixture(scope="module")
def shipped() -> tuple[tuple[Frame, ...], tuple[Frame, ...]]:
    return frames()


@pytest.fixture(scope="module")
def generator(shipped: tuple[tuple[Frame, ...], ...]) -> Generator:
    return Generator(shipped, 2_000, needles=12)


def test_places_years_and_figures_of_a_sentence_are_slots() -> None:
    made = frame("2019年，襄阳市樊城区新建泵站12.5公里，总长第一。")
    kinds = [[part.kind for part in clause] for clause in made.clauses]
    assert kinds == [
        ["year", "text"],
        ["city", "district", "text", "number", "text"],
        ["text"],
    ]
    assert "".join(p.text for c in made.clauses for p in c).startswith("2019年，襄阳市樊城区")


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("全市新建口袋公园二十一座。", True),
        ("全市新建口袋公园二十一座", False),
        ("市长说：“新建公园二十一座。”", False),
        ("全市 新建口袋公园二十一座。", False),
        ("全市新建口袋公园，，二十一座。", False),
        ("短句。", False),
        ("The park was opened in the spring。", False),
    ],
)
def test_a_frame_is_a_whole_chinese_sentence_that_can_be_parted(text: str, usable: bool) -> None:
    assert is_usable(text) is usable


def test_a_report_follows_from_the_seed_and_its_number_alone(
    shipped: tuple[tuple[Frame, ...], ...], generator: Generator
) -> None:
    again = Generator(shipped, 2_000, needles=12)
    assert again.report(17) == generator.report(17)
    assert [m.name for m in again.reports()] == [m.name for m in generator.reports()]
    assert again.recipe == generator.recipe
    assert Generator(shipped, 2_000, needles=11).recipe != generator.recipe
    assert Generator(shipped, 2_000, seed=1).report(17).content != generator.report(17).content


def test_a_corpus_has_as_many_passages_as_asked_and_the_program_reads_it_as_it_was_made(
    generator: Generator, tmp_path: Path
) -> None:
    counted = vocabulary(generator.reports())
    assert counted.passages == 2_000
    assert 20 <= counted.passages / counted.reports <= 60
    for number in range(0, len(generator), 9):
        made = generator.report(number)
        path = tmp_path / made.name
        path.write_text(made.content, encoding="utf-8")
        report = read_entry(path).report
        assert report.city == made.city.name
        assert report.date is not None
        assert report.date.year == made.year + 1
        assert [report.slice(p.span) for p in report.passages] == list(made.passages)


def test_different_sentences_grow_slower_than_the_corpus(
    shipped: tuple[tuple[Frame, ...], ...],
) -> None:
    small, large = (
        vocabulary(Generator(shipped, size, needles=0).reports()) for size in (500, 4_000)
    )
    grown = math.log(large.distinct_sentences / small.distinct_sentences)
    assert 0.5 < grown / math.log(large.sentences / small.sentences) < 0.98


def test_neighbouring_passages_of_a_section_are_too_long_to_be_joined(
    generator: Generator,
) -> None:
    for made in generator.reports():
        blocks = made.content.split("\n\n")
        for one, two in pairwise(blocks):
            if one in made.passages and two in made.passages and not one.startswith("来源"):
                assert min(len(one), len(two)) >= ABOVE


def test_each_question_about_a_fact_has_its_answer_in_its_report_alone(
    generator: Generator,
) -> None:
    questions = list(generator.needle_questions())
    assert len(questions) == len({q.text for q in questions}) == 12
    assert [q.language for q in questions].count("en") == 3
    made = {Path(m.name).stem: m for m in generator.reports()}
    for number, question in enumerate(questions):
        name = facility(number).name
        holding = [key for key, m in made.items() if any(name in text for text in m.passages)]
        assert holding == [question.report]
        sentence = next(text for text in made[question.report].passages if name in text)
        assert contains(sentence, question.answer)


def test_no_two_facilities_have_one_name() -> None:
    names = {facility(number).name for number in range(NAMES)}
    assert len(names) == NAMES == 28 * 28 * len(KINDS)
    with pytest.raises(ValueError, match=str(NAMES)):
        facility(NAMES)


def test_questions_about_figures_differ_and_are_as_many_as_asked(generator: Generator) -> None:
    questions = [q.text for q in generator.figure_questions(100)]
    assert len(set(questions)) == 100
    assert all("多少" in text for text in questions)


def test_a_corpus_whose_making_was_stopped_is_completed(
    shipped: tuple[tuple[Frame, ...], ...], tmp_path: Path
) -> None:
    generator = Generator(shipped, 300, needles=0)
    steps = write_corpus(generator, tmp_path / "stopped")
    (tmp_path / "stopped" / ".0000").mkdir(parents=True)
    (tmp_path / "stopped" / ".0000" / "half.md").write_text("---\n")
    assert list(steps) == [len(generator)]
    assert len(generator) < FOLDER
    files = sorted(path.name for path in (tmp_path / "stopped" / "0000").iterdir())
    assert files == sorted(made.name for made in generator.reports())
    before = (tmp_path / "stopped" / "0000").stat().st_mtime_ns
    assert list(write_corpus(generator, tmp_path / "stopped")) == [len(generator)]
    assert (tmp_path / "stopped" / "0000").stat().st_mtime_ns == before
