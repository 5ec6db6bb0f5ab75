"""How many requests each client address makes, counted for all worker processes at once.

The generic cell rate algorithm (ITU-T I.371, appendix A; "virtual scheduling") keeps one number a
client: the time at which its allowance would be whole again. A full minute's allowance may be used
at once, and then comes back evenly.
"""

from __future__ import annotations

import hashlib
import ipaddress
import mmap
import secrets
import time
from collections.abc import Callable

import numpy as np

SLOTS = 1 << 16
"""Two clients that fall into one slot of these share an allowance; a process keeps 512 KiB."""

MINUTE = 60.0


class Rates:
    """Allowances of all clients, in memory that processes forked later share.

    Args:
        limit: requests a minute of one client; 0 for any number.
        clock: seconds, the same for all processes.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        # Nobody outside can choose addresses that fall into the slot of another client.
        self._key = secrets.token_bytes(16)
        # Anonymous and shared. One aligned number of 8 bytes is written at once, and where two
        # processes take a turn at the same moment, one request too many is let through.
        self._whole = np.frombuffer(mmap.mmap(-1, SLOTS * 8), dtype=np.float64)

    def wait(self, client: str) -> float:
        """Take one request from a client's allowance.

        Args:
            client: its address.

        Returns:
            0 where there was one left; else the seconds until there is, and nothing is taken.
        """
        if not self._limit:
            return 0.0
        step = MINUTE / self._limit
        slot = self._slot(client)
        now = self._clock()
        whole = max(float(self._whole[slot]), now) + step
        over = whole - now - MINUTE
        # Steps add up to a minute only but for the rounding of floats.
        if over > step / 1e6:
            return over
        self._whole[slot] = whole
        return 0.0

    def _slot(self, client: str) -> int:
        digest = hashlib.blake2b(subscriber(client).encode(), digest_size=4, key=self._key).digest()
        return int.from_bytes(digest, "big") % SLOTS


def subscriber(client: str) -> str:
    """What one subscriber is told by: an IPv4 address, or the /64 network that they get of IPv6."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
