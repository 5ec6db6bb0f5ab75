"""The page of an evaluation: scores, plots and every miss, in one HTML file that opens from disk.

Nothing is loaded from elsewhere and nothing runs but the page's own script, which the content
security policy names by digest. Whatever depends on time is inside the element ``latency``, so that
two runs give the same bytes but there.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from corpus.errors import StorageError
from qa.evaluation import plots, tables
from qa.evaluation.evaluation import SEEN
from qa.evaluation.misses import STEPS, Miss, misses
from qa.evaluation.records import PredictedExtract, PredictedHit, Prediction

if TYPE_CHECKING:
    from qa.evaluation.evaluation import Evaluation

TEMPLATES = Path(__file__).parent / "templates"

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
# Relative, or of a scheme that runs nothing. Browsers overlook blanks and control characters in a
# scheme, so a link with any is none.
_LINK = re.compile(
    r"((https?|file)://|[^:/?#\s\x00-\x20]*(/|[?#]|$))[^\s\x00-\x20\x7f]*", re.IGNORECASE
)


def write_page(path: Path, evaluation: Evaluation, predictions: Sequence[Prediction]) -> None:
    """Write the page of an evaluation.

    Args:
        path: of the file.
        evaluation: its scores.
        predictions: that the scores were computed from, in the order of the questions.

    Raises:
        StorageError: the disk refuses.
    """
    page = render_page(evaluation, predictions)
    try:
        path.write_bytes(page.encode("utf-8", errors="replace"))
    except OSError as error:
        raise StorageError(
            f"the page cannot be written ({error.strerror})", where=str(path)
        ) from error


def render_page(evaluation: Evaluation, predictions: Sequence[Prediction]) -> str:
    """The page of an evaluation as HTML; everything from questions and reports is escaped."""
    style, script = (
        (TEMPLATES / name).read_text("utf-8") for name in ("evaluation.css", "evaluation.js")
    )
    lost = misses(predictions)
    drawn = (
        plots.recall_at_k(predictions),
        plots.refusal(predictions),
        plots.reliability(predictions),
    )
    return _template().render(
        style=Markup(style),
        script=Markup(script),
        style_digest=_digest(style),
        script_digest=_digest(script),
        evaluation=evaluation,
        seen=SEEN,
        title=_title(evaluation),
        facts=tuple(_facts(evaluation.run)),
        malformed=evaluation.malformed,
        scores=tables.scores(evaluation),
        groupings=tables.groupings(evaluation),
        matrix=tables.matrix(evaluation),
        plots=tuple(plot for plot in drawn if plot is not None),
        latency_plot=plots.latency(predictions),
        misses=lost,
        steps=STEPS,
        lost=Counter(miss.step for miss in lost),
        filters=_filters(lost),
        signals=_signals,
    )


@cache
def _template() -> Template:
    """The template, compiled once a process."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tag"] = _language_tag
    environment.filters["script_tag"] = _script_tag
    environment.filters["link"] = _safe_link
    environment.filters["breakable"] = _breakable
    return environment.get_template("evaluation.html")


def _title(evaluation: Evaluation) -> str:
    name = evaluation.run.get("set")
    if isinstance(name, Mapping):
        name = name.get("name")
    return str(name or "evaluation")


def _facts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A mapping's leaves with their dotted names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _facts(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        yield name, ", ".join(str(item) for item in value) or "none"
    else:
        yield name, "none" if value is None or value == "" else str(value)


def _filters(lost: Iterable[Miss]) -> tuple[tuple[str, str, tuple[tuple[str, str, int], ...]], ...]:
    """The selections above the misses: field, label, and every value, as called, with its count."""
    lost = tuple(lost)
    questions = [miss.prediction.question for miss in lost]
    steps = Counter(miss.step for miss in lost)
    reports = Counter(r for q in questions for r in (sorted(set(q.reports)) or [""]))
    return (
        ("step", "Lost at", tuple((s, STEPS[s], steps[s]) for s in STEPS if steps[s])),
        ("language", "Language", _values(Counter(q.language for q in questions))),
        ("kind", "Kind", _values(Counter(q.kind for q in questions))),
        ("reports", "Right report", _values(reports)),
    )


def _values(counts: Mapping[str, int]) -> tuple[tuple[str, str, int], ...]:
    return tuple((value, value or "none", counts[value]) for value in sorted(counts))


def _signals(
    first: PredictedExtract | PredictedHit,
    best: tuple[int, PredictedExtract] | tuple[int, PredictedHit] | None,
) -> str:
    """Signals of the first and of the best right one side by side.

    As aligned text: one element, however many signals there are, for thousands of rows.
    """
    columns = [("first", {"score": first.score, **first.signals})]
    if best is not None and best[0] > 1:
        columns.append((f"right, {best[0]}", {"score": best[1].score, **best[1].signals}))
    names = list(dict.fromkeys(name for _, values in columns for name in values))
    width = max(len(name) for name in names)
    lines = [" " * width + "".join(f"{heading:>12}" for heading, _ in columns)]
    for name in names:
        cells = (f"{values[name]:.4g}" if name in values else "–" for _, values in columns)
        lines.append(f"{name:<{width}}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def _digest(text: str) -> str:
    """What the content security policy calls an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _language_tag(tag: str) -> str:
    """A tag that may stand in an attribute ``lang``; empty, for "unknown", where it is none."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _script_tag(text: str) -> str:
    """Chinese where a text of a report has Han characters, so that fonts are chosen for it."""
    return "zh" if _HAN.search(text) else ""


def _breakable(name: str) -> Markup:
    """A name that a narrow column may break after an underscore or a dot."""
    return Markup(re.sub(r"(?<=[_.])(?=\w)", "<wbr>", escape(name)))


def _safe_link(link: str) -> str:
    """The link, or nothing where following it would run something."""
    return link if _LINK.fullmatch(link) else ""
