"""Citations are printed once a report, with the numbers of its extracts, on one line each."""

from __future__ import annotations

import io
import re

from qa.cli.rendering import AnswerConsole, print_citations
from qa.engine import Answerer


def printed(answerer: Answerer, question: str, comment: str, *, cited: str) -> list[str]:
    out = io.StringIO()
    console = AnswerConsole(file=out, width=20, highlight=False, markup=False, emoji=False)
    answer = answerer.ask(question)
    citations = {report: f"{report}: {cited}" for report in answerer.snapshot.reports}
    print_citations(console, answer, citations, comment)
    return out.getvalue().splitlines()


def test_numbers_stand_before_a_citation_or_in_a_comment_above_it(answerer: Answerer) -> None:
    question = "娄底和张掖各办了多少场宣讲？"
    cited = "A citation longer than the width of the terminal."
    *lines, last = printed(answerer, question, "", cited=cited)
    assert last == ""
    found = [re.fullmatch(rf"((?:\[\d\])+) (\w+): {cited}", line) for line in lines]
    assert {match[2] for match in found if match} == {"loudi", "zhangye"}
    numbers = re.findall(r"\d", "".join(match[1] for match in found if match))
    assert sorted(numbers) == ["1", "2", "3", "4"]
    above = printed(answerer, question, "% ", cited=cited)
    assert above[:2] == [f"% {found[0][1] if found[0] else ''}", lines[0].partition(" ")[2]]


def test_no_control_character_of_a_citation_reaches_the_terminal(answerer: Answerer) -> None:
    shown = "".join(printed(answerer, "济南有多少条鲸鱼？", "", cited="a\x1b[31mb\x9bc"))
    assert "jinan: a [31mb c" in shown
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", shown)
