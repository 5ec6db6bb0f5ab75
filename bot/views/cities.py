"""The cities that answers may come from, and the filter on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.callback_data import Action, key
from bot.cleaning import clean
from bot.keyboards import in_rows, keyboard, page_of, pager, press
from bot.splitting import label
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.source import city_label
from qa.messages import message

PAGE = 20
"""Cities on one page."""

_LISTED = 600


def cities_view(
    cities: Sequence[str], chosen: Collection[str], page: int, context: ViewContext
) -> View:
    """The cities as buttons that take each into the filter or out of it.

    Args:
        cities: that the reports cover, in order.
        chosen: those of the filter; none where there is no filter.
        page: from 0, clamped.
        context: of the view.
    """
    language = context.language
    if not cities:
        return View(Styled(message(language, "There are no reports.")))
    shown, page, pages = page_of(cities, page, PAGE)
    kept = [city for city in cities if city in chosen]
    if kept:
        names = label(clean("、".join(kept)), _LISTED)
        state = message(
            language, "Answers come from the reports about {cities} only.", cities=names
        )
    else:
        state = message(language, "Answers come from all reports.")
    text = Styled(message(language, "Cities ({count})", count=len(cities)), Style.BOLD).line(state)
    text.gap().add(message(language, "Tap a city to choose it, and again to leave it out."))
    toggles = [
        press(f"{'✓ ' * (city in chosen)}{city_label(city)}", Action.CITY, key(city), page)
        for city in shown
    ]
    every = message(language, "All cities")
    return View(
        text,
        keyboard(
            *in_rows(toggles, 2),
            pager(Action.CITIES, page, pages),
            [press(every if kept else f"✓ {every}", Action.ALL_CITIES, page)],
        ),
    )
