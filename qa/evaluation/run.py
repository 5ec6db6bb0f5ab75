"""Asking every question of a set; a run that is stopped goes on where it was."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from corpus.errors import EvaluationError, StorageError
from qa.engine import Answerer
from qa.evaluation.judge import HITS, TOP, Judge
from qa.evaluation.records import EvalQuestion, Malformed, Prediction
from qa.evaluation.records_json import prediction_from_record, prediction_record

PARTIAL = "predictions.partial.jsonl"
"""What a run has so far; gone when it is done."""

_LATENCY = "latency_ms"

Progress = Callable[[int, int], None]
"""Called with the questions answered so far and the questions in all."""


def known_questions(
    questions: Sequence[EvalQuestion], judge: Judge
) -> tuple[tuple[EvalQuestion, ...], tuple[Malformed, ...]]:
    """The questions whose reports the index holds, and the others with what is unknown.

    Raises:
        EvaluationError: none is left.
    """
    known: list[EvalQuestion] = []
    malformed: list[Malformed] = []
    for question in questions:
        unknown = judge.unknown(question)
        if unknown:
            malformed.append(Malformed(question.line, f"the index holds no report {unknown[0]}"))
        else:
            known.append(question)
    if not known:
        first = malformed[0]
        raise EvaluationError(
            f"no question is of this corpus; {first.line}: {first.reason}",
            mend="name the right one with --corpus or --index",
        )
    return tuple(known), tuple(malformed)


def ask_all(
    answerer: Answerer,
    judge: Judge,
    questions: Sequence[EvalQuestion],
    *,
    partial: Partial | None = None,
    progress: Progress | None = None,
) -> list[Prediction]:
    """Ask every question, in order.

    Args:
        answerer: of the index.
        judge: of the same index.
        questions: each id once.
        partial: of a run that keeps what it has; its predictions are not asked for again.
        progress: told after each question.
    """
    predictions = [] if partial is None else partial.take(questions)
    if progress is not None:
        progress(len(predictions), len(questions))
    for question in questions[len(predictions) :]:
        answer = answerer.ask(question.text, top=TOP, passages=HITS)
        prediction = judge.prediction(question, answer)
        if partial is not None:
            partial.add(prediction)
        predictions.append(prediction)
        if progress is not None:
            progress(len(predictions), len(questions))
    return predictions


class Partial:
    """The predictions of a run so far, in a file to which each is added as it is made.

    The first line is the identity of the run, each other line a prediction.

    Attributes:
        other: whether what the file held was of another run, and is gone.
        kept: how many predictions it held.
    """

    def __init__(self, stream: IO[bytes], identity: Mapping[str, Any]) -> None:
        self._stream = stream
        header = _line(identity)
        found = stream.readlines()
        whole = [line for line in found if line.endswith(b"\n")]
        same = bool(whole) and whole[0] == header
        self.other = bool(found) and not same and len(whole) > 1
        self._lines = whole[1:] if same else []
        if not same:
            self._begin(0, header)

    def take(self, questions: Sequence[EvalQuestion]) -> list[Prediction]:
        """The predictions of the first questions; what follows them in the file is dropped."""
        predictions: list[Prediction] = []
        for question, line in zip(questions, self._lines, strict=False):
            try:
                record = json.loads(line)
                prediction = prediction_from_record(record, float(record[_LATENCY]))
            except (ValueError, KeyError, TypeError, RecursionError):
                break
            if prediction.question != question:
                break
            predictions.append(prediction)
        self._stream.seek(0)
        header = self._stream.readline()
        end = len(header) + sum(map(len, self._lines[: len(predictions)]))
        self._begin(end, b"")
        return predictions

    def add(self, prediction: Prediction) -> None:
        """Add a prediction.

        Raises:
            StorageError: the disk refuses.
        """
        record = {**prediction_record(prediction), _LATENCY: prediction.latency_ms}
        with _disk_errors(Path(self._stream.name)):
            self._stream.write(_line(record))
            self._stream.flush()

    def _begin(self, end: int, content: bytes) -> None:
        with _disk_errors(Path(self._stream.name)):
            self._stream.truncate(end)
            self._stream.seek(end)
            self._stream.write(content)
            self._stream.flush()


@contextlib.contextmanager
def partial_run(folder: Path, identity: Mapping[str, Any]) -> Iterator[Partial]:
    """Keep the predictions of a run in a folder until it is done.

    Args:
        folder: of the results; made where there is none.
        identity: what the predictions follow from, as plain values; a file of another run is not
            gone on with.

    Raises:
        EvaluationError: another run is writing here.
        StorageError: the disk refuses.
    """
    import fcntl

    path = folder / PARTIAL
    with contextlib.ExitStack() as stack:
        with _disk_errors(path):
            folder.mkdir(parents=True, exist_ok=True)
            # For reading and appending, whether or not it is there.
            stream = stack.enter_context(path.open("a+b"))
            stream.seek(0)
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EvaluationError(
                "another evaluation is writing here",
                where=str(folder),
                mend="wait for it, or name another folder with --out",
            ) from error
        yield Partial(stream, identity)
        with _disk_errors(path):
            path.unlink(missing_ok=True)


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


@contextlib.contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"the results cannot be kept here ({error.strerror})",
            where=str(path.parent),
            mend="name another folder with --out",
        ) from error
