"""``cityqa eval``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import UsageError
from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import complain, say_json, warn
from qa.settings import expanded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.evaluation.bars import Bar
    from qa.evaluation.evaluation import Evaluation
    from qa.evaluation.records import Prediction, QuestionSet
    from qa.settings import IndexPlace, Settings


def _path(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Path | None:
    if value is None:
        return None
    if not value.strip():
        raise click.BadParameter("the name is empty")
    return expanded(value)


@click.command("eval")
@click.argument("file", callback=_path)
@click.option(
    "--questions",
    metavar="FILE",
    callback=_path,
    help="Ask the questions of this file in SQuAD's format instead, joined on their ids.",
)
@corpus_option
@index_option
@model_option
@click.option(
    "--models",
    metavar="DIR",
    callback=_path,
    help="Trained models to use, not the shipped ones: of a folder, those that hold the set out.",
)
@click.option(
    "--out", metavar="DIR", callback=_path, help="Write scores, predictions and a page here."
)
@click.option("--limit", type=click.IntRange(min=1), help="Ask the first questions only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option(
    "--min",
    "least",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Exit with 1 where a metric is below this, as extract_hit@1=0.9. May be repeated.",
)
@click.pass_context
def evaluate(
    context: click.Context,
    file: Path,
    questions: Path | None,
    folders: tuple[Path, ...],
    folder: IndexPlace | None,
    model: str | None,
    models: Path | None,
    out: Path | None,
    limit: int | None,
    as_json: bool,
    least: tuple[str, ...],
) -> None:
    """Score the answers to questions with known answers.

    FILE is JSONL or CSV (id, question, lang, report, answer, kind), JSON in SQuAD's format, or a
    folder in BEIR's; the last two bring their own documents. With --out, a run that is stopped goes
    on where it was when it is started again.
    """
    if folders and folder:
        raise UsageError("--corpus and --index exclude each other", mend="name one of them")
    settings = effective(corpus=folders, index=folder, model=model)
    if folders:
        settings = settings.model_copy(update={"index": None})
    # Imported here: `cityqa eval --help` and wrong usage need no model.
    from qa.evaluation.bars import missed_bars, parse_bar
    from qa.evaluation.readers import read_questions

    bars = [parse_bar(text) for text in least]
    found = read_questions(file, questions)
    if found.reports is not None and (folders or folder):
        raise UsageError(
            "brings documents of its own", where=str(file), mend="leave out --corpus and --index"
        )
    evaluation, predictions = _evaluated(settings, found, bars, models, out, limit)
    scores = evaluation.as_json()
    if as_json:
        say_json(scores)
    else:
        from qa.cli.scores import print_evaluation

        print_evaluation(evaluation, predictions, out)
    missed = list(missed_bars(bars, scores))
    for line in missed:
        complain(line)
    if missed:
        context.exit(1)


def _evaluated(
    settings: Settings,
    found: QuestionSet,
    bars: Sequence[Bar],
    models: Path | None,
    out: Path | None,
    limit: int | None,
) -> tuple[Evaluation, list[Prediction]]:
    """Ask the questions and score the answers; write the files where a folder is named."""
    from qa.cli.progress import progress_bar
    from qa.engine import Answerer
    from qa.evaluation.bars import check_groups
    from qa.evaluation.corpora import open_corpus
    from qa.evaluation.evaluation import SEEN, groups_of
    from qa.evaluation.evaluation import evaluate as scored
    from qa.evaluation.facts import facts, identity
    from qa.evaluation.judge import Judge
    from qa.evaluation.models import models_for
    from qa.evaluation.outputs import PAGES, write_outputs
    from qa.evaluation.run import ask_all, known_questions, partial_run
    from qa.links import PageLinks

    trained = models_for(models, found.files)
    with contextlib.ExitStack() as stack:
        progress = stack.enter_context(progress_bar())
        opened = open_corpus(settings, found, progress=progress)
        for line in opened.left_out:
            warn(line)
        judge = Judge(opened.snapshot)
        manifest = opened.snapshot.manifest
        asked, unknown = known_questions(found.questions, judge)
        asked = asked[:limit]
        check_groups(bars, groups_of(asked))
        # Pages in the folder of the results: links hold wherever it is moved.
        links = PageLinks(str(settings.public_url) if settings.public_url else PAGES)
        answerer = Answerer(opened.snapshot, opened.embedder, links, trained)
        partial = None
        if out is not None:
            made_of = identity(manifest, found, answerer.trained)
            partial = stack.enter_context(partial_run(out, made_of))
            if partial.other:
                warn(f"{out}: what was begun here was another evaluation; this one starts anew")
        predictions = ask_all(
            answerer,
            judge,
            asked,
            partial=partial,
            progress=lambda done, total: progress("ask", done, total),
        )
        evaluation = scored(
            predictions,
            index=manifest.digest,
            run=facts(manifest, found, limit=limit, trained=answerer.trained),
            malformed=sorted((*found.malformed, *unknown), key=lambda one: one.line),
        )
        if out is not None:
            reports = opened.snapshot.reports
            write_outputs(out, evaluation, predictions, reports, pages=not settings.public_url)
    if evaluation.seen:
        warn(f"{found.name}: {SEEN}; name models that hold it out with --models")
    return evaluation, predictions
