"""The JSON interface: the same answers as the command line, reports and passages."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from corpus.report import Source
from embeddings.embedder import Embedder
from qa.live import Current
from qa.web.api import mirror_of, successor
from qa.web.problems import MEDIA_TYPE
from tests.qa.web.conftest import Serve
from tests.qa.web.serving import ABSENT, ANSWER, QUESTION, Site, serving, settings_in


def refused(answer: Any, status: int) -> str:
    """The detail of a problem, which has the form of RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    return str(problem["detail"])


def test_an_answer_is_the_object_of_the_command_line(site: Site) -> None:
    answer = site.post("/v1/ask", json={"question": QUESTION})
    assert answer.status_code == 200
    given = answer.json()
    expected = json.loads(json.dumps(site.live.current.answerer.ask(QUESTION).as_json()))
    for one in (given, expected):
        assert one.pop("timings_ms")["total"] > 0
    assert given == expected
    assert ANSWER in given["extracts"][0]["text"]


def test_cities_and_top_are_as_asked(site: Site) -> None:
    given = site.post(
        "/v1/ask", json={"question": "改造了什么", "cities": ["Loudi"], "top": 1}
    ).json()
    shown = given["extracts"] + given["nearest"]
    assert [one["city"] for one in shown] == ["娄底市"]
    assert site.post("/v1/ask", json={"question": ABSENT}).json()["refused"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'"question"', 422),
        (b'{"question": 7}', 422),
        (b'{"question": ""}', 422),
        (b'{"question": "?!"}', 422),
        (b'{"question": "\\ud800"}', 422),
        (b'{"question": "a", "cities": "b"}', 422),
        (b'{"question": "a", "top": 0}', 422),
        (b'{"question": "a", "top": 21}', 422),
        (b'{"question": "a", "top": true}', 422),
        (b'{"question": "a", "other": 1}', 422),
        (b'{"question": "a", "cities": ["Atlantis"]}', 404),
        (b"\xff\xfe\x00", 400),
        (b"[" * 30_000, 400),
        (b'{"question": "a", "top": 1e400}', 422),
        (b'{"question": "a", "top": ' + b"9" * 5000 + b"}", 400),
    ],
)
def test_what_is_no_question_is_refused_with_a_reason(site: Site, body: bytes, status: int) -> None:
    answer = site.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert refused(answer, status)


def test_a_question_has_two_thousand_characters_at_most(site: Site) -> None:
    assert site.post("/v1/ask", json={"question": "问" * 2000}).status_code == 200
    assert "question" in refused(site.post("/v1/ask", json={"question": "问" * 2001}), 422)


def test_the_list_of_reports_is_paged(site: Site) -> None:
    every = site.get("/v1/reports").json()
    assert every["total"] == len(every["reports"]) == 5
    assert every["next"] is None
    found, path = [], "/v1/reports?limit=2"
    lengths = []
    while path:
        part = site.get(path).json()
        found += part["reports"]
        lengths.append(len(part["reports"]))
        path = part["next"]
    assert lengths == [2, 2, 1]
    assert found == every["reports"]
    assert site.get("/v1/reports?offset=5").json()["reports"] == []
    for query in ("limit=0", "limit=201", "offset=-1", "offset=x", f"offset={'9' * 30}"):
        assert refused(site.get(f"/v1/reports?{query}"), 422)


def test_a_report_has_its_text_and_passages_are_slices_of_it(site: Site) -> None:
    report = site.get("/v1/reports/wuhan").json()
    assert (report["city"], report["kind"]) == ("武汉市", "digest")
    ids = [id_ for section in report["sections"] for id_ in section["passages"]]
    assert len(ids) == len(set(ids)) > 3
    shown = [site.get(f"/v1/passages/{id_}").json() for id_ in ids]
    for before, one, after in zip([None, *shown], shown, [*shown[1:], None], strict=False):
        assert one["text"] == report["text"][one["start"] : one["end"]]
        assert one["before"] == (before and {"id": before["id"], "text": before["text"]})
        assert one["after"] == (after and {"id": after["id"], "text": after["text"]})
        assert [s["text"] for s in one["sentences"]] == [
            report["text"][s["start"] : s["end"]] for s in one["sentences"]
        ]
        page, _, anchor = one["link"].partition("#")
        assert anchor == one["sentences"][0]["anchor"]
        assert f'id="{anchor}"' in site.get(page).text


def test_a_sentences_anchor_leads_to_its_passage(site: Site) -> None:
    passage = site.live.current.answerer.snapshot.reports["wuhan"].passages[1].id
    answer = site.get(f"/v1/passages/{passage}_s1")
    assert (answer.status_code, answer.json()) == (308, {"moved_to": passage})
    assert site.get(answer.headers["Location"]).json()["id"] == passage


def test_an_anchor_whose_text_changed_leads_to_what_took_its_place(current: Current) -> None:
    first, second = (one.id for one in current.answerer.snapshot.reports["wuhan"].passages[:2])
    moved = {"a-0": first, "a-0_s1": f"{first}_s1", "a-0_s2": f"{second}_s1", "a-1_s1": "gone-0"}
    snapshot = dataclasses.replace(current.answerer.snapshot, moved=moved)
    # Of a passage that was cut in two, each sentence is followed to its own half.
    found = [successor(snapshot, name) for name in ("a-0", "a-0_s1", "a-0_s2", "a-0_s3", "a-1_s1")]
    assert found == [first, first, second, first, None]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/passages/wuhan-00000000",
        "/v1/passages/wuhan-00000000_s1",
        "/v1/passages/..%2f..%2fetc%2fpasswd",
        "/v1/reports/..%2f..%2fpyproject.toml",
        "/v1/reports/%2e%2e",
        "/v1/reports/wuhan/x",
        "/v1/reports/%00",
        "/v1/reports/%ED%A0%80",
        "/v1/reports/WUHAN",
        "/v1/reports/wuhan.html",
        "/v1/passages/" + "a" * 5000,
        "/v1/",
        "/v1/other",
        "/v1/reports/<script>",
    ],
)
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    answer = site.get(path)
    detail = refused(answer, 404)
    assert len(detail) < 200


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fetc%2fpasswd",
        "/reports/..%2f..%2fetc%2fpasswd.html",
        "/%2e%2e/wuhan.html",
        "/reports/%2e%2e%2fwuhan.html",
        "//wuhan.html",
        "/wuhan.html/",
        "/WUHAN.html",
        "/wuhan",
        "/.html",
        "/%00.html",
        "/reports",
        "/robots.txt%00.html",
    ],
)
def test_path_tricks_on_pages_are_not_found(site: Site, path: str) -> None:
    # As it stands: httpx would tidy it up.
    head = site.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert head.startswith(b"HTTP/1.1 404 "), head[:200]
    assert b"root:" not in head


def test_other_methods_are_not_allowed(site: Site) -> None:
    assert refused(site.get("/v1/ask"), 405)
    assert refused(site.post("/v1/reports"), 405)
    assert "GET" in site.client.delete("/v1/reports/wuhan").headers["Allow"]
    assert site.client.put("/").status_code == 405
    # What can be had can be asked about.
    head = site.client.head("/wuhan.html")
    assert (head.status_code, head.content) == (200, b"")


def test_header_injection_comes_to_nothing(site: Site) -> None:
    answer = site.get("/v1/passages/a%0d%0aSet-Cookie:%20b=c")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers
    answer = site.get("/?q=a%0d%0aSet-Cookie:%20b=c&lang=%0d%0aX:%20y")
    assert "Set-Cookie" not in answer.headers
    assert "X" not in answer.headers


def test_pages_are_sent_again_only_where_they_changed(site: Site) -> None:
    for path in ("/wuhan.html", "/reports/", "/index.html", "/cleaning.html"):
        first = site.get(path)
        assert first.status_code == 200
        tag = first.headers["ETag"]
        assert "max-age" in first.headers["Cache-Control"]
        again = site.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert site.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_report_names_the_other_places_where_it_was_published(site: Site) -> None:
    assert site.get("/v1/reports/wuhan").json()["mirrors"] == []
    there = Source("bj2", "江边晚报", datetime.date(2023, 4, 6), "https://evening.example/1", "/x")
    # Where it was read from is nobody's business.
    assert mirror_of(there).model_dump() == {
        "id": "bj2",
        "publisher": "江边晚报",
        "date": "2023-04-06",
        "url": "https://evening.example/1",
    }


def test_the_index_of_cities_leads_to_every_report(site: Site) -> None:
    text = site.get("/reports/").text
    for report in site.get("/v1/reports").json()["reports"]:
        assert f'href="{report["id"]}.html"' in text
        assert site.get(f"/reports/{report['id']}.html").status_code == 200


def test_a_token_guards_the_interface_and_nothing_else(serve: Serve) -> None:
    with serve(token="abc-secret") as site:
        for headers in (
            {},
            {"Authorization": "Bearer other"},
            {"Authorization": "Basic abc-secret"},
            {"Authorization": "Bearer é".encode()},
            {"Authorization": "Bearer"},
        ):
            answer = site.get("/v1/reports", headers=headers)
            assert refused(answer, 401)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        given = {"Authorization": "Bearer abc-secret"}
        assert site.get("/v1/reports", headers=given).status_code == 200
        assert site.post("/v1/ask", json={"question": QUESTION}).status_code == 401
        assert site.get("/", params={"q": QUESTION}).status_code == 200
        schemes = site.get("/openapi.json").json()["components"]["securitySchemes"]
        assert [scheme["scheme"] for scheme in schemes.values()] == ["bearer"]


def test_pages_of_other_origins_read_the_interface_where_that_is_set(serve: Serve) -> None:
    origin = {"Origin": "https://app.example"}
    with serve(cors_origins="https://app.example") as site:
        allowed = "Access-Control-Allow-Origin"
        assert site.get("/v1/reports", headers=origin).headers[allowed] == "https://app.example"
        other = {"Origin": "https://evil.example"}
        assert allowed not in site.get("/v1/reports", headers=other).headers
        assert allowed not in site.get("/", headers=origin).headers
        long = site.post("/v1/ask", content=b"a" * 70_000, headers=origin)
        assert (long.status_code, long.headers[allowed]) == (413, "https://app.example")


def test_whether_pages_of_other_origins_may_ask_is_not_counted(serve: Serve) -> None:
    origin = {"Origin": "https://app.example"}
    preflight = {**origin, "Access-Control-Request-Method": "POST"}
    with serve(cors_origins="https://app.example", rate_limit=1) as site:
        answers = [site.client.options("/v1/ask", headers=preflight) for _ in range(3)]
        answers += [site.get("/v1/reports", headers=origin) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
        assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {
            "https://app.example"
        }


def test_addresses_stay_under_the_path_of_the_public_address(
    current: Current, embedder: Embedder, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, None, public_url="https://cities.example/qa/")
    with serving(settings, embedder, current) as site:
        assert site.get("/v1/reports?limit=1").json()["next"].startswith("/qa/v1/reports?")
        passage = current.answerer.snapshot.passages[0].id
        moved = site.get(f"/v1/passages/{passage}_s1")
        assert moved.headers["Location"] == f"/qa/v1/passages/{passage}"
        assert '<a href="/qa/">' in site.get("/reports/none").text
        assert 'href="/qa/"' in site.get("/wuhan.html").text


def test_other_origins_read_nothing_where_nothing_is_set(site: Site) -> None:
    answer = site.get("/v1/reports", headers={"Origin": "https://app.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
