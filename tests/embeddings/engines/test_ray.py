"""Reading and embedding on Ray, with real clusters of this machine."""

from __future__ import annotations

import importlib.util
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CityqaError, EngineError, SettingsError
from corpus.library import read_files
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder, Fingerprint, Vectors, encode_nested
from embeddings.engines import Block, engine_named
from embeddings.snapshot import Snapshot

# Not imported: that is for the module that tells it first to be quiet.
if importlib.util.find_spec("ray") is None:
    pytest.skip("the extra ray is not installed", allow_module_level=True)

from embeddings.engines.ray import RayEngine
from embeddings.engines.ray_cluster import Cluster
from embeddings.engines.ray_stream import AHEAD
from embeddings.engines.ray_tasks import FILES, Embedding, Reading, parcels

pytestmark = pytest.mark.xdist_group("ray")

ROOT = Path(__file__).parents[3]

SECONDS = 120.0
"""For what takes a few on an idle machine."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A cluster of two CPUs, which engines find this process connected to, and use."""
    joined = Cluster(None, 2)
    joined.connect()
    yield
    joined.disconnect()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Reports of a few sentences, more than two parcels of them, and files that are none."""
    folder = tmp_path_factory.mktemp("corpus")
    for number in range(2 * FILES):
        (folder / f"report-{number:03}.txt").write_text(
            f"江城市第{number}号公告\n江城市今年修路{number}公里。桥梁全部完工。\n"
            f"公园新建{number + 3}座,居民{number * 7}户受益。\n",
            encoding="utf-8",
        )
    (folder / "reports.toml").write_text('[report-001]\ntitle = "改过的题目"\n', encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"no PDF at all")
    (folder / "empty.md").write_bytes(b"")
    (folder / "page.html").write_text("<h1>海城市公告</h1><p>港口扩建完成。</p>", encoding="utf-8")
    return (*sorted(folder.glob("*.*[!l]")), folder / "page.html", folder / "missing.txt")


def plain(results: Iterator[tuple[Path, object]]) -> list[tuple[Path, object]]:
    """Results of reading, with errors as their type and line."""
    return [
        (path, (type(result), str(result)) if isinstance(result, CityqaError) else result)
        for path, result in results
    ]


def test_two_actors_read_what_one_process_reads(
    cluster: None, files: tuple[Path, ...], builtin: BuiltinEmbedder
) -> None:
    engine = RayEngine(builtin, jobs=2)
    here = plain(read_files(files))
    assert plain(engine.read(files)) == here
    assert sum(isinstance(result, tuple) for _, result in here) == 3, "broken, empty, missing"


def test_files_at_which_an_actor_died_are_read_apart_and_the_same(files: tuple[Path, ...]) -> None:
    [parcel] = parcels([files[-1], next(path for path in files if path.suffix == ".pdf"), files[5]])
    assert plain(iter(Reading()(parcel, begun=1))) == plain(iter(Reading()(parcel, begun=0)))


def dying_once(marker: Path, embedder: BuiltinEmbedder) -> Embedder:
    """The built-in model, in a process that is killed when it first sees block 3."""
    # A class of its own scope travels to the actors as it is; one of a test's module does not.
    threads = embedder.threads
    wanted = embedder.fingerprint

    class Dying:
        dim = 512
        fingerprint = wanted

        def __init__(self) -> None:
            self.loaded: BuiltinEmbedder | None = None

        def model(self) -> BuiltinEmbedder:
            # Once in each process, to which it is not sent.
            self.loaded = self.loaded or BuiltinEmbedder(threads=threads)
            return self.loaded

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            return self.model().encode_passages(texts)

        encode_queries = encode_passages

        def encode_nested(
            self, passages: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
        ) -> tuple[Vectors, Vectors]:
            if any("修路7公里" in text for text in passages) and not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return encode_nested(self.model(), passages, spans)

    return Dying()


def texts(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [
        (passage.id, report.slice(passage.span))
        for report in snapshot.reports.values()
        for passage in report.passages
    ]


def test_an_index_built_by_two_actors_of_which_one_is_killed_is_that_of_one_process(
    cluster: None,
    files: tuple[Path, ...],
    builtin: BuiltinEmbedder,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # Enough for some blocks after the one at which the actor dies.
    entries = [result for _, result in read_files(files[:14])]
    reports = [one.report for one in entries if not isinstance(one, CityqaError)]
    here = build_index(reports, builtin, tmp_path / "here", block=4)
    marker = tmp_path / "killed"
    embedder = dying_once(marker, builtin)
    engine = RayEngine(embedder, jobs=2)
    there = build_index(reports, embedder, tmp_path / "there", block=4, engine=engine)
    assert marker.exists(), "an actor was killed"
    assert tuple(capfd.readouterr()) == ("", ""), "and nothing said of it"
    assert there.manifest.reports == here.manifest.reports
    assert texts(there) == texts(here)
    for name in ("passages.faiss", "sentences.faiss"):
        np.testing.assert_allclose(
            vectors(there, name), vectors(here, name), rtol=0, atol=1e-6, err_msg=name
        )


def vectors(snapshot: Snapshot, name: str) -> Vectors:
    import faiss

    index = faiss.read_index(str(snapshot.folder / name))
    found: Vectors = index.reconstruct_n(0, index.ntotal)
    return found


def raising(word: str) -> Embedder:
    """Vectors of zeros and one; an error that is nobody's fault for a text that has a word."""

    class Raising:
        dim = 4
        fingerprint = Fingerprint(name="raising", version="1", weights="", dim=4)

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            if any(word in text for text in texts):
                raise RuntimeError("the device is lost")
            return np.eye(1, 4, dtype=np.float32).repeat(len(texts), axis=0)

        encode_queries = encode_passages

    return Raising()


def test_blocks_are_taken_few_ahead_and_one_that_fails_is_named(cluster: None) -> None:
    taken = given = 0
    ahead = []

    def blocks() -> Iterator[Block]:
        nonlocal taken
        for number in range(40):
            taken += 1
            ahead.append(taken - given)
            yield Block((f"第{number}句。" if number < 39 else "坏句。",), (((0, 2),),))

    found = RayEngine(raising("坏"), jobs=2).embed(blocks())
    for passages, sentences in itertools.islice(found, 39):
        assert (passages.shape, sentences.shape) == ((1, 4), (1, 4))
        given += 1
    with pytest.raises(EngineError) as raised:
        next(found)
    assert str(raised.value) == (
        "block 40 of this run: Ray gave up (RuntimeError: the device is lost); "
        "see the cluster's logs; the same command goes on from here"
    )
    # Those under way, and the one that the thread holds until there is room.
    assert 1 < max(ahead) <= 2 * AHEAD + 1


def test_what_the_blocks_raise_is_raised(cluster: None) -> None:
    def blocks() -> Iterator[Block]:
        yield Block(("一句。",), ((),))
        raise EngineError("the disk is full")

    found = RayEngine(raising("坏"), jobs=1).embed(blocks())
    with pytest.raises(EngineError, match="the disk is full"):
        list(found)


def test_another_model_on_a_worker_is_an_error(builtin: BuiltinEmbedder) -> None:
    other = Fingerprint(name="builtin", version="0", weights="", dim=512)
    with pytest.raises(EngineError, match="'version', 'weights', 'pooling'"):
        Embedding(lambda: builtin, other)


def test_without_ray_the_extra_is_named(
    builtin: BuiltinEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match=r"pip install 'cityqa\[ray\]'"):
        engine_named("ray", builtin)


def processes() -> dict[int, tuple[int, str, str]]:
    """Parent, start time and command line of each process."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(place.name)] = (int(fields[1]), fields[19], command)
    return found


def below(root: int) -> dict[int, tuple[int, str, str]]:
    """The processes that a process started, and those that these did."""
    every = processes()
    wanted = {root}
    while more := {pid for pid, (parent, *_) in every.items() if parent in wanted} - wanted:
        wanted |= more
    return {pid: every[pid] for pid in wanted - {root}}


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_ctrl_c_leaves_no_process_of_ray_behind(files: tuple[Path, ...], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qa", "index", "build", "--engine", "ray", "--jobs", "2"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CITYQA_CACHE": str(tmp_path / "cache"),
        "CITYQA_STATE": str(tmp_path / "state"),
        "CITYQA_CORPUS": str(files[0].parent),
    }
    with subprocess.Popen(
        command,
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Where this process ignores Ctrl-C, as in the background of a shell, so would it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as building:
        until(
            lambda: any(c.startswith("ray::MapWorker") for _, _, c in below(building.pid).values()),
            "workers of Ray",
        )
        started = below(building.pid)
        building.send_signal(signal.SIGINT)
        output = building.communicate(timeout=SECONDS)[0].decode()
    assert building.returncode == 130, output
    # Once, and nothing of Ray's own.
    assert output == (
        "cityqa: stopped; the index is as it was, and the same command goes on from here\n"
    )
    assert any("raylet" in command for _, _, command in started.values())

    def gone() -> bool:
        now = processes()
        return not any(pid in now and now[pid][1] == one[1] for pid, one in started.items())

    until(gone, "processes of Ray are left")
