"""The page to ask on, and what its buttons send."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from corpus.errors import NoSuchReports, UnknownCity, UsageError
from qa.answer import Answer
from qa.coverage import first_named
from qa.language import Interface
from qa.live import Current
from qa.question import MAX_CHARS
from qa.web import ratings, words
from qa.web.addresses import question_address, site
from qa.web.errors import fault
from qa.web.languages import NAMES, TAGS, page_language
from qa.web.narrowing import Narrowing
from qa.web.rendering import html, rendered
from qa.web.sealing import BrokenSeal
from qa.web.services import Services, services_of
from qa.web.shown import shown_extracts

EXAMPLES = 4
"""Questions shown to whoever has not asked yet."""

MOST_BOXES = 60
"""Cities that have a box to check each; of more, the names are typed."""

MOST_OFFERED = 1000
"""Names that a field offers while one types; others can be typed, too."""


def prepare_examples(current: Current) -> None:
    """Find the questions that the page begins with, in every language; takes a second or so."""
    for language in TAGS:
        current.examples.questions(language, EXAMPLES)


async def ask_page(request: Request) -> Response:
    """``GET /``: the form, and the answer to the question in the address."""
    services = services_of(request)
    language, explicit = page_language(request)
    question = request.query_params.get("q", "").strip()
    narrowing = Narrowing.of_query(request.query_params)
    page = _Page(request, services, language, explicit, question, narrowing)
    if not question:
        return await page.empty()
    return await page.answered()


class _Page:
    """One request for the page."""

    def __init__(
        self,
        request: Request,
        services: Services,
        language: Interface,
        explicit: bool,
        question: str,
        narrowing: Narrowing,
    ) -> None:
        self._request = request
        self._services = services
        self._current = services.live.current
        self._language = language
        self._lang = TAGS[language] if explicit else ""
        self._question = question
        self._narrowing = narrowing

    async def empty(self) -> Response:
        """The form alone, with questions to begin with."""
        work = partial(self._current.examples.questions, self._language, EXAMPLES)
        examples = await self._services.asking.run(work)
        addresses = {text: question_address(text, lang=self._lang) for text in examples}
        return self._response({"examples": addresses})

    async def answered(self) -> Response:
        """The form and the answer."""
        if len(self._question) > MAX_CHARS:
            told = words.too_long(self._language, len(self._question), MAX_CHARS)
            return self._response({"told": told}, 422)
        try:
            filters = self._narrowing.filters()
        except UsageError:
            return self._none_fits()
        current, started = self._current, time.perf_counter()
        work = partial(
            current.answerer.ask,
            self._question,
            top=self._services.settings.top,
            cities=filters.cities,
            years=filters.years,
            publishers=filters.publishers,
        )
        try:
            answer = await self._services.asking.run(work)
        except UnknownCity:
            places = "、".join(self._narrowing.cities)
            told = words.not_covered(self._language, places, answered=False)
            return self._response({"told": told}, 404)
        except NoSuchReports:
            return self._none_fits()
        except UsageError:
            # No letter in it: nothing was asked.
            return await self.empty()
        self._services.metrics.answered("page", refused=answer.refused)
        latency = (time.perf_counter() - started) * 1000
        return self._response(self._shown(answer, current, latency))

    def _none_fits(self) -> Response:
        return self._response({"told": words.words(self._language)["none_fits"]}, 404)

    def _shown(self, answer: Answer, current: Current, latency: float) -> dict[str, object]:
        language = self._language
        named, more = first_named(answer.cities)
        return {
            "answer": answer,
            "extracts": shown_extracts(
                answer, current.answerer, site(self._services.settings, self._request)
            ),
            "read_as": words.read_as(language, answer.read_as) if answer.read_as else "",
            "absent": words.not_covered(
                language, "、".join(answer.absent), answered=not answer.refused
            )
            if answer.absent
            else "",
            "covered": words.covered(language, more),
            "named": named,
            "sureness": words.sureness(language, answer.confidence, answer.threshold),
            "seal": ratings.sealed_answer(
                answer, current.versions, self._narrowing, self._services.key, latency
            ),
        }

    def _response(self, more: dict[str, object], status: int = 200) -> Response:
        language = self._language
        answerer = self._current.answerer
        values: dict[str, object] = {
            "question": self._question,
            "chosen": self._narrowing,
            "cities": answerer.cities[:MOST_OFFERED],
            "boxes": len(answerer.cities) <= MOST_BOXES,
            "years": answerer.years,
            "publishers": answerer.publishers[:MOST_OFFERED],
            "lang": self._lang,
            "others": {
                other: question_address(self._question, self._narrowing, tag)
                for other, tag in TAGS.items()
            },
            "names": NAMES,
            "examples": {},
            "told": "",
            "answer": None,
            "rated": self._request.query_params.get("rated", ""),
            "number": partial(words.extract_number, language),
            "most": MAX_CHARS,
            **more,
        }
        headers = {"Content-Language": TAGS[language], "Vary": "Accept-Language"}
        return html(rendered("ask.html", language, **values), status, headers)


async def rate(request: Request) -> Response:
    """``POST /feedback``: keep a rating, and go back to the answer."""
    services = services_of(request)
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=16)
        rating, rank = ratings.parsed_rating(fields.get("rating", [""])[0])
        sealed = ratings.opened_answer(fields.get("seal", [""])[0], services.key)
        await asyncio.to_thread(ratings.keep, services.feedback, sealed, rating, rank, services.key)
    except BrokenSeal:
        return fault(request, 410, "not shown here, or too long ago")
    except ValueError:
        return fault(request, 400, "no form of ours")
    services.metrics.rated(rating)
    said = rating if rank is None else f"{rating}.{rank}"
    lang = fields.get("lang", [""])[0]
    address = question_address(
        sealed.answer.question,
        sealed.narrowing,
        lang if lang in TAGS.values() else "",
        rated=said,
    )
    return RedirectResponse(f"{address}#rated", 303)
