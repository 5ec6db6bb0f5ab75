"""Ask one index alone and with many threads, in a process of its own.

    python benchmarks/scale/serving.py INDEX QUESTIONS.json OUT.json [--clients 16]

The process is what a worker of ``cityqa serve`` is, without HTTP: one ``Answerer`` that all threads
share. The index is brought into memory first, as such a worker does while it answers its first
questions. No question is put twice, so that the cache of questions serves none. The first half is
asked by one thread, the second half by all; each thread asks its next question when the last is
answered, so that with all threads at work a question also waits for its turn at the cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.scale.parent import end_with
from benchmarks.scale.resident import Watch, peak, resident


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.parent is not None:
        end_with(arguments.parent)
    started = time.perf_counter()
    # Imported here: loading the program is part of the time.
    from benchmarks.scale.asking import ask, hit, opened, quantiles, steps
    from benchmarks.scale.generator import Question
    from embeddings.read_ahead import free_memory, read_ahead

    imported = time.perf_counter()
    answers = opened(arguments.index)
    ready = time.perf_counter()
    at_start = resident()
    read_ahead(answers.snapshot.folder.glob("*"), free_memory() // 2)
    read = time.perf_counter()
    questions = [Question(**one) for one in json.loads(arguments.questions.read_text("utf-8"))]
    with Watch(seconds=2.0) as watch:
        first = ask(answers, questions[0])
        middle = (len(questions) + 1) // 2
        alone = [ask(answers, question) for question in questions[1:middle]]
        after_alone = watch.look()
        begun = time.perf_counter()
        with ThreadPoolExecutor(arguments.clients) as pool:
            together = list(pool.map(lambda q: ask(answers, q), questions[middle:]))
        lasted = time.perf_counter() - begun
        after_all = watch.look()
    needles = [one for one in (first, *alone, *together) if one.question.report]
    hits = {
        language: [hit(one) for one in needles if one.question.language == language]
        for language in ("zh", "en")
    }
    figures = {
        "seconds": {
            "import": round(imported - started, 3),
            "open": round(ready - imported, 3),
            "read_ahead": round(read - ready, 3),
            "first_question": round(first.milliseconds / 1000, 3),
        },
        "alone_ms": quantiles(one.milliseconds for one in alone),
        "clients_ms": quantiles(one.milliseconds for one in together),
        "clients": arguments.clients,
        "clients_per_second": round(len(together) / lasted, 1),
        "steps_ms": steps(alone),
        "memory_mib": {
            "opened": at_start.as_dict(),
            "after_alone": after_alone.as_dict(),
            "after_all": after_all.as_dict(),
            "largest": watch.largest.as_dict(),
            "peak": round(peak(), 1),
        },
        "needles": {
            "hit@1": {
                key: round(sum(values) / len(values), 4) for key, values in hits.items() if values
            },
            "n": {key: len(values) for key, values in hits.items()},
        },
        "questions": len(questions),
    }
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
