"""The JSON interface under ``/v1``."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpus.anchors import sentence_anchor
from corpus.moved import passage_of
from corpus.normalise import without_surrogates
from corpus.report import Described, Source
from embeddings.snapshot import Snapshot
from qa.web.addresses import root
from qa.web.api_models import (
    AskedQuestion,
    GivenAnswer,
    ListedReport,
    Moved,
    Neighbour,
    ReportDetails,
    ReportList,
    ReportMirror,
    ReportSection,
    SentenceDetails,
    ShownPassage,
)
from qa.web.page_links import page_address, page_links
from qa.web.problems import Refused, responses
from qa.web.services import Services, services_of

MOST_LISTED = 200

_bearer = HTTPBearer(auto_error=False, description="The token of CITYQA_SERVE_TOKEN.")


def router(services: Services) -> APIRouter:
    """The routes, behind the token where there is one."""
    guards = [Depends(_check(services))] if services.serve.token is not None else []
    always = (401, 429, 500) if guards else (429, 500)
    made = APIRouter(prefix="/v1", dependencies=guards)

    def add(path: str, function: Callable[..., Any], method: str, *statuses: int) -> None:
        more = responses(*statuses, *always)
        if function is passage:
            more[308] = {
                "model": Moved,
                "description": "It is a sentence of that passage, or was before its text changed.",
                "headers": {
                    "Location": {"description": "Of that passage.", "schema": {"type": "string"}}
                },
            }
        made.add_api_route(
            path,
            function,
            methods=[method],
            response_model=_MODELS[function],
            responses=more,
            operation_id=function.__name__,
            summary=(function.__doc__ or "").partition("\n")[0],
        )

    add("/ask", ask, "POST", 400, 404, 413, 422, 503, 504)
    add("/reports", reports, "GET", 422)
    add("/reports/{id}", report, "GET", 404, 422)
    add("/passages/{id}", passage, "GET", 404, 422)
    return made


def _check(services: Services) -> Callable[..., None]:
    """What refuses whoever does not bear the token."""
    token = services.serve.token
    assert token is not None
    wanted = token.get_secret_value().encode()

    def check(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
        borne = given.credentials.encode("utf-8", "surrogatepass") if given else b""
        if not hmac.compare_digest(borne, wanted):
            challenge = {"WWW-Authenticate": "Bearer"}
            raise Refused(401, "the token is missing or wrong", headers=challenge)

    return check


async def ask(request: Request, asked: AskedQuestion) -> Response:
    """Answer a question with verbatim extracts, or refuse it."""
    services = services_of(request)
    work = partial(
        services.live.current.answerer.ask,
        asked.question,
        top=asked.top or services.settings.top,
        cities=asked.cities,
        years=asked.years,
        publishers=asked.publishers,
    )
    answer = await services.asking.run(work)
    services.metrics.answered("v1", refused=answer.refused)
    return JSONResponse(answer.as_json())


async def reports(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED, description="Reports wanted.")] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Reports to pass over.")] = 0,
) -> ReportList:
    """List the reports."""
    services = services_of(request)
    every = services.live.current.answerer.snapshot.heads.values()
    end = offset + limit
    return ReportList(
        reports=[_listed(services, one) for one in islice(every, offset, end)],
        total=len(every),
        next=f"{root(services.settings)}/v1/reports?limit={limit}&offset={end}"
        if end < len(every)
        else None,
    )


def mirror_of(source: Source) -> ReportMirror:
    """Another place where a report was published."""
    return ReportMirror(
        id=source.id,
        publisher=source.publisher,
        date=source.date.isoformat() if source.date else None,
        url=source.url,
    )


async def report(request: Request, id: str) -> ReportDetails:  # noqa: A002
    """Give a report with its text."""
    services = services_of(request)
    found = services.live.current.answerer.snapshot.reports.get(id)
    if found is None:
        raise Refused(404, f"no report has the id {without_surrogates(id)[:60]}")
    return ReportDetails(
        **_listed(services, found).model_dump(),
        source_title=found.source_title,
        mirrors=list(map(mirror_of, found.mirrors)),
        text=found.text,
        sections=[
            ReportSection(
                heading=section.heading,
                start=section.span.start,
                end=section.span.end,
                passages=[
                    passage.id
                    for passage in found.passages
                    if section.span.start <= passage.span.start < section.span.end
                ],
            )
            for section in found.sections
        ],
    )


async def passage(request: Request, id: str) -> Response:  # noqa: A002
    """Give a passage with what stands before and after it."""
    services = services_of(request)
    snapshot = services.live.current.answerer.snapshot
    row = snapshot.rows.get(id)
    if row is None:
        target = successor(snapshot, id)
        if target is None:
            raise Refused(404, f"no passage has the id {without_surrogates(id)[:60]}")
        place = f"{root(services.settings)}/v1/passages/{target}"
        return JSONResponse(Moved(moved_to=target).model_dump(), 308, {"Location": place})
    found = snapshot.passages[row]
    home, position = snapshot.line(row)
    count = snapshot.heads[home.id].passages
    links = page_links(services.settings)

    def neighbour(number: int) -> Neighbour | None:
        if not 0 <= number < count:
            return None
        other = snapshot.passages[row + number - position]
        return Neighbour(id=other.id, text=home.slice(other.span))

    shown = ShownPassage(
        id=found.id,
        report=home.id,
        section=found.section,
        kind=found.kind,
        text=home.slice(found.span),
        start=found.span.start,
        end=found.span.end,
        sentences=[
            SentenceDetails(
                anchor=sentence_anchor(found, span),
                text=home.slice(span),
                start=span.start,
                end=span.end,
            )
            for span in found.sentences
        ],
        before=neighbour(position - 1),
        after=neighbour(position + 1),
        link=links.page(home, found, found.span),
        source_link=links.source(home, found.span),
    )
    return JSONResponse(shown.model_dump())


def successor(snapshot: Snapshot, name: str) -> str | None:
    """The passage that an id leads to which is no passage's: of a sentence, or an earlier one."""
    old = passage_of(name)
    # An anchor leads on by itself: what became of its sentence may not be where its passage is.
    target = passage_of(snapshot.moved.get(name) or snapshot.moved.get(old) or old)
    return target if target in snapshot.rows else None


def _listed(services: Services, found: Described) -> ListedReport:
    return ListedReport(
        id=found.id,
        kind=found.kind,
        city=found.city,
        aliases=list(found.aliases),
        title=found.title,
        publisher=found.publisher,
        authors=list(found.authors),
        date=found.date.isoformat() if found.date else None,
        language=found.language,
        url=found.url,
        link=page_address(services.settings, found),
    )


_MODELS: dict[Callable[..., Any], type] = {
    ask: GivenAnswer,
    reports: ReportList,
    report: ReportDetails,
    passage: ShownPassage,
}
