"""A question asked of other places: the places that it names, replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalise import normalise, simplify
from corpus.places.recognise import Mention
from qa.language import in_traditional, is_traditional

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_EAST_ASIAN = frozenset({"zh", "ja", "ko"})
_KIND = "市区區县縣州盟旗"
# Behind the name of a city in full these are part of what belongs to it: 武汉市委.
_OF_A_CITY = re.compile(r"[委政府直属屬级級民]")
# Said of several places: 武汉和济南各改造了…; 各区 names something.
_EACH = re.compile(
    r"(?:[两兩](?:个城市|個城市|[市地区區县縣]))?"
    r"(?:各自|分别|分別|各(?![区區县縣市个個地类類级級项項位界族省州旗镇鎮乡鄉街村社校单單行大条條式方]|部(?!署)"
    r"|[种種](?![了植下树樹])))"
)
_EACH_IN_ENGLISH = re.compile(r" each\b")
_JOINS = re.compile(
    r"\s*(?:[,，、/&和与與跟及と]|以及|还有|還有|and|or|vs\.?|versus|y|e|o|et|ou|und|oder|en|of|i|oraz|"
    r"ve|veya|и|или|や|와|과|하고)?\s*",
    re.IGNORECASE,
)


def place_names(mentions: Sequence[Mention], tag: str, *, like: str) -> tuple[str, ...]:
    """How a question in some language calls places, each once.

    As they were typed where that fits: a Chinese question has them by their Chinese names, one in
    Latin letters by their English ones, a Chinese name is in its characters, and a mistyped one is
    mended.

    Args:
        mentions: of the places.
        tag: language of the question, ``zh`` for Chinese.
        like: the question, or another text in the same characters, Simplified or Traditional.
    """
    names = [_name(mention, tag, like) for mention in mentions]
    return tuple(dict.fromkeys(names))


def _name(mention: Mention, tag: str, like: str) -> str:
    name, place = mention.name, mention.place
    if place is not None and tag == "zh" and (mention.how == "typo" or not _HAN.search(name)):
        name = place.name if place.level == "district" else place.short
        return in_traditional(name) if is_traditional(like) else name
    if tag == "zh" and is_traditional(like) and _is_simplified(name):
        return in_traditional(name)
    if tag == "zh" and _is_simplified(like) and is_traditional(name):
        return simplify(name)
    if place is not None and tag not in _EAST_ASIAN and _HAN.search(name):
        return place.english
    if name.isascii() and name.islower():
        return " ".join(word[:1].upper() + word[1:] for word in name.split(" "))
    return name


def swap_places(
    question: str, named: Sequence[Mention], new: Sequence[Mention], tag: str, conjunction: str
) -> str:
    """A question with the places that it names replaced by others.

    Of places that are named together, all go; a place named elsewhere goes where it is one of
    them, and stays where it is another, which the first ones are compared with.

    Args:
        question: that names some places.
        named: the places of it, one or more.
        new: what to put instead, one or more.
        tag: language of the question, ``zh`` for Chinese.
        conjunction: between two places.
    """
    names = place_names(new, tag, like=question)
    together = 1
    while together < len(named) and _JOINS.fullmatch(
        question[named[together - 1].end : named[together].start]
    ):
        together += 1
    first = named[:together]
    gone = {_same(mention) for mention in first}
    spans = [(first[0].start, first[-1].end, joined(names, conjunction))]
    spans += [(m.start, m.end, names[0]) for m in named[together:] if _same(m) in gone]
    for start, end, name in reversed(spans):
        rest = question[end:]
        if start == first[0].start and together > 1 and len(names) == 1:
            each = (_EACH_IN_ENGLISH if tag == "en" else _EACH).match(rest)
            rest = rest[each.end() :] if each else rest
        question = question[:start] + _fitted(question, start, end, name, new) + rest
    return question


def _is_simplified(text: str) -> bool:
    """Whether a text has characters that Simplified Chinese alone has."""
    return not is_traditional(text) and simplify(text) == text and not _in_big5(text)


def _in_big5(text: str) -> bool:
    try:
        "".join(_HAN.findall(text)).encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def joined(names: Sequence[str], conjunction: str) -> str:
    """``武汉、济南和娄底``, ``Wuhan, Jinan and Loudi``."""
    if len(names) < 2:
        return "".join(names)
    comma = ", " if conjunction.startswith(" ") else "、"
    return comma.join(names[:-1]) + conjunction + names[-1]


def _same(mention: Mention) -> str:
    return mention.place.code if mention.place else normalise(mention.name)


def _fitted(question: str, start: int, end: int, name: str, new: Sequence[Mention]) -> str:
    """The name as it fits what follows: 武汉市委 asked of 济南 is 济南市委."""
    old, following = question[start:end], question[end : end + 1]
    if old[-1:] in _KIND and _OF_A_CITY.match(following) and name[-1:] not in _KIND:
        place = new[-1].place
        kind = place.name[-1] if place is not None and place.name[-1] in _KIND else old[-1]
        return name + kind
    return name
