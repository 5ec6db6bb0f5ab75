"""Ten thousand questions and a hundred reloads in one process: does its memory stay flat?

    python benchmarks/memory.py [--questions 10000] [--reloads 100] [--passages 2000]
                                [--json benchmarks/results/memory.json]

Makes a corpus (``benchmarks/scale``) and its index, and asks different questions about it, none
twice. In between, the index is opened anew as often as asked, as ``cityqa serve`` does after a
build, and the process goes over to it; the model and the cache of questions stay, as there. Memory
(anonymous pages) is read a hundred times. Of the second half, in which everything that is kept once
has been kept, a line is fitted by least squares; memory counts as flat where the line rises by no
more than 2 % of the mean over that half. Exits 1 where it is not.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.results import ROOT, write_result
from benchmarks.scale.asking import answerer
from benchmarks.scale.frames import Frame, frames
from benchmarks.scale.generator import Generator, write_corpus
from benchmarks.scale.resident import descriptors, resident
from embeddings.snapshot import open_index
from qa.engine import Cache
from qa.query_cache import QueryCache
from qa.settings import Settings
from qa.workspace import build_named, embedder_of

FLAT = 0.02
"""Of the mean, the most that memory may rise over the second half."""

SAMPLES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line through the second half of a curve.

    Attributes:
        slope: MiB a thousand questions.
        error: its standard error.
        rise: MiB over the half.
        mean: MiB.
    """

    slope: float
    error: float
    rise: float
    mean: float

    @property
    def flat(self) -> bool:
        """Whether the rise is within the bound."""
        return self.rise <= FLAT * self.mean


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--reloads", type=int, default=100)
    parser.add_argument("--passages", type=int, default=2_000)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    made = frames(arguments.shared if arguments.shared.is_dir() else None)
    texts = questions(made, arguments.questions)
    with tempfile.TemporaryDirectory() as name:
        curve = measure(Path(name), Generator(made, arguments.passages), texts, arguments.reloads)
    line = fitted([(asked, mib) for asked, mib, _ in curve])
    figures = {
        "questions": len(texts),
        "reloads": arguments.reloads,
        "passages": arguments.passages,
        "curve": [{"questions": asked, "mib": round(mib, 2)} for asked, mib, _ in curve],
        "descriptors": {
            "first": curve[0][2],
            "largest": max(held for _, _, held in curve),
            "last": curve[-1][2],
        },
        "second_half": {key: round(value, 4) for key, value in asdict(line).items()},
        "bound": FLAT,
        "flat": line.flat,
    }
    print(
        f"{len(texts)} questions, {arguments.reloads} reloads: {curve[0][1]:.0f} MiB at first, "
        f"{curve[-1][1]:.0f} at last; second half {line.slope:+.3f} ± {line.error:.3f} MiB a "
        f"thousand questions, {line.rise:+.2f} of {line.mean:.0f} MiB"
        f" ({'flat' if line.flat else 'it grows'}); "
        f"{curve[0][2]} descriptors open at first, {curve[-1][2]} at last"
    )
    if arguments.json:
        write_result(arguments.json, figures)
    return 0 if line.flat else 1


def questions(made: Sequence[Sequence[Frame]], count: int) -> list[str]:
    """Different questions: clauses with a figure of a larger corpus, each asked in two ways.

    Fewer come where the frames do not give as many.
    """
    generator = Generator(made, max(1_000, 4 * count), needles=0)
    found: dict[str, None] = {}
    for question in generator.figure_questions(count):
        _, _, rest = question.text.partition("年")
        city, _, asked = rest.partition("，")
        found |= dict.fromkeys((question.text, f"请问{city}的{asked}"))
    return list(found)[:count]


def measure(
    folder: Path, generator: Generator, texts: Sequence[str], reloads: int
) -> list[tuple[int, float, int]]:
    """Questions asked so far, MiB, and descriptors that are open, a hundred times."""
    for _ in write_corpus(generator, folder / "corpus"):
        pass
    settings = Settings(
        corpus=(folder / "corpus",),
        index=folder / "index",
        cache=folder / "cache",
        state=folder / "state",
    )
    build_named(settings, folder / "index")
    cache: Cache = QueryCache(settings.cached_questions)
    embedder = embedder_of(settings)
    answers = answerer(open_index(folder / "index"), embedder, cache)
    every = max(1, len(texts) // SAMPLES)
    reload_at = {round((n + 1) * len(texts) / (reloads + 1)) for n in range(reloads)}
    curve = []
    for asked, text in enumerate(texts):
        if asked in reload_at:
            answers = answerer(open_index(folder / "index"), embedder, cache)
        answers.ask(text)
        if asked % every == every - 1:
            # As in a server, nothing is collected that Python does not collect by itself.
            curve.append((asked + 1, resident().own, descriptors()))
    return curve


def fitted(curve: Sequence[tuple[int, float]]) -> Line:
    """The line through the second half, by least squares."""
    half = curve[len(curve) // 2 :]
    xs = [asked / 1000 for asked, _ in half]
    ys = [mib for _, mib in half]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((one - x) ** 2 for one in xs)
    slope = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread if spread else 0.0
    rest = sum((b - y - slope * (a - x)) ** 2 for a, b in zip(xs, ys, strict=True))
    error = math.sqrt(rest / max(1, len(xs) - 2) / spread) if spread else 0.0
    return Line(slope, error, slope * (xs[-1] - xs[0]), y)


if __name__ == "__main__":
    sys.exit(main())
