"""What the routes of the application share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from qa.feedback.store import FeedbackStore
from qa.live import LiveIndex
from qa.settings import Settings
from qa.web.asking import Asking
from qa.web.clients import Clients
from qa.web.metrics import Metrics
from qa.web.rates import Rates
from qa.web.settings import ServeSettings


@dataclass(frozen=True, slots=True)
class Services:
    """One application's parts.

    Attributes:
        settings: that every command reads.
        serve: the server's own.
        live: the current index.
        asking: the queue of questions.
        feedback: where ratings are kept.
        key: with which pages seal what they carry.
        metrics: counts.
        rates: allowances of client addresses.
        clients: tells client addresses.
    """

    settings: Settings
    serve: ServeSettings
    live: LiveIndex
    asking: Asking
    feedback: FeedbackStore
    key: str
    metrics: Metrics
    rates: Rates
    clients: Clients


def services_of(request: Request) -> Services:
    """The services of the application that a request came to."""
    return cast(Services, request.app.state.services)
