"""What cleaning left: misread characters, glosses, lost bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from corpus.cleaning.hanzi import HAN
from corpus.doctor.finding import Finding, about, quoted, times
from corpus.library import Entry

_AROUND: Final = 10  # characters shown at each side of where one ends

_TONES = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ"
# What Windows-1252 shows for the bytes 80 to BF, the second and third of UTF-8.
_HIGH = "\u0080-\u00bf" + bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
_ASKS = "谁誰什甚吗嗎么麼呢何哪几幾怎否多少"
_SIGNS: Final = {
    "mojibake": (
        # The replacement character, private use, C1 controls; what two wrong readings make of it
        # (锟斤拷) and of uninitialised memory (烫烫烫, 屯屯屯); UTF-8 read as Windows-1252.
        re.compile(
            "[\ufffd\ue000-\uf8ff\x80-\x9f]+|锟斤拷|烫烫烫|屯屯屯"
            rf"|[\u00c2\u00c3][{_HIGH}]|[\u00e0-\u00ef][{_HIGH}]{{2}}"
        ),
        "misread characters",
    ),
    "gloss": (
        re.compile(rf"[{HAN}] ?[(\uff08][a-z{_TONES} ]*[{_TONES}][a-z{_TONES} ]*[)\uff09]"),
        "a reading in brackets",
    ),
    "lost-byte": (
        # 实?，落实: a question mark where nothing is asked.
        re.compile(
            rf"(?<![{HAN}])(?:(?![{_ASKS}])[{HAN}])+[?](?=[{HAN}、\uff0c；]|[!\uff01][{HAN}])"
        ),
        "a question mark where a character was lost",
    ),
    "decimal": (re.compile(r"\d。\d"), "a full stop within a number"),
}
_MEND: Final = "get the file again in another way (print view, another site), or mend its text"


_LOST = "replacement-mark"  # the rule that takes away what stands for lost characters


def faults(entry: Entry) -> Iterator[Finding]:
    """Each kind of remains in a report, with its first example; what cleaning could not mend."""
    lost = [change for change in entry.trace if change.rule == _LOST]
    if lost:
        what = f"lines that have lost characters, {len(lost)}: {quoted(lost[0].before)}"
        yield about(entry, "lost-byte", what, _MEND)
    text = entry.report.text
    for check, (pattern, what) in _SIGNS.items():
        found = list(pattern.finditer(text))
        if found:
            end = found[0].end()
            shown = quoted(text[max(0, end - _AROUND) : end + _AROUND])
            yield about(entry, check, f"{what}, {times(len(found))}: {shown}", _MEND)
