"""The typing status, shown for as long as an answer is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.handlers.showing import Place, typing
from bot.limits import TYPING_RENEWED

_T = TypeVar("_T")


async def while_typing(
    place: Place, work: Coroutine[Any, Any, _T], *, renewed: float = TYPING_RENEWED
) -> _T:
    """Do something, and show meanwhile that an answer is coming.

    Args:
        place: where it is shown.
        work: what is done.
        renewed: seconds after which the status is shown again.
    """
    shown = asyncio.create_task(_typing(place, renewed))
    try:
        return await work
    finally:
        shown.cancel()
        await asyncio.gather(shown, return_exceptions=True)


async def _typing(place: Place, renewed: float) -> None:
    while True:
        await typing(place)
        await asyncio.sleep(renewed)
