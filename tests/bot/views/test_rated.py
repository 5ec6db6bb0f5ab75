"""The buttons of a rated answer, made from those before, are those that the answer would give."""

from __future__ import annotations

import pytest

from bot.limits import BUTTONS
from bot.view import ViewContext
from bot.views.answer import answer_view
from bot.views.rated import rated_keyboard
from qa.feedback.ratings import RATINGS, Rating
from qa.language import Interface
from tests.bot.views.samples import SERVED, answer, extract


@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("count", [1, 3, 7])
@pytest.mark.parametrize("rating", RATINGS)
def test_they_are_what_the_answer_itself_would_give(
    language: Interface, refused: bool, count: int, rating: Rating
) -> None:
    shown = answer(
        *(
            extract(f"第{rank}条。", rank, passage=f"baoshan-{rank:08}")
            for rank in range(1, count + 1)
        ),
        refused=refused,
    )
    context = ViewContext(language, SERVED)
    before = answer_view(shown, context, answer_id=7).keyboard
    assert before is not None
    # Of the answer as a whole, then of the last extract; the reader's language may be another.
    for rank in (0, count):
        wanted = answer_view(shown, context, answer_id=7, rated=rating, rated_rank=rank).keyboard
        before = rated_keyboard(before, 7, rating, rank, "en")
        assert before == wanted


def test_links_make_room_for_the_ratings() -> None:
    shown = answer(
        *(
            extract(
                f"第{rank}条。",
                rank,
                passage=f"baoshan-{rank:08}",
                source_link=f"https://news.example.org/{rank}",
            )
            for rank in range(1, 31)
        )
    )
    before = answer_view(shown, ViewContext("en", SERVED), answer_id=7).keyboard
    assert before is not None
    links = sum(button.url is not None for row in before.inline_keyboard for button in row)
    assert links > 30
    after = rated_keyboard(before, 7, "helpful", 0, "en")
    assert after is not None
    buttons = [button for row in after.inline_keyboard for button in row]
    assert len(buttons) <= BUTTONS
    # 30 passages, three ratings, and which of the 30 extracts or all.
    assert sum(button.url is None for button in buttons) == 30 + 3 + 31
    assert buttons[-1].text == "✓ all"
