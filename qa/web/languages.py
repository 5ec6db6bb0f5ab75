"""In which of the three interface languages a page is."""

from __future__ import annotations

from starlette.requests import Request

from qa.language import Interface

TAGS: dict[Interface, str] = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "en": "en"}
"""Interface language to its tag (BCP 47), as addresses and ``lang`` attributes have it."""

NAMES: dict[Interface, str] = {"zh_Hans": "简体中文", "zh_Hant": "繁體中文", "en": "English"}
"""What each calls itself."""

DEFAULT: Interface = "en"

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def page_language(request: Request) -> tuple[Interface, bool]:
    """The language of a page, and whether the address names it.

    The address goes first (``?lang=zh-Hant``; also ``zh_Hant``, ``zh-TW``, ``zh``), then what the
    browser accepts.
    """
    wanted = request.query_params.get("lang", "").strip().lower().replace("_", "-")
    language = _language(wanted)
    if language is not None:
        return language, True
    return accepted(request.headers.get("accept-language", "")), False


def accepted(header: str) -> Interface:
    """The language that an ``Accept-Language`` header wants most (RFC 9110, 12.5.4).

    Whoever reads neither Chinese nor English gets English.
    """
    choices: list[tuple[float, int, Interface]] = []
    for position, part in enumerate(header.lower().split(",")[:32]):
        tag, _, weight = part.strip().partition(";")
        language = _language(tag.strip())
        quality = _quality(weight.strip())
        if language is not None and quality > 0:
            choices.append((-quality, position, language))
    return min(choices)[2] if choices else DEFAULT


def _language(tag: str) -> Interface | None:
    if tag.startswith(_TRADITIONAL):
        return "zh_Hant"
    primary = tag.partition("-")[0]
    if primary == "zh":
        return "zh_Hans"
    return "en" if primary == "en" else None


def _quality(weight: str) -> float:
    if not weight.startswith("q="):
        return 1.0
    try:
        return float(weight[2:])
    except ValueError:
        return 0.0
