"""A server: several processes ask it, and it may be started anew under them."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from embeddings.milvus.address import parse_address
from embeddings.milvus.ingest import ingest
from embeddings.milvus.reader import current_digest, open_store
from embeddings.snapshot import Snapshot

ROOT = Path(__file__).parents[3]
# Milvus Lite, served to other processes as the full server is.
SERVER = "from milvus_lite.adapter.grpc.server import run_server; import sys; \
run_server(data_dir=sys.argv[1], host='127.0.0.1', port=int(sys.argv[2]))"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _served(folder: Path, port: int) -> Iterator[None]:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        server.kill()
        server.wait()


def test_a_server_that_is_started_anew_is_asked_again(local: Snapshot, tmp_path: Path) -> None:
    port = _free_port()
    address = parse_address(f"milvus://127.0.0.1:{port}/reports")
    bag = {"苹果": 1.0, "江城": 0.5}
    expected = local.lexical.scores(bag)
    with _served(tmp_path / "data", port):
        ingest(local, address)
        stored = open_store(address, tmp_path / "cache")
        assert np.allclose(stored.lexical.scores(bag), expected, atol=1e-5)
        # Another process asks at the same time.
        code = (
            "import json, sys; from pathlib import Path\n"
            "from embeddings.milvus.address import parse_address\n"
            "from embeddings.milvus.reader import open_store\n"
            "index = open_store(parse_address(sys.argv[1]), Path(sys.argv[2]))\n"
            "print(json.dumps(index.lexical.best({'苹果': 1.0}, 3)[0].tolist()))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(address), str(tmp_path / "other")],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert json.loads(done.stdout) == local.lexical.best({"苹果": 1.0}, 3)[0].tolist()
    # Gone now; a question waits for it a while, and is answered when it is back.
    found: list[str] = []
    asking = threading.Thread(target=lambda: found.append(current_digest(address)))
    asking.start()
    time.sleep(0.5)
    assert not found
    with _served(tmp_path / "data", port):
        asking.join(30)
        assert found == [local.manifest.digest]
        # What was open goes on, though the server has nothing loaded yet.
        assert np.allclose(stored.lexical.scores(bag), expected, atol=1e-5)
        assert stored.dense_passages.rows(np.array([3])).shape == (1, local.dense_passages.dim)
