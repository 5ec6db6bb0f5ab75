"""The key that chat ids are hashed with: set, or made once."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import TelegramSettings
from bot.state.hash_key import FILE, hash_key
from corpus.errors import SettingsError, StorageError
from qa.settings import Settings

UNSET = TelegramSettings(hash_key=None)


def test_a_key_that_is_set_is_taken_and_none_is_made(tmp_path: Path) -> None:
    telegram = TelegramSettings(hash_key=SecretStr("my own"))
    assert hash_key(Settings(state=tmp_path / "state"), telegram) == "my own"
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path / "state")
    key = hash_key(settings, UNSET)
    # 32 random bytes.
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert stat.S_IMODE((settings.state / FILE).stat().st_mode) == 0o600
    assert hash_key(settings, UNSET) == key
    assert hash_key(Settings(state=tmp_path / "other"), UNSET) != key


def test_programs_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            settings = Settings(state=tmp_path / str(number))
            keys = list(pool.map(lambda one: hash_key(one, UNSET), [settings] * 8))
            assert len(set(keys)) == 1
            assert (settings.state / FILE).read_text(encoding="ascii") == keys[0]


def test_a_file_that_is_empty_still_gets_a_key_and_a_line_end_is_no_part_of_it(
    tmp_path: Path,
) -> None:
    settings = Settings(state=tmp_path)
    (tmp_path / FILE).touch()
    key = hash_key(settings, UNSET)
    (tmp_path / FILE).write_text(f"{key}\n", encoding="ascii")
    assert hash_key(settings, UNSET) == key


def test_what_is_no_key_or_cannot_be_kept_is_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="CITYQA_TELEGRAM_HASH_KEY"):
        hash_key(Settings(state=tmp_path), UNSET)
    with pytest.raises(StorageError, match="CITYQA_STATE"):
        hash_key(Settings(state=tmp_path / FILE), UNSET)
    (tmp_path / "folder" / FILE).mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be kept here"):
        hash_key(Settings(state=tmp_path / "folder"), UNSET)
