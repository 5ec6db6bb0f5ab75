"""A text directive marks on a page what a browser would mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.report import Span
from qa.page_search import MAX_CHARACTERS, MAX_PLACES, PageSearch
from qa.text_fragments import folded, text_directive, trimmed

MENU = "要闻　全市新建公园12个"
FIRST = "全市新建公园12个，Improved  34 roads."
SECOND = "东城修了绿道。西城也修了绿道，长9.5公里。"
PAGE = PageSearch([MENU, FIRST, SECOND])


@pytest.mark.parametrize(
    ("directive", "marked"),
    [
        ("text=西城也修了绿道", "西城也修了绿道"),
        # Case and the number of blanks do not count.
        ("text=improved%2034%20ROADS", "improved 34 roads"),
        # The first place is taken, be it in the menu.
        ("text=全市新建公园12个", "全市新建公园12个"),
        ("text=全市新建,roads", "全市新建公园12个\n全市新建公园12个，improved 34 roads"),
        # A prefix and a suffix tell places apart; paragraphs and blanks may lie between.
        ("text=roads.-,东城修了绿道", "东城修了绿道"),
        ("text=西城也-,修了绿道", "修了绿道"),
        ("text=修了绿道,-，长9%2E5公里", "修了绿道"),
        ("text=东城,绿道,-，长", "东城修了绿道。西城也修了绿道"),
        # No word or number is cut.
        ("text=improved%203", None),
        ("text=9%2E5", "9.5"),
        ("text=2个", None),
        # No part reaches from one paragraph into the next.
        ("text=roads.%20东城", None),
        ("text=北城", None),
        ("text=东城,北城", None),
        ("text=北城-,修了绿道", None),
        ("text=绿道,-，宽", None),
        ("text=", None),
        ("text=东城-", None),
    ],
)
def test_a_directive_marks_the_first_place_that_fits(directive: str, marked: str | None) -> None:
    assert PAGE.marked(directive) == marked


TEXT = st.text(alphabet="公园绿道的了aB1. 。,-\n", min_size=1, max_size=60)


@given(TEXT, st.data())
def test_on_a_page_of_the_same_text_a_directive_marks_its_quotation_or_nothing(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    directive = text_directive(text, span)
    if directive is None:
        return
    marked = PageSearch(text.split("\n")).marked(directive)
    quoted = folded(text[slice(*trimmed(text, *span))])
    assert marked is None or "".join(marked.split()) == "".join(quoted.split())


def test_a_page_of_a_million_places_is_given_up_early() -> None:
    page = PageSearch(["园" * (MAX_CHARACTERS + 10)])
    assert len(page.text) == MAX_CHARACTERS
    assert page.marked("text=园,道") is None
    assert page.marked("text=园-,道") is None
    # As many as are looked at, and one more.
    places = PageSearch(["园路"] * (MAX_PLACES - 1) + ["园道"])
    assert places.marked("text=园,-道") == "园"
    places = PageSearch(["园路"] * MAX_PLACES + ["园道"])
    assert places.marked("text=园,-道") is None
