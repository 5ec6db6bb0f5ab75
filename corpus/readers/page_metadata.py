"""What a page states about itself apart from its text: title, date, publisher, author, address."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from corpus.readers.page_blocks import fold_blanks, visible_text

# Names of meta elements, most trusted first. PubDate, ContentSource, ArticleTitle and SiteName are
# those that the State Council's guidelines for government websites (2017) ask Chinese public bodies
# for; the others are Open Graph, schema.org, Dublin Core and the habits of the large news sites.
_TITLES: Final = ("articletitle", "og:title", "twitter:title", "dc.title", "headline")
_DATES: Final = (
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "article:published_time",
    "og:release_date",
    "datepublished",
    "dc.date.issued",
    "dc.date",
    "date",
)
_SOURCES: Final = ("contentsource", "source", "mediaid", "dc.source")
_SITES: Final = ("og:site_name", "sitename", "application-name", "dc.publisher", "publisher")
_AUTHORS: Final = ("author", "article:author", "dc.creator", "og:article:author")

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_COMPACT_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6})?(?!\d)")
_LABEL = re.compile(r"^(?:来源|來源|稿源|信息来源|作者|记者|責編|责任编辑)\s*[:：]\s*")
_SITE_LIKE = re.compile(
    r"(?:网|網|网站|網站|报|報|新闻|新聞|要闻|频道|頻道|门户|門戶|在线|客户端|电视台|政府|首页"
    r"|栏目|专题|委员会|办公室|\.(?:com|cn|net|org|gov)|news|online|daily)$",
    re.IGNORECASE,
)
_LONGEST_SITE = 20
_LONGEST_TITLE = 300
_SEPARATOR = re.compile(r"\s*[_|｜]+\s*|\s+[-–]+\s+|\s*--+\s*|-(?=[^-]*$)")
_NOT_NAMES = frozenset({"", "admin", "administrator", "user", "null", "none", "undefined", "佚名"})


def page_front(root: Any) -> dict[str, Any]:
    """Front matter read from a page's own statements; a value is left out where there is none.

    ``title``, ``publisher`` and ``url`` are strings, ``authors`` a list, ``date`` a
    ``datetime.date``.

    Args:
        root: the page's ``lxml`` root element.
    """
    metas = _metas(root)
    linked = _linked_data(root)
    site = _first(metas, _SITES)
    publisher = _first(metas, _SOURCES) or site or _nested_name(linked.get("publisher"))
    author = _first(metas, _AUTHORS) or _nested_name(linked.get("author"))
    front: dict[str, Any] = {
        "title": _title(root, metas, linked, site),
        "publisher": _LABEL.sub("", publisher),
        "authors": _names(_LABEL.sub("", author), {publisher, site}),
        "date": _first_date(
            [*(metas.get(name, "") for name in _DATES), linked.get("datePublished")]
        ),
        "url": _address(root, metas),
    }
    return {key: value for key, value in front.items() if value}


def parse_date(text: str) -> datetime.date | None:
    """The first date in a text: ``2021-10-25``, ``2021年10月25日``, ``20211025083000``."""
    for match in (*_DATE.finditer(text), *_COMPACT_DATE.finditer(text)):
        year, month, day = map(int, match.groups())
        try:
            return datetime.date(year, month, day)
        except ValueError:  # no such day: some other number
            continue
    return None


def without_site_name(title: str, site: str) -> str:
    """A page's title without the names of the site and its column that pages put after it.

    Cut is only what equals ``site``, or is short and ends as the name of a site does, behind
    ``_``, ``|`` or ``-``. At least one part always stays.
    """
    while True:
        separators = list(_SEPARATOR.finditer(title))
        if not separators:
            return title
        last = separators[-1]
        kept, rest = title[: last.start()].strip(), title[last.end() :].strip()
        is_site = rest == site or (len(rest) <= _LONGEST_SITE and _SITE_LIKE.search(rest))
        if not kept or not (is_site or not rest):
            return title
        title = kept


def _title(root: Any, metas: Mapping[str, str], linked: Mapping[str, Any], site: str) -> str:
    element = root.find(".//title")
    whole = "" if element is None else fold_blanks(element.text_content())[:_LONGEST_TITLE]
    page_title = without_site_name(whole, site)
    headings = [text for h in root.iter("h1") if (text := fold_blanks(visible_text(h)))]
    stated = [_first(metas, (name,)) for name in _TITLES]
    stated.append(str(linked.get("headline") or ""))
    # A first-level heading may be the site's name; the page's title tells which one is not.
    for candidate in (*headings, *stated):
        if candidate and candidate != site and _squeezed(candidate) in _squeezed(page_title):
            return without_site_name(candidate, site)
    for candidate in (*stated, page_title, *headings):
        if candidate and candidate != site:
            return without_site_name(candidate, site)
    return ""


def _metas(root: Any) -> dict[str, str]:
    """Lower-case name or property of each meta element to its content; the first one counts."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        content = fold_blanks(meta.get("content") or "")
        if name and content:
            metas.setdefault(name.strip().lower(), content)
    return metas


def _linked_data(root: Any) -> Mapping[str, Any]:
    """The first article that the page describes in JSON-LD (schema.org)."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):  # a page's broken script is not the user's error
            continue
        for item in _items(data):
            if "headline" in item or "datePublished" in item:
                return item
    return {}


def _items(data: Any) -> Iterator[Mapping[str, Any]]:
    candidates: Sequence[Any] = data if isinstance(data, list) else [data]
    for item in candidates:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (node for node in graph if isinstance(node, dict))


def _nested_name(value: Any) -> str:
    """The name in a JSON-LD value: a string, an object with a name, or a list of them."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _first(metas: Mapping[str, str], names: Sequence[str]) -> str:
    return next((metas[name] for name in names if name in metas), "")


def _first_date(texts: Sequence[Any]) -> datetime.date | None:
    dates = (parse_date(text) for text in texts if isinstance(text, str))
    return next((date for date in dates if date), None)


def _names(author: str, others: set[str]) -> list[str]:
    """An author's name, unless it is a place-holder, a number, an address or the site itself."""
    if author.isdecimal():
        return []
    if author.lower() in _NOT_NAMES or author in others or "://" in author or "@" in author:
        return []
    return [name for part in re.split(r"[,，、;；]", author) if (name := part.strip())]


def _address(root: Any, metas: Mapping[str, str]) -> str:
    links = [
        link.get("href") or ""
        for link in root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    candidates = (*links, metas.get("og:url", ""))
    return next((a.strip() for a in candidates if a.startswith(("http://", "https://"))), "")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
