"""How characters sound in Mandarin, and how other scripts write that sound."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "readings.tsv"

# Pairs that speakers of southern dialects write for each other.
_CONFUSED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"))
_INITIAL = re.compile(r"zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]")


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Toneless syllables (``v`` for ü) of each common Simplified character, commonest first."""
    table = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            char, _, syllables = line.partition("\t")
            table[char] = tuple(syllables.split())
    return table


def sound_alike(one: str, other: str) -> bool:
    """Whether two characters share a toneless reading."""
    table = readings()
    return not set(table.get(one, ())).isdisjoint(table.get(other, ()))


@cache
def blurred(syllable: str) -> str:
    """A syllable without the distinctions that are often missed: z/zh, c/ch, s/sh, l/n, f/h, n/ng.

    ``zhang`` and ``zan`` become one.
    """
    for longer, shorter in _CONFUSED_INITIALS:
        if syllable.startswith(longer):
            syllable = shorter + syllable[len(longer) :]
            break
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def sound_similar(one: str, other: str) -> bool:
    """Whether two characters share a reading once often missed distinctions are dropped."""
    table = readings()
    ours = {blurred(syllable) for syllable in table.get(one, ())}
    return not ours.isdisjoint(blurred(syllable) for syllable in table.get(other, ()))


def spell(name: str, pinyin: str = "") -> tuple[str, ...]:
    """The syllables of a name, so that they make up its ``pinyin`` where that is known.

    Otherwise the commonest of each character; empty when a character has no known reading.
    """
    table = readings()
    choices = [table.get(char, ()) for char in name]
    known = pinyin.lower().replace("'", "").replace("ü", "v")
    for syllables in product(*choices) if known else ():
        if "".join(syllables) == known:
            return syllables
    return tuple(choice[0] for choice in choices) if all(choices) else ()


def blur_spelling(letters: str) -> str:
    """:func:`blurred` over a whole name typed as letters."""
    for longer, shorter in _CONFUSED_INITIALS[:3]:
        letters = letters.replace(longer, shorter)
    letters = letters.replace("l", "n").replace("f", "h")
    return re.sub(r"ng(?![aeiou])", "n", letters)


def _table(keys: str, values: str) -> dict[str, str]:
    return dict(zip(keys.split(), values.split(), strict=True))


_CYRILLIC_INITIALS = _table(
    "b p m f d t n l g k h j q x zh ch sh r z c s",
    "б п м ф д т н л г к х цз ц с чж ч ш ж цз ц с",
)
_CYRILLIC_FINALS = _table(
    "a ai an ang ao o e ei en eng er ou ong i ia ian iang iao ie in ing iong iu u ua uai uan "
    "uang ui un uo v van ve vn",
    "а ай ань ан ао о э эй энь эн эр оу ун и я янь ян яо е инь ин юн ю у уа уай уань "
    "уан уй унь о юй юань юэ юнь",
)
_CYRILLIC_ALONE = _table(
    "ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun wa wai wan wang wei wen weng wo "
    "wu zi ci si hui",
    "я янь ян яо е и инь ин йо юн ю юй юань юэ юнь ва вай вань ван вэй вэнь вэн во "
    "у цзы цы сы хуэй",
)


def _split(syllable: str) -> tuple[str, str]:
    found = _INITIAL.match(syllable)
    initial = found.group() if found else ""
    final = syllable[len(initial) :]
    if initial in {"j", "q", "x"} and final.startswith("u"):
        final = "v" + final[1:]
    return initial, final


def cyrillic_stem(syllables: tuple[str, ...]) -> str:
    """A transcription as names are compared: a last ь or й left out, й elsewhere as и."""
    return palladius(syllables).rstrip("ьй").replace("й", "и")


def palladius(syllables: tuple[str, ...]) -> str:
    """Russian transcription by the Palladius system, lower case: ``чжанъе``."""
    written = ""
    for syllable in syllables:
        part = _CYRILLIC_ALONE.get(syllable)
        if part is None:
            initial, final = _split(syllable)
            part = _CYRILLIC_INITIALS.get(initial, "") + _CYRILLIC_FINALS.get(final, "")
        # A hard sign keeps a final н (ng) apart from a vowel that follows.
        written += ("ъ" if written.endswith("н") and part[:1] in set("аэоеёуюяи") else "") + part
    return written


_HANGUL_INITIALS = _table(
    "b p m f d t n l g k h j q x zh ch sh r z c s",
    "ㅂ ㅍ ㅁ ㅍ ㄷ ㅌ ㄴ ㄹ ㄱ ㅋ ㅎ ㅈ ㅊ ㅅ ㅈ ㅊ ㅅ ㄹ ㅉ ㅊ ㅆ",
)
_HANGUL_FINALS = _table(
    "a o e i u v ai ei ao ou an en ang eng er ia ie iao iu ian in iang ing ua uo uai ui uan un "
    "uang ong ve van vn iong",
    "ㅏ ㅗ ㅓ ㅣ ㅜ ㅟ ㅏ이 ㅔ이 ㅏ오 ㅓ우 ㅏㄴ ㅓㄴ ㅏㅇ ㅓㅇ ㅓㄹ "
    "ㅑ ㅖ ㅑ오 ㅠ ㅖㄴ ㅣㄴ ㅑㅇ ㅣㅇ ㅘ ㅝ ㅘ이 ㅜ이 ㅘㄴ ㅜㄴ "
    "ㅘㅇ ㅜㅇ ㅞ ㅟ안 ㅟㄴ ㅠㅇ",
)
_HANGUL_ALONE = _table(
    "ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun wa wai wan wang wei wen weng wo wu",
    "야 옌 양 야오 예 이 인 잉 요 융 유 위 위안 웨 윈 와 와이 완 왕 웨이 원 웡 워 우",
)
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = {"": 0, "ㄴ": 4, "ㄹ": 8, "ㅇ": 21}
_AFTER_SIBILANT = str.maketrans("ㅑㅖㅛㅠ", "ㅏㅔㅗㅜ")


def hangul(syllables: tuple[str, ...]) -> str:
    """Korean transcription by the rules of the National Institute of Korean Language: ``우한``."""
    written = ""
    for syllable in syllables:
        if syllable in _HANGUL_ALONE:
            written += _HANGUL_ALONE[syllable]
            continue
        initial, final = _split(syllable)
        jamo = _HANGUL_FINALS.get(final, "")
        if not jamo:
            continue
        lead = _HANGUL_INITIALS.get(initial, "ㅇ")
        if final == "i" and initial in {"zh", "ch", "sh", "r", "z", "c", "s"}:
            jamo = "ㅡ"
        if lead in "ㅈㅉㅊ":
            jamo = jamo.translate(_AFTER_SIBILANT)
        tail = jamo[1:2] if jamo[1:2] in _TAILS else ""
        block = 0xAC00 + (_LEADS.index(lead) * 21 + _VOWELS.index(jamo[0])) * 28 + _TAILS[tail]
        written += chr(block) + jamo[1 + len(tail) :]
    return written
