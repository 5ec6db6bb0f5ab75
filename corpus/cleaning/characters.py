"""Characters that no reader should see: controls, invisible ones, entities, odd blanks."""

from __future__ import annotations

import html
import re

from corpus.cleaning.hanzi import HAN
from corpus.cleaning.rule import text_rule

# With their semicolon only: "AT&T" and "R&D费用" are text.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def unescape_entities(text: str) -> str:
    """HTML character references written out: ``&nbsp;``, ``&#8220;``, ``&amp;quot;``."""
    while (found := _ENTITY.sub(lambda match: html.unescape(match.group()), text)) != text:
        text = found
    return text


# These C1 controls are what Windows-1252 punctuation becomes when read as Latin-1.
_C1 = {code: bytes([code]).decode("cp1252") for code in (0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97)}
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u0090\u0098-\u009f"
    "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
# Joiners belong to emoji and to other scripts; between Han they are leftovers of a page.
_JOINER = re.compile(rf"(?:(?<=[{HAN}\s,-~])|^)[\u200c\u200d]+|[\u200c\u200d]+(?=[{HAN}\s!-~]|$)")


def drop_unseen(text: str) -> str:
    """Without control, zero-width, directional and soft-hyphen characters and byte order marks."""
    return _JOINER.sub("", _UNSEEN.sub("", text.translate(_C1)))


_BLANKS = re.compile(r"\s+")


def plain_blanks(text: str) -> str:
    """No-break, ideographic and other blanks, and runs of them, as one space; none at the ends."""
    # The Hangul fillers and the braille blank are letters to Unicode, blanks to the eye.
    return _BLANKS.sub(" ", text.translate({0x3164: " ", 0xFFA0: " ", 0x2800: " "})).strip()


ENTITIES = text_rule(
    "html-entity", "a character reference of HTML left in the text", unescape_entities
)
UNSEEN = text_rule(
    "unseen-character", "control, zero-width and directional characters", drop_unseen
)
BLANKS = text_rule("odd-blank", "no-break, ideographic and repeated blanks", plain_blanks)
