"""The conversation of ``make bot-demo``, and most of it with a server that knows less."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.preloaded import commands
from tests.telegram_server.conversation import STEPS, Step
from tests.telegram_server.process import ROOT
from tests.telegram_server.stage import Stage, staged


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the shipped reports, built once for both conversations."""
    folder = tmp_path_factory.mktemp("built")
    Stage.index_shipped(folder, commands.launch)
    return folder


def play(stage: Stage, steps: Sequence[Step], transcript: list[str]) -> None:
    for step in steps:
        try:
            step.play(stage)
        except Exception as error:
            error.add_note("\n".join([f"in {step.title!r}, after:", *transcript[-30:]]))
            raise
    # Nothing went over the limits, and nothing was said twice.
    assert stage.server.violations == []
    assert {
        state.id: [message.text for message in state.fresh]
        for state in stage.server.world.chats.values()
        if state.fresh
    } == {}


def test_the_conversation_goes_as_it_should(tmp_path: Path, built: Path) -> None:
    transcript: list[str] = []
    with staged(tmp_path, transcript.append, built=built, launch=commands.launch) as stage:
        play(stage, STEPS, transcript)
        assert stage.server.refusals == []
        kinds = {request.method for request in stage.server.requests}
        assert "setWebhook" not in kinds
        assert "sendDocument" in kinds
        log = stage.bot.log() if stage.bot is not None else ""
        assert "Traceback" not in log, log
    # What the documents show is what was said.
    said = [line for text in transcript for line in text.split("\n") if line.strip()]
    page = (ROOT / "docs" / "bot-conversation.md").read_text(encoding="utf-8")
    fenced = page.split("```text\n")[1].split("```")[0].split("\n")
    assert [line for line in fenced if line.strip() and not line.startswith("== ")] == said
    for shown in shown_in_readme():
        assert shown in "\n".join(said)


def shown_in_readme() -> list[str]:
    """The stretches of the conversation that the README shows, parted there by an ellipsis."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    text = readme.split("`make bot-demo`")[1].split("\n## ")[0]
    lines = [line[4:] for line in text.split("\n") if line.startswith("    ")]
    stretches = "\n".join(lines).split("\n…\n")
    assert len(stretches) > 1
    return stretches


def test_a_server_that_knows_less_than_telegram_is_enough(tmp_path: Path, built: Path) -> None:
    transcript: list[str] = []
    # Without those that start the bot again, or wait for an index.
    steps = [step for step in STEPS if "in the middle" not in step.title]
    assert len(steps) == len(STEPS) - 2
    with staged(
        tmp_path,
        transcript.append,
        webhook=True,
        poor=True,
        built=built,
        launch=commands.launch,
    ) as stage:
        play(stage, steps, transcript)
        assert {line.partition(" ")[2] for line in stage.server.refusals} == {
            "404 Not Found: method not found"
        }
