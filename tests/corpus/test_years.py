"""Which years a report is of."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from corpus.library import read_entry
from corpus.report import Report
from corpus.years import years_of


def made(folder: Path, title: str, text: str, date: str = "") -> Report:
    path = folder / "made.md"
    dated = f"date: {date}\n" if date else ""
    path.write_text(f"---\ncity: 武汉市\n{dated}---\n# {title}\n\n{text}\n", encoding="utf-8")
    return read_entry(path).report


@pytest.mark.parametrize(
    ("title", "text", "date", "years"),
    [
        ("工作报告", "新建公园三十座。", "", set()),
        ("2021年工作报告", "新建公园三十座。", "", {2021}),
        ("2020—2021年的公园", "新建公园三十座。", "", {2020, 2021}),
        ("工作报告", "新建公园三十座。", "2022-03-01", {2022}),
        # The year that the text names most often, and not the other.
        ("工作报告", "2018年建公园，2019年建桥，2019年建路。", "", {2019}),
        ("2021年工作报告", "2019年建桥，2019年建路。", "2022-03-01", {2019, 2021, 2022}),
        # Numbers that are no years.
        ("编号12021", "投资2021万元，栽树12019年年如此，1820年建城。", "", set()),
    ],
)
def test_years_are_of_the_title_the_date_and_the_text(
    tmp_path: Path, title: str, text: str, date: str, years: set[int]
) -> None:
    report = made(tmp_path, title, text, date)
    assert report.date == (datetime.date.fromisoformat(date) if date else None)
    assert years_of(report) == years
