"""A page's elements as blocks of text: what they say, what they are, how much of it is links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from corpus.raw import Line, LineKind
from corpus.readers.content import CELL_SEPARATOR
from corpus.readers.joining import is_unspaced


def _tags(*names: str) -> frozenset[str]:
    return frozenset(" ".join(names).split())


_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
# rt and rp hold the reading of a ruby text: pinyin above the characters.
_SKIPPED: Final = _tags(
    "head script style noscript template svg math canvas audio video object embed iframe map",
    "button select option datalist textarea input rt rp",
)
_BOILERPLATE: Final = _tags("nav header footer aside menu form dialog")
_BLOCKS: Final = _tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset",
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav",
    "ol p pre section summary table tbody td tfoot th thead tr ul",
)
_ONE_LINE: Final = frozenset((*_HEADINGS, "figcaption", "caption"))
"""Elements in which a line break parts words, not paragraphs."""

_MARKED_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption|figcaption|tupian-?(?:shuoming|zhushi))", re.I
)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_OPENS_CAPTION = re.compile(r"[▲△↑▼]?\s*(?:图为|圖為|图[:：]|圖[:：]|[▲△↑▼])")
_LONGEST_CAPTION = 60
_LONGEST_HEADING = 150  # some pages put whole paragraphs into heading elements
_LONGEST_CELL = 300
"""Characters; a longer cell holds text laid out with a table, not a value."""

# HTML folds these; no-break and ideographic spaces it does not.
_FOLDED = re.compile(r"[ \t\n\r\f]+")
_EDGES = " \t\n\r\f"
_BREAK = "\v"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page.

    Attributes:
        text: blanks folded as a browser does.
        kind: of the line that it makes.
        level: of a heading.
        number: counted from 1 over the page.
        linked: characters of ``text`` within links.
        boilerplate: whether it stands in the navigation, header, footer or a form of the page.
    """

    text: str
    kind: LineKind
    level: int
    number: int
    linked: int
    boilerplate: bool

    def is_link_list(self) -> bool:
        """Whether most of it is links: a menu or a list of other articles."""
        return self.linked > 0.6 * len(self.text)

    def line(self) -> Line:
        """The block as a line of the report."""
        return Line(self.text, self.number, self.kind, self.level)


def page_blocks(root: Any) -> list[Block]:
    """All blocks of a page in reading order.

    Args:
        root: the page's ``lxml`` root element; it is not changed.
    """
    return list(_Walk(root).blocks())


@dataclass(slots=True)
class _Walk:
    """The state of one walk over a page; the depth of its nesting costs no recursion."""

    root: Any
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    number: int = 0
    # Elements that are open, where they change what the text in them is.
    links: int = 0
    boilerplate: int = 0
    verbatim: int = 0
    one_line: int = 0
    headings: list[int] = field(default_factory=list)
    captions: int = 0
    centred: int = 0
    after_picture: bool = False

    def blocks(self) -> Iterator[Block]:
        # Imported here: it is needed for pages only.
        from lxml import etree

        outer_form = _page_form(self.root)
        walk = etree.iterwalk(self.root, events=("start", "end"))
        skipping = None
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):  # a comment or processing instruction
                if event == "end":
                    self._add(element.tail)
                continue
            if event == "start":
                if tag in _SKIPPED or _is_hidden(element):
                    walk.skip_subtree()
                    skipping = element
                    continue
                if tag == "table" and _is_data_table(element):
                    yield from self._flush()
                    yield from self._rows(element)
                    walk.skip_subtree()
                    skipping = element
                    continue
                if tag in _BLOCKS:
                    yield from self._flush()
                self._open(element, tag, outer_form, +1)
                if tag == "img":
                    self.after_picture = True
                elif tag == "br":
                    self._add(" " if self.one_line else _BREAK)
                self._add(element.text)
            else:
                if element is skipping:
                    skipping = None
                else:
                    if tag in _BLOCKS:
                        yield from self._flush()
                    self._open(element, tag, outer_form, -1)
                if element is not self.root:
                    self._add(element.tail)
        yield from self._flush()

    def _open(self, element: Any, tag: str, outer_form: Any, step: int) -> None:
        """Note that an element begins (step 1) or ends (step -1)."""
        if tag == "a":
            self.links += step
        if tag in _BOILERPLATE and element is not outer_form and not _is_article_header(element):
            self.boilerplate += step
        if tag == "pre":
            self.verbatim += step
        if tag in _ONE_LINE:
            self.one_line += step
        if tag in _HEADINGS:
            if step > 0:
                self.headings.append(_HEADINGS[tag])
            else:
                self.headings.pop()
        if tag in ("figcaption", "caption") or _MARKED_CAPTION.search(element.get("class") or ""):
            self.captions += step
        if tag in _BLOCKS and (
            tag == "center"
            or (element.get("align") or "").lower() == "center"
            or _CENTRED.search(element.get("style") or "")
        ):
            self.centred += step

    def _add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text.replace("\n", _BREAK) if self.verbatim else text)
            if self.links:
                self.linked += len(text.strip())

    def _flush(self) -> Iterator[Block]:
        """The text gathered since the last block ended, a block for each of its lines."""
        source, linked = "".join(self.pieces), self.linked
        self.pieces, self.linked = [], 0
        lines = [text for line in source.split(_BREAK) if (text := fold_blanks(line))]
        total = sum(map(len, lines))
        for text in lines:
            self.number += 1
            kind, level = self._kind(text)
            self.after_picture = False
            share = min(len(text), round(linked * len(text) / total))
            yield Block(text, kind, level, self.number, share, self.boilerplate > 0)

    def _kind(self, text: str) -> tuple[LineKind, int]:
        if self.headings and len(text) <= _LONGEST_HEADING:
            return "heading", self.headings[-1]
        is_short = len(text) <= _LONGEST_CAPTION
        under_picture = self.after_picture and (self.centred > 0 or _OPENS_CAPTION.match(text))
        if self.captions or (is_short and under_picture):
            return "caption", 0
        return "text", 0

    def _rows(self, table: Any) -> Iterator[Block]:
        """A table of values: one block a row."""
        for row in table.iter("caption", "tr"):
            cells = [row] if row.tag == "caption" else [c for c in row if c.tag in ("td", "th")]
            texts = [fold_blanks(visible_text(cell)) for cell in cells]
            if not any(texts):
                continue
            self.number += 1
            text = CELL_SEPARATOR.join(texts)
            linked = sum(len(visible_text(link).strip()) for link in row.iter("a"))
            kind: LineKind = "caption" if row.tag == "caption" else "text"
            yield Block(text, kind, 0, self.number, linked, self.boilerplate > 0)


def fold_blanks(text: str) -> str:
    """Runs of blanks as one, none at the ends; a line break between Han characters goes."""

    def fold(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1], text[match.end()]
        if is_unspaced(before) and is_unspaced(after) and "\n" in match[0]:
            return ""
        return " "

    text = text.strip(_EDGES)
    return _FOLDED.sub(fold, text)


def visible_text(element: Any) -> str:
    """The text of an element without what a browser does not show, breaks as blanks."""
    parts: list[str] = []
    for part in element.iter():
        shown = not any(e.tag in _SKIPPED for e in (part, *part.iterancestors()))
        if part.tag == "br":
            parts.append(" ")
        if isinstance(part.tag, str) and shown:
            parts.append(part.text or "")
        if part is not element:
            parts.append(part.tail or "")
    return "".join(parts)


def _is_hidden(element: Any) -> bool:
    if element.tag in ("html", "body"):  # shown by a script once the page has loaded
        return False
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _is_article_header(element: Any) -> bool:
    """Whether a header belongs to an article or holds its title, and not to the site."""
    return element.tag == "header" and (
        next(element.iterancestors("article", "main"), None) is not None
        or element.find(".//h1") is not None
    )


def _page_form(root: Any) -> Any:
    """The form that holds most of the page: some servers wrap every page in one."""
    forms = [form for form in root.iter("form") if next(form.iterancestors("form"), None) is None]
    if not forms:
        return None
    form = max(forms, key=_text_length)
    return form if _text_length(form) > _text_length(root) / 2 else None


def _text_length(element: Any) -> int:
    return sum(len(text) for text in element.itertext())


def _is_data_table(table: Any) -> bool:
    """Whether a table holds values; old pages lay out all their text with tables."""
    if table.find(".//table") is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if sum(len(row) > 1 for row in rows) < max(1, len(rows) / 2):
        return False
    return all(
        _text_length(cell) <= _LONGEST_CELL and len(list(cell.iter("p", "div"))) <= 2
        for row in rows
        for cell in row
    )
