"""Run the evaluations of ``expected.toml`` and mark their scores.

    python benchmarks/scores.py [--shared ../shared] [--models build/models] [--only NAME]...
                                [--out DIR] [--update]

A line a metric: what was measured, its 95 % interval where there is one, what was expected, the
bar, and a mark: ✓, ✗ where a bar or the expected score is missed, ↑ where it is better than
expected by more than the tolerance. Exits with 1 where there is a ✗. ``--update`` writes what was
measured into ``expected.toml``; comments, bars and tolerances stay.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.library import read_library
from corpus.report import Report
from qa.evaluation.readers import read_questions

EXPECTED = Path(__file__).with_name("expected.toml")
SENTENCES = "extract_sentences"
MARKS = {"reached": "✓", "better": "↑", "missed": "✗"}

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Line:
    """What is asked of one metric.

    Attributes:
        metric: its name, with that of its group before it (``by_language.en.extract_hit@1``).
        expected: what was measured last; none where nothing was.
        tolerance: by which a run may differ from it.
        bar: the least that is asked; none where nothing is.
        most: the most that is allowed; of such a metric less is better.
    """

    metric: str
    expected: float | None = None
    tolerance: float = 0.0
    bar: float | None = None
    most: float | None = None

    def mark(self, measured: float | None) -> str:
        """``reached``, ``better`` or ``missed``; a metric that does not apply is missed."""
        if measured is None:
            return "missed"
        if self.bar is not None and measured < self.bar - _SLACK:
            return "missed"
        if self.most is not None and measured > self.most + _SLACK:
            return "missed"
        if self.expected is None:
            return "reached"
        gain = measured - self.expected if self.most is None else self.expected - measured
        if abs(gain) <= self.tolerance + _SLACK:
            return "reached"
        return "better" if gain > 0 else "missed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A set: how it is evaluated, and what is asked of its metrics.

    Attributes:
        name: of the set.
        command: arguments of ``cityqa eval``.
        lines: what is asked, a line a metric.
        prepare: a script of this folder and its arguments, run first; empty for none.
    """

    name: str
    command: tuple[str, ...]
    lines: tuple[Line, ...]
    prepare: tuple[str, ...] = ()

    def arguments(self, folders: Mapping[str, str]) -> list[str]:
        """Of ``cityqa eval``, with the folders in their places."""
        return [_filled(part, folders) for part in self.command]

    def preparation(self, folders: Mapping[str, str]) -> list[str]:
        """A script of this folder and its arguments; empty where nothing is to be prepared."""
        return [_filled(part, folders) for part in self.prepare]


def _filled(part: str, folders: Mapping[str, str]) -> str:
    for name, folder in folders.items():
        part = part.replace(f"{{{name}}}", folder)
    return part


def read_entries(text: str) -> tuple[Entry, ...]:
    """The entries of ``expected.toml``, in its order.

    Raises:
        ValueError: it is no TOML, or an entry is not as the file's head tells.
    """
    entries = []
    for name, value in tomllib.loads(text).items():
        try:
            lines = tuple(
                Line(metric, **{key: float(number) for key, number in asked.items()})
                for metric, asked in value["metrics"].items()
            )
            prepare = tuple(value.get("prepare", ()))
            entries.append(Entry(name, tuple(value["command"]), lines, prepare))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{name}: {error}") from error
    return tuple(entries)


def updated(text: str, measured: Mapping[str, Mapping[str, float]]) -> str:
    """The text of ``expected.toml`` with other expected scores, and nothing else changed.

    Args:
        text: a table a set, a line a metric.
        measured: name of the set to metric to value.
    """
    lines = []
    name = None
    for line in text.splitlines(keepends=True):
        if head := re.match(r'\s*\["([^"]+)"\.metrics\]', line):
            name = head[1]
        elif line.lstrip().startswith("["):
            name = None
        found = re.match(r'(\s*"([^"]+)"\s*=\s*\{)(.*)$', line, re.DOTALL)
        if (
            name is not None
            and found
            and (value := measured.get(name, {}).get(found[2])) is not None
        ):
            rest = re.sub(r"^\s*expected\s*=\s*[^,}]*?\s*(?:,|(?=\}))", "", found[3])
            comma = "" if rest.lstrip().startswith("}") else ","
            line = f"{found[1]} expected = {value:.4f}{comma} {rest.lstrip()}"
        lines.append(line)
    return "".join(lines)


def value_of(scores: Mapping[str, Any], metric: str) -> float | None:
    """A metric in the object that ``--json`` prints, by its name with that of its group."""
    group, _, rest = metric.partition(".")
    if not rest:
        found = scores["metrics"].get(metric)
    else:
        within, _, name = rest.rpartition(".")
        found = scores[group].get(within, {}).get(name)
    return None if found is None else float(found)


def mean_sentence(reports: Iterable[Report]) -> float:
    """Mean length, in characters, of the sentences of all passages, as the index holds them."""
    lengths = [
        span.end - span.start
        for report in reports
        for passage in report.passages
        for span in passage.sentences
    ]
    return sum(lengths) / len(lengths)


def reports_asked(arguments: Sequence[str]) -> Sequence[Report]:
    """The reports that an evaluation asks: those of the set itself, or of ``--corpus``."""
    own = read_questions(Path(arguments[0])).reports
    if own is not None:
        return own
    folders = [Path(folder) for option, folder in pairwise(arguments) if option == "--corpus"]
    return read_library(folders).reports


def run(arguments: Sequence[str], out: Path | None) -> dict[str, Any]:
    """What ``cityqa eval ARGUMENTS --json`` prints.

    Raises:
        subprocess.CalledProcessError: it failed; it has said why.
    """
    command = [sys.executable, "-m", "qa", "eval", *arguments, "--json"]
    if out is not None:
        command += ["--out", str(out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    scores: dict[str, Any] = json.loads(done.stdout)
    return scores


def prepare(preparation: Sequence[str]) -> None:
    """Run a script of this folder.

    Raises:
        subprocess.CalledProcessError: it failed; it has said why.
    """
    script = Path(__file__).with_name(preparation[0])
    subprocess.run([sys.executable, str(script), *preparation[1:]], check=True)


def measured_values(entry: Entry, scores: Mapping[str, Any], sentence: float) -> dict[str, float]:
    """Each metric of an entry that applies to its run.

    Args:
        entry: whose metrics are asked for.
        scores: what the run printed.
        sentence: mean length of a sentence, in characters.
    """
    values = {}
    for line in entry.lines:
        if line.metric == SENTENCES:
            chars = value_of(scores, "extract_chars")
            value = None if chars is None else chars / sentence
        else:
            value = value_of(scores, line.metric)
        if value is not None:
            values[line.metric] = value
    return values


def rows(
    entry: Entry, measured: Mapping[str, float], intervals: Mapping[str, Sequence[float] | None]
) -> Iterator[str]:
    """A line of text for each metric of an entry."""
    for line in entry.lines:
        value = measured.get(line.metric)
        bounds = intervals.get(line.metric)
        expected = "" if line.expected is None else f"{line.expected:.3f} ± {line.tolerance:.3f}"
        limit = "" if line.bar is None else f"≥ {line.bar:.3f}"
        limit = limit if line.most is None else f"≤ {line.most:.3f}"
        yield (
            f"  {line.metric:30} {'–' if value is None else f'{value:.3f}':>7}"
            f"  {'' if bounds is None else f'{bounds[0]:.3f}–{bounds[1]:.3f}':11}"
            f"  {expected:13}  {limit:7}  {MARKS[line.mark(value)]}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", default="../shared", help="folder with eval/ and reports/")
    parser.add_argument("--models", default="build/models", help="what `make selector` made")
    parser.add_argument("--only", action="append", metavar="NAME", help="this set; may be repeated")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep each run in a folder here")
    parser.add_argument("--update", action="store_true", help="write what is measured as expected")
    options = parser.parse_args()
    text = EXPECTED.read_text(encoding="utf-8")
    entries = read_entries(text)
    names = [entry.name for entry in entries]
    if unknown := [name for name in options.only or () if name not in names]:
        parser.error(f"there is no set {unknown[0]!r}; there are {', '.join(names)}")
    print(f"  {'metric':30} {'score':>7}  {'95 %':11}  {'expected':13}  {'bar':7}")
    measured: dict[str, dict[str, float]] = {}
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folders = {"shared": options.shared, "models": options.models, "scratch": scratch}
        for entry in entries:
            if options.only and entry.name not in options.only:
                continue
            values = _score(entry, folders, options.out)
            failed += sum(line.mark(values.get(line.metric)) == "missed" for line in entry.lines)
            if values:
                measured[entry.name] = values
    if options.update:
        # Read again: another run may have written what other sets measured.
        text = EXPECTED.read_text(encoding="utf-8")
        EXPECTED.write_text(updated(text, measured), encoding="utf-8")
        print(f"{EXPECTED.name}: expected scores of {len(measured)} sets written")
    if failed:
        print(f"{failed} missed")
        sys.exit(1)


def _score(entry: Entry, folders: Mapping[str, str], out: Path | None) -> dict[str, float]:
    """Run an entry and print its lines; empty where it failed."""
    arguments = entry.arguments(folders)
    try:
        if preparation := entry.preparation(folders):
            print(f"{entry.name}: {' '.join(preparation)}", flush=True)
            prepare(preparation)
        print(f"{entry.name}: cityqa eval {' '.join(arguments)}", flush=True)
        scores = run(arguments, out and out / entry.name)
    except subprocess.CalledProcessError:
        print("  failed  ✗")
        return {}
    values = measured_values(entry, scores, mean_sentence(reports_asked(arguments)))
    for row in rows(entry, values, scores["intervals"]):
        print(row, flush=True)
    return values


if __name__ == "__main__":
    main()
