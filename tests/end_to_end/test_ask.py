"""`cityqa ask` over the shipped reports: what is answered, in which form, and what is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from rich.cells import cell_len

from corpus.library import SHIPPED, read_library

Run = Callable[..., Any]

QUESTION = "武汉改造了多少个老旧小区？"

KEYS = {
    *("question", "read_as", "language", "refused", "confidence", "extracts", "nearest"),
    "timings_ms",
}
EXTRACT_KEYS = {
    *("rank", "text", "report", "city", "title", "publisher", "date", "section", "passage"),
    *("start", "end", "score", "link", "source_link", "kind"),
}

LANGUAGES = {
    "zh-Hans": QUESTION,
    "zh-Hant": "武漢改造了多少個老舊小區？",
    "en": "How many old residential compounds did Wuhan renovate?",
    "es": "¿Cuántos barrios residenciales antiguos renovó Wuhan?",
    "ja": "武漢市では老朽化した団地をいくつ改修しましたか？",
}


def test_the_first_extract_holds_the_figure_with_its_whole_citation(cityqa: Run) -> None:
    done = cityqa("ask", QUESTION)
    assert done.code == 0
    assert done.err == ""
    assert "\x1b" not in done.out
    first = done.out.split("\n\n")[0].splitlines()
    assert first[0].startswith("[1] ")
    assert "455个" in first[0]
    for part in ("武汉市", "摘编", "武汉市地方志编纂委员会办公室", "2022-10-27", "六、"):
        assert part in first[1]
    assert first[2].strip().startswith("file://")
    assert first[3].strip().startswith("https://dfz.wuhan.gov.cn/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_finds_the_same_passage_in_every_language(cityqa: Run, language: str) -> None:
    answer = json.loads(cityqa("ask", "--json", LANGUAGES[language]).out)
    assert answer["language"] == language
    assert not answer["refused"]
    first = answer["extracts"][0]
    assert first["report"] == "wuhan"
    assert "老旧小区改造455个" in first["text"]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("武汉改造了多少个老旧小曲？", "理解为：武汉改造了多少个老旧小区?"),
        ("武漢改造了多少個老舊小曲？", "理解為：武汉改造了多少个老旧小区?"),
        ("wuhan gaizao le duoshao ge laojiu xiaoqu", "理解为：武汉改造了多少个老旧小区"),
    ],
)
def test_a_mistyped_question_says_how_it_was_read(question: str, line: str, cityqa: Run) -> None:
    read, first = cityqa("ask", question).out.split("\n\n")[:2]
    assert read == line
    assert first.startswith("[1] ")
    assert "455个" in first
    answer = json.loads(cityqa("ask", "--json", question).out)
    assert answer["question"] == question
    assert answer["read_as"] == line.partition("：")[2]


def test_a_clean_question_says_nothing_of_how_it_was_read(cityqa: Run) -> None:
    assert cityqa("ask", QUESTION).out.startswith("[1] ")
    assert json.loads(cityqa("ask", "--json", QUESTION).out)["read_as"] is None


def test_json_is_one_object_whose_spans_and_links_hold(cityqa: Run) -> None:
    done = cityqa("ask", "--json", "--top", "5", QUESTION)
    assert done.err == ""
    assert done.out.endswith("}\n")
    answer = json.loads(done.out)
    assert set(answer) == KEYS
    assert answer["question"] == QUESTION
    assert answer["nearest"] == []
    assert [extract["rank"] for extract in answer["extracts"]] == [1, 2, 3, 4, 5]
    texts = {report.id: report for report in read_library([SHIPPED]).reports}
    for extract in answer["extracts"]:
        assert set(extract) == EXTRACT_KEYS
        report = texts[extract["report"]]
        assert report.text[extract["start"] : extract["end"]] == extract["text"]
        assert extract["kind"] == "digest"
        assert extract["city"] == report.city
        assert extract["source_link"] == report.url
        passage = next(p for p in report.passages if p.id == extract["passage"])
        assert passage.section == extract["section"]
        begun = next(s for s in passage.sentences if s.start <= extract["start"] < s.end)
        assert _element(extract["link"]) == report.slice(begun)


class _Element(HTMLParser):
    """The text of the element with an id."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.depth, self.text = name, 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth or ("id", self.name) in attrs:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.text += data


def _element(link: str) -> str:
    parts = urlsplit(link)
    assert parts.scheme == "file"
    parser = _Element(parts.fragment)
    parser.feed(Path(unquote(parts.path)).read_text(encoding="utf-8"))
    return parser.text


def test_a_public_address_takes_the_place_of_the_local_pages(cityqa: Run) -> None:
    answer = json.loads(
        cityqa("ask", "--json", QUESTION, env={"CITYQA_PUBLIC_URL": "https://r.example/a/"}).out
    )
    link = answer["extracts"][0]["link"]
    assert link.startswith("https://r.example/a/wuhan.html#wuhan-")


def test_a_city_without_a_report_is_refused_in_the_script_of_the_question(cityqa: Run) -> None:
    done = cityqa("ask", "長沙市去年新建了多少座橋？")
    assert done.code == 0
    assert done.out.splitlines()[0] == "沒有關於長沙市的報告。"
    assert "武汉市" in done.out.splitlines()[1]
    assert "未經證實" in done.out.splitlines()[2]


def test_what_the_reports_do_not_tell_is_refused_with_the_nearest_passages(cityqa: Run) -> None:
    done = cityqa("ask", "--json", "What is the boiling point of liquid nitrogen?")
    assert done.code == 0
    answer = json.loads(done.out)
    assert answer["refused"]
    assert answer["extracts"] == []
    assert answer["nearest"]
    assert set(answer["nearest"][0]) == EXTRACT_KEYS


def test_refusals_speak_simplified_chinese_and_english_too(cityqa: Run) -> None:
    assert "没有关于长沙市的报告。" in cityqa("ask", "长沙市去年新建了多少座桥？").out
    english = cityqa("ask", "What is the boiling point of liquid nitrogen?").out
    assert english.startswith("The reports do not tell.")


def test_an_explanation_shows_every_signal_as_a_table(cityqa: Run) -> None:
    done = cityqa("ask", "--explain", QUESTION)
    assert done.code == 0
    for word in (
        "lexical",
        "fused",
        "adds to the score",
        "confidence",
        "refused below",
        "milliseconds",
    ):
        assert word in done.out


@pytest.mark.parametrize("question", [QUESTION, "How many old compounds did Wuhan renovate?"])
def test_an_explanation_cuts_no_passage_id_at_80_columns(question: str, cityqa: Run) -> None:
    done = cityqa("ask", "--explain", question)
    table = re.split(r"(?m)^(?:Passages|Extracts: signal.*)\s*$", done.out)[1]
    assert max(map(cell_len, table.splitlines())) <= 80
    ids = [line.split()[1] for line in table.splitlines() if re.match(r"│ \w", line)][1:]
    assert len(ids) > 5
    for name in ids:
        assert re.fullmatch(r"[a-z]+-[0-9a-f]{8}", name), name
    assert "…" not in table


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_the_question_is_read_from_standard_input(cityqa: Run, arguments: tuple[str]) -> None:
    piped = cityqa("ask", "--json", *arguments, stdin=f"﻿武汉改造了\n{QUESTION[5:]}\n".encode())
    assert piped.code == 0
    assert json.loads(piped.out)["question"] == f"武汉改造了 {QUESTION[5:]}"


@pytest.mark.parametrize("question", ["", "  \t", "？！…", "\ud83d"])
def test_a_question_without_a_word_is_wrong_usage(alone: Run, question: str) -> None:
    done = alone("ask", question.encode("utf-8", "surrogatepass"))
    assert done.code == 2
    assert "the question is empty" in done.error


@pytest.mark.parametrize("stdin", [b"", b" \n\n", "。\n".encode()])
def test_standard_input_without_a_word_is_wrong_usage(alone: Run, stdin: bytes) -> None:
    done = alone("ask", stdin=stdin)
    assert done.code == 2
    assert "the question is empty" in done.error


def test_a_closed_standard_input_holds_no_question(alone: Run) -> None:
    done = alone("ask", shell='exec "$@" <&-', stdin=None)
    assert done.code == 2
    assert "the question is empty" in done.error


def test_a_hundred_thousand_characters_are_turned_away_at_once(alone: Run, tmp_path: Path) -> None:
    started = time.monotonic()
    done = alone("ask", stdin=("桥" * 100_000).encode())
    assert time.monotonic() - started < 3
    assert done.code == 2
    assert "100,000 characters" in done.error
    # Before any model or index.
    assert not (tmp_path / "cache").exists()


def test_input_beyond_what_is_read_is_too_long_not_undecodable(alone: Run) -> None:
    # Three bytes a character: the part that is read ends within one.
    done = alone("ask", stdin=("桥" * 700_000).encode())
    assert done.code == 2
    assert "characters, at most" in done.error


def test_standard_input_that_is_no_utf_8_is_told(alone: Run) -> None:
    done = alone("ask", stdin=QUESTION.encode("gb18030"))
    assert done.code == 2
    assert "standard input: the question is not UTF-8" in done.error


def test_bytes_that_are_no_utf_8_in_arguments_do_no_harm(cityqa: Run) -> None:
    question = os.fsencode(QUESTION) + b"\xff"
    done = cityqa("ask", "--json", question)
    assert done.code == 0
    answer = json.loads(done.out)
    assert answer["question"] == f"{QUESTION}�"
    assert "455个" in answer["extracts"][0]["text"]
    unknown = cityqa("ask", QUESTION, "--city", b"\xff\xfe")
    assert unknown.code == 2
    assert "no report covers" in unknown.error


def test_a_city_focuses_the_search(cityqa: Run) -> None:
    done = cityqa("ask", "--json", "--city", "Jinan", "--city", "娄底", "改造了多少个老旧小区？")
    answer = json.loads(done.out)
    shown = {extract["report"] for extract in answer["extracts"] or answer["nearest"]}
    assert shown
    assert shown <= {"jinan", "loudi"}


def test_an_unknown_city_is_wrong_usage_and_lists_those_covered(cityqa: Run) -> None:
    done = cityqa("ask", QUESTION, "--city", "巴黎")
    assert done.code == 2
    for city in ("巴黎", "武汉市", "武汉市东西湖区", "济南市", "娄底市", "张掖市"):
        assert city in done.error


def test_a_year_and_a_publisher_focus_the_search(cityqa: Run) -> None:
    narrowed = ("--year", "2021", "--year", "2022", "--publisher", "日報")
    answer = json.loads(cityqa("ask", "--json", *narrowed, "宣讲了多少场？").out)
    shown = {extract["report"] for extract in answer["extracts"] or answer["nearest"]}
    assert shown
    # 娄底日报 and 张掖日报.
    assert shown <= {"loudi", "zhangye"}
    none = cityqa("ask", QUESTION, "--year", "2022", "--publisher", "张掖日报")
    assert none.code == 2
    assert "leave one of the two out" in none.error


def test_what_is_no_year_is_wrong_usage(alone: Run) -> None:
    for year in ("21", "2101", "x", b"\xff"):
        done = alone("ask", QUESTION, "--year", year)
        assert done.code == 2
        assert "give one from 1900 to 2100 in four digits" in done.error


@pytest.mark.parametrize("top", ["0", "21", "x"])
def test_the_number_of_extracts_is_between_1_and_20(alone: Run, top: str) -> None:
    done = alone("ask", QUESTION, "--top", top)
    assert done.code == 2
    assert "--top" in done.error


def test_a_full_device_or_a_reader_that_has_gone_leaves_no_traceback(cityqa: Run) -> None:
    full = cityqa("ask", QUESTION, shell='exec "$@" >/dev/full')
    assert full.code == 1
    assert "No space left" in full.error
    gone = cityqa("ask", QUESTION, shell='"$@" | true')
    assert gone.err == ""


def test_an_encoding_that_lacks_chinese_still_gets_json(cityqa: Run) -> None:
    done = cityqa("ask", "--json", f"{QUESTION}🌉", env={"PYTHONIOENCODING": "ascii"})
    assert done.out.isascii()
    assert json.loads(done.out)["question"] == f"{QUESTION}🌉"


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_reader_that_has_read_enough_is_no_failure(
    shipped: Path, environment_in: Callable[..., dict[str, str]], more: list[str]
) -> None:
    ends, writes = os.pipe()
    os.close(ends)
    with os.fdopen(writes, "wb") as gone:
        child = subprocess.run(
            [sys.executable, "-m", "qa", "ask", "武汉改造了多少个老旧小区？", *more],
            stdout=gone,
            stderr=subprocess.PIPE,
            env=environment_in(shipped),
            check=False,
        )
    assert (child.returncode, child.stderr) == (0, b"")
