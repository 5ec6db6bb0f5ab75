"""The sections of the page, each made of one file of results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.page.peers import peers
from benchmarks.page.plots import bar_plot, line_plot, stacked_plot
from benchmarks.page.tables import generic, shown, table

Figures = Mapping[str, Any]
Draw = Callable[[Figures, Path, str], Iterator[str]]
"""From figures, the folder for plots and its name in links to blocks of Markdown."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        name: of its file of results, without the ending.
        title: its heading.
        says: what it is about, a sentence or two.
        command: that measures it, told where it was not.
        draw: its blocks.
    """

    name: str
    title: str
    says: str
    command: str
    draw: Draw


def stated(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """The tables that a file states; where it states none, its figures by their keys."""
    del folder, link
    tables = figures.get("tables")
    if not tables:
        rest = {k: v for k, v in figures.items() if k not in ("bars", "tables")}
        yield from generic(rest)
        return
    for one in tables:
        if one.get("title"):
            yield f"**{one['title']}**"
        if one.get("says"):
            yield str(one["says"])
        yield table(one["columns"], one["rows"])


def scale(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """Each measure against the number of passages, as tables and plots."""
    sizes = {int(size): parts for size, parts in figures.get("sizes", {}).items()}
    yield from _corpora({size: parts["corpus"] for size, parts in _having(sizes, "corpus")})
    built = {size: parts["build"] for size, parts in _having(sizes, "build")}
    if built:
        yield from _building(built, folder, link)
    served = {size: parts["serve"] for size, parts in _having(sizes, "serve")}
    if served:
        yield from _serving(served, folder, link)
    compared = {size: parts["compare"] for size, parts in _having(sizes, "compare")}
    if compared:
        yield from _comparing(compared, built, folder, link)


def _having(sizes: Mapping[int, Figures], part: str) -> list[tuple[int, Figures]]:
    return [(size, parts) for size, parts in sorted(sizes.items()) if part in parts]


def _corpora(corpora: Mapping[int, Figures]) -> Iterator[str]:
    if not corpora:
        return
    yield "### The corpora"
    yield (
        "Sentences of real texts, their figures, years and places varied, drawn by a law of Zipf "
        "and Mandelbrot: common ones return, and the number of different ones grows slower than "
        "the corpus. [The generator](../benchmarks/scale/generator.py) says how."
    )
    columns = ["passages", "reports", "characters a passage", "sentences", "different sentences",
               "different characters", "different pairs"]  # fmt: skip
    names = ("passages", "reports", "mean_characters", "sentences", "distinct_sentences",
             "distinct_characters", "distinct_bigrams")  # fmt: skip
    yield table(columns, [[found.get(name) for name in names] for found in corpora.values()])


def _building(built: Mapping[int, Figures], folder: Path, link: str) -> Iterator[str]:
    yield "### Building"
    yield (
        "Own memory is what the process and its helpers allocate; mapped memory is pages of files, "
        "which the system takes back when it needs them."
    )
    rows = [
        [
            size,
            found["kind"],
            _duration(found["seconds"]),
            found["passages_per_second"],
            found["memory_mib"]["own"],
            found["memory_mib"]["mapped"],
            sum(found["bytes_per_passage"].values()),
        ]
        for size, found in built.items()
    ]
    yield table(
        ["passages", "kind of index", "time", "passages a second", "own memory, MiB",
         "mapped, MiB", "bytes a passage"],
        rows,
    )  # fmt: skip
    steps = list(dict.fromkeys(step for found in built.values() for step in found["steps"]))
    yield "Seconds by step:"
    yield table(
        ["passages", *steps],
        [[size, *(found["steps"].get(step) for step in steps)] for size, found in built.items()],
    )
    groups = list(dict.fromkeys(g for f in built.values() for g in f["bytes_per_passage"]))
    yield "Bytes a passage on disk:"
    yield table(
        ["passages", *groups],
        [[size, *(f["bytes_per_passage"].get(g) for g in groups)] for size, f in built.items()],
    )
    if len(built) > 1:
        yield _lined(folder, link, "scale-build", "Building", "passages a second", {
            "passages a second": [(s, f["passages_per_second"]) for s, f in built.items()],
        })  # fmt: skip
        yield _lined(folder, link, "scale-build-memory", "Memory to build", "MiB", {
            "own": [(s, f["memory_mib"]["own"]) for s, f in built.items()],
            "mapped": [(s, f["memory_mib"]["mapped"]) for s, f in built.items()],
        })  # fmt: skip
    stacked_plot(
        folder / "scale-bytes.svg",
        "Bytes a passage on disk",
        {f"{size:,}": found["bytes_per_passage"] for size, found in built.items()},
        y="bytes",
    )
    yield _image("Bytes a passage on disk", link, "scale-bytes")


def _serving(served: Mapping[int, Figures], folder: Path, link: str) -> Iterator[str]:
    clients = next(iter(served.values()))["clients"]
    yield "### Answering"
    yield (
        "A question alone, and with "
        f"{clients} threads that ask without a pause: then it also waits for its turn at the cores."
        " No question is put twice, and none is answered from the cache."
    )
    yield table(
        ["passages", "alone p50, ms", "p95", "p99", f"{clients} clients p50, ms", "p95", "p99",
         "answers a second", "opening, s", "own memory, MiB", "mapped, MiB"],
        [
            [
                size,
                *(found["alone_ms"].get(p) for p in ("p50", "p95", "p99")),
                *(found["clients_ms"].get(p) for p in ("p50", "p95", "p99")),
                found["clients_per_second"],
                found["seconds"]["open"],
                found["memory_mib"]["largest"]["own"],
                found["memory_mib"]["largest"]["mapped"],
            ]
            for size, found in served.items()
        ],
    )  # fmt: skip
    steps = list(dict.fromkeys(step for found in served.values() for step in found["steps_ms"]))
    yield "Median milliseconds by step, alone:"
    yield table(
        ["passages", *steps],
        [[size, *(f["steps_ms"].get(step) for step in steps)] for size, f in served.items()],
    )
    if len(served) > 1:
        yield _lined(folder, link, "scale-latency", "Milliseconds a question", "ms", {
            **{
                f"alone {p}": [(s, f["alone_ms"][p]) for s, f in served.items()]
                for p in ("p50", "p95", "p99")
            },
            f"{clients} clients p95": [(s, f["clients_ms"]["p95"]) for s, f in served.items()],
        }, log_y=True)  # fmt: skip
        yield _lined(folder, link, "scale-memory", "Memory to answer", "MiB", {
            "own": [(s, f["memory_mib"]["largest"]["own"]) for s, f in served.items()],
            "mapped": [(s, f["memory_mib"]["largest"]["mapped"]) for s, f in served.items()],
        })  # fmt: skip


def _comparing(
    compared: Mapping[int, Figures], built: Mapping[int, Figures], folder: Path, link: str
) -> Iterator[str]:
    yield "### What is found"
    yield (
        "Recall@10 of the search for passages by vectors, against an exhaustive search of the same "
        "vectors; and, on a sample, the ten first hits and the first extract against those of a "
        "search that looks at everything."
    )
    yield table(
        ["passages", "kind of index", "recall@10", "hits in common", "same first extract"],
        [
            [
                size,
                built.get(size, {}).get("kind", ""),
                found["recall@10"],
                found["hits_overlap@10"],
                found["same_first_extract"],
            ]
            for size, found in compared.items()
        ],
    )
    if len(compared) > 1:
        yield _lined(folder, link, "scale-recall", "Recall@10 against exact search", "share", {
            "recall@10": [(s, f["recall@10"]) for s, f in compared.items()],
        })  # fmt: skip


def facts(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """Whether facts put into a corpus are found, by size."""
    del folder, link
    sizes = {int(size): parts for size, parts in figures.get("sizes", {}).items()}
    served = {size: parts["serve"] for size, parts in _having(sizes, "serve")}
    if served:
        yield "### Facts found"
        yield (
            "Facts about places with made-up names were put into the corpora, each into one "
            "report, among others in the same words. Share of the questions about them whose first "
            "extract tells the fact:"
        )
        languages = ("zh", "en")
        named = ("asked in Chinese", "asked in English")
        yield table(
            ["passages", *named],
            [[s, *(f["needles"]["hit@1"].get(x) for x in languages)] for s, f in served.items()],
        )


def scale_and_facts(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """Both, in one section."""
    yield from scale(figures, folder, link)
    yield from facts(figures, folder, link)


def memory(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """The curve, and the line through its second half."""
    half = figures["second_half"]
    yield (
        f"{figures['questions']:,} different questions, and the index opened anew "
        f"{figures['reloads']:,} times in between. Over the second half memory rises by "
        f"{half['rise']:+.2f} MiB of {half['mean']:,.0f}: {half['slope']:+.3f} ± "
        f"{half['error']:.3f} MiB a thousand questions."
    )
    if "descriptors" in figures:
        held = figures["descriptors"]
        yield f"Open descriptors: {held['first']} at first, {held['last']} at last."
    curve = [(point["questions"], point["mib"]) for point in figures["curve"]]
    line_plot(
        folder / "memory.svg", "Memory of one process", {"own": curve}, x="questions", y="MiB"
    )
    yield _image("Memory of one process", link, "memory")


def profile(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """The steps of one question, and where the time goes."""
    yield (
        f"A whole answer takes {shown(figures['total_ms']['p50'])} ms (median; p95 "
        f"{shown(figures['total_ms']['p95'])} ms). The bare model takes "
        f"{shown(figures['bare_encode_ms']['p50'])} ms to encode the same question: the answer "
        f"costs {shown(figures['ratio'])} times that."
    )
    steps = {name: value for name, value in figures["steps_ms"].items() if name != "total"}
    bar_plot(folder / "profile.svg", "One question by step", steps, x="ms, median")
    yield _image("One question by step", link, "profile")
    yield table(["step", "median, ms"], list(steps.items()))
    yield "Shares of the time by package, under the profiler, which slows Python's part down:"
    yield table(["package", "share"], list(figures["by_package"].items()))
    yield "The most expensive functions:"
    rows = [[f"`{one['name']}`", one["share"]] for one in figures["functions"][:12]]
    yield table(["function", "share"], rows)


SECTIONS = (
    Section(
        "peers",
        "Beside other programs",
        "Each program at its defaults and at the best setting that its documentation offers for "
        "Chinese, all with the same embedding model, over the same sets, in one run.",
        "python benchmarks/peers",
        peers,
    ),
    Section(
        "scale",
        "From ten thousand to a million passages",
        "A passage is a paragraph of 80 characters in the mean; a report has about forty.",
        "python benchmarks/scale --sizes 10k,100k,1M --work DIR",
        scale_and_facts,
    ),
    Section(
        "embedding",
        "Embedding",
        "The built-in model, against the bare model on the same texts and against what the "
        "machine's matrix multiplication allows.",
        "python benchmarks/embedding.py",
        stated,
    ),
    Section(
        "startup",
        "Start-up",
        "From the start of `cityqa ask` to its answer, against a bare process that loads the same "
        "model and encodes the question.",
        "python benchmarks/startup.py",
        stated,
    ),
    Section(
        "profile",
        "One question",
        "Where the time of an answer goes, over the shipped reports.",
        "python benchmarks/question_profile.py",
        profile,
    ),
    Section(
        "memory",
        "Memory over a long run",
        "One process that answers, reloads and answers.",
        "python benchmarks/memory.py",
        memory,
    ),
    Section(
        "ray",
        "Ray: building on many machines",
        "The index built by two actors, against the local build.",
        "python benchmarks/ray_engine.py",
        stated,
    ),
    Section(
        "milvus",
        "Milvus: searching in a store",
        "The same questions put to FAISS and to Milvus Lite.",
        "python benchmarks/milvus.py",
        stated,
    ),
)


def _lined(
    folder: Path, link: str, name: str, title: str, y: str, lines: Figures, *, log_y: bool = False
) -> str:
    line_plot(folder / f"{name}.svg", title, lines, x="passages", y=y, log_x=True, log_y=log_y)
    return _image(title, link, name)


def _image(title: str, link: str, name: str) -> str:
    return f"![{title}]({link}/{name}.svg)"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
