"""What the pages say, in the language of the page."""

from __future__ import annotations

from qa.coverage import coverage
from qa.language import Interface
from qa.messages import message


def words(language: Interface) -> dict[str, str]:
    """Labels of the pages by name."""
    return {
        "ask_about": message(language, "Ask about a city"),
        "skip": message(language, "Skip to the answer"),
        "your_question": message(language, "Your question"),
        "hint": message(
            language,
            "In any language. Answers are extracts of the reports, word for word, each with its "
            "source.",
        ),
        "ask": message(language, "Ask"),
        "cities": message(language, "Search these cities only"),
        "all_cities": message(language, "Without a choice, all are searched."),
        "city": message(language, "Name of the city"),
        "narrow": message(language, "Search some years or publishers only"),
        "years": message(language, "Years of the reports"),
        "publisher": message(language, "Publisher, or part of its name"),
        "none_fits": message(
            language,
            "No report fits these years and publishers. Leave one of them out, and I look again.",
        ),
        "language": message(language, "Language"),
        "examples": message(language, "For example:"),
        "reports": message(language, "All reports"),
        "report_page": message(language, "Read it in the report"),
        "source_page": message(language, "Original page"),
        "digest": message(language, "digest of the original"),
        "original": message(language, "original"),
        "no_publisher": message(language, "publisher not stated"),
        "undated": message(language, "undated"),
        "cite": message(language, "Cite"),
        "do_copy": message(language, "Copy"),
        "copied": message(language, "Copied"),
        "plain_link": message(language, "Link"),
        "why": message(language, "Why this one?"),
        "why_hint": message(
            language,
            "What the ranking is made of: how near the passage is to the question, and what each "
            "sign adds to the extract's score.",
        ),
        "signal": message(language, "Sign"),
        "value": message(language, "Value"),
        "adds": message(language, "Adds"),
        "passage_signals": message(language, "The passage"),
        "extract_signals": message(language, "The extract"),
        "how_sure": message(language, "How sure:"),
        "answer": message(language, "Answer"),
        "not_told": message(language, "The reports do not tell."),
        "nearest": message(language, "Nearest passages, unconfirmed:"),
        "helpful": message(language, "Helpful"),
        "wrong_source": message(language, "Wrong source"),
        "not_an_answer": message(language, "Not an answer"),
        "does_it": message(language, "Does this extract answer?"),
        "rate_refusal": message(language, "Is that so?"),
        "indeed": message(language, "Yes, no report tells"),
        "told": message(language, "No, a report tells"),
        "thanks": message(language, "Thank you. It is noted."),
        "kept": message(
            language,
            "If you rate an answer, your question and the answer are kept with it. Nothing is "
            "kept otherwise, and never who you are.",
        ),
        "back": message(language, "Back to the question"),
    }


def read_as(language: Interface, question: str) -> str:
    """That typing errors were mended."""
    return message(language, "Read as: {question}", question=question)


def not_covered(language: Interface, places: str, *, answered: bool) -> str:
    """That there is no report about some places that were asked about."""
    if answered:
        return message(
            language,
            "There is no report about {places}; this answers for the others.",
            places=places,
        )
    return message(language, "No report covers {places}.", places=places)


def covered(language: Interface, more: int) -> tuple[str, str]:
    """What stands before and after the names of the cities that there are reports about.

    Args:
        language: of the interface.
        more: how many others there are.
    """
    before, _, after = coverage(language, "\0", more).partition("\0")
    return before, after


def extract_number(language: Interface, rank: int) -> str:
    """The heading of an extract."""
    return message(language, "Extract {number}", number=rank)


def sureness(language: Interface, confidence: float, threshold: float) -> str:
    """How sure the first extract is to answer, and below what an answer is refused."""
    return message(
        language,
        "{share} that the first extract answers; below {threshold} there is no answer.",
        share=f"{confidence:.0%}",
        threshold=f"{threshold:.0%}",
    )


def too_long(language: Interface, length: int, most: int) -> str:
    """That a question is too long."""
    return message(
        language,
        "Your question has {length} characters, and I read up to {most}. Could you ask it shorter?",
        length=f"{length:,}",
        most=f"{most:,}",
    )


def fault(language: Interface, status: int, seconds: int) -> str:
    """What a page says that cannot be shown.

    Args:
        language: of the interface.
        status: of HTTP.
        seconds: to wait, where the status asks for it.
    """
    if status == 404:
        return message(language, "There is no such page here.")
    if status == 413:
        return message(language, "That is more than can be taken in.")
    if status == 429:
        return message(
            language, "That was a lot at once. Please ask again in {seconds} s.", seconds=seconds
        )
    if status == 503:
        return message(language, "Many are asking just now. Please try again in a moment.")
    if status == 504:
        return message(language, "That took too long. Please try again.")
    if status == 410:
        return message(language, "This answer can no longer be rated. Please ask again.")
    if status < 500:
        return message(language, "That cannot be done here.")
    return message(language, "Something went wrong. Please try again later.")
