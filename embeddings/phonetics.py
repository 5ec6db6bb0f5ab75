"""How names are heard: letters and Mandarin syllables as sounds, and how far apart they are.

The costs follow the practice of Chinese transliteration, in which each consonant with its vowel
becomes one character, a consonant without a vowel a character of its own (特 for t, 斯 for s, 尔
for l or r), an n after a vowel the nasal end of a syllable, and an r after a vowel often nothing
(Xinhua News Agency, "Names of the World's Peoples", its tables of transliteration). Vowels count
little, for spelling says little about them. Nothing here is fitted to any text.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from embeddings.romanisation import latin_letters

INITIALS = (*"b p m f d t n l g k h j q x zh ch sh r z c s w y er".split(), "")
"""Of a syllable; ``er`` is the whole syllable 尔, the empty one that of 阿."""
_VOWELS = "aeiou-"

Syllable = tuple[str, str, bool]
"""Initial, class of the vowel (``-`` for the buzz of 斯 and 尔), whether it ends in a nasal."""
Sound = tuple[str, str]
"""Class of a consonant (``A`` for none) and of the vowel after it (empty for none)."""

SYLLABLES: tuple[Syllable, ...] = tuple(
    (initial, vowel, nasal) for initial in INITIALS for vowel in _VOWELS for nasal in (False, True)
)
_NUMBERS = {syllable: number for number, syllable in enumerate(SYLLABLES)}

# Sound of a consonant to the initials that write it, each with its cost in hundredths.
_COSTS = {
    "A": "0 y10 w10 h45",
    "B": "b0 p20 w40 f50",
    "CH": "q0 ch0 j20 zh20 k40 x25 sh25 c30",
    "D": "d0 t15",
    "F": "f0 h45 w45 p40",
    "G": "g0 k20 j25 h45",
    "GJ": "j5 g5 zh15 k30 y40 h30 q30 r40 x40",  # g before e and i
    "H": "h0 40 x15 k40 y45",
    "J": "j0 zh5 y10 h20 r30 q30 x30 45",
    "K": "k0 g10 h35 j25 q20",
    "KH": "k5 q5 ch5 h10 x20 sh15 g20 j30 c40 s45",  # ch, read in four ways
    "L": "l0 er5 n50 r40",
    "M": "m0 n50",
    "N": "n0 l50",
    "P": "p0 b10 f50",
    "R": "l5 r10 er5",
    "S": "s0 sh10 x5 c15 z20 zh35 q40 j40",
    "SH": "sh0 x0 s20 q30 ch30",
    "T": "t0 d10 c35 q35",
    "TH": "s10 t10 d10 x15 sh30 z40",
    "TS": "c0 z10 s15 q30 ch25 zh30",
    "V": "w5 f10 b30",
    "W": "w0 h30 30 f45",
    "Y": "y0 20 j20 r45",
    "Z": "z0 s10 j20 c10 zh20 sh20 x20 q35",
}
_OTHERWISE = 1.2
_VOWEL_COSTS = {
    frozenset(pair): cost / 100
    for pair, cost in {
        "ae": 12, "ao": 12, "ei": 8, "ou": 6, "ai": 22, "au": 22, "eo": 15, "eu": 15, "iu": 20,
        "io": 22,
    }.items()
}  # fmt: skip
# What a sound costs that no character stands for, and a character that stands for no sound.
_DROPPED = {
    "R": 0.25, "H": 0.25, "A": 0.25, "Y": 0.2, "W": 0.3, "L": 0.4, "D": 0.4, "KH": 0.4, "G": 0.4,
    "GJ": 0.4, "T": 0.45, "P": 0.5, "B": 0.5, "K": 0.5, "S": 0.5, "N": 0.5, "M": 0.6,
}  # fmt: skip
_ADDED = {"er": 0.35, "y": 0.35, "w": 0.4, "": 0.3, "h": 0.5}
_UNHEARD_NASAL = 0.3
_DOUBLED_NASAL = 0.1

# Spelling to sounds, the first that fits; of English first, but such that others come near.
_SPELLINGS = tuple(
    (re.compile(pattern), sounds.split())
    for pattern, _, sounds in (
        line.partition(" ")
        for line in """tsch CH|shch SH|tch CH|sch SH|sh SH|dzh J|zh J|ch KH|ph F|th TH|ck K
cz CH|tz TS|ts TS|kh K|dg J|dj J|qu K W|q K|gh G|rh R|gn N|ng(?=[aeiouy]) N G|ng N|nk N K
kn(?<=^kn) N|wr(?<=^wr) R
x(?<=^x) S|x K S|sc(?=[eiy]) S|cc(?=[eiy]) CH|c(?=[eiy]) S|c K|g(?=[eiy]) GJ|g G|j J|w W|v V
y(?=[aeiou]) Y|b B|p P|m M|f F|d D|t T|n N|l L|r R|k K|h H|s S|z Z""".replace("\n", "|").split("|")
    )
)
_VOWEL_GROUP = re.compile(r"[aeiou]+|y(?![aeiou])")
_GROUPS = {
    "oo": "u", "ou": "u", "ow": "o", "au": "o", "ee": "i", "ea": "i", "ie": "i", "ei": "e",
    "ai": "e", "eu": "o", "ue": "u", "ui": "u", "oa": "o", "oe": "o", "ae": "e", "y": "i",
    "eau": "o", "oi": "o",
}  # fmt: skip
_TWO_SYLLABLES = frozenset("ia io iu ua eo iou uo ao eia aia".split())


@cache
def sounds(word: str) -> tuple[Sound, ...]:
    """The sounds of a name as its spelling suggests them.

    Args:
        word: one word in Latin or Cyrillic letters or in katakana; other characters say nothing.
    """
    letters = re.sub(r"([b-df-hj-np-tv-z])\1", r"\1", latin_letters(word))
    if len(letters) > 4:
        letters = re.sub(r"(?<=[b-df-hj-np-tv-z])e$", "", letters)
    letters = re.sub(r"gh(?=t|$)", "", letters)
    found: list[Sound] = []
    position = 0
    while position < len(letters):
        classes = ["A"]
        for pattern, spelt in _SPELLINGS:
            if match := pattern.match(letters, position):
                classes, position = spelt, match.end()
                break
        group = _VOWEL_GROUP.match(letters, position)
        vowels = group[0] if group else ""
        if classes == ["A"] and not vowels:
            position += 1
            continue
        position += len(vowels)
        found += [(sound, "") for sound in classes[:-1]]
        if vowels in _TWO_SYLLABLES:
            found += [(classes[-1], vowels[0]), ("A", vowels[-1])]
        else:
            found.append((classes[-1], _GROUPS.get(vowels, vowels[:1])))
    return tuple(found)


@cache
def syllable_number(spelt: str) -> int:
    """The place in ``SYLLABLES`` of a toneless pinyin syllable, ``v`` for ü."""
    if spelt == "er":
        return _NUMBERS["er", "-", False]
    match = re.match(r"zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]", spelt)
    initial = match[0] if match else ""
    final = spelt[len(initial) :]
    bare = re.sub(r"ng?$", "", final)
    nasal = bare != final
    if bare == "i" and initial in {"zh", "ch", "sh", "r", "z", "c", "s"}:
        vowel = "-"
    elif bare in {"ai", "ei", "ie", "e", "ve", "ue", "ui", "uei"}:
        vowel = "e"
    elif bare in {"ao", "ou", "uo", "o", "iao", "io"}:
        vowel = "o"
    elif bare in {"u", "v", "iu"}:
        vowel = "u"
    else:
        vowel = next((vowel for vowel in "aoeiu" if vowel in bare), "-")
    return _NUMBERS[initial, vowel, nasal]


Table = NDArray[np.float32]


def _cost_table() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for sound, entries in _COSTS.items():
        split = (re.fullmatch(r"([a-z]*)(\d+)", entry) for entry in entries.split())
        table[sound] = {match[1]: int(match[2]) / 100 for match in split if match}
    return table


_COST_OF = _cost_table()


def _cost(sound: Sound, syllable: Syllable) -> float:
    """Of writing a sound with a syllable, its nasal end left aside."""
    consonant, spoken = sound
    initial, vowel, _ = syllable
    cost = _COST_OF[consonant].get(initial, _OTHERWISE)
    if initial == "er":
        # l or r with a vowel is not 尔.
        return cost + (0.25 if spoken else 0.0)
    if vowel == "-":
        cost += 0.0 if spoken in {"", "i", "e", "u"} else 0.1
    elif not spoken:
        cost += 0.03 if vowel in "eui" else 0.14
    elif spoken != vowel:
        cost += _VOWEL_COSTS[frozenset((spoken, vowel))]
    if initial == "w" and consonant == "A" and vowel in "aei":
        cost += 0.1
    return cost


@cache
def name_costs(word: str) -> tuple[Table, Table, Table]:
    """What it costs to write a name with any syllable.

    Returns:
        ``one``, shape (sounds, syllables): a syllable for a sound; ``two``, the same shape: for a
        sound together with the n or m after it; ``dropped``, shape (sounds,): no syllable for it.
    """
    heard = sounds(word)
    shape = (len(heard), len(SYLLABLES))
    one = np.empty(shape, np.float32)
    two = np.full(shape, np.inf, np.float32)
    dropped = np.empty(len(heard), np.float32)
    for row, (consonant, vowel) in enumerate(heard):
        after = heard[row + 1] if row + 1 < len(heard) else ("", "")
        for column, syllable in enumerate(SYLLABLES):
            # The first sound is the one that is kept best.
            cost = _cost((consonant, vowel), syllable) * (1.0 if row else 1.25)
            nasal = syllable[2]
            # An n before a vowel is often written twice: 丁内 for tine.
            doubled = after[0] in {"N", "M"}
            one[row, column] = cost + (
                (_DOUBLED_NASAL if doubled else _UNHEARD_NASAL) if nasal else 0.0
            )
            if nasal and after[0] in {"N", "M"}:
                two[row, column] = (
                    cost + (0.0 if after[0] == "N" else 0.12) + (0.12 if after[1] else 0.0)
                )
        if consonant == "N" and not vowel:
            one[row, _NUMBERS["", "e", True]] = 0.05  # 恩
            one[row, _NUMBERS["y", "i", True]] = 0.05  # 因
        lost = _DROPPED.get(consonant, 0.8)
        if vowel and consonant not in {"A", "Y"}:
            lost *= 1.5
        dropped[row] = lost + (0.0 if row else 0.35)
    return one, two, dropped


ADDED: Table = np.array(
    [_ADDED.get(initial, 0.85) + (0.1 if nasal else 0.0) for initial, _, nasal in SYLLABLES],
    np.float32,
)
"""What a syllable costs that stands for no sound, shape (syllables,)."""


def distances(word: str, codes: NDArray[np.int64]) -> Table:
    """Cost of the best alignment of a name with each of some stretches of equal length.

    Dynamic programming over sounds and syllables (Needleman & Wunsch, J. Mol. Biol. 48, 1970), all
    stretches at once, divided by the mean of both lengths.

    Args:
        word: the name, of at least one sound.
        codes: places in ``SYLLABLES``, shape (stretches, characters).

    Returns:
        shape (stretches,); 0 for a name written just as it sounds, over 0.3 for most others.
    """
    one, two, dropped = name_costs(word)
    count, length = codes.shape
    before = [np.full(count, total, np.float32) for total in (0.0, *np.cumsum(dropped))]
    for place in range(length):
        code = codes[:, place]
        added = ADDED[code]
        now = [before[0] + added + np.float32(0.0 if place else 0.3)]
        for row in range(len(one)):
            best = np.minimum(before[row] + one[row][code], before[row + 1] + added)
            best = np.minimum(best, now[row] + dropped[row])
            if row:
                best = np.minimum(best, before[row - 1] + two[row - 1][code])
            now.append(best)
        before = now
    result: Table = before[-1] / np.float32((len(one) + length) / 2)
    return result
