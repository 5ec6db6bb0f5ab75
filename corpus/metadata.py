"""What a report is about, who published it and when: stated by the file, or read off the page.

What is written for cityqa comes first: a table of ``reports.toml``, then front matter. What they
leave open is recognised in the report's source lines, bylines and headings; page and document
properties fill the gaps.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from opencc import OpenCC

from corpus.cleaning import Cleaned
from corpus.cleaning.dates import find_dates
from corpus.cleaning.hanzi import HAN
from corpus.errors import MetadataError
from corpus.normalise import simplify
from corpus.raw import Line, RawReport
from corpus.report import ReportKind


@dataclass(frozen=True, slots=True)
class City:
    """A recognised city or district, by the name that reports carry, and its other names."""

    name: str
    aliases: tuple[str, ...] = ()


Identify = Callable[[str, Sequence[str], str | None], City | None]
"""From title, lines and publisher to the place that the report is about."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ``Report`` says about a report; empty or none where nothing tells.

    Attributes:
        city: empty where it cannot be told.
        title: empty where the text has none.
    """

    city: str
    aliases: tuple[str, ...]
    title: str
    source_title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    date: datetime.date | None
    url: str | None
    kind: ReportKind
    language: str


_STRINGS = frozenset(
    {"city", "title", "source_title", "publisher", "url", "kind", "language", "mirror_of"}
)
_LISTS = frozenset({"aliases", "authors"})
KEYS = _STRINGS | _LISTS | {"date"}
"""What front matter and ``reports.toml`` may state."""


def check(values: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """The values with their right types: strings, tuples of strings, a date.

    A value of none counts as not given. A list may be given as one string.

    Raises:
        MetadataError: an unknown key, a wrong type, a date that does not exist; it names ``where``
            and the key.
    """
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key not in KEYS:
            raise MetadataError(
                f"unknown key {key!r}", where=where, mend=f"use one of {', '.join(sorted(KEYS))}"
            )
        if value is not None:
            checked[key] = _checked(key, value, where)
    return checked


def _checked(key: str, value: Any, where: str) -> Any:
    if key in _LISTS:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(i, str) for i in items):
            raise MetadataError(f"{key} is no list of names", where=where, mend=f"{key}: [a, b]")
        return tuple(item.strip() for item in items if item.strip())
    if key == "date":
        return _checked_date(value, where)
    if not isinstance(value, str) or not value.strip():
        raise MetadataError(f"{key} is no text: {value!r}", where=where, mend="quote it")
    value = value.strip()
    if key == "kind" and value not in ("original", "digest"):
        raise MetadataError(f"kind is {value!r}", where=where, mend="write original or digest")
    if key == "url" and not re.match(r"https?://[^\s/]+", value):
        raise MetadataError(f"url is no web address: {value!r}", where=where)
    if key == "language" and not re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", value):
        raise MetadataError(
            f"language is no language tag: {value!r}", where=where, mend="write zh-Hans or zh-Hant"
        )
    return value


def _checked_date(value: Any, where: str) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    found = list(find_dates(value)) if isinstance(value, str) and len(value) < 40 else []
    if len(found) != 1:
        raise MetadataError(
            f"date is no date of the calendar: {value!r}",
            where=where,
            mend="write it as 2021-12-31",
        )
    return found[0][0]


def recognise(
    raw: RawReport,
    cleaned: Cleaned,
    identify: Identify,
    *,
    overrides: Mapping[str, Any] | None = None,
    overrides_from: str = "reports.toml",
) -> Metadata:
    """What is stated about the report, completed by what its lines tell.

    Args:
        raw: for ``front``.
        cleaned: its lines cleaned.
        identify: tells the place from title, lines and publisher.
        overrides: the report's table of ``reports.toml``.
        overrides_from: that file's name, for errors.

    Raises:
        MetadataError: ``overrides`` or declared front matter cannot be used.
    """
    stated = check(overrides or {}, where=overrides_from)
    hints: dict[str, Any] = {}
    if raw.declared:
        stated = check(raw.front, where=raw.origin) | stated
    else:
        hints = _usable(raw.front)
    notes = [line.text for line in cleaned.lines if line.kind == "note"]
    parts = [part for note in notes for part in _labelled(note)]

    title = stated.get("title") or _heading(cleaned.lines) or hints.get("title")
    title = title or next((value for role, value in parts if role == "original title"), "")
    publisher = stated.get("publisher") or _publisher(notes, parts) or hints.get("publisher")
    date = stated.get("date") or _date(notes, parts, hints, from_page=raw.media == "html")
    authors = stated.get("authors") or _authors(cleaned.lines, parts) or hints.get("authors", ())
    place = identify(title, [line.text for line in cleaned.lines], publisher)
    city = stated.get("city") or (place.name if place else "")
    aliases = dict.fromkeys(stated.get("aliases", ()))
    if place is not None and place.name == city:
        aliases |= dict.fromkeys(place.aliases)
    aliases.pop(city, None)
    return Metadata(
        city=city,
        aliases=tuple(aliases),
        title=title,
        source_title=stated.get("source_title"),
        publisher=publisher,
        authors=authors,
        date=date,
        url=stated.get("url") or hints.get("url"),
        kind=cast(ReportKind, stated.get("kind", "original")),
        language=stated.get("language") or _language(cleaned.lines, hints.get("language")),
    )


def _usable(front: Mapping[str, Any]) -> dict[str, Any]:
    """Those properties of a page or document that can be used: nobody wrote them for us."""
    usable: dict[str, Any] = {}
    for key, value in front.items():
        try:
            usable |= check({key: value}, where="")
        except MetadataError:
            continue
    if not _is_plausible(usable.get("date")):
        usable.pop("date", None)
    return usable


# Source lines. Labels are looked for in the Simplified line.
_ROLES = {
    "published": "发布日期|发布时间|发稿时间|发表时间|发表日期|发布于|刊发时间|发文日期|成文日期",
    "dated": "更新时间|更新日期|日期|时间",
    "publisher": "信息来源|稿件来源|文章来源|新闻来源|来源|稿源|出处|转自",
    "author": "作者|撰稿|撰文|本报记者|本刊记者|特约记者|见习记者|记者|通讯员",
    "original title": "原标题|原题",
    "other": "责任编辑|责编|编辑|美编|主编|编审|审核|校对|初审|复审|终审|一审|二审|三审|监制|摄影"
    "|供稿|供图|标签|关键词|关键字|访问|浏览|点击|阅读|字号|字体|发布机构|发布单位|索引号|文号",
}
_ROLE_OF = {label: role for role, labels in _ROLES.items() for label in labels.split("|")}
_LABELS = "|".join(sorted(_ROLE_OF, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?<![{HAN}])(?:{_LABELS})(?=\s*[】\]]?\s*[:\uff1a丨|])"
    rf"|(?<![{HAN}])(?:本报|本刊|特约|见习)?(?:记者|通讯员|作者)(?=\s+[{HAN}])"
)
_AFTER_LABEL = " \t】]:\uff1a丨|"
_AROUND = " \t【】[]()\uff08\uff09,\uff0c;\uff1b|丨"


def _labelled(note: str) -> Iterator[tuple[str, str]]:
    """(role, value) of each label in a source line."""
    simple = simplify(note)
    if len(simple) != len(note):
        note = simple
    labels = list(_LABEL.finditer(simple))
    ends = [*(label.start() for label in labels[1:]), len(note)]
    for label, end in zip(labels, ends, strict=False):
        value = note[label.end() : end].lstrip(_AFTER_LABEL)
        yield _ROLE_OF.get(label.group(), "author"), value.strip(_AROUND)
        if _ROLE_OF.get(label.group()) == "original title":
            return


def _heading(lines: Sequence[Line]) -> str:
    return next((line.text for line in lines if line.kind == "heading" and line.level == 1), "")


_MEDIUM = re.compile(
    rf"[{HAN}]{{2,12}}(?:日报|晚报|晨报|时报|都市报|商报|周报|早报|导报|新闻网|网|周刊|杂志|电视台|广播电台|通讯社|客户端)"
)


def _publisher(notes: Sequence[str], parts: Sequence[tuple[str, str]]) -> str | None:
    for role, value in parts:
        if role == "publisher" and value:
            dates = [at for _, at in find_dates(value)]
            value = value[: dates[0]].strip(_AROUND) if dates else value
            first, _, rest = value.partition(" ")
            if rest and _MEDIUM.fullmatch(simplify(first)):
                value = first
            if 1 < len(value) <= 60:
                return value
    for note in notes:
        for word in note.split():
            if _MEDIUM.fullmatch(simplify(word)):
                return word
    return None


def _is_plausible(date: datetime.date | None) -> bool:
    """Neither before the People's Republic nor, a day's grace for time zones, in the future."""
    if date is None:
        return False
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    return datetime.date(1949, 10, 1) <= date <= tomorrow


def _date(
    notes: Sequence[str],
    parts: Sequence[tuple[str, str]],
    hints: Mapping[str, Any],
    *,
    from_page: bool,
) -> datetime.date | None:
    """A labelled date; else, of a web page, the one it states; else one in a source line."""

    def within(texts: Sequence[str]) -> datetime.date | None:
        dates = (date for text in texts for date, _ in find_dates(text))
        return next((date for date in dates if _is_plausible(date)), None)

    stated = cast("datetime.date | None", hints.get("date"))
    unlabelled = [note for note in notes if not any(True for _ in _labelled(note))]
    return (
        within([value for role, value in parts if role == "published"])
        or within([value for role, value in parts if role == "dated"])
        or (stated if from_page else None)
        or within(unlabelled)
        or within([value for role, value in parts if role == "publisher"])
        or stated
    )


_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{2,10}}·[{HAN}]{{2,10}}")
_ROLE_WORDS = re.compile(
    "(?:首席|特约|见习|見習|实习|實習|全媒体|融媒体)?(?:本报|本報|本刊)?(?:记者|記者|通讯员|通訊員|实习生|摄影报道|文/图|图/文|报道|報道)"
)
_IN_TEXT = re.compile(
    r"[(\uff08]([^()\uff08\uff09]{0,12}?(?:记者|記者|通讯员|通訊員)[^()\uff08\uff09]{2,60})[)\uff09]"
)
_SEPARATORS = re.compile(r"[\s、,\uff0c;\uff1b/]+")


def _authors(lines: Sequence[Line], parts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """From bylines; else from ``（记者 …）`` at the end of a paragraph or the head of the first."""
    names: dict[str, None] = {}
    for role, value in parts:
        if role == "author":
            names |= dict.fromkeys(_names(value, strict=False))
    if names:
        return tuple(names)
    texts = [line.text for line in lines if line.kind == "text"]
    for place, text in enumerate(texts):
        for bracket in _IN_TEXT.finditer(text):
            at_end = len(text) - bracket.end() <= 1
            if at_end or (place == 0 and bracket.start() <= 12):
                content = _ROLE_WORDS.split(bracket[1], maxsplit=1)[-1]
                names |= dict.fromkeys(_names(content, strict=True))
    return tuple(names)


def _names(value: str, *, strict: bool) -> Iterator[str]:
    """The names in a byline's value; ``strict``: personal names only."""
    value = _ROLE_WORDS.sub(" ", value)
    if not re.search(f"[{HAN}]", value):
        yield from (name.strip() for name in re.split("[,;]", value) if 1 < len(name.strip()) < 40)
        return
    for word in _SEPARATORS.split(value):
        name = word.strip(_AROUND + ":\uff1a")
        if _NAME.fullmatch(name) or (not strict and 4 < len(name) <= 20 and not name[0].isdigit()):
            yield name


_SAMPLE = 20_000  # characters


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def _language(lines: Sequence[Line], stated: str | None) -> str:
    """``zh-Hans`` or ``zh-Hant`` by which conversion of OpenCC changes more characters.

    Other scripts are told roughly: ``ja``, ``ko``, else what the page states, else ``und``.
    """
    text = "\n".join(line.text for line in lines)[:_SAMPLE]
    letters = sum(c.isalpha() for c in text)
    han = len(re.findall(f"[{HAN}]", text))
    if len(re.findall("[\u3041-\u30ff]", text)) * 10 > letters:
        return "ja"
    if len(re.findall("[\uac00-\ud7a3]", text)) * 3 > letters:
        return "ko"
    if not han or han * 3 < letters:
        return stated if stated and not stated.lower().startswith("zh") else "und"
    traditional = _differing(text, simplify(text))
    simple = _differing(text, _to_traditional().convert(text))
    return "zh-Hant" if traditional > simple else "zh-Hans"


def _differing(text: str, converted: str) -> int:
    return sum(a != b for a, b in zip(text, converted, strict=False))
