"""A question, understood: language, places, years, what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corpus.errors import UsageError
from corpus.normalise import normalise
from corpus.places.recognise import Mention, PlaceFinder
from qa.chinese_years import in_digits
from qa.interrogatives import without_interrogatives
from qa.language import CHINESE, Interface, detect_language, interface_language
from qa.wants import Want, asked_units, wants

MAX_CHARS = 2_000

# Below this, a place that was recognised does not narrow the search.
FOCUS_CERTAINTY = 0.5
# Below this, a place without a report is no reason to say that there is none.
ABSENT_CERTAINTY = 0.75

# Asks for a city, so that one city named beside it is what the answer is compared with. (Which
# district or county is asked of the city that is named.)
_WHICH_CITY = re.compile(
    r"哪[个些几]?(?:座|一座|个)?(?:城市|市(?!直|场|长|委|级|民|区|属|里))"
    r"|(?:which|what) (?:city|cities)"
    r"|(?:qué|que|cuál|qual|quale|quali|quelles?|welke|hangi)"
    r" (?:ciudad|cidade|città|villes?|stad|şehir)"
    r"|welche[rsnm]? (?:stadt|städte)|как(?:ой|ом|ие|их) город|któr\w+ miast|jaki\w* miast"
    r"|どの(?:都市|市)|(?:어느|어떤) 도시|เมืองใด|เมืองไหน|أي مدينة"
)
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Question:
    """What is known about a question before anything is searched.

    Attributes:
        text: as typed, blanks at both ends removed.
        language: tag, as ``detect_language`` gives it.
        interface: the language to answer in.
        content: the text without the names of covered places, for the search inside their reports.
        focus: groups of report ids that the question is about, one a place in the order named;
            empty for all reports.
        absent: names of cities that the question is about and that no report covers.
        years: that it names.
        wants: kinds of value asked for.
        units: units asked for (``名`` of ``多少名``).
        places: full and short Chinese names of places that the content names in another script.
        read_as: the text with typing errors mended; empty where there are none.
        bag: terms of the content to how surely each is meant; none where all are.
    """

    text: str
    language: str
    interface: Interface
    content: str
    focus: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...]
    years: tuple[int, ...]
    wants: frozenset[Want]
    units: tuple[str, ...]
    places: tuple[tuple[str, str], ...] = ()
    read_as: str = ""
    bag: Mapping[str, float] | None = None

    @property
    def meant(self) -> str:
        """The text to embed."""
        return self.read_as or self.text

    @property
    def terms(self) -> str:
        """The content without the words that ask, in search form, for the lexical signals."""
        return without_interrogatives(self.content)

    @property
    def dictionary(self) -> str:
        """The language in which words that are not Chinese are looked up."""
        return "en" if self.language in CHINESE else self.language

    @property
    def compares(self) -> bool:
        """Whether it names two places or more and wants something of each."""
        return len(self.focus) > 1


def check_question(text: str) -> str:
    """The text without blanks at both ends.

    Raises:
        UsageError: it is empty or too long.
    """
    text = text.strip()
    if not re.search(r"[^\W_]", text):
        raise UsageError("the question is empty", mend="ask something, in any language")
    if len(text) > MAX_CHARS:
        raise UsageError(
            f"the question has {len(text):,} characters, at most {MAX_CHARS:,} are read",
            mend="ask it shorter",
        )
    return text


def understand(
    text: str, finder: PlaceFinder, is_word: Callable[[str], bool] = lambda _: False
) -> Question:
    """Analyse a question.

    Args:
        text: as typed.
        finder: knows the places that the reports cover.
        is_word: whether the reports hold a string; a place without a report whose name they hold
            is a word like any other.

    Raises:
        UsageError: the question is empty or too long.
    """
    text = check_question(text)
    language = detect_language(text)
    mentions = finder.find(text)
    covered = [m for m in mentions if m.covered and m.certainty >= FOCUS_CERTAINTY]
    focus: list[tuple[str, ...]] = []
    if not _WHICH_CITY.search(normalise(text)) or len(covered) > 1:
        for mention in covered:
            if mention.covered not in focus:
                focus.append(mention.covered)
    return Question(
        text=text,
        language=language,
        interface=interface_language(language),
        # A county's name tells the passages of a report apart; its city's name does not.
        content=_without(text, [m for m in covered if finder.is_whole(m)]) if focus else text,
        focus=tuple(focus),
        absent=_absent(mentions, is_word),
        years=tuple(dict.fromkeys(map(int, _YEAR.findall(in_digits(normalise(text)))))),
        wants=wants(text),
        units=asked_units(text),
        places=_foreign_places(text, mentions, finder, focused=bool(focus)),
    )


def _foreign_places(
    text: str, mentions: Sequence[Mention], finder: PlaceFinder, *, focused: bool
) -> tuple[tuple[str, str], ...]:
    """The Chinese names of places that are named in another script and not searched apart."""
    names = (
        (mention.place.name, mention.place.short)
        for mention in mentions
        if mention.place is not None
        and not _HAN.search(text[mention.start : mention.end])
        and not (focused and mention.covered and finder.is_whole(mention))
    )
    return tuple(dict.fromkeys(names))


def _absent(mentions: Sequence[Mention], is_word: Callable[[str], bool]) -> tuple[str, ...]:
    """Names of cities, districts and counties that no report covers, each once."""
    names = (
        mention.name
        for mention in mentions
        if not mention.covered
        and mention.place is not None
        and mention.place.level != "province"
        and mention.certainty >= ABSENT_CERTAINTY
        and not is_word(mention.name)
    )
    return tuple(dict.fromkeys(names))


def _without(text: str, mentions: Sequence[Mention]) -> str:
    """The text with the mentions cut out; the text itself where nothing else would be left."""
    parts = []
    position = 0
    for mention in mentions:
        parts.append(text[position : mention.start])
        position = mention.end
    parts.append(text[position:])
    rest = " ".join(part.strip() for part in parts if part.strip())
    return rest if re.search(r"\w{2}", rest) else text
