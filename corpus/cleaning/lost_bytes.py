r"""Text whose GBK bytes were misread: what can be proved is put back.

Chinese pages of two bytes a character break in two ways that leave their traces in the text.

*Realigned reading.* One byte is cut off, and each following character is read from the second byte
of one and the first byte of the next, until a byte that cannot begin a character sets the reader
right. The cut-off byte shows as ``?``; the last one swallowed as an ASCII character. ``。”在黨`` is
``A1A3 A1B1 D4DA FC68``; without its first byte it reads ``A3A1 B1D4 DAFC 68``: ``?！痹邳h``.

*A gloss inside a character.* A converter that searches bytes finds a character across two others,
and writes its reading between them: ``要務`` is ``D2AA 84D5``, in which stands ``AA84``, 獎
(jiǎng). Then 84 and D5, each before a bracket, show as ``?`` and swallow it: ``要?jiǎng)?wù)``. The
readings tell the bytes: the only character (``84D5``) read wù whose first byte makes, after the AA
of 要, a character read jiǎng, is 務.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.cleaning import dictionary, pinyin
from corpus.cleaning.glosses import LETTERS
from corpus.cleaning.hanzi import HAN, gbk_bytes, is_common
from corpus.cleaning.rule import text_rule

_MARKS = "?\uff1f\ufffd"
_LEADS = range(0x81, 0xFF)
_TRAILS = [code for code in range(0x40, 0xFF) if code != 0x7F]
_LONGEST_RUN = 40  # characters

_ENDS = "。\uff0c、\uff1b\uff1a\uff01\uff1f…”’》\uff09"
_OPENERS = {"“": "”", "‘": "’", "《": "》", "\uff08": "\uff09", "「": "」", "『": "』", "【": "】"}
_CLOSERS = frozenset(_OPENERS.values())
_PUNCTUATION = frozenset(_ENDS) | frozenset("…—·") | _OPENERS.keys() | _CLOSERS


def _two_bytes(character: str) -> bytes | None:
    """A character's GBK bytes; ASCII punctuation as the full-width form it was folded from."""
    if character in "!,:;?":
        character = chr(ord(character) + 0xFEE0)
    return gbk_bytes(character)


# A run of characters of two bytes, and the ASCII character that its last byte swallowed.
_RUN = re.compile(r"([^\x00-\x7f\ufffd]|[!,:;?]){1,40}([@-~])(?![0-9A-Za-z])")


def _realigned(text: str, at: int, opened: list[str]) -> tuple[str, int] | None:
    """What stood behind the mark that ends at ``at``, and where it ends; none if not certain."""
    garbled = _RUN.match(text, at)
    if garbled is None:
        return None
    pairs = [_two_bytes(character) for character in garbled.group()[:-1]]
    run = b"".join(pair for pair in pairs if pair)
    if len(run) != 2 * len(pairs):
        return None
    run += garbled[2].encode("ascii")
    # Of the first character only the second byte is known. Punctuation stands in two rows.
    for lead in (0xA1, 0xA3):
        try:
            found = (bytes([lead]) + run).decode("gb18030")
        except UnicodeDecodeError:
            return None
        if found[0] in _ENDS and _is_plausible(found, garbled.group()[:-1], opened):
            return found, garbled.end()
    return None


def _is_plausible(found: str, garbled: str, opened: list[str]) -> bool:
    """Common characters only, closing what is open, where the garbled text had a rare character."""
    if any(c not in _PUNCTUATION and not is_common(c) for c in found):
        return False
    waiting = opened[-_LONGEST_RUN:]
    for c in found:
        if c in _CLOSERS and (not waiting or waiting.pop() != c):
            return False
        if c in _OPENERS:
            waiting.append(_OPENERS[c])
    return any(c in "!,:;?" or not is_common(c) for c in garbled)


_SIGNS = re.compile("[" + "".join(_OPENERS) + "".join(sorted(_CLOSERS)) + _MARKS + "]")


def realign(text: str) -> str:
    """The text with every misaligned stretch read from its right byte again."""
    if not any(mark in text for mark in _MARKS):
        return text
    parts: list[str] = []
    opened: list[str] = []
    copied = 0
    for sign in _SIGNS.finditer(text):
        at = sign.start()
        if at < copied:
            continue
        if sign.group() not in _MARKS:
            _follow(sign.group(), opened)
        elif at and not text[at - 1].isascii():
            mended = _realigned(text, at + 1, opened)
            if mended is not None:
                parts += text[copied:at], mended[0]
                copied = mended[1]
                _follow(mended[0], opened)
    return "".join([*parts, text[copied:]])


def _follow(text: str, opened: list[str]) -> None:
    """Keep ``opened``, the closing marks still waited for, in step with the text."""
    for character in text:
        if character in _OPENERS:
            opened.append(_OPENERS[character])
        elif opened and character == opened[-1]:
            opened.pop()


_TORN = re.compile(
    rf"([{HAN}])((?:[{_MARKS}][{LETTERS}]{{1,8}}[)\uff09]){{1,4}}|[{LETTERS}]{{1,8}}[)\uff09])"
)
_UNIT = re.compile(rf"([{LETTERS}]{{1,8}})[)\uff09]")


@lru_cache(maxsize=256)
def _candidates(trail: int, first: str, second: str) -> tuple[str, ...]:
    """Characters read ``second``, whose lead byte makes a character read ``first`` after trail."""
    found: list[str] = []
    for lead in _LEADS:
        across = _decoded(trail, lead)
        if first not in dictionary.readings(across):
            continue
        characters = (_decoded(lead, last) for last in _TRAILS)
        found += [c for c in characters if second in dictionary.readings(c)]
    return tuple(found)


def _decoded(lead: int, trail: int) -> str:
    try:
        return bytes([lead, trail]).decode("gb18030")
    except UnicodeDecodeError:
        return ""


def _mend_torn(match: re.Match[str]) -> str:
    before, garbage = match.groups()
    read = [pinyin.canonical(reading) for reading in _UNIT.findall(garbage)]
    # A syllable with its tone mark cannot be anything but a gloss.
    if not all(pinyin.is_syllable(reading) and pinyin.marks(reading) for reading in read):
        return match.group()
    pair = gbk_bytes(before)
    if len(read) != 2 or garbage[0] not in _MARKS or pair is None:
        return before
    found: Sequence[str] = _candidates(pair[1], read[0], read[1])
    if len(found) > 1:
        found = [character for character in found if dictionary.is_word(before + character)]
    return before + found[0] if len(found) == 1 else before


def mend_torn_glosses(text: str) -> str:
    """Without glosses that lost their opening bracket; the character they broke is put back."""
    if ")" not in text and "\uff09" not in text:
        return text
    return _TORN.sub(_mend_torn, text)


_REPLACED = re.compile("(?:\ufffd|锟斤拷)+")


def drop_marks(text: str) -> str:
    """Without marks of lost bytes, save between digits, where a figure would be made up.

    ``\ufffd`` and ``锟斤拷`` are always such marks. A ``?`` is one where no question mark can be:
    before a comma, full stop or semicolon, or between the start of a line and a character.
    """
    text = _REPLACED.sub(_between_digits, text)
    return _NO_QUESTION.sub("", text)


def _between_digits(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return match.group() if before.isdigit() and after.isdigit() else ""


_NO_QUESTION = re.compile(
    rf"(?<=[{HAN}])[?\uff1f]+(?=[,\uff0c、。;\uff1b])|^[?\uff1f]+\s*(?=[{HAN}])"
)

REALIGN = text_rule("lost-byte", "characters misread after a lost byte, read again", realign)
TORN = text_rule(
    "torn-gloss", "a reading written into the middle of a character", mend_torn_glosses
)
MARKS = text_rule("replacement-mark", "what stands for bytes that are lost", drop_marks)
