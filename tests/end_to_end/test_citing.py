"""`cityqa ask --cite`: the reports that extracts are from, cited to paste into a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

BOTH = "娄底和张掖各办了多少场宣讲？"


def test_bibtex_can_be_pasted_as_it_is_printed(cityqa: Run) -> None:
    shown = cityqa("ask", "--cite", "bibtex", BOTH)
    assert shown.code == 0
    place = shown.out.index("\n% [")
    numbers = re.findall(r"^\[(\d)\].*\n    (\S+)市 · ", shown.out[:place], re.MULTILINE)
    assert len(numbers) == 4
    entries = shown.out[place:].strip().splitlines()
    for key, city in (("loudi", "娄底"), ("zhangye", "张掖")):
        begin = entries.index(f"@techreport{{{key}2021,")
        listed = "".join(f"[{number}]" for number, named in numbers if named == city)
        assert entries[begin - 1] == f"% {listed}"
        assert entries[begin + 2] == f"  title = {{{{{city}市党史学习教育综述（摘编）}}}},"
    # Each report once, and whatever stands outside of entries is a comment.
    assert [line for line in entries if not re.match(r"@|  \w+ = |\}|% (\[\d\])+$", line)] == []
    assert sum(line.startswith("@") for line in entries) == 2


def test_json_has_a_citation_an_extract_where_it_is_asked_for(cityqa: Run) -> None:
    told = json.loads(cityqa("ask", "--json", "--cite", "gbt7714", "济南有多少条鲸鱼？").out)
    assert told["refused"]
    for one in told["nearest"]:
        assert one["citation"].startswith(
            "济南市党史学习教育综述（摘编）[R]. [出版地不详]: [出版者不详], 2021."
        )
    assert told["nearest"]


def test_an_unknown_style_is_wrong_usage(cityqa: Run) -> None:
    wrong = cityqa("ask", "--cite", "mla", BOTH)
    assert wrong.code == 2
    assert "'gbt7714', 'apa', 'bibtex'" in wrong.error
