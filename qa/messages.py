"""The interface's messages in Simplified Chinese, Traditional Chinese and English.

Catalogues are gettext files under ``qa/locale``; `scripts/compile_messages.py` compiles them.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from qa.language import Interface

DOMAIN = "cityqa"
LOCALE = Path(__file__).parent / "locale"


@cache
def catalogue(language: Interface) -> gettext.NullTranslations:
    """The messages of a language; English is the language of the source."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=[language])


def message(language: Interface, text: str, **values: object) -> str:
    """A message in a language, with its places filled in.

    Args:
        language: of the interface.
        text: the message in English, as in the source.
        values: for ``str.format``.
    """
    return catalogue(language).gettext(text).format(**values)
