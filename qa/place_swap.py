"""A question asked of other places: the places that it names, replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalise import normalise
from corpus.places.recognise import Mention
from qa.language import in_traditional, is_traditional

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_EAST_ASIAN = frozenset({"zh", "ja", "ko"})
_KIND = "市区區县縣州盟旗"
# Behind the name of a city in full these are part of what belongs to it: 武汉市委.
_OF_A_CITY = re.compile(r"[委政府直属屬级級民]")
_JOINS = re.compile(
    r"\s*(?:[,，、/&和与與跟及と]|以及|还有|還有|and|or|vs\.?|versus|y|e|o|et|ou|und|oder|en|of|i|oraz|"
    r"ve|veya|и|или|や|와|과|하고)?\s*",
    re.IGNORECASE,
)


def place_names(mentions: Sequence[Mention], tag: str, *, traditional: bool) -> tuple[str, ...]:
    """How a question in some language calls places, each once.

    As they were typed where that fits: a Chinese question has them by their Chinese names, one in
    Latin letters by their English ones, and a mistyped name is mended.

    Args:
        mentions: of the places.
        tag: language of the question, ``zh`` for Chinese.
        traditional: whether it is in Traditional characters.
    """
    names = [_name(mention, tag, traditional=traditional) for mention in mentions]
    return tuple(dict.fromkeys(names))


def _name(mention: Mention, tag: str, *, traditional: bool) -> str:
    name, place = mention.name, mention.place
    if place is not None and tag == "zh" and (mention.how == "typo" or not _HAN.search(name)):
        name = place.name if place.level == "district" else place.short
        return in_traditional(name) if traditional else name
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
    names = place_names(new, tag, traditional=is_traditional(question))
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
        question = question[:start] + _fitted(question, start, end, name, new) + question[end:]
    return question


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
