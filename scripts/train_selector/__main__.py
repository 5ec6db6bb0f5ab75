"""Train selection and refusal, on all sets and with each group of sets held out.

    python scripts/train_selector --data ../shared/eval --out build/models

Reads sets in SQuAD's format (``examples.SETS``), never the questions over the city reports. Writes
``OUT/without-GROUP.npz`` for each group, which ``cityqa eval --models OUT`` uses for that group's
sets, and ``OUT/shipped.npz``, trained on all. What refusal learns from are always scores of trees
that did not see the question's group. Equal input gives equal files.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from examples import SETS, Example, SourceSet, examples_of
from fitting import (
    auroc,
    by_group,
    choose_brevity,
    chosen_of,
    features_of,
    fit_confidence,
    fit_trees,
    signals_of,
)

from qa.confidence import probability
from qa.features import FEATURES
from qa.trained import METHODS, Judgement, Method, encode


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the models")
    parser.add_argument("--write", type=Path, help="where to put a copy of the shipped models")
    parser.add_argument("--examples", type=Path, help="folder that keeps the examples between runs")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, help="trees of each model, for a trial")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    examples = _examples(arguments.data, arguments.examples, arguments.processes)
    digests = {source.name: _digests(arguments.data, source) for source in SETS}
    _EXAMPLES.extend(examples)
    groups = list(by_group(examples))
    jobs = [(held, method, arguments.rounds) for held in (*groups, None) for method in METHODS]
    # Forked, so that the examples are shared and not sent.
    with ProcessPoolExecutor(arguments.processes, get_context("fork")) as pool:
        made = dict(zip(jobs, pool.map(_job, jobs), strict=True))
    for held in (*groups, None):
        name = "shipped" if held is None else f"without-{held}"
        content = encode(
            name,
            {f: d for s in SETS if s.group != held for f, d in digests[s.name].items()},
            {f: d for s in SETS if s.group == held for f, d in digests[s.name].items()},
            {method: made[held, method, arguments.rounds][0] for method in METHODS},
        )
        (arguments.out / f"{name}.npz").write_bytes(content)
        print(f"{name}: {len(content):,} bytes")
        for method in METHODS:
            print("\n".join(made[held, method, arguments.rounds][1]), flush=True)
        if held is None and arguments.write:
            arguments.write.parent.mkdir(parents=True, exist_ok=True)
            arguments.write.write_bytes(content)


_EXAMPLES: list[Example] = []
"""Of all sets; set before processes are forked."""


def _job(job: tuple[str | None, Method, int | None]) -> tuple[Judgement, list[str]]:
    """Train one method without one group, and tell how it does on that group."""
    held, method, rounds = job
    kept = [e for e in _EXAMPLES if e.group != held]
    judgement = _fit(kept, method, rounds)
    lines = [
        f"  {method}: {len(kept):,} examples, brevity {judgement.brevity}, "
        f"threshold {judgement.threshold}"
    ]
    if held is not None:
        lines += _report([e for e in _EXAMPLES if e.group == held], judgement)
    return judgement, lines


def _examples(data: Path, kept: Path | None, processes: int) -> list[Example]:
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(processes) as pool:
        # The largest first, so that no process waits long for the last one.
        sources = sorted(SETS, key=lambda s: -(data / s.file).stat().st_size)
        made = {
            source.name: pool.submit(_load, data, source, Path(scratch) / source.name, kept)
            for source in sources
        }
        return [example for source in SETS for example in made[source.name].result()]


def _load(data: Path, source: SourceSet, folder: Path, kept: Path | None) -> list[Example]:
    path = kept / f"{source.name}.pickle" if kept else None
    if path and path.exists():
        return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]
    found = examples_of(data, source, folder)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(found))
    return found


def _digests(data: Path, source: SourceSet) -> dict[str, str]:
    """Each file of a set, by its stem, to its digest."""
    names = [source.questions or source.file]
    return {Path(n).stem: hashlib.sha256((data / n).read_bytes()).hexdigest() for n in names}


def _fit(examples: Sequence[Example], method: Method, rounds: int | None) -> Judgement:
    features = features_of(method)
    groups = by_group(examples)
    judgement = Judgement(features, fit_trees(examples, method, rounds), 0.0, {}, 0.5)
    # Brevity and refusal are fitted to scores of trees that did not see the example's group.
    others: list[Example] = []
    brevities = []
    scores: list[np.ndarray] = []
    for group, own in groups.items():
        rest = [e for e in examples if e.group != group]
        crossed = Judgement(features, fit_trees(rest, method, rounds), 0.0, {}, 0.5)
        bare = [crossed.score(e.matrix) for e in own]
        brevity = choose_brevity(own, bare)
        brevities.append(brevity)
        others += own
        length = FEATURES.index("length")
        scores += [s - brevity * e.matrix[:, length] for e, s in zip(own, bare, strict=True)]
    weights, threshold = fit_confidence(others, scores, method)
    brevity = round(float(np.mean(brevities)), 2)
    return Judgement(features, judgement.trees, brevity, weights, threshold)


def _report(examples: Sequence[Example], judgement: Judgement) -> list[str]:
    """How models do on a group that they never saw."""
    values: dict[str, list[tuple[bool, bool, float, int]]] = {}
    for e in examples:
        chosen = chosen_of(e, judgement.score(e.matrix))
        first = chosen[0]
        right = bool(e.right[first.index])
        any_right = any(bool(e.right[c.index]) for c in chosen)
        p = probability(judgement.confidence, signals_of(e, chosen))
        language = "foreign" if e.question.language == "en" else "chinese"
        kind = e.kind if e.kind != "plain" else f"plain {language}"
        values.setdefault(kind, []).append((right, any_right, p, int(e.chars[first.index])))
    lines = []
    for kind, rows in values.items():
        if kind.startswith("taken"):
            continue
        line = f"    {kind:14} {len(rows):5} extract_hit@1 {np.mean([r[0] for r in rows]):.3f}"
        line += f" @3 {np.mean([r[1] for r in rows]):.3f}"
        line += f" chars {np.mean([r[3] for r in rows]):.1f}"
        other = values.get(_taken(kind), [])
        if other:
            area = auroc([r[2] for r in rows + other], [True] * len(rows) + [False] * len(other))
            line += f" refusal_auroc {area:.3f} of {len(other)} unanswerable"
            said = np.mean([r[2] < judgement.threshold for r in rows])
            line += f" refused {said:.3f} / "
            line += f"{np.mean([r[2] < judgement.threshold for r in other]):.3f}"
        lines.append(line)
    return lines


def _taken(kind: str) -> str:
    return "taken" if kind.startswith("plain") else f"taken-{kind}"


if __name__ == "__main__":
    main()
