"""Ratings from the page: kept with the answer that was shown, and with no other."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html as parsing

from qa.feedback.gold import gold_records
from qa.feedback.store import FILE, FeedbackStore
from qa.web import ratings
from qa.web.sealing import seal, unseal
from tests.qa.web.conftest import Serve
from tests.qa.web.serving import ABSENT, ANSWER, QUESTION, Site


def form_of(site: Site, question: str = QUESTION, **more: Any) -> dict[str, str]:
    found = parsing.fromstring(site.get("/", params={"q": question, **more}).text)
    form = found.cssselect("form#rate")[0]
    assert form.get("method") == "post"
    return {field.get("name"): field.get("value") for field in form.cssselect("input")}


def kept(site: Site) -> list[Any]:
    return list(FeedbackStore(site.state / FILE).export())


def test_a_rating_is_kept_and_leads_back_to_the_answer(serve: Serve) -> None:
    with serve() as site:
        fields = form_of(site, city="武汉", lang="en")
        # Nothing is kept of a question that is only asked.
        assert not (site.state / FILE).exists()
        answer = site.post("/feedback", data={**fields, "rating": "helpful.1"})
        assert answer.status_code == 303
        back = site.get(answer.headers["Location"])
        assert back.status_code == 200
        found = parsing.fromstring(back.text)
        assert found.cssselect("[role=status]")[0].text == "Thank you. It is noted."
        assert found.cssselect("#q")[0].get("value") == QUESTION
        assert not found.cssselect("button[name=rating]")
        (rated,) = kept(site)
        assert (rated.answer.channel, rated.answer.chat) == ("web", None)
        assert rated.answer.question == QUESTION
        assert rated.answer.versions == site.live.current.versions
        assert ANSWER in rated.answer.extracts[0].text
        assert rated.answer.extracts[0].signals
        (given,) = rated.ratings
        assert (given.rating, given.rank) == ("helpful", 1)
        # What the export makes of it is what was shown.
        (gold,) = gold_records([rated])
        assert (gold["report"], gold["answer"]) == (["wuhan"], [rated.answer.extracts[0].text])


def test_one_page_has_one_rating_of_an_answer_and_another_page_another(serve: Serve) -> None:
    with serve() as site:
        fields = form_of(site, ABSENT)
        for rating in ("helpful", "not_an_answer"):
            assert site.post("/feedback", data={**fields, "rating": rating}).status_code == 303
        assert [[one.rating for one in rated.ratings] for rated in kept(site)] == [
            ["not_an_answer"]
        ]
        site.post("/feedback", data={**form_of(site, ABSENT), "rating": "helpful"})
        raters = {one.rater for rated in kept(site) for one in rated.ratings}
        assert len(raters) == 2


def test_a_rating_of_what_was_not_shown_here_is_refused(serve: Serve) -> None:
    with serve() as site:
        fields = form_of(site)
        value = unseal(site.app.state.services.key, fields["seal"])
        value["answer"]["question"] = "forged"
        # Sealed here, by a version that kept other fields.
        earlier = {**value, "answer": {**value["answer"], "extracts": [{"place": 1}]}}
        forged = [
            seal(site.app.state.services.key, earlier),
            seal(site.app.state.services.key, {"answer": value["answer"]}),
            seal("another key", value),
            fields["seal"][:-8] + "AAAAAAAA",
            fields["seal"] + "AAAA",
            "",
            "é" * 40,
            "A" * 60_000,
        ]
        for text in forged:
            answer = site.post("/feedback", data={"seal": text, "rating": "helpful.1"})
            assert answer.status_code == 410
        for rating in ("helpful.9", "helpful.0", "helpful.x", "splendid", "", "helpful.1.2"):
            answer = site.post("/feedback", data={**fields, "rating": rating})
            assert answer.status_code == 422, rating
        assert site.post("/feedback", content=b"&" * 5000).status_code in (400, 422)
        assert site.post("/feedback", content=b"\xff\x00").status_code == 422
        assert site.get("/feedback").status_code == 405
        assert not (site.state / FILE).exists()


def test_a_page_can_rate_for_a_day(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as site:
        fields = form_of(site)
        monkeypatch.setattr(ratings, "KEPT", ratings.KEPT * 0)
        assert site.post("/feedback", data={**fields, "rating": "helpful.1"}).status_code == 410


def test_the_way_back_leads_to_no_other_site(serve: Serve) -> None:
    with serve() as site:
        fields = form_of(site, "//evil.example/武汉\r\nSet-Cookie: a=b")
        more = {"rating": "helpful", "lang": "//evil.example"}
        answer = site.post("/feedback", data={**fields, **more})
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("./?q=%2F%2Fevil.example")
        assert "lang" not in answer.headers["Location"]
        assert "Set-Cookie" not in answer.headers
