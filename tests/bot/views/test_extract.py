"""What inline mode sends into a chat says where it is from and how to read on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.view import ViewContext
from bot.views.extract import extract_description, extract_title, extract_view
from tests.bot.sendable import check_view, length, pieces, targets
from tests.bot.views.samples import ENGLISH, NAMELESS, answer, extract


def test_an_extract_is_sent_verbatim_with_its_source() -> None:
    one = extract("全市新建桥梁12座。", rank=2)
    message = check_view(extract_view(one, answer(one), ENGLISH))
    assert pieces(message, MessageEntity.BLOCKQUOTE) == ["全市新建桥梁12座。"]
    assert message.text.split("\n")[1].startswith("[2] 保山市 · 《保山市年度综述》 · digest")


def test_its_buttons_open_the_passage_with_the_bot_and_share_it() -> None:
    one = extract()
    assert targets(extract_view(one, answer(one), ENGLISH)) == {
        "Open passage": "https://t.me/cityqa_bot?start=baoshan-0a1b2c3d",
        "Share": "https://t.me/share/url?url="
        "https%3A%2F%2Ft.me%2Fcityqa_bot%3Fstart%3Dbaoshan-0a1b2c3d",
    }
    assert extract_view(one, answer(one), ViewContext("en", NAMELESS)).keyboard is None


def test_one_that_a_refusal_offers_is_called_unconfirmed() -> None:
    one = extract()
    message = check_view(extract_view(one, answer(one, refused=True), ENGLISH))
    assert message.text.startswith("Nearest passages, unconfirmed:\n全市")


def test_a_result_is_listed_by_city_and_title_and_how_it_begins() -> None:
    one = extract("一\n" + "长" * 200, title="题" * 50)
    assert extract_title(one) == f"保山市 · 《{'题' * 29}…》"
    assert extract_title(extract(city="")) == "《保山市年度综述》"
    assert extract_description(one) == "一 " + "长" * 117 + "…"


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1), st.integers(1, 3000), st.text())
def test_any_extract_is_one_message(text: str, times: int, title: str) -> None:
    one = extract(text * times, title=title)
    check_view(extract_view(one, answer(one), ENGLISH))
    assert length(extract_description(one)) <= 120
