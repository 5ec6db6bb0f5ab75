"""A report as others cite it: GB/T 7714-2015, APA 7th, BibTeX, or its plain address.

Sources of the formats:

- ``gbt7714``: GB/T 7714-2015 《信息与文献 参考文献著录规则》, numbered references: section 4.5 on
  electronic resources, 8.1 on who is responsible, 8.4 on publishers and dates, annex B on the
  letters of kinds (``R`` a report, ``EB`` a web page, ``Z`` anything else) and carriers (``OL``).
- ``apa``: Publication Manual of the American Psychological Association, 7th edition, sections 9.7
  to 9.37 (author, date, title, source, works without one of them) and 10.4, 10.16 (reports and
  web pages). Chinese names and titles stand as they are.
- ``bibtex``: O. Patashnik, BibTeXing (1988), with the fields ``url``, ``urldate`` and ``day`` that
  biblatex and most styles read. In UTF-8; classic BibTeX only passes such text through.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Final, Literal, NamedTuple, get_args

from corpus.report import Described

Style = Literal["gbt7714", "apa", "bibtex", "link"]

STYLES: Final[tuple[Style, ...]] = get_args(Style)

_GBT_NAMES: Final = 3
"""Names given in full; of more, the first three (GB/T 7714-2015, 8.1.2)."""

_APA_NAMES: Final = 20
"""Names given in full; of more, the first 19 and the last (APA 7th, 9.8)."""

_WEB = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_IS_REPORT = re.compile(r"报告|報告|公报|公報|综述|綜述|\breport\b", re.IGNORECASE)
_IS_DIGEST = re.compile(r"摘编|摘編|\bdigest\b", re.IGNORECASE)
_ENDS = tuple(".。?？!！…")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
# Written out: braces count for BibTeX even behind a backslash.
_BIBTEX: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{char: f"\\{char}" for char in "$&%#_"},
    }
)
# In an address, what would end a field or a line.
_IN_ADDRESS: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
# Turn the direction of the text after them, in somebody else's document.
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Words(NamedTuple):
    """What a standard says in the language of the document."""

    and_others: str
    no_publisher: str
    no_place: str
    digest: str


_WORDS: Final = {
    "zh-Hans": _Words("等", "出版者不详", "出版地不详", "摘编"),
    "zh-Hant": _Words("等", "出版者不詳", "出版地不詳", "摘編"),
}
_LATIN_WORDS: Final = _Words("et al", "s.n.", "S.l.", "digest")


def cite(
    report: Described,
    style: str,
    *,
    link: str | None,
    accessed: datetime.date | None = None,
    section: str = "",
) -> str:
    """The citation of a report, as plain text.

    It names the address of the original where that is known, and else ``link``, where that is an
    address of the web. A digest is noted as one. What a report does not state is left out, or
    stands as the style wants it (``[出版者不详]``, ``n.d.``).

    Args:
        report: to cite.
        style: one of ``STYLES``; ``link`` gives ``link`` itself, and else the original's address.
        link: our page of the report, or none.
        accessed: the day on which it was read; left out where there is none.
        section: the heading under which the extract stands, as BibTeX's note; the other styles
            cite a document as a whole.

    Returns:
        One line; of ``bibtex``, one entry of several lines.

    Raises:
        ValueError: no such style.
    """
    if style == "link":
        return _address(link) or _address(report.url) or _title(report)
    address = next(filter(_WEB.match, (_address(report.url), _address(link))), "")
    if style == "gbt7714":
        return _gbt7714(report, address, accessed)
    if style == "apa":
        return _apa(report, address, accessed)
    if style == "bibtex":
        return _bibtex(report, address, accessed, section)
    raise ValueError(f"{style!r} is none of {', '.join(STYLES)}")


def _gbt7714(report: Described, address: str, accessed: datetime.date | None) -> str:
    """``责任者. 题名: 摘编[R/OL]. 出版者, 2022(2022-10-27)[2026-01-31]. 地址.``

    Numbered references may leave out an unknown author (8.1.4), and works online an unknown place
    (8.4.1.3). Who is responsible and publishes alike is named once, as in the standard's examples.
    """
    words, authors, publisher = _words(report), _authors(report), _plain(report.publisher)
    names = authors or ([publisher] if publisher else [])
    parts = []
    if names:
        shown = names[:_GBT_NAMES]
        if len(names) > _GBT_NAMES:
            shown = [*shown, words.and_others]
        parts.append(_joined(shown).rstrip(". "))
    title = _title(report)
    if report.kind == "digest" and not _IS_DIGEST.search(title):
        title = f"{title}: {words.digest}"
    kind = "R" if _IS_REPORT.search(title) else "EB" if address else "Z"
    parts.append(f"{title}[{kind}{'/OL' if address else ''}]")
    issued = ""
    if not (address and publisher and publisher in names):
        issued = publisher or f"[{words.no_publisher}]"
        if not address:
            issued = f"[{words.no_place}]: {issued}"
        if report.date:
            issued = f"{issued}, {report.date.year}"
    if address and report.date:
        issued = f"{issued}({report.date.isoformat()})"
    if address and accessed:
        issued = f"{issued}[{accessed.isoformat()}]"
    parts += [part for part in (issued, address) if part]
    return ". ".join(parts) + "."


def _apa(report: Described, address: str, accessed: datetime.date | None) -> str:
    """``Author. (2022, October 27). Title [digest]. Publisher. Address``

    A work without an author begins with its title (9.12); a publisher that is the author is not
    repeated (9.24). The day of reading belongs to works that change (9.16): those without a date.
    """
    authors, publisher = _authors(report), _plain(report.publisher)
    names = authors or ([publisher] if publisher else [])
    title = _title(report)
    if report.kind == "digest" and not _IS_DIGEST.search(title):
        title = f"{title} [{_words(report).digest}]"
    day = report.date
    when = f"({day.year}, {_MONTHS[day.month - 1]} {day.day})." if day else "(n.d.)."
    parts = [_sentence(_apa_names(names)), when, _sentence(title)]
    if not names:
        parts = [_sentence(title), when]
    if publisher and publisher not in names:
        parts.append(_sentence(publisher))
    if address and accessed and not day:
        month = _MONTHS[accessed.month - 1]
        parts.append(f"Retrieved {month} {accessed.day}, {accessed.year}, from")
    if address:
        parts.append(address)
    return " ".join(parts)


def _apa_names(names: list[str]) -> str:
    if len(names) > _APA_NAMES:
        return f"{_joined(names[: _APA_NAMES - 1])}, … {names[-1]}"
    if len(names) > 2:
        return f"{_joined(names[:-1])}, & {names[-1]}"
    # No comma between two: they are not inverted, as those of offices in the manual (10.4).
    return " & ".join(names)


def _bibtex(report: Described, address: str, accessed: datetime.date | None, section: str) -> str:
    """``@techreport`` where all that it requires is known, else ``@misc``.

    Names are in braces of their own, as they are those of offices more often than of persons, and
    so is the title, whose capitals styles would change.
    """
    authors, publisher = _authors(report), _plain(report.publisher)
    names = authors or ([publisher] if publisher else [])
    title = _title(report)
    is_report = bool(names and publisher and report.date)
    fields = {}
    if names:
        fields["author"] = " and ".join(f"{{{_escaped(name)}}}" for name in names)
    fields["title"] = f"{{{_escaped(title)}}}"
    if publisher:
        fields["institution" if is_report else "publisher"] = f"{{{_escaped(publisher)}}}"
    if report.date:
        fields["year"] = str(report.date.year)
        fields["month"] = _MONTHS[report.date.month - 1][:3].lower()
        fields["day"] = str(report.date.day)
    if address:
        fields["url"] = address
    if address and accessed:
        fields["urldate"] = accessed.isoformat()
    notes = [_words(report).digest] if report.kind == "digest" else []
    if plain := _plain(section):
        notes.append(plain)
    if notes:
        fields["note"] = _escaped("; ".join(notes))
    # A month is one of BibTeX's own words, which styles translate.
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"
        for name, value in fields.items()
    ]
    kind = "techreport" if is_report else "misc"
    return f"@{kind}{{{_key(report)},\n" + ",\n".join(lines) + "\n}"


def _key(report: Described) -> str:
    """``wuhan2022``: letters, digits, hyphens and underscores, whatever the id is."""
    stem = re.sub(r"[^A-Za-z0-9_-]", "", report.id) or "report"
    return f"{stem}{report.date.year}" if report.date else stem


def _escaped(text: str) -> str:
    return text.translate(_BIBTEX)


def _words(report: Described) -> _Words:
    if report.language.startswith("zh"):
        return _WORDS.get(report.language, _WORDS["zh-Hans"])
    return _LATIN_WORDS


def _authors(report: Described) -> list[str]:
    return list(dict.fromkeys(filter(None, map(_plain, report.authors))))


def _joined(names: list[str]) -> str:
    return ", ".join(names)


def _title(report: Described) -> str:
    return _plain(report.title) or _plain(report.id)


def _sentence(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."


def _plain(text: str | None) -> str:
    """One line that any file and any terminal takes."""
    kept = (
        " " if (kind := unicodedata.category(char)) == "Cc" else "\ufffd" if kind == "Cs" else char
        for char in text or ""
        if char not in _DIRECTIONS
    )
    return " ".join("".join(kept).split())


def _address(text: str | None) -> str:
    return _plain(text).translate(_IN_ADDRESS)
