"""Styles become entities that a client shows as they were meant, whatever the text holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.cleaning import clean
from bot.styled import Rendered, Style, Styled
from corpus.report import Span
from tests.bot.sendable import check_message, pieces


def only(text: Styled, **budgets: int) -> Rendered:
    (message,) = text.rendered(**budgets)
    return message


def shape(message: Rendered) -> list[tuple[str, int, int]]:
    return [(entity.type, entity.offset, entity.length) for entity in message.entities]


def test_offsets_count_utf16_units() -> None:
    # 👍 is beyond the basic plane: two units; so is 𠮷.
    message = only(Styled("👍 ").add("𠮷野", Style.BOLD).add(" x"))
    assert message.text == "👍 𠮷野 x"
    assert shape(message) == [("bold", 3, 3)]


def test_an_empty_text_renders_to_nothing() -> None:
    assert Styled().rendered() == ()
    assert Styled(" \n\u200b\x00").rendered() == ()
    assert Styled().quote(Styled("")).rendered() == ()


def test_blanks_at_the_ends_go_and_offsets_stay_right() -> None:
    message = only(Styled(" \n ").add(" well ", Style.BOLD).add(" \n"))
    assert message.text == "well"
    assert shape(message) == [("bold", 0, 4)]


def test_an_entity_has_no_blanks_at_its_ends() -> None:
    message = only(Styled("a").add(" b ", Style.ITALIC).add("c").add(" ", Style.BOLD).add("d"))
    assert message.text == "a b c d"
    assert shape(message) == [("italic", 2, 1)]


def test_a_link_of_another_kind_is_plain_text() -> None:
    for url in (
        "javascript:alert(1)",
        "file:///etc/passwd",
        "tg://user?id=1",
        "https://",
        "",
        None,
    ):
        message = only(Styled("see ").link("here", url))
        assert (message.text, message.entities, message.plain) == ("see here", (), "see here")


def test_the_plain_form_has_each_address_behind_its_label() -> None:
    text = (
        Styled("see ").link("this ", "https://example.org/1").link("that", "https://example.org/1")
    )
    message = only(text.add("."))
    assert message.text == "see this that."
    assert message.plain == "see this  (https://example.org/1)that (https://example.org/1)."
    assert shape(message) == [("text_link", 4, 4), ("text_link", 9, 4)]


def test_the_plain_form_does_not_say_an_address_twice() -> None:
    assert only(Styled().link("https://example.org/", "https://example.org/")).plain == (
        "https://example.org/"
    )


def test_styles_that_would_overlap_a_link_are_cut_at_its_ends() -> None:
    text = (
        Styled("ab", Style.BOLD)
        .link("cd", "https://example.org", Style.BOLD)
        .link("ef", "https://example.org")
    )
    # The two links stay two; bold is cut where the first begins.
    assert shape(only(text)) == [
        ("bold", 0, 2),
        ("text_link", 2, 2),
        ("bold", 2, 2),
        ("text_link", 4, 2),
    ]


def test_code_holds_no_other_style() -> None:
    message = only(Styled().link("x", "https://example.org", Style.CODE, Style.BOLD))
    assert shape(message) == [("code", 0, 1)]


def test_a_quote_is_a_paragraph_of_its_own() -> None:
    text = Styled("before").quote(Styled("\nquoted\n\n")).add("behind")
    text.quote(Styled("second")).quote(Styled("third"), expandable=True).gap().add("end")
    message = only(text)
    assert message.text == "before\nquoted\nbehind\nsecond\nthird\n\nend"
    assert shape(message) == [
        ("blockquote", 7, 6),
        ("blockquote", 21, 6),
        ("expandable_blockquote", 28, 5),
    ]


def test_styles_within_a_quote_are_kept_and_quotes_within_it_are_not() -> None:
    inner = Styled("one ").add("two", Style.BOLD).quote(Styled("three"))
    assert shape(only(Styled().quote(inner))) == [("blockquote", 0, 13), ("bold", 4, 3)]


def test_lines_and_gaps_need_no_line_ends() -> None:
    text = Styled("a").line("b", Styled("c", Style.BOLD)).gap().gap().add("d").line("e\n").line("f")
    assert text.text == "a\nbc\n\nd\ne\nf"
    assert Styled().gap().line("a").text == "a"


def test_what_is_appended_keeps_its_quotes_and_may_be_used_on() -> None:
    part = Styled().quote(Styled("q"))
    text = Styled("a").append(part).append(part).add("b")
    part.add("more")
    assert text.text == "a\nq\nq\nb"
    assert shape(only(text)) == [("blockquote", 2, 1), ("blockquote", 4, 1)]


def test_marked_spans_are_of_the_text_before_it_was_cleaned() -> None:
    # "\x00" goes; the pair of isolates spans the mark and stays.
    text = Styled().mark("a\x00b\u2067cd\u2069e", [Span(2, 5)])
    message = only(text)
    assert message.text == "ab\u2067cd\u2069e"
    assert pieces(message, MessageEntity.BOLD) == ["b\u2067c"]


def test_markup_is_text() -> None:
    text = "<b>no</b> *no* [no](https://example.org) `no` &lt;"
    message = only(Styled(text))
    assert (message.text, message.entities, message.plain) == (text, (), text)


CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from(
        ["\ud800", "\udfff", "\x00", "\t", "\r", "\n", "\n\n", " ", "\u202e", "\u2067", "\u2069"]
    ),
    st.sampled_from(["👍", "👨\u200d👩\u200d👧", "🇨🇳", "e\u0301\u0323", "\u200b", "。", "a", "文"]),
)
TEXTS = st.lists(CHARACTERS, max_size=30).map("".join)
STYLES = st.sets(st.sampled_from(list(Style)))
URLS = st.sampled_from(
    [
        "https://example.org/a",
        "http://example.org/文?x=(1)",
        "javascript:x",
        "https://e.org/" + "x" * 40,
    ]
)


@st.composite
def styled(draw: st.DrawFn, depth: int = 1) -> tuple[Styled, list[str]]:
    """A text, and the pieces it was made of."""
    text = Styled()
    given: list[str] = []
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["add", "add", "link", "line", "gap", "mark", "quote"]))
        piece = draw(TEXTS)
        if kind == "add":
            text.add(piece, *draw(STYLES))
        elif kind == "link":
            text.link(piece, draw(URLS), *draw(STYLES))
        elif kind == "line":
            text.line(piece)
        elif kind == "mark":
            ends = sorted(draw(st.lists(st.integers(0, len(piece)), min_size=2, max_size=2)))
            text.mark(piece, [Span(*ends)])
        elif kind == "quote" and depth:
            inner, parts = draw(styled(depth=depth - 1))
            text.quote(inner, expandable=draw(st.booleans()))
            piece = "".join(parts)
        else:
            text.gap()
            piece = ""
        given.append(piece)
    return text, given


def seen(text: str) -> str:
    """A text without what clients show as nothing, and what cleaning takes out or adds."""
    hidden = "\u034f\u061c\u00ad\u115f\u1160\u17b4\u17b5\u3164\u2800\uffa0\ufffc\ufeff"
    return "".join(
        char
        for char in clean(text)
        if not char.isspace()
        and char not in hidden
        and not 0x180B <= ord(char) <= 0x180F
        and not 0x200B <= ord(char) <= 0x206F
        and not 0xFE00 <= ord(char) <= 0xFE0F
        and not 0xE0000 <= ord(char) <= 0xE0FFF
    )


@settings(max_examples=300, deadline=None)
@given(styled(), st.integers(64, 200), st.integers(4, 12))
def test_every_message_can_be_sent_and_nothing_is_lost(
    made: tuple[Styled, list[str]], budget: int, entities: int
) -> None:
    text, given_pieces = made
    messages = text.rendered(budget, entities)
    for message in messages:
        check_message(message, budget, entities)
    shown = "".join(message.text for message in messages)
    assert seen(shown) == seen(text.text) == "".join(map(seen, given_pieces))


@settings(max_examples=100, deadline=None)
@given(styled())
def test_parts_render_to_the_messages_of_the_whole(made: tuple[Styled, list[str]]) -> None:
    text, _ = made
    parts: list[Any] = [part.rendered(100, 8) for part in text.parts(100, 8)]
    assert [message for (message,) in parts] == list(text.rendered(100, 8))


def test_too_small_a_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="63 units"):
        Styled("a").rendered(63)
    with pytest.raises(ValueError, match="3 entities"):
        Styled("a").rendered(64, 3)
