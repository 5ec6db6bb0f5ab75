"""`cityqa settings`, `.env`, and what `.env.example` says about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import TelegramSettings
from qa.settings import Settings, names_of
from qa.web.settings import ServeSettings

Run = Callable[..., Any]

EVERY = names_of(Settings) | names_of(ServeSettings) | names_of(TelegramSettings)
EXAMPLE = Path(__file__).parents[2] / ".env.example"


def shown(result: Any) -> dict[str, str]:
    assert result.code == 0
    lines = [line for line in result.out.splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_secrets_are_masked_and_everything_else_is_shown(alone: Run) -> None:
    secrets = {
        "CITYQA_TELEGRAM_TOKEN": "abc-token",
        "CITYQA_TELEGRAM_WEBHOOK_SECRET": "abc-secret",
        "CITYQA_TELEGRAM_HASH_KEY": "abc-key",
        "CITYQA_TELEGRAM_BASE_URL": "https://u:abc-password@api.example/bot",
    }
    done = alone("settings", env={**secrets, "CITYQA_TOP": "7", "CITYQA_TELEGRAM_ADMINS": "1, 2"})
    assert "abc" not in done.out + done.err
    values = shown(done)
    assert values["CITYQA_TOP"] == "7"
    assert values["CITYQA_TELEGRAM_ADMINS"] == "1,2"
    assert values["CITYQA_TELEGRAM_TOKEN"] == "********"
    assert set(values) == EVERY


def test_a_secret_that_cannot_be_used_is_not_repeated(alone: Run) -> None:
    done = alone("settings", env={"CITYQA_TELEGRAM_WEBHOOK_URL": "ftp://abc:def@x"})
    assert done.code == 1
    assert "CITYQA_TELEGRAM_WEBHOOK_URL" in done.error
    assert "abc" not in done.err


def test_a_file_env_is_read_and_the_environment_goes_before_it(alone: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "﻿CITYQA_TOP=9\nCITYQA_MODEL='my model'\nCITYQA_INDEX=~/index\nCITYQA_THREADS=4\n",
        encoding="utf-8",
    )
    values = shown(alone("settings", cwd=tmp_path, env={"CITYQA_TOP": "5", "CITYQA_THREADS": ""}))
    assert values["CITYQA_TOP"] == "5"
    assert values["CITYQA_MODEL"] == "'my model'"
    assert values["CITYQA_INDEX"] == str(tmp_path / "home" / "index")
    # Empty is unset, also where the file has a value.
    assert values["CITYQA_THREADS"] == ""


def test_what_is_shown_can_be_read_again(alone: Run, tmp_path: Path) -> None:
    tricky = {"CITYQA_MODEL": "a 'b' \\ $HOME #c", "CITYQA_CORPUS": "/x y:/z"}
    first = alone("settings", env=tricky)
    (tmp_path / ".env").write_text(first.out, encoding="utf-8")
    again = alone("settings", cwd=tmp_path)
    assert again.out == first.out


def test_a_name_that_no_setting_has_is_a_warning(alone: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CITYQA_TOPP=1\nOTHER=2\n", encoding="utf-8")
    done = alone("corpus", "list", cwd=tmp_path, env={"CITYQA_FOO": "secret"})
    assert done.code == 0
    warnings = done.err.splitlines()
    assert [line.split()[2] for line in warnings] == ["CITYQA_FOO", "CITYQA_TOPP"]
    assert all(line.startswith("cityqa: warning: ") for line in warnings)
    assert "secret" not in done.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CITYQA_TOP", "x"),
        ("CITYQA_TOP", "0"),
        ("CITYQA_THREADS", "-1"),
        ("CITYQA_PUBLIC_URL", "nonsense"),
        ("CITYQA_PUBLIC_URL", "https://r.example/?page="),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line_that_names_it(
    alone: Run, name: str, value: str
) -> None:
    for command in (("settings",), ("ask", "武汉")):
        done = alone(*command, env={name: value})
        assert done.code == 1
        assert name in done.error


def test_the_example_documents_every_setting_and_nothing_else() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = [match[1] for line in lines if (match := re.match(r"#?(\w+)=", line))]
    assert sorted(found) == sorted(EVERY)
    # Each stands below a comment of its own or of its neighbours.
    for number, line in enumerate(lines):
        if re.match(r"#?\w+=", line):
            assert lines[number - 1] != ""


def test_the_example_states_the_defaults(alone: Run, tmp_path: Path) -> None:
    without = shown(alone("settings"))
    text = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert shown(alone("settings", cwd=tmp_path)) == without
    # The values that are commented out are the same when they are not.
    (tmp_path / ".env").write_text(re.sub(r"(?m)^#(\w+=)", r"\1", text), encoding="utf-8")
    assert shown(alone("settings", cwd=tmp_path)) == without
