"""Private chats and groups, and what changes the bot's standing in them."""

from __future__ import annotations

import re

from tests.telegram_server.chats import Chat, User
from tests.telegram_server.world import Message


class PrivateChat(Chat):
    """A user's chat with the bot."""

    def blocks(self) -> None:
        """Block the bot."""
        with self.server.world.changed:
            self.state.standing = "blocked"
            self._membership("member", "kicked")

    def unblocks(self) -> None:
        """Let the bot write again."""
        with self.server.world.changed:
            self.state.standing = "here"
            self._membership("kicked", "member")

    def vanishes(self) -> None:
        """The account is gone."""
        with self.server.world.changed:
            self.state.standing = "vanished"


class Group(Chat):
    """A group or supergroup, with the bot in it."""

    def joins(self, user: User, status: str = "member") -> User:
        """Let a user in, or change what the user is (``administrator``); the bot is not told."""
        with self.server.world.changed:
            self.state.members[user["id"]] = (user, status)
        return user

    def topic(self, name: str, by: User | None = None) -> int:
        """Open a topic; gives the id of its thread."""
        created = self.service(by, forum_topic_created={"name": name, "icon_color": 7322096})
        with self.server.world.changed:
            self.state.topics[created.id] = name
        return created.id

    def removes_bot(self, by: User | None = None) -> None:
        """Throw the bot out."""
        with self.server.world.changed:
            self.state.standing = "removed"
            self._membership("member", "kicked", by)

    def adds_bot(self, by: User | None = None) -> None:
        """Take the bot in."""
        with self.server.world.changed:
            self.state.standing = "here"
            self._membership("left", "member", by)

    def migrates(self, *, told: bool = True) -> Group:
        """Become a supergroup.

        Args:
            told: whether the bot gets the service messages; else it learns when it sends.

        Returns:
            The supergroup; this group refuses what the bot sends from now on.
        """
        world = self.server.world
        with world.changed:
            title = self.state.payload["title"]
            new = self.server.group(title=title, user=self.user, is_supergroup=True)
            new.state.members |= self.state.members
            old_note = world.new_message(self.state, self.user, migrate_to_chat_id=new.id)
            new_note = world.new_message(new.state, self.user, migrate_from_chat_id=self.id)
            self.state.standing = "migrated"
            self.state.migrated_to = new.id
            if told:
                self.server.queue(message=old_note)
                self.server.queue(message=new_note)
            return new

    def _is_delivered(self, message: Message, replied: Message | None) -> bool:
        # https://core.telegram.org/bots/features#privacy-mode
        if not self.server.privacy or not ("text" in message or "caption" in message):
            return True
        bot = self.server.world.bot
        if replied is not None and replied.get("from", {}).get("id") == bot["id"]:
            return True
        command = re.match(r"/[A-Za-z0-9_]+(?:@(\w+))?", message.get("text", ""))
        return command is not None and command[1] in (None, bot["username"])
