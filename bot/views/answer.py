"""An answer: numbered extracts with their sources, or a refusal that helps; always one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cleaning import clean, is_invisible
from bot.splitting import beginning, ending, label
from bot.styled import Style, Styled
from bot.utf16 import units
from bot.view import View, ViewContext
from bot.views.answer_buttons import answer_keyboard
from bot.views.fitting import Fitted, fit
from bot.views.source import Detail, source_line
from qa.answer import Answer, Extract
from qa.coverage import coverage, first_named
from qa.feedback.ratings import Rating
from qa.messages import message

NEAREST = 160
"""UTF-16 units of a passage that is offered as unconfirmed."""

SURROUNDINGS = 1200
"""UTF-16 units of the passage around the first extract."""

_WORTHWHILE = 120  # units left over for surroundings, below which there are none
_LINE = 240  # units of a line made of what a user typed, or of cities


def answer_view(
    answer: Answer,
    context: ViewContext,
    *,
    answer_id: int | None,
    filtered: Sequence[str] = (),
    silent: Sequence[str] = (),
    unsure: Sequence[str] = (),
    rated: Rating | None = None,
    rated_rank: int | None = None,
    group: bool = False,
    passages: Mapping[str, str] | None = None,
) -> View:
    """An answer with its buttons.

    What one message cannot hold is shortened: the surroundings of the first extract, then the
    last extracts, whose buttons then open them in full, then the source lines, which lose the
    links to original pages before.

    Args:
        answer: to show.
        context: of the view.
        answer_id: in the feedback store; none where it cannot be rated.
        filtered: cities that the chat's filter is on.
        silent: cities of a comparison whose reports do not tell.
        unsure: the same, of which the nearest passage is the last extract all the same.
        rated: the rating given, or none.
        rated_rank: the extract it is of; 0 for all, none where nobody said.
        group: in a group, less is shown: no surroundings, and no buttons that lead to pages, as
            the text has the same links.
        passages: texts by passage id; around the first extract, that of its passage is shown.
    """
    head = _head(answer, context, filtered, silent, unsure)
    extracts = answer.nearest if answer.refused else answer.extracts
    if answer.refused:
        fitted = _refusal(head, answer, context)
    else:
        fitted = _extracts(head, answer, context)
        if not group and extracts:
            passage = (passages or {}).get(extracts[0].citation.passage, "")
            _surround(fitted, extracts[0], passage, context)
    return View(
        fitted.text,
        answer_keyboard(
            extracts,
            context,
            cut=fitted.cut | {extract.rank for extract in extracts[fitted.shown :]},
            answer_id=answer_id,
            rated=rated,
            rated_rank=rated_rank,
            pages=not group,
        ),
    )


def _head(
    answer: Answer,
    context: ViewContext,
    filtered: Sequence[str],
    silent: Sequence[str],
    unsure: Sequence[str],
) -> Styled:
    """How the question was read, and what limits the answer."""
    language = context.language
    head = Styled()
    if answer.read_as:
        question = label(clean(answer.read_as), _LINE)
        head.line(Styled(message(language, "Read as: {question}", question=question), Style.ITALIC))
    if filtered:
        text = "Only reports about {cities}; change it with /cities"
        head.line(message(language, text, cities=_listed(filtered)))
    if answer.absent and not answer.refused:
        text = "There is no report about {places}; this answers for the others."
        head.line(message(language, text, places=_listed(answer.absent)))
    if silent:
        head.line(message(language, "No extract for {cities}.", cities=_listed(silent)))
    if unsure:
        text = "Nothing certain for {cities}: the nearest is shown last."
        head.line(message(language, text, cities=_listed(unsure)))
    return head


def _extracts(head: Styled, answer: Answer, context: ViewContext) -> Fitted:
    def build(texts: Sequence[Styled], detail: Detail) -> Styled:
        text = Styled().append(head)
        for extract, body in zip(answer.extracts, texts, strict=False):
            text.gap().append(quoted(extract, body, context, detail))
        return text

    return fit(build, answer.extracts, answer.words)


def quoted(extract: Extract, body: Styled, context: ViewContext, detail: Detail) -> Styled:
    """An extract as a quote, and under it where it stands."""
    line = source_line(extract.citation, context, number=extract.rank, detail=detail)
    return Styled().quote(body).line(line)


def _refusal(head: Styled, answer: Answer, context: ViewContext) -> Fitted:
    language = context.language
    if answer.reason == "not_covered":
        absent = _listed(answer.absent)
        reason = message(language, "No report covers {places}.", places=absent)
    else:
        reason = message(language, "The reports do not tell.")

    def build(texts: Sequence[Styled], detail: Detail) -> Styled:
        text = Styled().append(head).gap().add(reason, Style.BOLD)
        if answer.absent and answer.reason != "not_covered":
            places = _listed(answer.absent)
            text.line(message(language, "No report covers {places}.", places=places))
        if answer.cities:
            names, more = first_named(answer.cities)
            text.line(coverage(language, _listed(names), more))
        nearest = Styled()
        for extract, body in zip(answer.nearest, texts, strict=False):
            line = source_line(extract.citation, context, number=extract.rank, detail=detail)
            nearest.gap().append(body).line(line)
        if nearest:
            text.gap().add(message(language, "Nearest passages, unconfirmed:"))
            text.quote(nearest, expandable=True)
        return text

    return fit(build, answer.nearest, answer.words, longest=NEAREST)


def _surround(fitted: Fitted, extract: Extract, passage: str, context: ViewContext) -> None:
    """Add the passage around an extract, as far as there is room."""
    name = message(context.language, "Around [{number}]:", number=extract.rank)
    room = min(SURROUNDINGS, fitted.room - units(name) - len("\n\n\n"))
    passage, own = clean(passage).strip(), clean(extract.text).strip()
    if not own:
        return
    before, found, after = passage.partition(own)
    if not found or is_invisible(before + after) or fitted.entities < 2:
        return
    left = room - units(own)
    if left < _WORTHWHILE:
        return
    # The shorter side leaves its share to the other.
    half = left // 2
    first = min(units(before), max(half, left - units(after)))
    before = ending(before, first) if before else ""
    after = beginning(after, left - units(before)) if after else ""
    body = Styled(before).add(own, Style.BOLD).add(after)
    fitted.text.gap().add(name).quote(body, expandable=True)


def _listed(names: Sequence[str]) -> str:
    return label(clean("、".join(names)), _LINE)
