"""`cityqa ask --cite`: the reports that extracts are from, cited to paste into a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

BOTH = "娄底和张掖各办了多少场宣讲？"


def test_each_report_is_cited_once_with_the_numbers_of_its_extracts(cityqa: Run) -> None:
    shown = cityqa("ask", "--cite", "gbt7714", BOTH)
    assert shown.code == 0
    answer, _, cited = shown.out.strip().rpartition("\n\n")
    loudi, zhangye = cited.splitlines()
    assert re.fullmatch(
        r"(\[\d\])+ 姜玉勇\. 张掖市党史学习教育综述（摘编）\[R/OL\]\. 张掖日报, 2021\(2021-12-31\)"
        r"\[\d{4}-\d\d-\d\d\]\. http://zgzyw\.com\.cn/zgzyw/system/2021/12/31/030194920\.shtml\.",
        zhangye,
    )
    numbers = re.findall(r"^\[(\d)\].*\n    (\S+)市 · ", answer, re.MULTILINE)
    assert len(numbers) == 4
    for line, city in ((loudi, "娄底"), (zhangye, "张掖")):
        listed = "".join(f"[{number}]" for number, place in numbers if place == city)
        assert line.startswith(f"{listed} ")


def test_bibtex_of_what_came_near_can_be_pasted_as_it_is_printed(cityqa: Run) -> None:
    shown = cityqa("ask", "--cite", "bibtex", "济南的湖里有多少条鲸鱼？").out
    assert "[1] " in shown
    entries = shown[shown.index("\n% [") :].strip().splitlines()
    assert [line for line in entries if line.startswith("@")] == ["@misc{jinan2021,"]
    assert "  title = {{济南市党史学习教育综述（摘编）}}," in entries
    # Whatever stands outside of entries is a comment.
    assert [line for line in entries if not re.match(r"@|  \w+ = |\}|% (\[\d\])+$", line)] == []


def test_json_has_a_citation_an_extract_where_it_is_asked_for(cityqa: Run) -> None:
    extracts = json.loads(cityqa("ask", "--json", "--cite", "apa", BOTH).out)["extracts"]
    assert [one["citation"].partition(". (")[0] for one in extracts] == [
        {"loudi": "邹武雄 & 彭敏", "zhangye": "姜玉勇"}[one["report"]] for one in extracts
    ]


def test_an_unknown_style_is_wrong_usage(cityqa: Run) -> None:
    wrong = cityqa("ask", "--cite", "mla", BOTH)
    assert wrong.code == 2
    assert "'gbt7714', 'apa', 'bibtex'" in wrong.error
