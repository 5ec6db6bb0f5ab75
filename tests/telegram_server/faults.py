"""What can go wrong with a request though it is right."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Fault:
    """How the next requests of a method fail.

    Attributes:
        method: its name, or none for every method.
        times: how many more requests; none for all until the faults are cleared.
        retry_after: answered 429, with these seconds to wait.
        status: answered with this code of HTTP, as 502, and no JSON.
        drop: the connection is closed, before the request is carried out or after.
        delay: seconds before it is carried out.
        poor: of a message that is answered only the id is left.
        invalid_json: the answer is cut in the middle.
        skip: so many requests of the method pass first.
    """

    method: str | None
    times: int | None = 1
    retry_after: int | None = None
    status: int | None = None
    drop: Literal["before", "after"] | None = None
    delay: float = 0.0
    poor: bool = False
    invalid_json: bool = False
    skip: int = 0


class Faults:
    """The faults to come, in the order in which they were given."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def next(self, method: str) -> Fault | None:
        """The fault of a request, used up once more, or none."""
        with self._lock:
            for fault in self._faults:
                if fault.method is not None and fault.method.lower() != method.lower():
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None
