"""Questions, refusals, ratings and latency, for the operator's admins."""

from __future__ import annotations

from collections.abc import Sequence

from bot.styled import Style, Styled
from bot.view import View, ViewContext
from qa.feedback.records import Statistics, Versions
from qa.messages import message


def stats_view(
    stretches: Sequence[tuple[int | None, Statistics]],
    context: ViewContext,
    *,
    reports: int,
    versions: Versions,
) -> View:
    """Counts over some stretches of time, and what answers at the moment.

    Args:
        stretches: each with its days up to now, or none for all that is kept.
        context: language and links.
        reports: how many there are.
        versions: of program, index and model.
    """
    language = context.language
    text = Styled()
    for days, counts in stretches:
        if days is None:
            title = message(language, "All that is kept")
        elif days == 1:
            title = message(language, "In the last 24 hours")
        else:
            title = message(language, "In the last {days} days", days=days)
        text.add(title, Style.BOLD).add("\n")
        _counts(text, counts, context)
        text.add("\n")
    text.add(message(language, "In use"), Style.BOLD).add("\n")
    text.add(message(language, "Reports: {count}", count=reports)).add("\n")
    text.add(
        f"cityqa {versions.cityqa} · {versions.model} {versions.model_version} · "
        f"{versions.index[:12]}"
    )
    return View(text)


def _counts(text: Styled, counts: Statistics, context: ViewContext) -> None:
    language = context.language
    text.add(message(language, "Questions: {count}", count=counts.questions)).add("\n")
    text.add(
        message(language, "Refused: {count} ({share})", count=counts.refusals, share=_share(counts))
    ).add("\n")
    text.add(
        message(
            language,
            "Helpful: {helpful} · wrong source: {wrong} · not an answer: {none}",
            helpful=counts.ratings["helpful"],
            wrong=counts.ratings["wrong_source"],
            none=counts.ratings["not_an_answer"],
        )
    ).add("\n")
    if counts.latency_p50_ms is not None and counts.latency_p95_ms is not None:
        text.add(
            message(
                language,
                "Latency: {median} ms (median), {high} ms (95 of 100)",
                median=round(counts.latency_p50_ms),
                high=round(counts.latency_p95_ms),
            )
        ).add("\n")


def _share(counts: Statistics) -> str:
    """Refusals among the questions, in percent."""
    return f"{counts.refusals / counts.questions:.0%}" if counts.questions else "0%"
