"""The bot's settings, as the environment gives them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import TelegramSettings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> TelegramSettings:
    for name, value in values.items():
        monkeypatch.setenv(f"CITYQA_TELEGRAM_{name.upper()}", value)
    return TelegramSettings()


def test_nothing_set_is_telegram_by_polling() -> None:
    settings = TelegramSettings()
    assert settings.base_url == "https://api.telegram.org/bot"
    assert (settings.token, settings.webhook_url, settings.admins) == (None, None, ())


def test_lists_have_commas_and_negative_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, admins="7, 8,", allowed_chats="-100123,5")
    assert (settings.admins, settings.allowed_chats) == ((7, 8), (-100123, 5))


def test_a_base_url_may_hold_the_place_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://127.0.0.1:8081/bot{token}/test"
    assert given(monkeypatch, base_url=url).base_url == url


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, token="123:abc", hash_key="k-e-y", webhook_secret="hush")
    assert not any(secret in repr(settings) for secret in ("123:abc", "k-e-y", "hush"))
    assert settings.token is not None
    assert settings.token.get_secret_value() == "123:abc"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8443/hook", "https://bot.example.org/hook"])
def test_a_webhook_is_encrypted_or_local(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert str(given(monkeypatch, webhook_url=url).webhook_url) == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook_url", "http://bot.example.org/hook"),
        ("base_url", "api.telegram.org"),
        ("webhook_port", "70000"),
        ("admins", "me"),
        ("retention_days", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValidationError, match=name):
        given(monkeypatch, **{name: value})
