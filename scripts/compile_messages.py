"""Compile the message catalogues: ``cityqa.po`` under ``qa/locale`` to the ``.mo`` beside it."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[1] / "qa" / "locale"


def compiled(source: Path) -> bytes:
    """The compiled catalogue; messages without a translation are left out."""
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parents[1].name)
    # The time of compiling is no part of what is compiled.
    catalogue.creation_date = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    result = io.BytesIO()
    write_mo(result, catalogue)
    return result.getvalue()


def main() -> None:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        source.with_suffix(".mo").write_bytes(compiled(source))
        print(source.with_suffix(".mo").relative_to(LOCALE.parents[1]))


if __name__ == "__main__":
    main()
