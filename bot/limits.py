"""Telegram's limits, and what we keep to within them.

Lengths of texts are counted in UTF-16 code units, as the Bot API does, unless it says otherwise.
Sources: the Bot API (https://core.telegram.org/bots/api), its page on deep links
(https://core.telegram.org/bots/features#deep-linking) and its FAQ on sending limits
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
"""

from __future__ import annotations

TEXT = 4096
"""UTF-16 units of a message's text."""

TEXT_BUDGET = 4000
"""UTF-16 units that we put into one message: some are left for what a server adds."""

ENTITIES = 100
"""Entities of a message; Telegram ignores those beyond."""

ENTITY_BUDGET = 90
"""Entities that we put into one message."""

CALLBACK_DATA_BYTES = 64
"""Bytes of UTF-8 that a button carries; at least 1."""

CALLBACK_ANSWER = 200
"""Characters of the notice that answers a button."""

START_PAYLOAD = 64
"""Characters of ``[A-Za-z0-9_-]`` in a deep link."""

BUTTON_TEXT = 64
"""Characters on a button: Telegram allows more, but shows no more."""

BUTTONS = 100
"""Buttons of one keyboard."""

KEYBOARD_BYTES = 8000
"""Bytes of a keyboard's labels, data and addresses that we keep to: Telegram refuses larger ones,
about 10,000, as REPLY_MARKUP_TOO_LONG, and documents no figure."""

INLINE_RESULTS = 50
"""Results that answer one inline query."""

INLINE_RESULT_ID_BYTES = 64
"""Bytes of an inline result's id; at least 1."""

INLINE_QUERY = 256
"""Characters of an inline query."""

COMMAND = 32
"""Characters of a command: ``[a-z0-9_]``."""

COMMAND_DESCRIPTION = 256
"""Characters of a command's description."""

COMMANDS = 100
"""Commands of one list."""

BOT_NAME = 64
"""Characters of the bot's name."""

BOT_DESCRIPTION = 512
"""Characters of what an empty chat with the bot shows."""

BOT_SHORT_DESCRIPTION = 120
"""Characters of what the bot's profile shows."""

CAPTION = 1024
"""UTF-16 units of a document's caption."""

DOCUMENT_BYTES = 50 * 1000 * 1000
"""Bytes of a document that a bot may send."""

WEBHOOK_SECRET = 256
"""Characters of ``[A-Za-z0-9_-]`` of a webhook's secret; at least 1."""

MESSAGES_A_SECOND = 30
"""Messages a second, over all chats."""

CHAT_SECONDS = 1.0
"""Seconds from one message in a chat to the next."""

GROUP_MESSAGES_A_MINUTE = 20
"""Messages a minute in one group."""

TYPING_SECONDS = 5.0
"""Seconds after which the typing status goes out by itself."""

TYPING_RENEWED = TYPING_SECONDS - 1
"""Seconds after which we show it again."""
