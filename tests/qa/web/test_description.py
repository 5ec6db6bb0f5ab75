"""Requests made up from the description of the interface (OpenAPI): none is a fault of ours, and
every response is as described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.qa.web.serving import Site

OPERATIONS = (
    ("POST", "/v1/ask"),
    ("GET", "/v1/reports"),
    ("GET", "/v1/reports/{id}"),
    ("GET", "/v1/passages/{id}"),
)
MADE = 25


def description(site: Site) -> Any:
    return schemathesis.openapi.from_url(f"{site.address}/openapi.json")


def test_the_description_names_every_operation(site: Site) -> None:
    paths = site.get("/openapi.json").json()["paths"]
    found = [(method.upper(), path) for path, item in paths.items() for method in item]
    assert sorted(found) == sorted(OPERATIONS)
    example = paths["/v1/ask"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert example["$ref"].endswith("AskedQuestion")


def test_the_examples_of_the_description_are_answered(site: Site) -> None:
    schemas = site.get("/openapi.json").json()["components"]["schemas"]
    for example in schemas["AskedQuestion"]["examples"]:
        answer = site.post("/v1/ask", json=example)
        assert answer.status_code == 200
        assert not answer.json()["refused"]


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        *((*operation, GenerationMode.POSITIVE) for operation in OPERATIONS),
        # Any text may be an id, so that no request for one is against its description.
        *((*operation, GenerationMode.NEGATIVE) for operation in OPERATIONS[:2]),
    ],
)
def test_what_is_made_up_from_the_description_is_answered_as_described(
    site: Site, method: str, path: str, mode: GenerationMode
) -> None:
    operation = description(site)[path][method]
    statuses = []
    # That a question has a letter or a digit, in any script, no pattern says to all readers of one.
    excluded = [positive_data_acceptance] if path == "/v1/ask" else []

    @settings(
        max_examples=MADE,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        response = case.call()
        statuses.append(response.status_code)
        case.validate_response(response, excluded_checks=excluded)

    check()
    assert len(statuses) == MADE
    assert max(statuses) < 500
