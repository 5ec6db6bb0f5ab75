"""Names of countries, languages, currencies, months and large cities, from Unicode CLDR.

CLDR holds them for every language that questions come in, Chinese among them; it comes with the
package ``babel`` (Unicode License v3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr")

# 德语 is spoken in 德国: what English calls German is either.
_LANGUAGE = re.compile(r"(.{1,5})[语文]")


def cldr_terms() -> Iterator[tuple[str, str, str]]:
    """Each pair of names as (language tag, foreign name, Chinese name)."""
    # Imported here: only building needs it.
    from babel import Locale

    chinese = Locale("zh")
    countries = set(chinese.territories.values())
    for language in LANGUAGES:
        locale = Locale(language)
        pairs = [
            *_joined(locale.territories, chinese.territories),
            *_joined(locale.currencies, chinese.currencies),
            *_joined(_cities(locale.time_zones), _cities(chinese.time_zones)),
            *_months(locale.months),
        ]
        for name, form in _joined(locale.languages, chinese.languages):
            pairs.append((name, form))
            if spoken := _LANGUAGE.fullmatch(form):
                stem = spoken[1]
                pairs += [(name, land) for land in (stem, stem + "国") if land in countries]
        for name, form in pairs:
            yield language, name, form


def _joined(foreign: Mapping[str, str], chinese: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for code, name in foreign.items():
        # Regions of the world have numbers: "Eastern Europe" is words of its own.
        if code in chinese and not code.isdigit():
            yield name, chinese[code]


def _cities(zones: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Time zone to the city that stands for it; English leaves out those that its key spells."""
    return {
        zone: names.get("city") or zone.rpartition("/")[2].replace("_", " ")
        for zone, names in zones.items()
        if "/" in zone
    }


def _months(months: Mapping[str, Mapping[str, Mapping[int, str]]]) -> Iterator[tuple[str, str]]:
    # The nominative and, where a language has one, the form that stands in a date.
    for context in ("format", "stand-alone"):
        for number, name in months[context]["wide"].items():
            # Japanese and Korean write numerals, which are found as they are.
            if not name[0].isdigit():
                yield name, f"{number}月"
                yield name, "一 二 三 四 五 六 七 八 九 十 十一 十二".split()[number - 1] + "月"
