"""The page of an evaluation as text: what it holds, what it must not, and that it is the same."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from corpus.errors import StorageError
from qa.evaluation.evaluation import Evaluation, evaluate
from qa.evaluation.misses import misses
from qa.evaluation.page import render_page, write_page
from qa.evaluation.records import (
    EvalQuestion,
    Malformed,
    PredictedExtract,
    PredictedHit,
    Prediction,
)
from qa.evaluation.tables import GROUP_LIMIT, groupings, matrix


def predicted(
    text: str = "梅州有几座廊桥？",
    *,
    reports: tuple[str, ...] = ("meizhou",),
    answers: tuple[str, ...] = ("6座",),
    kind: str = "number",
    language: str = "zh-Hans",
    retrieved: bool = True,
    right: tuple[int, ...] = (),
    refused: bool = False,
    link: str = "pages/meizhou.html#p_s1",
    shown: str = "境内现存廊桥6座。",
    latency_ms: float = 4.0,
) -> Prediction:
    passages = tuple(f"{report}-1" for report in reports) if retrieved else ()
    hits = tuple(
        PredictedHit(p, p.removesuffix("-1"), 1.0, {"dense": 0.5}, True, True) for p in passages
    )
    other = PredictedHit("other-1", "other", 0.5, {"dense": 0.25}, False, False)
    extract = PredictedExtract(shown, "meizhou", "meizhou-1", 0, 9, 1.0, {"gap": 0.5}, link, right)
    return Prediction(
        question=EvalQuestion(text, text, language, kind, reports, answers),
        hits=(*hits, other),
        extracts=(extract,),
        refused=refused,
        reason="no_support" if refused else "",
        confidence=0.5,
        latency_ms=latency_ms,
        relevant=passages,
    )


def scored(predictions: list[Prediction], **changed: object) -> Evaluation:
    scores = evaluate(
        predictions,
        index="c0ffee",
        run={"set": {"name": "bridges"}, "seed": 3, "trained": None, "sizes": [1, 2]},
        resamples=20,
    )
    return replace(scores, **changed)


def page_of(predictions: list[Prediction], **changed: object) -> html.HtmlElement:
    return html.document_fromstring(render_page(scored(predictions, **changed), predictions))


def test_scores_on_what_models_were_trained_on_are_said_to_say_nothing() -> None:
    predictions = [predicted(right=(0,))]
    for seen, told in (
        ([], []),
        (["bridges"], ["These models were trained on this set: its scores say nothing."]),
    ):
        run = {"set": {"name": "bridges"}, "trained": {"sets": ["bridges"], "seen": seen}}
        page = page_of(predictions, run=run)
        assert [one.text_content().strip() for one in page.xpath("//*[@id='seen']")] == told


@pytest.mark.parametrize(
    ("prediction", "step", "missing"),
    [
        (predicted(right=(0,)), None, ()),
        (predicted(right=(0,), refused=True), "refused", ()),
        (predicted(), "not_selected", ()),
        (predicted(retrieved=False), "not_retrieved", ()),
        # A second fault changes nothing: what was refused was wrong anyway.
        (predicted(refused=True), "not_selected", ()),
        (predicted(reports=(), answers=()), "answered", ()),
        (predicted(reports=(), answers=(), refused=True), None, ()),
        (
            predicted(
                kind="comparison", reports=("meizhou", "heyuan"), answers=("6座", "2座"), right=(0,)
            ),
            "not_selected",
            (1,),
        ),
        (
            predicted(
                kind="comparison",
                reports=("meizhou", "heyuan"),
                answers=("6座", "2座"),
                right=(0, 1),
            ),
            None,
            (),
        ),
    ],
)
def test_a_miss_names_the_step_where_it_was_lost(
    prediction: Prediction, step: str | None, missing: tuple[int, ...]
) -> None:
    found = misses([predicted(right=(0,)), prediction])
    assert [(miss.number, miss.step, miss.missing) for miss in found] == (
        [] if step is None else [(2, step, missing)]
    )


def test_every_miss_is_a_row_and_nothing_else_is() -> None:
    page = page_of(
        [predicted("一？", right=(0,)), predicted("二？"), predicted("三？", refused=True)]
    )
    rows = page.xpath("//table[@id='miss-table']/tbody/tr")
    assert [row.get("id") for row in rows] == ["q2", "q3"]
    assert page.xpath("//ul[@class='steps']/li/strong/text()") == ["2"]


def test_without_misses_there_is_no_table_and_no_script() -> None:
    page = page_of([predicted(right=(0,))])
    assert page.xpath("//table[@id='miss-table'] | //script") == []
    assert "every question came out right" in page.text_content()


def test_without_questions_the_page_says_so() -> None:
    assert "0 questions, 0 missed" in page_of([]).text_content()


def test_scores_stand_with_their_intervals_and_a_dash_where_none_applies() -> None:
    predictions = [predicted(right=(0,)), predicted()]
    page = page_of(predictions, intervals={"extract_hit@1": (0.25, 0.75)})
    rows = {
        row.find("th").text_content(): [cell.text_content() for cell in row.findall("td")[:2]]
        for row in page.xpath("//section[@id='scores']//tbody/tr")
    }
    # One of two first extracts is right; nothing is unanswerable.
    assert rows["extract_hit@1"] == ["0.500", "0.250–0.750"]
    assert rows["extract_chars"] == ["9.0", ""]
    assert rows["refusal_auroc"] == ["–", ""]


def test_what_the_run_was_made_of_and_what_was_left_out_is_told() -> None:
    page = page_of([predicted()], malformed=(Malformed(7, "no <question>"),))
    names, values = (
        [cell.text_content() for cell in page.xpath(f"//section[@id='run']//{tag}")]
        for tag in ("dt", "dd")
    )
    assert list(zip(names, values, strict=True)) == [
        *(("questions", "1"), ("index", "c0ffee"), ("set.name", "bridges")),
        *(("seed", "3"), ("trained", "none"), ("sizes", "1, 2")),
    ]
    assert "line 7: no <question>" in page.text_content()


def test_of_too_many_reports_the_worst_are_shown_and_the_rest_counted() -> None:
    # A hundred and one reports; all but the last two came out right.
    count = GROUP_LIMIT + 1
    towns = {
        f"town{number:03d}": {"extract_hit@1": float(number < count - 2)} for number in range(count)
    }
    evaluation = scored([predicted()], by_report=towns, matrix={"zh-Hans": towns})
    (by_report,) = (group for group in groupings(evaluation) if group.noun == "report")
    assert by_report.left_out == 1
    assert [name for name, *_ in by_report.rows[:3]] == ["town099", "town100", "town000"]
    cells = matrix(evaluation)
    assert cells is not None
    assert (len(cells.rows), cells.left_out) == (GROUP_LIMIT, 1)
    assert cells.rows[0] == ("town099", (("0.000", 0),))
    assert cells.rows[2] == ("town000", (("1.000", 9),))


def test_equal_runs_give_equal_pages_but_for_the_latency() -> None:
    def page(latency_ms: float) -> str:
        predictions = [
            predicted(right=(0,), latency_ms=latency_ms),
            predicted("二？", latency_ms=2 * latency_ms),
        ]
        return render_page(scored(predictions), predictions)

    assert page(4.0) == page(4.0)
    first, second = (html.document_fromstring(page(latency)) for latency in (4.0, 5.0))
    assert html.tostring(first) != html.tostring(second)
    for tree in (first, second):
        (latency,) = tree.xpath("//*[@id='latency']")
        latency.getparent().remove(latency)
    assert html.tostring(first) == html.tostring(second)


def test_the_security_policy_names_the_digests_of_style_and_script() -> None:
    text = render_page(scored([predicted()]), [predicted()])
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"(?s)<{tag}>(.*?)</{tag}>", text)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = page_of([predicted()])
    assert page.xpath("//@src | //link | //@style | //@*[starts-with(name(), 'on')]") == []


@settings(max_examples=60)
@given(
    st.text(max_size=40), st.sampled_from(["{}", '"{}', "'{}", "<b>{}", "</script>{}", "&lt;{}"])
)
def test_any_text_stays_text(text: str, form: str) -> None:
    hostile = form.format(text)
    plain = [predicted("甲？", kind="a")]
    # Scores are of no matter here: one evaluation will do for both.
    scores = scored(plain)
    prediction = predicted(
        hostile, reports=(hostile,), answers=(hostile,), kind=hostile, language=hostile
    )
    prediction = replace(prediction, extracts=(replace(prediction.extracts[0], text=hostile),))

    def shape(predictions: list[Prediction]) -> list[str]:
        tree = html.document_fromstring(render_page(scores, predictions))
        return [str(element.tag) for element in tree.iter() if element.tag not in ("option",)]

    assert shape([prediction]) == shape(plain)


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("pages/meizhou.html#p_s1", True),
        ("https://reports.example/a.html?x=1:2#p", True),
        ("file:///srv/pages/a.html#p", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)//https://reports.example", False),
        ("java\nscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,<script>1</script>", False),
        ("", False),
    ],
)
def test_a_link_that_could_run_something_is_none(link: str, followed: bool) -> None:
    page = page_of([predicted(link=link)])
    found = page.xpath("//td//li//a/@href")
    assert found == ([link] if followed else [])


def test_a_disk_that_refuses_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "report.html"
    with pytest.raises(StorageError, match=re.escape(str(path))):
        write_page(path, scored([predicted()]), [predicted()])


def test_half_a_character_does_not_stop_the_page(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    broken = [predicted("坏\ud83d字？")]
    write_page(path, scored(broken), broken)
    assert "坏?字？" in path.read_text("utf-8")
