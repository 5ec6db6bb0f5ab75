"""``/compare``: one question, several cities."""

from __future__ import annotations

import pytest

from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

# Of the shipped digests only that of Wuhan tells of renewed estates.
ESTATES = "老旧小区改造了多少个？"


def cities(message: SentMessage) -> list[str]:
    """The city of each source line, in order."""
    lines = [line for line in message.text.splitlines() if line.startswith("[")]
    return [line.split(" ")[1] for line in lines if "《" in line]


def test_the_cities_that_a_question_names_are_compared(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says("/compare 济南和张掖的领导干部培训了多少人")
    answer = ada.answer()
    assert set(cities(answer)) == {"济南市", "张掖市"}
    # The best of each comes before the second of any.
    assert len(set(cities(answer)[:2])) == 2
    assert any("帮助" in button.text for button in answer.buttons)


def test_of_a_named_city_whose_reports_do_not_tell_the_nearest_comes_last(
    server: TelegramServer,
) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says(f"/compare 娄底和武汉{ESTATES}")
    answer = ada.answer()
    assert "455个" in answer.quotes[0]
    assert cities(answer) == ["武汉市"] * (len(answer.quotes) - 1) + ["娄底市"]
    assert "娄底市：没有把握" in answer.text


def test_a_named_city_without_a_report_is_told(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says(f"/compare 武汉和北京{ESTATES}")
    answer = ada.answer()
    assert "455个" in answer.quotes[0]
    assert "北京" in answer.text
    ada.says(f"/compare 上海和北京{ESTATES}")
    refusal = ada.answer()
    assert "上海" in refusal.text
    assert "北京" in refusal.text
    assert "没有关于" in refusal.text


def test_all_cities_are_compared_where_none_is_named_and_they_are_few(
    server: TelegramServer,
) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says(f"/compare {ESTATES}")
    answer = ada.answer()
    assert "455个" in answer.quotes[0]
    told = next(line for line in answer.text.splitlines() if "没有找到摘录" in line)
    assert {"济南市", "娄底市", "张掖市"} <= set(told.partition("：")[0].split("、"))


def test_one_city_that_is_named_is_compared_with_the_others(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says(f"/compare 武汉{ESTATES}")
    answer = ada.answer()
    assert "455个" in answer.quotes[0]
    assert "没有找到摘录" in answer.text


def test_the_chosen_cities_are_compared_where_there_are_two(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says("/cities 武汉 张掖")
    ada.answer()
    ada.says(f"/compare {ESTATES}")
    answer = ada.answer()
    assert set(cities(answer)) == {"武汉市"}
    assert "张掖市：没有找到摘录" in answer.text
    assert "娄底市" not in answer.text


def test_where_no_city_tells_it_is_a_refusal_with_the_nearest_of_each(
    server: TelegramServer,
) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says("/compare 武汉和娄底的电话是谁发明的？")
    refusal = ada.answer()
    assert "没有答案" in refusal.text
    assert sorted(cities(refusal)) == sorted(["武汉市", "娄底市"])


def test_without_a_question_it_says_how_to_compare(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    eve.says("/compare")
    told = eve.answer()
    assert "/compare" in told.text
    assert "/cities" in told.text


def test_an_edited_comparison_is_made_anew_in_place(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    asked = ada.says(f"/compare 武汉和张掖{ESTATES}")
    answer = ada.answer()
    assert cities(answer)[-1] == "张掖市"
    ada.edits(asked, f"/compare 武汉和娄底{ESTATES}")
    anew = ada.answer()
    assert anew.id == answer.id
    assert cities(anew)[-1] == "娄底市"
