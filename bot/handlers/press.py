"""A pressed button: what it asks for, and where what it opens is shown."""

from __future__ import annotations

from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message, Update
from telegram.ext import ContextTypes

from bot.callback_data import Action, CallbackData
from bot.handlers.reach import hashed, is_group, thread_of
from bot.keyboards import actions
from bot.services import Services
from bot.view import View, ViewContext
from bot.views.gone import gone_text
from qa.messages import message

_PAGES = frozenset(
    {
        Action.CONTENTS,
        Action.WHOLE,
        Action.DOCUMENT,
        Action.REPORTS,
        Action.CITY,
        Action.LANGUAGE,
        Action.SETTINGS,
    }
)
"""Under messages for looking around, and under no answer."""


class Press:
    """A button that was pressed.

    The message that it stands under may be missing, too old to be read, or without text or
    buttons: then what it opens is a new message, and where the chat is not known a notice.

    Args:
        update: that brought it.
        handling: the library's context of the update.
        services: of the bot.
        data: what the button carries.
        context: language and links.
    """

    def __init__(
        self,
        update: Update,
        handling: ContextTypes.DEFAULT_TYPE,
        services: Services,
        data: CallbackData,
        context: ViewContext,
    ) -> None:
        assert update.callback_query is not None
        self.update = update
        self.handling = handling
        self.services = services
        self.data = data
        self.context = context
        self.query: CallbackQuery = update.callback_query
        self.answered = False

    @property
    def under(self) -> MaybeInaccessibleMessage | None:
        """The message that the button stands under, as far as it is known."""
        return self.query.message

    @property
    def under_id(self) -> int | None:
        """The id of that message; none where a server does not tell it."""
        return self.under.message_id or None if self.under is not None else None

    @property
    def readable(self) -> Message | None:
        """The same, where its text and buttons are known."""
        return self.under if isinstance(self.under, Message) and self.under.text else None

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """All buttons of the message."""
        return self.under.reply_markup if isinstance(self.under, Message) else None

    @property
    def chat(self) -> str | None:
        """The keyed hash of the chat, where it is known."""
        return None if self.under is None else hashed(self.services, self.under.chat.id)

    @property
    def user(self) -> str:
        """The keyed hash of who pressed it."""
        return hashed(self.services, self.query.from_user.id)

    @property
    def in_group(self) -> bool:
        """Whether others see the message as well."""
        return self.under is not None and is_group(self.under.chat)

    def field(self, position: int) -> str:
        """A field of the data; empty where there is none."""
        fields = self.data.fields
        return fields[position] if position < len(fields) else ""

    def page(self, position: int) -> int:
        """A field as the number of a page; the first one where it is none."""
        return self.data.number(position) or 0

    def has(self, *wanted: Action) -> bool:
        """Whether the message has a button that does one of these."""
        rows = self.keyboard.inline_keyboard if self.keyboard is not None else ()
        return any(not actions(row).isdisjoint(wanted) for row in rows)

    @property
    def is_page(self) -> bool:
        """Whether the message is one for looking around, which shows the next thing in place."""
        return self.has(*_PAGES) and not self.has(Action.RATE)

    async def notice(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the button, once: with a line that shows for a moment, or with nothing."""
        if self.answered:
            return
        self.answered = True
        await self.services.sender.notice(self.query.id, text, alert=alert)

    async def show(self, view: View, *, in_place: bool) -> None:
        """Show what the button opens.

        Args:
            view: what.
            in_place: whether in the message's place, where that can be edited; else as a reply.
        """
        under = self.under
        if under is None:
            await self.elsewhere()
            return
        await self.notice()
        sender = self.services.sender
        if (
            in_place
            and self.readable is not None
            and self.under_id is not None
            and await sender.edit(under.chat.id, self.under_id, view)
        ):
            return
        await sender.send(
            under.chat.id, view, thread=thread_of(self.readable), reply_to=self.under_id
        )

    async def elsewhere(self) -> None:
        """Say that it is not known which chat to show something in."""
        await self.notice(
            message(self.context.language, "Please open the chat with me and ask again there.")
        )

    async def foreign(self) -> None:
        """Say kindly that the button leads nowhere."""
        await self.notice(
            message(self.context.language, "This button is no longer known. Please ask anew.")
        )

    async def not_kept(self) -> None:
        """Say that the disk refuses."""
        await self.notice(not_kept_text(self.context), alert=True)

    async def gone(self) -> None:
        """Say that a passage or report is no longer there."""
        await self.notice(gone_text(self.context))


def not_kept_text(context: ViewContext) -> str:
    """That a choice could not be stored."""
    return message(
        context.language, "This could not be kept just now. Please try again in a while."
    )


def button_text(keyboard: InlineKeyboardMarkup | None, carried: str | None) -> str:
    """What the button that carries some data says; empty where there is none."""
    if keyboard is None or carried is None:
        return ""
    for row in keyboard.inline_keyboard:
        for button in row:
            if button.callback_data == carried:
                return button.text
    return ""
