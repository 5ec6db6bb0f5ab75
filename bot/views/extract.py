"""One extract with its citation, as inline mode sends it into any chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cleaning import clean
from bot.keyboards import keyboard, lead
from bot.splitting import label
from bot.styled import Styled
from bot.view import View, ViewContext
from bot.views.answer import quoted
from bot.views.fitting import fit
from bot.views.source import Detail, city_label, titled
from qa.answer import Answer, Extract
from qa.messages import message

_TITLE = 30
_DESCRIPTION = 120


def extract_view(extract: Extract, answer: Answer, context: ViewContext) -> View:
    """An extract, its source line, and buttons that open its passage with the bot and share it.

    Args:
        extract: one of the answer's, or of its nearest passages; always one message.
        answer: whose words are bold.
        context: of the view.
    """

    def build(texts: Sequence[Styled], detail: Detail) -> Styled:
        text = Styled()
        if answer.refused:
            text.add(message(context.language, "Nearest passages, unconfirmed:"))
        for body in texts:
            text.append(quoted(extract, body, context, detail))
        return text

    links = context.links
    passage = extract.citation.passage
    row = []
    if links.username:
        row = [
            lead(message(context.language, "Open passage"), links.start(passage)),
            lead(message(context.language, "Share"), links.share(passage)),
        ]
    return View(fit(build, [extract], answer.words).text, keyboard(row))


def extract_title(extract: Extract) -> str:
    """The first line of an inline result: city and title."""
    citation = extract.citation
    title = titled(citation.title, _TITLE)
    return f"{city_label(citation.city)} · {title}" if citation.city else title


def extract_description(extract: Extract) -> str:
    """The second line of an inline result: how the extract begins."""
    return label(clean(extract.text), _DESCRIPTION)
