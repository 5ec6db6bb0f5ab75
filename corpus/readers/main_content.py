"""Which blocks of a page are the report, and which are menus, adverts and lists of other pages.

trafilatura judges: what it extracts marks where the report begins and ends. The text itself comes
from the page, so that nothing between the two is lost, changed or put in another order: captions,
short paragraphs and repeated lines, which an extractor drops.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from corpus.raw import Line
from corpus.readers.page_blocks import Block
from corpus.readers.quiet import quiet

_MAX_ELEMENTS: Final = 20_000
_MAX_DEPTH: Final = 100
"""Beyond these a page is a dump or an attack: trafilatura's time grows with elements × depth."""

_SURE: Final = 12  # characters from which text found in the extraction is no coincidence
_LEAST_CLAUSE: Final = 4
_CLAUSE_END = re.compile(r"[，。；：！？、,.;:!?\n]")
_TITLE_REACH: Final = 12  # blocks between a title and the text: date, source, share buttons
_NOTE_REACH: Final = 4
_LEAST_SHARE: Final = 0.7
"""Of a page's prose outside of menus; an extraction that holds less has missed the report."""
_PROSE = re.compile(r"[。！？；.!?;]")
_PROSE_LENGTH: Final = 30
_NOTE = re.compile(
    r"来源|來源|稿源|作者|记者|記者|通讯员|責編|责编|編輯|编辑|发布|發布|时间|時間|日期"
    r"|(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}"
)
_LONGEST_NOTE: Final = 120


def main_lines(root: Any, blocks: Sequence[Block], *, title: str) -> tuple[Line, ...]:
    """The lines of a page's main content, in reading order.

    Args:
        root: the page's ``lxml`` root element; it is not changed.
        blocks: all its blocks.
        title: of the report as the page states it; empty where it does not.
    """
    paragraphs, clauses = _extracted(root)
    matched = [block for block in blocks if _is_in(block, paragraphs, clauses)]
    if _prose(matched) < _LEAST_SHARE * _prose(b for b in blocks if _is_own(b)):
        matched = [block for block in blocks if _is_own(block) and _prose([block])]
    if not matched:
        return tuple(block.line() for block in blocks if _is_own(block))
    numbers = {block.number for block in matched}
    first = _with_head(blocks, min(numbers) - 1, title)
    end = _with_notes(blocks, max(numbers))
    return tuple(
        _as_title(block, title).line()
        for block in blocks[first:end]
        if block.number in numbers or _is_own(block) or _says(block, title)
    )


def _extracted(root: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The paragraphs and the clauses that trafilatura takes for the main text, blanks removed."""
    if not _is_moderate(root):
        return frozenset(), frozenset()
    # Imported here: it is needed for pages only, and costs half a second.
    from trafilatura import bare_extraction

    with quiet("trafilatura", "htmldate"):
        # A copy, since the extractor takes the tree apart.
        document = bare_extraction(deepcopy(root), include_comments=False)
    body = getattr(document, "body", None)
    if body is None:
        return frozenset(), frozenset()
    texts = ["".join(element.itertext()) for element in body]
    return frozenset(map(_squeezed, texts)), frozenset(c for t in texts for c in _clauses(t))


def _is_moderate(root: Any) -> bool:
    # Imported here: it is needed for pages only.
    from lxml import etree

    count = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if count > _MAX_ELEMENTS or depth > _MAX_DEPTH:
            return False
    return True


def _is_in(block: Block, paragraphs: frozenset[str], clauses: frozenset[str]) -> bool:
    """Whether a block, or most of its clauses, was extracted; it may have been cut otherwise."""
    if _squeezed(block.text) in paragraphs:
        return True
    own = _clauses(block.text)
    length = sum(map(len, own))
    return length >= _SURE and sum(len(c) for c in own if c in clauses) >= length / 2


def _clauses(text: str) -> list[str]:
    return [c for part in _CLAUSE_END.split(text) if len(c := _squeezed(part)) >= _LEAST_CLAUSE]


def _is_own(block: Block) -> bool:
    """Whether a block by itself may belong to the report."""
    return not block.boilerplate and not block.is_link_list()


def _prose(blocks: Iterable[Block]) -> int:
    """Characters of full sentences in blocks."""
    return sum(
        len(b.text) for b in blocks if len(b.text) >= _PROSE_LENGTH and _PROSE.search(b.text)
    )


def _says(block: Block, title: str) -> bool:
    return bool(title) and _squeezed(block.text) == _squeezed(title)


def _with_head(blocks: Sequence[Block], first: int, title: str) -> int:
    """Index of the block that the report begins with: its title, else its source line."""
    reach = range(first, max(-1, first - _TITLE_REACH - 1), -1)
    for index in reach:
        if _says(blocks[index], title):
            return index
    for index in reach:
        if blocks[index].kind == "heading" and blocks[index].level == 1 and _is_own(blocks[index]):
            return index
    while first > 0 and reach[0] - first < _NOTE_REACH and _is_note(blocks[first - 1]):
        first -= 1
    return first


def _with_notes(blocks: Sequence[Block], end: int) -> int:
    """Index behind the block that the report ends with: the editor's and source lines below it."""
    last = end + _NOTE_REACH
    while end < min(last, len(blocks)) and _is_note(blocks[end]):
        end += 1
    return end


def _is_note(block: Block) -> bool:
    return (
        _is_own(block) and len(block.text) <= _LONGEST_NOTE and _NOTE.search(block.text) is not None
    )


def _as_title(block: Block, title: str) -> Block:
    """The block that gives the report's title is a first-level heading whatever its element."""
    if _says(block, title):
        return replace(block, kind="heading", level=1)
    return block


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
