"""A long text is cut where a reader would cut it, and never within what is seen as one."""

from __future__ import annotations

import time

import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.cleaning import clean
from bot.splitting import beginning, ending, label
from bot.styled import Style, Styled
from tests.bot.sendable import check_message, length, pieces


def cut(text: str, budget: int = 64) -> list[str]:
    return [message.text for message in Styled(text).rendered(budget)]


def test_a_text_of_just_the_budget_is_one_message() -> None:
    assert cut("a" * 64) == ["a" * 64]
    assert cut("a" * 65) == ["a" * 64, "a"]
    # 32 pairs are 64 units.
    assert cut("𠮷" * 33) == ["𠮷" * 32, "𠮷"]


def test_it_is_cut_at_the_end_of_a_paragraph_first() -> None:
    text = "a" * 40 + "\n\n" + "b. b.\n" + "c" * 30
    assert cut(text) == ["a" * 40, "b. b.\n" + "c" * 30]


def test_then_at_the_end_of_a_line() -> None:
    text = "a" * 36 + "\n" + "b。" * 5 + "c" * 40
    assert cut(text) == ["a" * 36, "b。" * 5 + "c" * 40]


def test_then_at_the_end_of_a_sentence_with_its_quotes() -> None:
    text = "他说：“" + "好" * 40 + "。”" + "再" * 30
    assert cut(text) == ["他说：“" + "好" * 40 + "。”", "再" * 30]


def test_a_point_within_a_number_ends_no_sentence() -> None:
    # 60 characters before the point; the blank behind the first word is the last place to cut.
    text = "x" * 40 + " " + "1" * 15 + ".5" + "1" * 20
    assert cut(text) == ["x" * 40, "1" * 15 + ".5" + "1" * 20]


def test_places_in_the_first_half_are_not_used() -> None:
    assert cut("a。" + "b" * 80) == ["a。" + "b" * 62, "b" * 18]


def test_an_emoji_sequence_is_never_cut() -> None:
    family = "👨‍👩‍👧"  # three emoji of two units with two joiners: 8 units
    assert length(family) == 8
    assert cut("x" * 60 + family) == ["x" * 60, family]
    assert cut("x" * 63 + "e\u0301") == ["x" * 63, "e\u0301"]


def test_flags_stay_pairs() -> None:
    # A flag is two letters of two units each: 16 flags are 64 units.
    assert cut("x" + "🇨🇳" * 16) == ["x" + "🇨🇳" * 15, "🇨🇳"]


def test_a_character_longer_than_a_message_is_cut_all_the_same() -> None:
    tower = "a" + "\u0301" * 99
    assert cut(tower) == [tower[:64], tower[64:]]


def test_styles_and_quotes_go_on_in_the_next_message() -> None:
    quote = Styled("a" * 50 + "。").add("b" * 50, Style.BOLD)
    first, second = Styled().quote(quote).rendered(64)
    assert pieces(first, MessageEntity.BLOCKQUOTE) == ["a" * 50 + "。"]
    assert pieces(second, MessageEntity.BLOCKQUOTE) == ["b" * 50]
    assert pieces(second, MessageEntity.BOLD) == ["b" * 50]


def test_a_text_is_cut_where_its_entities_are_too_many() -> None:
    text = Styled()
    for number in range(10):
        text.add(f"{number} ", Style.BOLD).add("plain ")
    messages = text.rendered(entities=4)
    assert [len(message.entities) for message in messages] == [4, 4, 2]
    # One style over all is one entity, however it was added.
    assert len(Styled("a", Style.BOLD).add("b", Style.BOLD).rendered()[0].entities) == 1


def test_links_written_out_are_within_the_budget_too() -> None:
    url = "https://example.org/" + "x" * 12  # 32 units, with brackets and blank 35
    text = Styled()
    for _ in range(4):
        text.link("label", url).add(" and ")
    messages = text.rendered(64)
    # 2 x (5 + 35) are more than 64, so that each message has one link.
    assert [len(pieces(message, MessageEntity.TEXT_LINK)) for message in messages] == [1] * 4
    for message in messages:
        check_message(message, 64)
    # An address of more than half a message is left out.
    (message,) = Styled().link("label", url + "x").rendered(64)
    assert (message.entities, message.plain) == ((), "label")


def test_time_grows_with_the_length_alone() -> None:
    text = Styled()
    for number in range(5_000):
        text.gap().add(f"{number}", Style.BOLD).add("条经验，一一写来。" * 2)
    started = time.perf_counter()
    messages = text.rendered()
    # 120,000 characters take half a second; with the square of the length it would be a minute.
    assert time.perf_counter() - started < 15
    assert sum(len(message.entities) for message in messages) == 5_000


def test_a_beginning_ends_with_a_sentence() -> None:
    assert beginning("短。", 3) == "短。"
    assert beginning("一二三四五六。七八九十", 9) == "一二三四五六。…"
    # No sentence ends in the second half.
    assert beginning("一。二三四五六七八九十", 9) == "一。二三四五六七…"
    assert beginning("👍👍", 3) == "👍…"
    assert beginning("👍👍", 1) == "…"


def test_an_ending_begins_with_a_sentence() -> None:
    assert ending("短。", 3) == "短。"
    assert ending("一二三四五。六七八九十", 9) == "…六七八九十"
    assert ending("一二三四五六七八九十。", 5) == "…八九十。"


def test_a_label_is_one_line() -> None:
    assert label(" a\n\n b ", 9) == "a b"
    assert label("abcdef", 4) == "abc…"
    assert label("ab 👨‍👩‍👧", 6) == "ab…"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(st.characters(), st.sampled_from(["👨‍👩‍👧", "e\u0301", "。", "\n", " ", "🇨🇳"])),
        max_size=40,
    ).map("".join),
    st.integers(1, 60),
)
def test_shortened_texts_are_whole_characters_within_the_budget(text: str, budget: int) -> None:
    text = clean(text)
    seen = regex.findall(r"\X", text)
    for short in (beginning(text, budget), ending(text, budget), label(text, budget)):
        assert length(short) <= budget
    # One that is longer than the budget is cut all the same.
    if length(text) > budget > length(seen[0]):
        kept = len(beginning(text, budget)) - 1
        ends = [0]
        for character in seen:
            ends.append(ends[-1] + len(character))
        # Blanks before the dots are left out: only those may lie behind the last one kept.
        assert any(end >= kept and not text[kept:end].strip() for end in ends)
