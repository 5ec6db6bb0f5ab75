"""The virtual environment of the other systems, and the processes that run in it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import TracebackType
from typing import Any

from systems import OURS
from systems.cityqa import MODELS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "peers"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "CITYQA_THREADS")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
CONSTRAINTS = ROOT / "constraints.txt"


def peers_python() -> str:
    """The interpreter of the environment, which is made, or made anew, where it has to be.

    Raises:
        subprocess.CalledProcessError: the packages cannot be installed; pip has said why.
    """
    python = FOLDER / "bin" / "python"
    asked = hashlib.sha256(REQUIREMENTS.read_bytes() + CONSTRAINTS.read_bytes()).hexdigest()
    done = FOLDER / "installed"
    if not (done.is_file() and done.read_text(encoding="ascii") == asked):
        print(f"installing the other systems in {FOLDER.relative_to(ROOT)}", flush=True)
        if not python.exists():
            venv.create(FOLDER, symlinks=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-c", str(CONSTRAINTS), "-r", str(REQUIREMENTS)], check=True)
        done.write_text(asked, encoding="ascii")
    return str(python)


class Process:
    """A system in a process of its own; see ``worker.py`` for what it is told.

    Args:
        system: its module's name.
        python: interpreter of the other systems; ours runs in that of this process.
        task: file of the task.
        scratch: folder of its own.
        models: folder of our trained models.
        threads: that each of its libraries may use.
    """

    def __init__(
        self,
        system: str,
        python: str,
        task: Path,
        scratch: Path,
        models: Path,
        *,
        threads: int,
    ) -> None:
        self.system = system
        scratch.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable if system == OURS else python,
            str(Path(__file__).with_name("worker.py")),
            *(system, str(task.resolve()), str(scratch.resolve())),
        ]
        self._log = (scratch / "log.txt").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            cwd=scratch,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                **dict.fromkeys(_THREADS, str(threads)),
                # Nothing is downloaded, and nobody is told.
                "HF_HUB_OFFLINE": "1",
                "HAYSTACK_TELEMETRY_ENABLED": "False",
                "LANGSMITH_TRACING": "false",
                MODELS: str(models.resolve()),
            },
        )

    def do(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Tell it to do something, and wait.

        Raises:
            RuntimeError: it has ended; the message ends with the last lines that it printed.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            printed = Path(self._log.name).read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"{self.system} has ended:\n{printed[-2000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
