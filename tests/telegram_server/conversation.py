"""The conversation that shows what the bot can do, step by step.

Each step says something, hears the bot, and checks what matters there; it raises AssertionError
or TimeoutError where the bot falls short. Later steps go on from earlier ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.telegram_server.kinds import Group, PrivateChat
from tests.telegram_server.messages import Button, SentMessage
from tests.telegram_server.stage import Stage

# A report about a city that no shipped report covers, added while the bot runs.
NEW_REPORT = """---
city: 韶关市
aliases: [韶关, Shaoguan]
title: 2024年韶关市绿道建设小结
publisher: 韶关园林
date: 2025-01-16
language: zh-Hans
---

# 2024年韶关市绿道建设小结

2024年，韶关市沿浈江和武江新建绿道86公里，改造街心公园17个，投入资金2.3亿元。
"""

MOVED = "“车位”方面，娄底中心城区新增5000个智慧停车位"
"""What the report on Loudi no longer says when it is indexed anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the conversation.

    Attributes:
        title: what it shows.
        play: plays it.
    """

    title: str
    play: Callable[[Stage], None]


def mei(stage: Stage) -> PrivateChat:
    return stage.server.private(2001, "zh-hans", "Mei")


def lin(stage: Stage) -> PrivateChat:
    return stage.server.private(2002, "zh-hant", "Lin")


def ada(stage: Stage) -> PrivateChat:
    return stage.server.private(2003, "en", "Ada")


def luz(stage: Stage) -> PrivateChat:
    return stage.server.private(2004, "es", "Luz")


def neighbours(stage: Stage) -> Group:
    return stage.server.group(-301, "Neighbours", user=ada(stage).user)


def answered(message: SentMessage, words: str) -> None:
    """An answer whose first extract says this: numbered, quoted, with its source and buttons."""
    assert message.quotes, message.text
    assert words in message.quotes[0], message.quotes[0]
    assert "[1]" in message.text, message.text
    assert any("?start=" in url for _label, url in message.links), message.links
    assert any(button.data and button.data.startswith("p:") for button in message.buttons)
    assert any(button.data and button.data.startswith("f:") for button in message.buttons)


def start(stage: Stage) -> None:
    chat = mei(stage)
    hello = stage.asks(chat, "/start")
    assert "武汉市" in hello.text


def simplified(stage: Stage) -> None:
    chat = mei(stage)
    stage.kept["asked"] = stage.says(chat, "武汉改造了多少个老旧小区？")
    stage.kept["answer"] = answer = stage.hears(chat)
    answered(answer, "455")
    assert "2022-10-27" in answer.text
    assert "老旧小区改造" in answer.bold


def edit(stage: Stage) -> None:
    chat, before = mei(stage), stage.kept["answer"]
    stage.edits(chat, stage.kept["asked"], "武汉新增了多少个入学入园学位？")
    answer = stage.hears(chat)
    assert answer.edited
    assert answer.id == before.id
    answered(answer, "8.46万")


def follow_up(stage: Stage) -> None:
    answer = stage.asks(mei(stage), "那娄底呢？")
    answered(answer, "29715")
    assert "娄底新增了多少个入学入园学位" in answer.text


def traditional(stage: Stage) -> None:
    chat = lin(stage)
    stage.kept["parking"] = answer = stage.asks(chat, "婁底中心城區新增了多少個智慧停車位？")
    answered(answer, "5000")
    assert answer.has_button("有幫助"), answer.buttons


def english(stage: Stage) -> None:
    question = "How many old residential communities were renovated in Wuhan?"
    stage.kept["english"] = answer = stage.asks(ada(stage), question)
    answered(answer, "455")
    assert answer.has_button("Helpful"), answer.buttons


def spanish(stage: Stage) -> None:
    question = "¿Cuántos centros de atención a personas mayores construyó Wuhan?"
    answered(stage.asks(luz(stage), question), "134")


def group(stage: Stage) -> None:
    chat = neighbours(stage)
    lee = chat.joins(stage.server.user(2005, "Lee"))
    chat.says("Lunch at noon?", by=lee)
    question = "@cityqa_bot how many community elderly care centres did Wuhan build?"
    asked = stage.says(chat, question, by=lee)
    answer = stage.hears(chat)
    answered(answer, "134")
    assert answer.reply_to == asked.id
    again = stage.says(chat, "And school places?", by=chat.user, reply_to=answer)
    reply = stage.hears(chat)
    assert reply.reply_to == again.id
    assert chat.is_quiet(0.2)


def compare(stage: Stage) -> None:
    answer = stage.asks(
        ada(stage), "/compare How many school places were added in Wuhan and Loudi?"
    )
    shown = "\n".join(answer.quotes)
    assert "8.46万" in shown, shown
    assert "29715" in shown, shown


def sources(stage: Stage) -> None:
    chat, answer = ada(stage), stage.kept["english"]
    stage.presses(chat, _leading(answer, "p:"), answer)
    passage = stage.hears(chat)
    assert not passage.edited
    assert "455个" in passage.text
    seen = [passage]
    for label in ("▶", "◀"):
        stage.presses(chat, passage.button(label), passage)
        passage = stage.hears(chat)
        # A message that comes without its text may be anything: it is not written over.
        assert passage.edited is not stage.server.poor
        seen.append(passage)
    assert seen[1].text != seen[0].text == seen[2].text
    stage.presses(chat, _leading(passage, "t:"), passage)
    contents = stage.hears(chat)
    assert "2021年武汉市党史学习教育情况综述" in contents.text
    stage.presses(chat, _leading(contents, "w:"), contents)
    whole = stage.hears(chat)
    assert len(whole.text) > 1000
    stage.presses(chat, _leading(whole, "d:"), whole)
    file = stage.hears(chat)
    assert file.document is not None
    assert file.document.name == "wuhan.html"
    assert "455个" in file.document.content.decode()


def deep_link(stage: Stage) -> None:
    answer = stage.kept["english"]
    url = next(url for _label, url in answer.links if "?start=" in url)
    assert re.fullmatch(r"https://t\.me/cityqa_bot\?start=[A-Za-z0-9_-]{1,64}", url)
    stage.kept["link"] = url
    assert "455个" in stage.follows(lin(stage), url).text


def inline(stage: Stage) -> None:
    answer = stage.queries(luz(stage), "¿Cuántas plazas de aparcamiento añadió Loudi?")
    assert answer.results
    assert "5000" in answer.results[0].text
    assert any(
        button.url and "?start=" in button.url
        for row in answer.results[0].keyboard
        for button in row
    )


def refusal(stage: Stage) -> None:
    answer = stage.asks(ada(stage), "How many whales live in the lakes of Jinan?")
    assert "The reports do not tell." in answer.bold
    assert "unconfirmed" in answer.text
    assert "济南市" in answer.text


def feedback(stage: Stage) -> None:
    chat, answer = ada(stage), stage.kept["english"]
    notice = stage.presses(chat, answer.button("Helpful"), answer)
    assert notice.text
    rated = stage.hears(chat)
    assert rated.id == answer.id
    assert rated.has_button("✓ Helpful"), rated.buttons
    which = next(button for button in rated.buttons if button.text == "[1]")
    stage.presses(chat, which, rated)
    stage.hears(chat)


def small_talk(stage: Stage) -> None:
    thanks = stage.asks(lin(stage), "謝謝你！")
    assert not thanks.quotes
    able = stage.asks(ada(stage), "What can you answer?")
    assert not able.quotes


def restart(stage: Stage) -> None:
    chat = mei(stage)
    stage.stop()
    stage.note("the bot is stopped; what is written meanwhile waits")
    stage.says(chat, "那新增了多少个智慧停车位？")
    stage.start()
    stage.note("the bot is started again")
    answered(stage.hears(chat), "5000")
    # What was on the screen before still works, as it carries no position but an id.
    user, answer = ada(stage), stage.kept["english"]
    stage.presses(user, _leading(answer, "p:"), answer)
    assert "455个" in stage.hears(user).text


def rebuilt_index(stage: Stage) -> None:
    chat = lin(stage)
    (stage.reports / "shaoguan.md").write_text(NEW_REPORT, encoding="utf-8")
    loudi = stage.reports / "loudi.md"
    text = loudi.read_text(encoding="utf-8")
    assert MOVED in text
    loudi.write_text(text.replace(MOVED, "“车位”方面，中心城区新增停车位"), encoding="utf-8")
    stage.build_index()
    stage.wait_for_log("answering from the index")
    stage.note("a report was added and one changed; the index was built anew, the bot runs on")
    answered(stage.asks(chat, "韶關市新建了多少公里綠道？"), "86公里")
    answer = stage.kept["parking"]
    notice = stage.presses(chat, _leading(answer, "p:"), answer)
    new = stage.hears(chat)
    # The passage is gone, and another took its place.
    assert new.text.startswith(notice.text)
    assert "中心城区新增停车位" in new.text
    assert "5000" not in new.text
    assert "455个" in stage.follows(chat, stage.kept["link"]).text


def _leading(message: SentMessage, start: str) -> Button:
    return next(button for button in message.buttons if (button.data or "").startswith(start))


STEPS = (
    Step("Hello", start),
    Step("A question in Simplified Chinese", simplified),
    Step("The question is edited", edit),
    Step("A question that follows it", follow_up),
    Step("A question in Traditional Chinese", traditional),
    Step("A question in English", english),
    Step("A question in Spanish", spanish),
    Step("A group: a mention, and a reply", group),
    Step("Two cities compared", compare),
    Step("From an extract to where it stands", sources),
    Step("A link to a passage, opened by someone else", deep_link),
    Step("Inline, in any chat", inline),
    Step("A question that the reports do not answer", refusal),
    Step("Feedback", feedback),
    Step("Small talk", small_talk),
    Step("A restart in the middle", restart),
    Step("An index built anew in the middle", rebuilt_index),
)
