"""Bytes to text: the encoding is found from evidence, never assumed.

A byte order mark decides; so does text that is valid UTF-8. What is left is decoded in every way
that Chinese text is stored (GB18030, Big5, UTF-16), and the reading wins that looks most like
Chinese: one that is wrong shows rare characters, private-use ones, kana and gaps. An encoding that
a page or a server declares is evidence too, but pages declare wrong ones, so it is verified.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import Final, NamedTuple

from corpus.errors import ReadError
from corpus.readers.common_han import COMMON_HAN, level_one

_BOMS: Final = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE: Final = ("gb18030", "big5hkscs", "cp950")
_WIDE: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# What a page declares is often an older part of what it uses (the WHATWG Encoding Standard says
# the same): GB2312 and GBK are parts of GB18030, Latin 1 of Windows-1252.
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Other encodings of text that a declaration or the detector may name; nothing that transforms
# (UTF-7, punycode) or that accepts any bytes at all (the EBCDIC and DOS code pages).
_OTHERS: Final = frozenset(
    {"cp932", "cp949", "euc_jp", "iso2022_jp", "koi8-r", "koi8-u", "tis-620", "viscii"}
    | {f"cp125{digit}" for digit in range(9)}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)}
)

_SAMPLE_BYTES = 4_000_000
_SAMPLE_CHARACTERS = 100_000
_CERTAIN = 0.6
"""Score from which a reading is believed at once: right ones reach .8 to 1, while Chinese in the
wrong encoding stays below .2 and Korean below .6."""
_BEYOND_DOUBT = 0.8
"""Score that overrules a declared encoding of another language."""
_POSSIBLE = 0.3
"""Score from which a reading is believed when nothing else explains the bytes."""
_DECLARED_BONUS = 0.3
_CONTROL_SHARE = 0.01
_CONTROL_BYTES = bytes(sorted({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1a\x1b"}))
_ASCII = re.compile(r"[\x00-\x7f]+")
_BINARY = "is a binary file, not text"


class Decoded(NamedTuple):
    """A text and the encoding that its bytes were in (Python's name for it)."""

    text: str
    encoding: str


class _Reading(NamedTuple):
    score: float
    encoding: str


def decode(data: bytes, *, origin: str, declared: str | None = None) -> Decoded:
    """The text of a file.

    Single bytes that are damaged become U+FFFD, for cleaning to deal with.

    Args:
        data: the whole file.
        origin: path or address, for the error.
        declared: the encoding that the page or server names, if any, in any spelling.

    Raises:
        ReadError: the bytes are no text, or in no encoding that can be told.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
            if _damage(text) > _CONTROL_SHARE:
                raise ReadError(_BINARY, where=origin)
            return Decoded(text, encoding)
    if b"\0" in data:
        return _decode_wide(data, origin)
    if len(data) - len(data.translate(None, _CONTROL_BYTES)) > max(3, _CONTROL_SHARE * len(data)):
        raise ReadError(_BINARY, where=origin)
    declared = _known_encoding(declared)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = _find(data, origin, declared)
        return Decoded(data.decode(encoding, errors="replace"), encoding)
    if _may_be_two_byte_chinese(text):
        best = _best(_readings(data, ("gb18030", "big5hkscs")))
        if best.score >= 1.0:
            return Decoded(data.decode(best.encoding), best.encoding)
    return Decoded(text, "utf-8")


def _decode_wide(data: bytes, origin: str) -> Decoded:
    """UTF-16 or UTF-32 without a mark: the only text with NUL bytes in it."""
    best = _best(_readings(data, _WIDE))
    if best.score < _POSSIBLE:
        raise ReadError(_BINARY, where=origin)
    return Decoded(data.decode(best.encoding, errors="replace"), best.encoding)


def _find(data: bytes, origin: str, declared: str | None) -> str:
    """The encoding of bytes that are not valid UTF-8 and have no mark."""
    # UTF-8 takes part with a few damaged bytes; so does UTF-16 of Han alone, which has no NUL.
    readings = _readings(data, ("utf-8", *_CHINESE, *_WIDE[:2]))
    weighed = [
        _Reading(r.score + _DECLARED_BONUS, r.encoding) if r.encoding == declared else r
        for r in readings
    ]
    best = _best(weighed)
    if best.score >= (_BEYOND_DOUBT if declared in _OTHERS else _CERTAIN):
        return best.encoding
    for candidate in (declared, _western(data), _detected(data)):
        if candidate in _OTHERS and _is_strict(data, candidate):
            return candidate
    if best.score >= _POSSIBLE:
        return best.encoding
    raise ReadError("is in no encoding that can be told", where=origin, mend="save it as UTF-8")


def _best(readings: list[_Reading]) -> _Reading:
    """The highest score; of equal ones the first, so that the commoner encoding wins."""
    return max(readings, key=lambda reading: reading.score, default=_Reading(-3.0, ""))


def _western(data: bytes) -> str | None:
    """Windows-1252 where every letter beyond ASCII stands alone or in a pair, as in é or œu."""
    text = data[:_SAMPLE_BYTES].decode("cp1252", errors="replace")
    return None if "\ufffd" in text or _LONG_RUN.search(text) else "cp1252"


_LONG_RUN = re.compile(r"[^\x00-\x7f]{3}")


def _detected(data: bytes) -> str | None:
    # Imported here: most files never need it.
    from charset_normalizer import from_bytes

    match = from_bytes(data[:_SAMPLE_BYTES]).best()
    return None if match is None else _known_encoding(match.encoding)


def _known_encoding(name: str | None) -> str | None:
    """Python's name for a declared encoding, widened to what is used under that name."""
    if not name:
        return None
    try:
        python_name = codecs.lookup(name.strip().strip("\"'").removeprefix("x-")).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(python_name, python_name)


def _is_strict(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return _damage(text) <= _CONTROL_SHARE


def _damage(text: str) -> float:
    """Share of characters that no text has: gaps and C0 or C1 controls."""
    counts = Counter(text[:_SAMPLE_BYTES])
    bad = sum(n for c, n in counts.items() if _weight(c) <= _CONTROL_WEIGHT)
    return bad / max(1, counts.total())


def _may_be_two_byte_chinese(text: str) -> bool:
    """Whether valid UTF-8 is so short and odd that it may be GB18030 or Big5 by chance.

    A few pairs of bytes are valid in all three; in UTF-8 they are Latin, Greek, Cyrillic, Hebrew
    or Arabic letters. A lone pair and a letter within a Latin word stay UTF-8.
    """
    letters = _ASCII.sub("", text[:_SAMPLE_BYTES])
    return 2 <= len(letters) <= 32 and max(letters) < "\u0800" and not _IN_LATIN_WORD.search(text)


_IN_LATIN_WORD = re.compile(r"[A-Za-z][\u0080-\u07ff]|[\u0080-\u07ff][A-Za-z]")


def _readings(data: bytes, encodings: tuple[str, ...]) -> list[_Reading]:
    """How much each encoding's reading looks like text, best possible 1."""
    sample = data[:_SAMPLE_BYTES]
    readings = []
    for encoding in encodings:
        wide = encoding in _WIDE
        if wide and len(data) % (int(encoding[4:6]) // 8):
            continue
        try:
            # A sample may end within a character.
            text = codecs.getincrementaldecoder(encoding)("replace").decode(
                sample, final=len(sample) == len(data)
            )
        except UnicodeDecodeError:
            continue
        readings.append(_Reading(_score(text, encoding), encoding))
    return readings


def _score(text: str, encoding: str) -> float:
    if encoding == "utf-8":
        letters = _ASCII.sub("", text)
        # Valid multi-byte sequences do not come about by chance: only damage counts.
        return 1.0 - 3.0 * letters.count("\ufffd") / max(1, len(letters))
    # ASCII is the same in every multi-byte encoding and tells nothing; in wide ones it does.
    letters = (text if encoding in _WIDE else _ASCII.sub("", text))[:_SAMPLE_CHARACTERS]
    counts = Counter(letters)
    total = sum(n * _weight(c) for c, n in counts.items())
    return total / max(1, counts.total())


_CONTROL_WEIGHT = -3.0
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕—…·～％　\u00a0")


def _weight(character: str) -> float:
    """How much a character speaks for the reading that shows it, from -3 to 1."""
    code = ord(character)
    if code < 0x80:
        is_printed = 0x20 <= code != 0x7F or character in "\t\n\v\f\r\x1a\x1b"
        return 1.0 if is_printed else _CONTROL_WEIGHT
    if character in COMMON_HAN or character in _PUNCTUATION:
        return 1.0
    if character in level_one():
        return 0.5
    if 0xFF01 <= code <= 0xFF5E or 0x2010 <= code <= 0x2049 or 0x2460 <= code <= 0x249B:
        return 0.5  # full-width ASCII, general punctuation, circled and bracketed numbers
    if 0x4E00 <= code <= 0x9FFF:
        return 0.0
    if character == "\ufffd" or code < 0xA0 or 0xFDD0 <= code <= 0xFDEF:
        return _CONTROL_WEIGHT
    if 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return -2.0  # private use
    return -0.5  # kana, other scripts, symbols, rare Han of the extensions
