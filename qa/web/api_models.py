"""What the JSON interface takes and gives, as its description (OpenAPI) has it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.filters import FIRST_YEAR, LAST_YEAR
from qa.question import MAX_CHARS

Kind = Literal["original", "digest"]
PassageKind = Literal["text", "note", "caption"]

_LINK = "Our page of the report; a path of this server where no public address is set."


class AskedQuestion(BaseModel):
    """A question."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "武汉改造了多少个老旧小区？", "cities": ["武汉"], "top": 3},
                {"question": "How many old residential compounds did Wuhan renovate?"},
                {
                    "question": "武汉改造了多少个老旧小区？",
                    "years": [2021],
                    "publishers": ["地方志"],
                },
            ]
        },
    )

    question: str = Field(
        min_length=1,
        max_length=MAX_CHARS,
        description="In any language; it needs a letter or digit.",
    )
    cities: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default=[], max_length=20, description="Search the reports of these only; all where empty."
    )
    years: list[Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR, strict=True)]] = Field(
        default=[], max_length=20, description="Search reports of these years only."
    )
    publishers: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default=[],
        max_length=20,
        description="Search the reports of these publishers only; part of a name will do.",
    )
    top: int | None = Field(
        default=None,
        ge=1,
        le=20,
        # Otherwise `true` would be 1.
        strict=True,
        description="Extracts wanted; as the server is set where null.",
    )


class GivenExtract(BaseModel):
    """Whole sentences of a report, word for word."""

    rank: int = Field(description="From 1.")
    text: str
    report: str = Field(description="Its id.")
    city: str
    title: str
    publisher: str | None
    date: str | None = Field(description="Of publication, as 2022-10-27.")
    section: str = Field(description="The heading it stands under; empty where there is none.")
    passage: str = Field(description="Its id.")
    start: int = Field(description="Its first character in the report's text.")
    end: int = Field(description="The character after its last one.")
    score: float
    link: str = Field(description=f"{_LINK} Leads to the sentence.")
    source_link: str | None = Field(description="The original's address, where it is known.")
    kind: Kind


class GivenAnswer(BaseModel):
    """An answer: extracts; or, where it is refused, the nearest ones, unconfirmed."""

    question: str
    read_as: str | None = Field(description="With typing errors mended; null where there are none.")
    language: str = Field(description="Of the question.")
    refused: bool
    confidence: float = Field(description="Probability that the first extract answers.")
    extracts: list[GivenExtract]
    nearest: list[GivenExtract]
    timings_ms: dict[str, float]


class ListedReport(BaseModel):
    """A report without its text."""

    id: str
    kind: Kind
    city: str
    aliases: list[str]
    title: str
    publisher: str | None
    authors: list[str]
    date: str | None = Field(description="Of publication, as 2022-10-27.")
    language: str
    url: str | None = Field(description="Of the original.")
    link: str = Field(description=_LINK)


class ReportList(BaseModel):
    """A page of the list of reports."""

    reports: list[ListedReport]
    total: int = Field(description="Reports in all.")
    next: str | None = Field(description="Where the list goes on; null at its end.")


class ReportSection(BaseModel):
    """The text between one heading and the next."""

    heading: str = Field(description="Empty before the first one.")
    start: int
    end: int
    passages: list[str] = Field(description="Ids, in order.")


class ReportMirror(BaseModel):
    """Another place where a report was published."""

    id: str = Field(description="The id that it would have as a report of its own.")
    publisher: str | None
    date: str | None = Field(description="Of publication there, as 2022-10-27.")
    url: str | None


class ReportDetails(ListedReport):
    """A report."""

    source_title: str | None = Field(description="Of a digest, the original's title.")
    mirrors: list[ReportMirror] = Field(description="Where else it was published.")
    text: str = Field(description="Cleaned; start and end are characters of it.")
    sections: list[ReportSection]


class SentenceDetails(BaseModel):
    """One sentence of a passage."""

    anchor: str = Field(description="Its name on the page of the report.")
    text: str
    start: int
    end: int


class Neighbour(BaseModel):
    """The passage before or after one."""

    id: str
    text: str


class ShownPassage(BaseModel):
    """A passage where it stands."""

    id: str
    report: str
    section: str
    kind: PassageKind
    text: str
    start: int
    end: int
    sentences: list[SentenceDetails]
    before: Neighbour | None
    after: Neighbour | None
    link: str = Field(description=_LINK)
    source_link: str | None = Field(description="The original's address, where it is known.")


class Moved(BaseModel):
    """The passage that a sentence is in, or that took the place of what was there before."""

    moved_to: str = Field(description="Its id.")
