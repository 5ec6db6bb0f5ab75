"""Every error that cityqa raises on purpose.

::

    CityqaError                 one line: what, where, how to mend it
    ├── UsageError              the request itself is wrong (exit code 2)
    │   ├── UnknownCity         no report covers the city that was asked for
    │   └── UnknownReport       no report has that id
    ├── SettingsError           a setting has a value that cannot be used
    ├── CorpusError             the reports cannot be used
    │   ├── EmptyCorpus         a folder without one readable report, or no folder
    │   ├── ReadError           one file cannot be read as a report
    │   ├── FetchError          a web address gives no report
    │   └── MetadataError       front matter or ``reports.toml`` cannot be used
    ├── ModelError              the embedding model cannot be loaded or used
    ├── IndexFault              the index on disk cannot be used
    │   ├── IndexMissing        there is none at that place
    │   ├── IndexMismatch       made with another model, format or corpus
    │   └── IndexDamaged        a file is missing, cut short or changed
    ├── EngineError             other processes or machines that help to build fail
    ├── EvaluationError         questions or results of an evaluation cannot be used
    ├── FeedbackFault           the feedback store cannot be used
    │   ├── FeedbackDamaged     its file is no store, cut short or changed
    │   └── FeedbackNewer       a later version of the program made it
    ├── StateFault              the bot's state cannot be used
    │   ├── StateDamaged        its file is no state, cut short or changed
    │   └── StateNewer          a later version of the program made it
    └── StorageError            the disk refuses: full, read-only, no permission
"""

from __future__ import annotations

from collections.abc import Callable


class CityqaError(Exception):
    """An error to show to the user as one line.

    Args:
        what: what is wrong, without a full stop.
        where: the file, address, setting or question that is wrong.
        mend: what the user can do about it.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, mend: str | None = None) -> None:
        super().__init__(what, where, mend)
        self.what = what
        self.where = where
        self.mend = mend

    def __reduce__(self) -> tuple[Callable[..., CityqaError], tuple[object, ...]]:
        # An error found in another process is raised in this one.
        return _again, (type(self), self.what, self.where, self.mend)

    def __str__(self) -> str:
        line = self.what if self.where is None else f"{self.where}: {self.what}"
        if self.mend is not None:
            line = f"{line}; {self.mend}"
        return " ".join(line.split())


def _again(kind: type[CityqaError], what: str, where: str | None, mend: str | None) -> CityqaError:
    return kind(what, where=where, mend=mend)


class UsageError(CityqaError):
    """The request itself is wrong."""

    exit_code = 2


class UnknownCity(UsageError):
    """No report covers the city that was asked for."""


class NoSuchReports(UsageError):
    """No report is of the year or the publisher that was asked for."""


class UnknownReport(UsageError):
    """No report has that id."""


class SettingsError(CityqaError):
    """A setting has a value that cannot be used."""


class CorpusError(CityqaError):
    """The reports cannot be used."""


class EmptyCorpus(CorpusError):
    """A folder without one readable report, or no folder."""


class ReadError(CorpusError):
    """One file cannot be read as a report."""


class FetchError(CorpusError):
    """A web address gives no report."""


class MetadataError(CorpusError):
    """Front matter or ``reports.toml`` cannot be used."""


class ModelError(CityqaError):
    """The embedding model cannot be loaded or used."""


class IndexFault(CityqaError):
    """The index on disk cannot be used."""


class IndexMissing(IndexFault):
    """There is no index at that place."""


class IndexMismatch(IndexFault):
    """The index was made with another model, format or corpus."""


class IndexDamaged(IndexFault):
    """A file of the index is missing, cut short or changed."""


class EngineError(CityqaError):
    """Other processes or machines that help to build an index cannot be reached, or fail."""


class EvaluationError(CityqaError):
    """Questions or results of an evaluation cannot be used."""


class FeedbackFault(CityqaError):
    """The feedback store cannot be used."""


class FeedbackDamaged(FeedbackFault):
    """The file of the feedback store is no store, cut short or changed."""


class FeedbackNewer(FeedbackFault):
    """A later version of the program made the feedback store."""


class StateFault(CityqaError):
    """The bot's state cannot be used."""


class StateDamaged(StateFault):
    """The file of the bot's state is none, cut short or changed."""


class StateNewer(StateFault):
    """A later version of the program made the bot's state."""


class StorageError(CityqaError):
    """The disk refuses: full, read-only, no permission."""
