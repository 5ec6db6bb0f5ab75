"""``cityqa bot`` on the command line; its runs are tested in ``running/``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.state.store import FILE, ChatStore
from tests.telegram_server.process import COMMAND, environment


def test_the_command_is_listed_and_explained_without_importing_telegram(tmp_path: Path) -> None:
    code = """
import sys
from qa.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code
assert not {"telegram", "tornado", "numpy"} & set(sys.modules)
"""
    shown = [
        subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for arguments in (["--help"], ["bot", "--help"])
    ]
    assert "Run the Telegram bot." in shown[0]
    assert "backup" in shown[1]
    assert "CITYQA_TELEGRAM_TOKEN" in shown[1]


def test_backup_names_the_copies_it_made(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with ChatStore(state / FILE) as chats:
        chats.update_chat("a" * 64, cities=("武汉",))
        done = subprocess.run(
            [*COMMAND, "backup", str(tmp_path / "copies")],
            env=environment(tmp_path, CITYQA_STATE=str(state)),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
    (copy,) = map(Path, done.stdout.splitlines())
    with ChatStore(copy) as chats:
        assert chats.chat("a" * 64).cities == ("武汉",)


def test_backup_of_nothing_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "backup", str(tmp_path / "copies")],
        env=environment(tmp_path, CITYQA_STATE=str(tmp_path / "none")),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "CITYQA_STATE" in done.stderr
