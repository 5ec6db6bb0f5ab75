"""Measure the program on corpora of ten thousand, a hundred thousand, a million passages.

    python benchmarks/scale --sizes 10k,100k,1M --work DIR [--json benchmarks/results/scale.json]
                            [--shared ../shared] [--questions 600] [--sample 30] [--again PART]...

For each size: a corpus is made, its index built, the index asked and compared with an exhaustive
search; each in a process of its own. What is done is kept under ``--work`` (some 10 GB for a
million passages), so that a run that was stopped goes on where it stood, in the middle of a build,
too. ``--again`` does a part anew: ``build``, ``serve`` or ``compare``. The result is written after
every part.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.results import ROOT, write_result
from benchmarks.scale.building import summary
from benchmarks.scale.frames import frames
from benchmarks.scale.generator import SEED, Generator, write_corpus
from benchmarks.scale.vocabulary import vocabulary
from embeddings.manifest import Manifest, read_manifest
from embeddings.store import current_generation, generation_digest

HERE = Path(__file__).parent
PARTS = ("build", "serve", "compare")
NEEDLES = 300

GROUPS = (
    ("vectors of passages", r"passages\."),
    ("vectors of sentences", r"sentences\."),
    ("words", r"lexical\.|readings\."),
    ("reports", r"reports\.|heads\.|ids\."),
    ("dictionary and the rest", r""),
)
"""Files of an index by what they hold: the first pattern that a name begins with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=_sizes, default=_sizes("10k,100k,1M"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--sample", type=int, default=30)
    parser.add_argument("--again", action="append", choices=PARTS, default=[])
    arguments = parser.parse_args()
    made = frames(arguments.shared if arguments.shared.is_dir() else None)
    figures: dict[str, Any] = {
        "seed": SEED,
        "frames": sum(map(len, made)),
        "sizes": {},
    }
    for size in arguments.sizes:
        generator = Generator(made, size, needles=NEEDLES)
        sized = Sized(arguments.work / str(size), generator)
        for name, part in (
            ("corpus", sized.corpus),
            ("build", sized.build),
            ("serve", lambda s=sized: s.serve(arguments.questions)),
            ("compare", lambda s=sized: s.compare(arguments.sample)),
        ):
            found = sized.part(name, part, again=name in arguments.again)
            figures["sizes"].setdefault(str(size), {})[name] = found
            told(size, name, found)
            if arguments.json:
                last = size == arguments.sizes[-1] and name == PARTS[-1]
                write_result(arguments.json, figures, complete=last)


class Sized:
    """The measurements of one size, in a folder of their own.

    Args:
        folder: for them; made where there is none.
        generator: of the corpus.
    """

    def __init__(self, folder: Path, generator: Generator) -> None:
        self._folder = folder
        self._generator = generator
        folder.mkdir(parents=True, exist_ok=True)
        recipe = folder / "recipe"
        if not recipe.exists():
            recipe.write_text(generator.recipe, encoding="ascii")
        elif recipe.read_text(encoding="ascii") != generator.recipe:
            raise SystemExit(f"{folder} holds another corpus; remove it or name another --work")

    def part(
        self, name: str, measure: Callable[[], dict[str, Any]], *, again: bool
    ) -> dict[str, Any]:
        """A part's figures: those kept from an earlier run, or measured now."""
        kept = self._folder / f"{name}.json"
        if again:
            kept.unlink(missing_ok=True)
            if name == "build":
                shutil.rmtree(self._folder / "index", ignore_errors=True)
                (self._folder / "build.log").unlink(missing_ok=True)
        if not kept.exists():
            text = json.dumps(measure(), ensure_ascii=False, indent=1)
            kept.with_suffix(".new").write_text(text + "\n", encoding="utf-8")
            kept.with_suffix(".new").replace(kept)
        figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return figures

    def corpus(self) -> dict[str, Any]:
        """Make the corpus; what it is made of."""
        for _ in write_corpus(self._generator, self._folder / "corpus"):
            pass
        return vocabulary(self._generator.reports()).as_dict()

    def build(self) -> dict[str, Any]:
        """Build the index; times, rates, memory and bytes."""
        log = self._folder / "build.log"
        index = self._folder / "index"
        self._run("building.py", self._folder / "corpus", index, log)
        found = summary(log.read_text(encoding="utf-8"))
        generation = current_generation(index)
        manifest = read_manifest(generation, generation_digest(generation))
        passages = manifest.passages
        embedding = found["steps"].get("embed")
        return {
            **found,
            "kind": getattr(manifest, "kind", "exact"),
            "passages": passages,
            "sentences": manifest.sentences,
            "passages_per_second": round(passages / found["seconds"], 1),
            "passages_per_second_embedding": round(passages / embedding, 1) if embedding else None,
            "bytes_per_passage": {
                name: round(size / passages, 1) for name, size in _grouped(manifest).items()
            },
        }

    def serve(self, questions: int) -> dict[str, Any]:
        """Ask the index; seconds, milliseconds, memory, hits."""
        self._write_questions(questions)
        return self._measured("serving.py")

    def compare(self, sample: int) -> dict[str, Any]:
        """Compare the index with an exhaustive search."""
        return self._measured("comparing.py", "--sample", str(sample))

    def _measured(self, script: str, *options: str) -> dict[str, Any]:
        out = self._folder / "measured.json"
        out.unlink(missing_ok=True)
        self._run(script, self._folder / "index", self._folder / "questions", out, *options)
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found

    def _write_questions(self, count: int) -> None:
        """Half about facts, half about figures, in turn, none twice."""
        needles = list(self._generator.needle_questions())[: count // 2]
        others = list(self._generator.figure_questions(count - len(needles)))
        mixed = [q for q in chain.from_iterable(zip_longest(needles, others)) if q is not None]
        text = json.dumps([asdict(question) for question in mixed], ensure_ascii=False, indent=0)
        (self._folder / "questions").write_text(text, encoding="utf-8")

    def _run(self, script: str, *arguments: str | Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CITYQA_")}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "CITYQA_CACHE": str(self._folder / "cache"),
            "CITYQA_STATE": str(self._folder / "state"),
        }
        command = [sys.executable, str(HERE / script), *map(str, arguments)]
        command += ["--parent", str(os.getpid())]
        subprocess.run(command, env=environment, check=True)


def told(size: int, name: str, found: dict[str, Any]) -> None:
    """Print a part's figures on one line."""
    clock = time.strftime("%H:%M:%S")
    print(f"{clock} {size} {name}: {json.dumps(found, ensure_ascii=False)}", flush=True)


def _grouped(manifest: Manifest) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for name, entry in manifest.files.items():
        group = next(group for group, pattern in GROUPS if re.match(pattern, name))
        sizes[group] = sizes.get(group, 0) + entry.size
    return {group: sizes[group] for group, _ in GROUPS if group in sizes}


def _sizes(text: str) -> list[int]:
    """``10k,1M`` as numbers."""
    factors = {"k": 1_000, "m": 1_000_000}
    found = []
    for word in text.split(","):
        match = re.fullmatch(r"(\d+)([kKM]?)", word.strip())
        if match is None:
            raise argparse.ArgumentTypeError(f"no size: {word!r}; write 10k or 1M")
        found.append(int(match[1]) * factors.get(match[2].lower(), 1))
    return found


if __name__ == "__main__":
    main()
