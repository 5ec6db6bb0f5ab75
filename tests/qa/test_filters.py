"""A search is confined to the years and publishers that are asked for, and says where none fits."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from corpus.errors import NoSuchReports, UnknownCity, UsageError
from embeddings.build import build_index
from embeddings.embedder import Embedder
from qa.engine import Answerer
from qa.filters import Filters, YearsAndPublishers, parse_year
from qa.links import PageLinks
from tests.qa.conftest import MakeReport

QUESTION = "新建了多少个公园？"


@pytest.fixture(scope="module")
def published(
    make_report: MakeReport, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Answerer:
    """Three reports: two of one city, and of two years; two of one publisher."""
    folder = tmp_path_factory.mktemp("published")
    snapshot = build_index(
        [
            make_report(
                f"全市各区新建了{count}个公园，都免费向市民开放。",
                stem=stem,
                city=city,
                title=f"{year}年{city}综述",
                publisher=publisher,
            )
            for stem, city, year, publisher, count in (
                ("a", "襄阳市", 2019, "襄阳日报", "十二"),
                ("b", "襄阳市", 2020, "湖北地方志", "二十三"),
                ("c", "宜昌市", 2020, "湖北地方志", "三十五"),
            )
        ],
        embedder,
        folder / "index",
    )
    return Answerer(snapshot, embedder, PageLinks(folder / "pages"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"a", "b", "c"}),
        ({"years": (2019,)}, {"a"}),
        ({"years": (2019, 2020)}, {"a", "b", "c"}),
        ({"publishers": ("襄阳日报",)}, {"a"}),
        # A part of the name, in the other script.
        ({"publishers": ("襄陽",)}, {"a"}),
        ({"publishers": ("湖北", "襄阳")}, {"a", "b", "c"}),
        ({"years": (2020,), "publishers": ("湖北",)}, {"b", "c"}),
        ({"years": (2020,), "cities": ("襄阳",)}, {"b"}),
        ({"publishers": ("湖北",), "cities": ("宜昌", "襄阳")}, {"b", "c"}),
    ],
)
def test_only_the_reports_of_the_filters_are_searched(
    options: dict[str, tuple[str, ...]], expected: set[str], published: Answerer
) -> None:
    answer = published.ask(QUESTION, **options)  # type: ignore[arg-type]
    assert {hit.report for hit in answer.hits} == expected
    assert {extract.citation.report for extract in answer.ranked} <= expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"years": (2018,)}, "no report is of the year 2018; the reports are of years from 2019"),
        ({"publishers": ("人民",)}, "by 人民; they were published by 湖北地方志、襄阳日报$"),
        ({"publishers": (" ",)}, "by a publisher without a name"),
        ({"years": (2019,), "publishers": ("湖北",)}, "leave one of the two out"),
        ({"years": (2019,), "cities": ("宜昌",)}, "leave a filter out"),
    ],
)
def test_filters_that_leave_no_report_are_an_error_that_says_why(
    options: dict[str, tuple[str, ...]], said: str, published: Answerer
) -> None:
    with pytest.raises(NoSuchReports, match=said) as caught:
        published.ask(QUESTION, **options)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


def test_filters_are_checked_before_a_question_is_asked(published: Answerer) -> None:
    published.check(Filters(("襄阳",), (2019,), ("日报",)))
    with pytest.raises(UnknownCity):
        published.check(Filters(cities=("长沙",)))
    with pytest.raises(NoSuchReports):
        published.check(Filters(years=(2019,), publishers=("地方志",)))


def test_years_are_offered_from_the_latest_and_publishers_from_the_most_frequent(
    published: Answerer,
) -> None:
    assert published.years == (2020, 2019)
    assert published.publishers == ("湖北地方志", "襄阳日报")


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1900", 1900),
        ("2100", 2100),
        (" 2021 ", 2021),
        ("２０２１", 2021),
        ("二〇二二", 2022),
        ("二零二二", 2022),
        ("二○二一年", 2021),
        ("2019年", 2019),
    ],
)
def test_a_year_has_four_digits_of_any_width_or_chinese_ones(typed: str, year: int) -> None:
    assert parse_year(typed) == year


@pytest.mark.parametrize(
    "typed", ["", "1899", "2101", "21", "02021", "2e03", "+202", "²⁰²¹", "x", "二二", "二千"]
)
def test_what_is_no_year_is_wrong_usage(typed: str) -> None:
    with pytest.raises(UsageError, match="from 1900 to 2100 in four digits"):
        parse_year(typed)


@dataclass(frozen=True)
class Published:
    """As much of a report as its publisher is found by."""

    id: str
    publisher: str
    years: frozenset[int] = frozenset()


@pytest.mark.parametrize(
    ("count", "end"), [(24, "、第23报"), (25, "、第23报 and 1 more"), (40, "、第23报 and 16 more")]
)
def test_of_many_publishers_an_error_names_the_first_and_counts_the_others(
    count: int, end: str
) -> None:
    reports = YearsAndPublishers(Published(f"r{n}", f"第{n:02}报") for n in range(count))
    with pytest.raises(NoSuchReports) as caught:
        reports.reports(Filters(publishers=("人民",)))
    assert str(caught.value).endswith(end)
