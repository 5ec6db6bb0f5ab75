"""What a date looks like on a page; shared by the rules and by the recognition of metadata."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE = "〇○零一二三四五六七八九"

DATE = (
    r"(?:(?<![\d.])(?P<year>(?:19|20)\d\d)\s?(?P<sep>[-/.年])\s?(?P<month>\d{1,2})\s?(?:(?P=sep)|月)"
    r"\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?"
    rf"|(?P<cyear>[{_CHINESE}]{{4}})年(?P<cmonth>[{_CHINESE}十]{{1,3}})月(?P<cday>[{_CHINESE}十]{{1,3}})日)"
)
CLOCK = r"[T ]?\s?\d{1,2}[:\uff1a]\d{2}(?:[:\uff1a]\d{2})?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
WEEKDAY = "(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]"
_DATE = re.compile(DATE)


def _number(chinese: str) -> int:
    """``二十二`` as 22, ``〇三`` as 3."""
    if "十" not in chinese:
        return int(chinese.translate(_DIGITS))
    tens, _, ones = chinese.partition("十")
    return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)


def find_dates(text: str) -> Iterator[tuple[datetime.date, int]]:
    """Every date of the calendar in the text, with the offset at which it begins."""
    for match in _DATE.finditer(text):
        try:
            if match["year"]:
                parts = int(match["year"]), int(match["month"]), int(match["day"])
            else:
                parts = _number(match["cyear"]), _number(match["cmonth"]), _number(match["cday"])
            yield datetime.date(*parts), match.start()
        except ValueError:  # 2021-13-41 is no date
            continue
