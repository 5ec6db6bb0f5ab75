"""What the tests of the running bot share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``make_bot`` sets it: otherwise PTB warns of a change to come."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
