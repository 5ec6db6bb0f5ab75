"""The buttons under an answer: its sources and its rating."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.addresses import is_web
from bot.callback_data import Action
from bot.keyboards import RATING_LETTERS, Row, in_rows, keyboard, lead, press, weight
from bot.limits import BUTTONS, KEYBOARD_BYTES
from bot.view import ViewContext
from bot.views.source import original_page, own_page
from qa.answer import Citation, Extract
from qa.feedback.ratings import RATINGS, Rating
from qa.language import Interface
from qa.messages import message

_WORDED = 6
"""Extracts up to which their buttons have words; more have numbers alone."""

_MOST = 30
"""Extracts that have buttons."""


def answer_keyboard(
    extracts: Sequence[Extract],
    context: ViewContext,
    *,
    cut: frozenset[int],
    answer_id: int | None,
    rated: Rating | None,
    rated_rank: int | None,
    pages: bool,
) -> InlineKeyboardMarkup | None:
    """Rows of: passages, pages, ratings, and which extract a rating is of.

    Args:
        extracts: as shown.
        context: of the view.
        cut: ranks of those that are not shown in full.
        answer_id: in the feedback store; none where it cannot be rated.
        rated: the rating given, or none.
        rated_rank: the extract it is of; 0 for all, none where nobody said.
        pages: whether there are buttons that lead to pages.
    """
    extracts = extracts[:_MOST]
    ranks = [extract.rank for extract in extracts]
    ratings = rating_rows(ranks, context.language, answer_id, rated, rated_rank)
    passages = _passage_rows(extracts, context.language, cut)
    links: list[Row] = []
    if pages:
        ours = _links(extracts, lambda citation: own_page(citation, context))
        others = _links(extracts, original_page)
        alone = len(extracts) == 1
        links = _link_rows(ours, alone, message(context.language, "page"))
        links += _link_rows(others, alone, message(context.language, "original"))
    return keyboard(*passages, *affordable(links, [*passages, *ratings]), *ratings)


def _passage_rows(
    extracts: Sequence[Extract], language: Interface, cut: frozenset[int]
) -> list[Row]:
    buttons = []
    for extract in extracts:
        if len(extracts) > _WORDED:
            text = f"[{extract.rank}]"
        else:
            word = "in full" if extract.rank in cut else "passage"
            text = _numbered([extract.rank], message(language, word), len(extracts) == 1)
        buttons.append(press(text, Action.PASSAGE, extract.citation.passage))
    return in_rows(buttons, 5 if len(extracts) > _WORDED else 3)


def _links(
    extracts: Sequence[Extract], address: Callable[[Citation], str | None]
) -> dict[str, list[int]]:
    """Addresses, each once, with the ranks of the extracts that lead there."""
    found: dict[str, list[int]] = {}
    for extract in extracts:
        url = address(extract.citation)
        if is_web(url):
            found.setdefault(url, []).append(extract.rank)
    return found


def _link_rows(links: dict[str, list[int]], alone: bool, word: str) -> list[Row]:
    buttons = [lead(_numbered(ranks, word, alone), url) for url, ranks in links.items()]
    return in_rows(buttons, 3)


def _numbered(ranks: Sequence[int], word: str, alone: bool) -> str:
    """``[1] passage``, or ``Passage`` of the only extract."""
    if alone:
        return word[:1].upper() + word[1:]
    return "".join(f"[{rank}]" for rank in ranks) + f" {word}"


def affordable(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """The rows for which the others leave room.

    Args:
        rows: that may be left out, the last ones first.
        others: that are to stay.
    """
    count = BUTTONS - sum(map(len, others))
    size = KEYBOARD_BYTES - sum(weight(button) for row in others for button in row)
    kept = []
    for row in rows:
        count -= len(row)
        size -= sum(map(weight, row))
        if count < 0 or size < 0:
            break
        kept.append(row)
    return kept


def rating_rows(
    ranks: Sequence[int],
    language: Interface,
    answer_id: int | None,
    rated: Rating | None,
    rated_rank: int | None,
) -> list[Row]:
    """The buttons that rate an answer, and those that say which of its extracts is meant.

    Args:
        ranks: of the extracts shown.
        language: of the interface.
        answer_id, rated, rated_rank: as of ``answer_keyboard``.
    """
    if answer_id is None:
        return []
    words = {
        "helpful": message(language, "Helpful"),
        "wrong_source": message(language, "Wrong source"),
        "not_an_answer": message(language, "Not an answer"),
    }
    signs = {"helpful": "👍 ", "wrong_source": "", "not_an_answer": "👎 "}
    first = [
        press(
            ("✓ " if rating == rated else signs[rating]) + words[rating],
            Action.RATE,
            answer_id,
            RATING_LETTERS[rating],
            0,
        )
        for rating in RATINGS
    ]
    if rated not in ("helpful", "wrong_source") or len(ranks) < 2:
        return [first]
    names = [(rank, f"[{rank}]") for rank in ranks]
    names.append((0, message(language, "all")))
    which: list[InlineKeyboardButton] = [
        press(
            f"✓ {name}" if rank == rated_rank else name,
            Action.RATE,
            answer_id,
            RATING_LETTERS[rated],
            rank,
        )
        for rank, name in names
    ]
    return [first, *in_rows(which, 6)]
