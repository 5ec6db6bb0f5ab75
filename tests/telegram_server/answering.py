"""A request from its arrival to its answer."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.telegram_server import groups, parameters, profile, queries, sending
from tests.telegram_server.delivery import Webhook
from tests.telegram_server.faults import Fault
from tests.telegram_server.floods import Floods
from tests.telegram_server.parameters import Parameters
from tests.telegram_server.refusals import Refused, bad, too_many
from tests.telegram_server.world import ChatState, World

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = (443, 80, 88, 8443)
"""Ports on which Telegram reaches a webhook."""

PLAIN: Mapping[str, Callable[[World, Parameters], Any]] = {
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "editMessageText": sending.edit_message_text,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "sendChatAction": sending.send_chat_action,
    "answerCallbackQuery": queries.answer_callback_query,
    "answerInlineQuery": queries.answer_inline_query,
    "getChat": groups.get_chat,
    "getChatMember": groups.get_chat_member,
    "getChatAdministrators": groups.get_chat_administrators,
    "leaveChat": groups.leave_chat,
}
"""Methods that need nothing but the chats."""

UNKNOWN_TO_POOR = re.compile(r"(set|get|delete)My\w+|deleteWebhook")

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Request:
    """A request and what became of it.

    Attributes:
        method: of the Bot API.
        params: as they came; JSON within forms is text.
        files: names of uploaded files.
        time: of its arrival, of the monotonic clock, in seconds.
        seconds: until it was answered.
        code: of HTTP; 0 where the connection was dropped.
        description: why it was refused, or empty.
        result: that was answered, or none.
    """

    method: str
    params: Mapping[str, Any]
    files: tuple[str, ...]
    time: float
    seconds: float
    code: int
    description: str = ""
    result: Any = None


class Answering:
    """Answers requests, and writes down what came.

    Args:
        server: that the requests come to.
        floods: counts messages.
        refuse: whether those over the limits are refused.
    """

    def __init__(self, server: TelegramServer, floods: Floods, *, refuse: bool) -> None:
        self.server = server
        self._floods = floods
        self._refuse = refuse
        self._names = {name.lower(): name for name in [*PLAIN, *self._own()]}
        server.world.admit = self._admit

    async def not_found(self, request: web.Request) -> web.Response:
        """The answer to an address that is none of the Bot API."""
        refused = Refused(404, "Not Found")
        self._note(request.path, Parameters(), time.monotonic(), refused.code, refused, None)
        return _response(refused.envelope(), refused.code)

    async def answer(self, request: web.Request) -> web.Response:
        """The answer to a request; every failure of the server's own is a violation as well."""
        arrived = time.monotonic()
        asked = request.match_info["method"]
        method = self._names.get(asked.lower(), asked)
        params = Parameters()
        refused: Refused | None = None
        result: Any = None
        fault: Fault | None = None
        code = 200
        try:
            self._check_token(request.match_info["token"])
            params = await parameters.read(request)
            fault = self.server.faults.next(method)
            if fault is not None:
                await asyncio.sleep(fault.delay)
                if fault.retry_after is not None:
                    raise too_many(fault.retry_after)
            code = _code_before(fault)
            if code == 200:
                result = await self._result(method, params)
        except Refused as error:
            refused, code = error, error.code
        except Exception as error:
            self.server.violations.append(f"{method}: the server failed: {error!r}")
            raise
        if fault is not None and fault.drop:
            code = 0
        self._note(method, params, arrived, code, refused, result)
        if code == 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if refused is not None:
            return _response(refused.envelope(), refused.code)
        if code != 200:
            return web.Response(status=code, text="<html>Bad Gateway</html>")
        return self._success(result, fault)

    def _check_token(self, token: str) -> None:
        if token != self.server.token:
            if _TOKEN.fullmatch(token):
                raise Refused(401, "Unauthorized", excused=True)
            raise Refused(404, "Not Found", excused=True)

    def _success(self, result: Any, fault: Fault | None) -> web.Response:
        poor = self.server.poor or (fault is not None and fault.poor)
        if poor and isinstance(result, dict) and "message_id" in result:
            result = {"message_id": result["message_id"]}
        body = json.dumps({"ok": True, "result": result})
        if fault is not None and fault.invalid_json:
            body = body[: len(body) // 2]
        return web.Response(text=body, content_type="application/json")

    def _note(
        self,
        method: str,
        params: Parameters,
        arrived: float,
        code: int,
        refused: Refused | None,
        result: Any,
    ) -> None:
        server = self.server
        with server.world.changed:
            server.requests.append(
                Request(
                    method,
                    dict(params.values),
                    tuple(file.name for file in params.files.values()),
                    arrived,
                    time.monotonic() - arrived,
                    code,
                    refused.description if refused else "",
                    json.loads(json.dumps(result)),
                )
            )
            if refused is not None:
                line = f"{method}: {refused.code} {refused.description}"
                server.refusals.append(line)
                if not refused.excused:
                    server.violations.append(line)
            server.world.changed.notify_all()

    def _admit(self, chat: ChatState) -> None:
        over = self._floods.overstep(
            chat.id, group=chat.is_group, now=time.monotonic(), count_anyway=not self._refuse
        )
        if over is not None:
            self.server.violations.append(over.reason)
            if self._refuse:
                raise too_many(over.retry_after)

    async def _result(self, method: str, params: Parameters) -> Any:
        if self.server.poor and UNKNOWN_TO_POOR.fullmatch(method):
            raise Refused(404, "Not Found: method not found", excused=True)
        if method in PLAIN:
            with self.server.world.changed:
                return PLAIN[method](self.server.world, params)
        own = self._own().get(method)
        if own is None:
            raise Refused(404, "Not Found: method not found")
        result = own(params)
        return await result if asyncio.iscoroutine(result) else result

    def _own(self) -> dict[str, Callable[[Parameters], Any]]:
        """Methods that need the server."""
        world, texts = self.server.world, self.server.profile
        methods: dict[str, Callable[[Parameters], Any]] = {
            "getMe": lambda _params: profile.described(
                world, poor=self.server.poor, privacy=self.server.privacy
            ),
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "logOut": lambda _params: True,
            "close": lambda _params: True,
            "setMyCommands": lambda params: texts.set_commands(world, params),
            "getMyCommands": lambda params: texts.get_commands(world, params),
            "deleteMyCommands": lambda params: texts.delete_commands(world, params),
        }
        for name in profile.TEXTS:
            title = "".join(part.title() for part in name.split("_"))
            methods[f"setMy{title}"] = functools.partial(texts.set_text, name)
            methods[f"getMy{title}"] = functools.partial(texts.get_text, name)
        return methods

    async def _get_updates(self, params: Parameters) -> Any:
        self.server.delivery.allow(params.json("allowed_updates", list))
        return await self.server.delivery.poll(
            params.integer("offset"),
            params.integer("limit", 100),
            max(0, min(params.integer("timeout"), 50)),
        )

    async def _set_webhook(self, params: Parameters) -> bool:
        url, secret = params.text("url"), params.text("secret_token")
        delivery = self.server.delivery
        if url:
            _check_webhook(url)
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters or is too long")
        connections = params.integer("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad("max_connections must be from 1 to 100")
        delivery.allow(params.json("allowed_updates", list))
        if params.boolean("drop_pending_updates"):
            delivery.drop()
        await delivery.set_webhook(Webhook(url, secret, connections) if url else None)
        return True

    async def _delete_webhook(self, params: Parameters) -> bool:
        await self.server.delivery.set_webhook(None)
        if params.boolean("drop_pending_updates"):
            self.server.delivery.drop()
        return True

    def _webhook_info(self, _params: Parameters) -> dict[str, Any]:
        delivery = self.server.delivery
        webhook = delivery.webhook or Webhook("")
        info: dict[str, Any] = {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(delivery.pending),
        }
        if webhook.url:
            info["max_connections"] = webhook.max_connections
        if webhook.error:
            info |= {
                "last_error_date": webhook.error_time,
                "last_error_message": webhook.error,
            }
        if delivery.allowed is not None:
            info["allowed_updates"] = sorted(delivery.allowed)
        return info


def _code_before(fault: Fault | None) -> int:
    """What a fault answers instead of carrying the request out; 200 where it is carried out."""
    if fault is None or fault.drop == "after":
        return 200
    return 0 if fault.drop == "before" else fault.status or 200


def _check_webhook(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad("bad webhook: invalid webhook URL specified") from None
    if parts.scheme == "http" and host in LOOPBACK:
        return
    if parts.scheme != "https" or not host:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port is not None and port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _response(body: Mapping[str, Any], code: int) -> web.Response:
    return web.Response(text=json.dumps(body), status=code, content_type="application/json")
