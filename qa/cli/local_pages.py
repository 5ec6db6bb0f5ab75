"""The report pages that links lead to where there is no public address."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from corpus.errors import StorageError
from corpus.pages import write_missing, write_pages
from corpus.pages.folder import is_complete, pages_folder
from embeddings.snapshot import Snapshot
from qa.cli.output import warn
from qa.settings import Settings

MOST_PAGES = 500
"""Reports whose pages are all written before the first answer; of more, those that it cites."""


class LocalPages:
    """The pages of an index in the user's cache; one that cannot be written is told of.

    Args:
        settings: the effective ones.
        snapshot: the index.

    Attributes:
        folder: that they lie in.
    """

    def __init__(self, settings: Settings, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.folder = pages_folder(settings.cache / "pages", snapshot.manifest.digest)
        self._one_by_one = len(snapshot.reports) > MOST_PAGES
        if not self._one_by_one and not is_complete(self.folder):
            with _told():
                write_pages(snapshot.reports.values(), self.folder, moved=snapshot.moved)

    def write(self, reports: Iterable[str]) -> None:
        """Write the pages of the reports that an answer cites, where they are not there.

        Args:
            reports: ids; they may repeat.
        """
        if self._one_by_one:
            cited = (self._snapshot.reports[name] for name in dict.fromkeys(reports))
            with _told():
                write_missing(cited, self.folder, moved=self._snapshot.moved)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        warn(f"{error}; links will not open")
