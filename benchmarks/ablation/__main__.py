"""Switch each signal off in turn, and write what that costs as a page.

    python benchmarks/ablation --data ../shared/eval --examples build/examples \\
                               --write docs/ablation.md

Selection and refusal are trained anew without a signal's features, for each group of sets on the
others; retrieval is fused anew without a signal's score. ``--examples`` is the folder in which
``scripts/train_selector --examples`` keeps what it trains on; what is missing there is made.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "train_selector"))

import mistyped
import retrieval
from groups import GROUPS, columns
from selection import (
    METRICS,
    SCORED,
    Ablation,
    Cities,
    UnfocusedAnswerer,
    Values,
    load,
)

SEED = 20_261_127
SHARE = 0.5
LIMIT = 500
CITIES = "city_reports.dev"
NONE = "all signals"
PARTS = ("retrieval", "typing")

_HEAD = """\
# What each signal brings

Written by `make ablation`. Each signal is switched off in turn; in brackets is the difference to
all signals. A signal that costs little when it goes is one that others stand in for.
"""

_SELECTION = """\
## Selection and refusal

The trees and the model of refusal are trained anew without the features of the signal, for each
group of sets on the other groups (XQuAD's Chinese and English questions are one group); for the
questions over the city reports, which train nothing, on all of them. What is retrieved stays as it
is. Trained with 200 trees and scored on a seeded sample of {share:.0%} of the examples, so that the
scores lie below those of `make scores`. `refusal_auroc` of the sets is over questions whose
paragraph was taken out. Standard error of a share of .8: {errors}.

Features of each signal:

{features}
"""

_RETRIEVAL = """\
## Retrieval

Share of the questions whose paragraph is the first of the fused ranking, and among the first
{cut}, which are handed to selection; up to {limit} questions a set, a seeded sample.
"""

_MISTYPED = """\
## Typing errors

Questions of {set} with one error each (`benchmarks/typing_errors.py`), up to {limit} of them: as
they are read, and in brackets what reading them as they stand would change.
"""


@dataclass
class Page:
    """What was measured, as it comes."""

    sizes: dict[str, int] = field(default_factory=dict)
    selection: dict[str, dict[str, Values]] = field(default_factory=dict)
    retrieved: dict[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    typed: list[tuple[str, int, tuple[float, ...], tuple[float, ...]]] = field(default_factory=list)

    def text(self, share: float, limit: int) -> str:
        """The page, in Markdown."""
        errors = ", ".join(f"{(0.16 / n) ** 0.5:.3f} on {s}" for s, n in self.sizes.items())
        features = "\n".join(f"- {name}: {_listed(name)}" for name in GROUPS)
        parts = [_HEAD, _SELECTION.format(share=share, errors=errors, features=features)]
        sets = list(self.sizes)
        for metric in METRICS:
            parts.append(f"### {metric}\n")
            rows = [
                [name, *(_cell(values, self.selection[NONE], one, metric) for one in sets)]
                for name, values in self.selection.items()
            ]
            parts.append(_table(["switched off", *sets], rows))
        if self.retrieved:
            parts.append(_RETRIEVAL.format(cut=retrieval.CUTS[-1], limit=limit))
            parts.append(_table(["switched off", *self.retrieved], self._retrieval_rows()))
        if self.typed:
            parts.append(_MISTYPED.format(set=mistyped.SET, limit=limit))
            rows = [
                [
                    kind,
                    str(n),
                    *(f"{a:.3f} ({b - a:+.3f})" for a, b in zip(read, as_is, strict=True)),
                ]
                for kind, n, read, as_is in self.typed
            ]
            parts.append(_table(["error", "questions", *mistyped.METRICS], rows))
        return "\n".join(parts)

    def _retrieval_rows(self) -> list[list[str]]:
        signals = next(iter(self.retrieved.values()))
        return [
            [
                signal or NONE,
                *(
                    " / ".join(
                        f"{value:.3f}" + (f" ({value - whole:+.3f})" if signal else "")
                        for value, whole in zip(found[signal], found[""], strict=True)
                    )
                    for found in self.retrieved.values()
                ),
            ]
            for signal in signals
        ]


def _cell(values: Mapping[str, Values], whole: Mapping[str, Values], one: str, metric: str) -> str:
    if one not in values:
        return "–"
    value = values[one][metric]
    if values is whole:
        return f"{value:.3f}"
    return f"{value:.3f} ({value - whole[one][metric]:+.3f})"


def _listed(group: str) -> str:
    from qa.features import FEATURES

    return ", ".join(f"`{FEATURES[column]}`" for column in columns(group))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _measured(options: argparse.Namespace) -> Iterator[Page]:
    """The page, after each step more of it."""
    page = Page()
    asked = load(options.data, options.examples, options.share, SEED)
    for name in SCORED:
        plain = [one for one in asked if one.set == name and one.example.kind == "plain"]
        page.sizes[name] = len(plain)
    with tempfile.TemporaryDirectory() as folder:
        cities = None
        questions = options.data / f"{CITIES}.jsonl"
        if questions.is_file() and options.corpus.is_dir():
            cities = Cities(questions, options.corpus, Path(folder))
            page.sizes[CITIES] = len(cities.questions)
        for name in (NONE, *(options.only or GROUPS)):
            off = [] if name == NONE else columns(name)
            ablation = Ablation(asked, off)
            page.selection[name] = ablation.scores()
            if cities is not None:
                page.selection[name][CITIES] = cities.scores(ablation.on_all, off)
            if name == NONE:
                whole = ablation
            yield page
        if cities is not None:
            scores = cities.scores(whole.on_all, kind=UnfocusedAnswerer)
            page.selection["city focus"] = {CITIES: scores}
            yield page
    if "retrieval" not in options.skip:
        for name in SCORED:
            page.retrieved[name] = retrieval.recalls(options.data, name, options.limit, SEED)
            yield page
    if "typing" not in options.skip:
        judgement = whole.without("xquad")
        for row in mistyped.scores(options.data, judgement, options.limit, SEED):
            page.typed.append(row)
            yield page


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--corpus", type=Path, help="the city reports; default DATA/../reports")
    parser.add_argument("--examples", type=Path, help="folder that keeps the examples")
    parser.add_argument("--write", type=Path, help="the page; printed where none is named")
    parser.add_argument("--share", type=float, default=SHARE, help="of the examples")
    parser.add_argument("--limit", type=int, default=LIMIT, help="questions asked of retrieval")
    parser.add_argument(
        "--skip", action="append", default=[], choices=PARTS, help="leave this table out"
    )
    parser.add_argument("--only", action="append", choices=list(GROUPS), help="may be repeated")
    options = parser.parse_args()
    options.corpus = options.corpus or options.data.parent / "reports"
    started = time.monotonic()
    text = ""
    for page in _measured(options):
        text = page.text(options.share, options.limit)
        done = (*page.selection, *page.retrieved, *(kind for kind, *_ in page.typed))
        print(f"{time.monotonic() - started:5.0f} s: {done[-1]}", file=sys.stderr, flush=True)
        # After each signal, so that a run which is stopped keeps what it has measured.
        if options.write:
            options.write.write_text(text, encoding="utf-8")
    if not options.write:
        print(text)


if __name__ == "__main__":
    main()
