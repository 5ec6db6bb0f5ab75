"""``cityqa serve``."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from corpus.errors import UsageError
from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import complain
from qa.settings import IndexPlace


@click.command()
@corpus_option
@index_option
@model_option
@click.option("--host", metavar="ADDRESS", help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; default 8000, 0 for a free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; default 1.")
def serve(
    folders: tuple[Path, ...],
    folder: IndexPlace | None,
    model: str | None,
    host: str | None,
    port: int | None,
    workers: int | None,
) -> None:
    """Serve a page to ask on, the report pages and a JSON interface, until stopped.

    SIGTERM and Ctrl-C finish open requests first; SIGHUP has an index taken into use that was built
    anew, which is looked for every half minute as well.
    """
    if folders and folder:
        raise UsageError("--corpus and --index exclude each other", mend="name one of them")
    # Imported here: `cityqa serve --help` and wrong usage need none of it.
    from qa.cli.progress import progress_bar
    from qa.web.forks import Told
    from qa.web.settings import load_serve
    from qa.web.supervisor import run

    settings = effective(corpus=folders, index=folder, model=model)
    if folders:
        settings = settings.model_copy(update={"index": None})
    _start_logging()
    try:
        run(
            settings,
            load_serve(host=host, port=port, workers=workers),
            progress=progress_bar,
            ready=lambda address: complain(f"serving on {address}"),
        )
    except Told as failure:
        raise click.exceptions.Exit(failure.code) from failure


def _start_logging() -> None:
    """One line on standard error for what an operator should know."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("cityqa: %(message)s"))
    # Some libraries set loggers of their own to tell everything.
    handler.setLevel(logging.INFO)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("qa").setLevel(logging.INFO)
