"""Another index is taken into use while requests run, and none of them fails."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import httpx
import pytest

from corpus.library import read_library
from embeddings.build import build_index
from embeddings.embedder import Embedder
from qa.confidence import calibrate
from tests.qa.web.serving import LAKE, LENGTH, Site, serving, settings_in

CLIENTS = 4
BUILDS = 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one report."""
    made = tmp_path / "reports"
    made.mkdir()
    (made / "lake.md").write_text(LAKE, encoding="utf-8")
    return made


def build(folder: Path, index: Path, embedder: Embedder) -> str:
    """Build the index anew; what its manifest is told by."""
    reports = read_library([folder]).reports
    return build_index(reports, embedder, index, calibrate=calibrate).manifest.digest


def until_from(site: Site, digest: str) -> None:
    deadline = time.monotonic() + 20
    while site.get("/healthz").json()["index"] != digest:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_no_request_fails_while_the_index_is_built_anew_again_and_again(
    folder: Path, tmp_path: Path, embedder: Embedder
) -> None:
    index = tmp_path / "index"
    build(folder, index, embedder)
    faults: list[str] = []
    seen: set[str] = set()
    over = threading.Event()

    def client(address: str) -> None:
        with httpx.Client(base_url=address, timeout=30) as http:
            while not over.is_set():
                answer = http.post("/v1/ask", json={"question": LENGTH})
                if answer.status_code != 200 or not answer.json()["extracts"]:
                    faults.append(answer.text)
                    continue
                first = answer.json()["extracts"][0]
                seen.add(first["text"])
                page = http.get(first["link"].partition("#")[0])
                if page.status_code != 200:
                    faults.append(page.text)

    with serving(settings_in(tmp_path, index), embedder, reload_seconds=1) as site:
        clients = [threading.Thread(target=client, args=(site.address,)) for _ in range(CLIENTS)]
        for one in clients:
            one.start()
        try:
            for number in range(BUILDS):
                changed = LAKE.replace("六十八", f"{'七八九'[number]}十四")
                (folder / "lake.md").write_text(changed, encoding="utf-8")
                until_from(site, build(folder, index, embedder))
                # Asked of this index at least once.
                answer = site.post("/v1/ask", json={"question": LENGTH}).json()
                assert f"{'七八九'[number]}十四公里" in answer["extracts"][0]["text"]
        finally:
            over.set()
            for one in clients:
                one.join()
        assert "cityqa_web_index_reloads_total 2.0" in site.get("/metrics").text
    assert faults == []
    assert len(seen) >= 2


def test_an_old_id_leads_to_the_passage_that_took_its_place(
    folder: Path, tmp_path: Path, embedder: Embedder
) -> None:
    index = tmp_path / "index"
    build(folder, index, embedder)
    with serving(settings_in(tmp_path, index), embedder, reload_seconds=1) as site:
        before = site.post("/v1/ask", json={"question": LENGTH}).json()["extracts"][0]
        (folder / "lake.md").write_text(LAKE.replace("六十八", "七十四"), encoding="utf-8")
        until_from(site, build(folder, index, embedder))
        old = f"/v1/passages/{before['passage']}"
        answer = site.get(old)
        assert answer.status_code == 308
        moved = answer.json()["moved_to"]
        assert moved != before["passage"]
        assert answer.headers["Location"] == f"/v1/passages/{moved}"
        assert "七十四公里" in site.get(old, follow_redirects=True).json()["text"]
        # And its place on the page of the report has its old name, too.
        path, _, anchor = before["link"].partition("#")
        assert f'id="{anchor}"' in site.get(path).text


def test_an_index_that_cannot_be_used_leaves_the_one_at_hand(
    folder: Path, tmp_path: Path, embedder: Embedder
) -> None:
    index = tmp_path / "index"
    build(folder, index, embedder)
    with serving(settings_in(tmp_path, index), embedder, reload_seconds=1) as site:
        # Moved away first: what is mapped must not be cut short under its reader.
        index.rename(tmp_path / "gone")
        deadline = time.monotonic() + 10
        while "stale" not in site.get("/healthz").json():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        answer = site.post("/v1/ask", json={"question": LENGTH})
        assert "六十八公里" in answer.json()["extracts"][0]["text"]
        shutil.move(tmp_path / "gone", index)
        while "stale" in site.get("/healthz").json():
            assert time.monotonic() < deadline + 10
            time.sleep(0.05)
