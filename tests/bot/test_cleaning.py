"""What is sent holds nothing that is refused or that leaks into what follows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cleaning import clean, is_invisible, replacements

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\ud83d\udc4d\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\r\n\t"),
    )
)


def test_control_characters_and_lone_surrogates_go() -> None:
    assert clean("a\x00b\x1b[31mc\ud800d\x9be\x7f") == "ab[31mcde"


def test_all_kinds_of_line_ends_become_one_and_tabs_become_blanks() -> None:
    assert clean("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\ti") == "a\nb\nc\nd\ne\nf\ng\nh i"


def test_an_override_that_is_closed_stays_and_one_that_is_open_goes() -> None:
    closed = "see \u202etfel\u202c here"
    assert clean(closed) == closed
    assert clean("see \u202etfel here") == "see tfel here"
    assert clean("see \u202c here\u2069") == "see  here"


def test_an_isolate_ends_what_was_opened_within_it() -> None:
    # The override within is never closed: the isolate's end closes it, so it goes alone.
    assert clean("\u2067a\u202eb\u2069c") == "\u2067ab\u2069c"
    # An embedding's end does not close an isolate.
    assert clean("\u202aa\u2067b\u202cc\u2069") == "a\u2067bc\u2069"


def test_what_is_open_at_the_end_of_a_line_goes() -> None:
    assert clean("a\u2067b\nc\u2069d") == "ab\ncd"


def test_emoji_sequences_and_marks_stay() -> None:
    text = "👨‍👩‍👧 🇨🇳 e\u0301 \u200f\u05d0 ✌️"
    assert clean(text) == text


def test_a_text_of_characters_without_width_is_invisible() -> None:
    assert is_invisible("")
    assert is_invisible(" \n\u3000\u200b\u2060\ufeff\u00ad")
    assert not is_invisible("\u200b.")


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_cleaning_is_idempotent_and_goes_character_by_character(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "".join(replacements(text)) == cleaned
    assert len(replacements(text)) == len(text)
    cleaned.encode("utf-8")


@settings(max_examples=200, deadline=None)
@given(st.text("ab\n\u202a\u202e\u202c\u2067\u2068\u2069"))
def test_on_every_line_as_much_is_closed_as_is_opened(text: str) -> None:
    for line in clean(text).split("\n"):
        assert sum(map(line.count, "\u202a\u202e")) == line.count("\u202c")
        assert sum(map(line.count, "\u2067\u2068")) == line.count("\u2069")
