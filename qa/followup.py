"""A question that only says what differs from the one before it: 那济南呢？, "and Loudi?"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.normalise import normalise
from corpus.places.folding import fold
from corpus.places.recognise import Mention, PlaceFinder
from qa.chinese_years import in_digits
from qa.followup_words import PLACE, YEAR, FollowUpWords, followup_words
from qa.language import detect_language
from qa.phrases import phrase_key
from qa.place_swap import joined, place_names, swap_places
from qa.question import FOCUS_CERTAINTY, MAX_CHARS
from qa.small_talk import small_talk, strip_greeting

_LONGEST = 200
_YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")
_MARKS = re.compile(r"[\s?？。.!！؟…~～]*$")
_OPENING_MARKS = re.compile(r"^[\s¿¡]*")
_WHICH_CITY = re.compile(
    r"哪(?!里|儿)[个些几座]*(?:城市|市|区|县|地方)|各(?:个|大)?(?:城市|市)|所有城市|全国|全省"
    r"|(?:which|what|all|every|each) (?:of the )?(?:cit|place|town|district|count)"
)
# 还有多少 asks how many more; 那个, 那些, 那年 name something.
_NO_START = {
    "zh": re.compile(
        r"那么?[一二两三四五六七八九十几]*[些个個年时時天种種样樣位座次条條片件场場部本份项項名家]|那曲|那达慕|那不勒斯|那霸|那坡"
    ),
}
_AT_A_LOSS = re.compile(r"怎么办|怎麼辦|怎么说|怎麼說")
_STAYS = re.compile(r"还有(?=多少|几|哪|什么|谁|没)")
# What a sentence may begin with before it has named anything.
_NOTHING_SAID = re.compile(
    r"(?:那么?|请问|而|但|另外|还有|目前|现在|如今|去年|今年|当年|20\d\d年|在|[,，\s])*"
)
_LONGER = re.compile(r"[该此](?:地[区方]|区域|市场)")
_NOTHING_NAMED = re.compile(r"\W*(?:and |so )?(?:(?:what|how|where|when|why)[a-z' ]{0,16} )?")
_WHOLE = re.compile(r"(?<![完安健齐])全(?=市(?!场)|区(?!域)|县(?!域))")
_IT = re.compile(r"^(?:那么?)?(它们?)(?=[的有在是共建改新今])")
_THEY = re.compile(r"^(?:那么?|还有|另外)([他她]们)")
_EXISTENTIAL = re.compile(
    r"(?:\b(?:are|is|was|were|has been|have been)\s+)?\bthere\b"
    r"(?:\s+(?:is|are|was|were|has|have|be)\b|'s\b)?"
)
_LATIN = frozenset({"en", "es", "fr", "it", "pt", "nl", "pl", "tr"})
_PREPOSITION = re.compile(
    r"(?:in|en|à|a|au|em|w|we|for|para|pour|per|voor|im|für)\s+", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+(?: [^\W\d_a-z][^\W\d_A-Z]+){0,2}")
# What stands behind the thing in a follow-up, and what of it shows that it is one.
_ENDINGS = {
    "zh": (
        re.compile(r"(?:的?情[况況])?(?:呢|怎么样|怎麼樣|如何|怎样|怎樣|咋样|咋樣)$"),
        re.compile(r"呢$"),
    ),
    "ja": (re.compile(r"(?:はどうですか|はどう|は)$"), re.compile(r"は$")),
    "ko": (re.compile(r"(?:은요|는요|은|는|도)$"), re.compile(r"(?!)")),
}
_ASKED_LAST = re.compile(
    r"(是[谁誰]|是什[么麼]|在哪[里裡裏儿兒]?|是多少|怎么样|怎麼樣|如何)[？?]?$"
)
_PLURAL = re.compile(r"[a-z]s$|people$|children$|women$|men$")
_ABROAD = re.compile(
    r"纽约|伦敦|巴黎|东京|大阪|京都|首尔|釜山|新加坡|台北|高雄|曼谷|河内|莫斯科|柏林|罗马|马德里|悉尼|洛杉矶|旧金山|芝加哥|"
    r"华盛顿|多伦多|温哥华|迪拜|孟买|新德里|开罗|吉隆坡|雅加达|马尼拉|美国|英国|法国|德国|日本|韩国|俄罗斯|印度"
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A text with what a follow-up may change in it."""

    text: str
    places: tuple[Mention, ...]
    years: tuple[str, ...]

    @property
    def key(self) -> str:
        """The text as phrases are compared, its places and years as signs."""
        parts, position = [], 0
        for mention in self.places:
            parts += [self.text[position : mention.start], f" {PLACE} "]
            position = mention.end
        return phrase_key(
            _YEAR.sub(f" {YEAR} ", in_digits(normalise("".join(parts) + self.text[position:])))
        )


def complete(text: str, previous: str | None, finder: PlaceFinder) -> str | None:
    """The question that a follow-up means.

    Args:
        text: as typed.
        previous: the question before it, itself completed where it was a follow-up; none where
            there was none.
        finder: knows the places of the reports.

    Returns:
        ``previous`` with what ``text`` changes in it, or ``text`` with the place of ``previous``;
        none where ``text`` stands on its own.
    """
    text = strip_greeting(text)
    if previous is None or len(text) > _LONGEST or small_talk(text) or small_talk(previous):
        return None
    previous = strip_greeting(previous)
    said, before = _read(text, finder), _read(previous, finder)
    if said.places or said.years:
        completed = _changed(said, before) if _is_bare(said) else None
        if completed or said.places:
            return _bounded(completed)
    return _bounded(_of_same_places(said, before))


def _bounded(question: str | None) -> str | None:
    return question if question is None or len(question) <= MAX_CHARS else None


def _read(text: str, finder: PlaceFinder) -> _Read:
    places = tuple(m for m in finder.find(text) if m.certainty >= FOCUS_CERTAINTY)
    return _Read(text, places, tuple(dict.fromkeys(_YEAR.findall(in_digits(text)))))


def _words(text: str) -> FollowUpWords:
    """The words of the language of a text; English ones where it has no table."""
    tag = detect_language(text)
    return followup_words().get("zh" if tag.startswith("zh") else tag, followup_words()["en"])


def _is_bare(said: _Read) -> bool:
    """Whether a text names places and years and nothing else."""
    key = said.key
    return any(words.bare.cut(key) is not None for words in followup_words().values())


def _changed(said: _Read, before: _Read) -> str | None:
    """The previous question, asked of the places and the year of a text."""
    words = _words(before.text)
    question = before.text
    if len(said.years) > 1 or (said.years and len(before.years) > 1):
        return None
    if said.places and before.places:
        question = swap_places(question, before.places, said.places, words.tag, words.conjunction)
    elif said.places:
        names = place_names(said.places, words.tag, like=question)
        question = _put(words.place, question, place=joined(names, words.conjunction))
    if said.years and before.years:
        return _YEAR.sub(said.years[0], in_digits(question))
    return _put(words.year, question, year=said.years[0]) if said.years else question


def _of_same_places(said: _Read, before: _Read) -> str | None:
    """A text that names no place, asked of the places of the previous question."""
    if not before.places or _WHICH_CITY.search(normalise(said.text)):
        return None
    for words in _tables(said.text, before.text):
        names = place_names(before.places, words.tag, like=said.text)
        place = joined(names, words.conjunction)
        completed = (
            _stood_for(said.text, words, place)
            or _gone_on(said.text, words, place)
            or _another_thing(said.text, before, words, place)
        )
        if completed:
            return completed
    return None


def _tables(text: str, previous: str) -> Iterator[FollowUpWords]:
    """The words of the language of a text, then of the previous question's: "y?" tells little."""
    words = _words(text)
    yield words
    if _words(previous) is not words:
        yield _words(previous)


def _stood_for(text: str, words: FollowUpWords, place: str) -> str | None:
    """A text with the place put for what stands for it: 那里, there, 它."""
    folded = fold(text)
    for pattern, instead in words.stands:
        found = pattern.search(folded.text)
        if found and _stands_for_a_place(folded.text, found, words):
            start, end = folded.starts[found.start()], folded.ends[found.end() - 1]
            replaced = text[:start] + instead.format(place=place) + text[end:]
            return _capital(_without_start(replaced, words))
    if words.tag == "zh":
        simplified = folded.text
        if found := _IT.search(simplified) or _THEY.search(simplified):
            start, end = folded.starts[found.start(1)], folded.ends[found.end(1) - 1]
            return _without_start(place + text[end:], words)
        found = _WHOLE.search(simplified)
        if found and _NOTHING_SAID.fullmatch(simplified[: found.start()]):
            start = folded.starts[found.start()]
            return _without_start(text[:start] + place + text[start:], words)
    if words.tag == "en":
        for found in _EXISTENTIAL.finditer(text.lower()):
            ends = not text[found.end() :].strip(" ?.!")
            if found[0] != "there" and not (ends and found[0].endswith("there")):
                continue
            kept = text[: found.end()] if found[0] != "there" else text[: found.start()].rstrip()
            return _capital(_without_start(f"{kept} in {place}{text[found.end() :]}", words))
    return None


def _stands_for_a_place(text: str, found: re.Match[str], words: FollowUpWords) -> bool:
    """Whether what may stand for the place of the previous question does not for one nearer."""
    before, behind = text[: found.start()].strip(), text[found.end() :]
    if words.tag == "zh":
        if _LONGER.match(found[0] + behind):
            return False
        opens = _NOTHING_SAID.fullmatch(before) is not None
        return opens or found[0].startswith("该") or before.endswith(("在", "，", ","))
    if words.tag == "en" and found[0] == "its":
        return bool(_NOTHING_NAMED.fullmatch(text[: found.start()]))
    return True


def _gone_on(text: str, words: FollowUpWords, place: str) -> str | None:
    """A question that begins with 那, "and", … and names no place, asked of the place."""
    rest = _without_start(text, words)
    goes_on = rest != text or (words.tag == "zh" and _STAYS.match(normalise(text)))
    if not goes_on or not words.asks.search(fold(rest).text) or _AT_A_LOSS.search(rest):
        return None
    return _put(words.place, rest, place=place)


def _another_thing(text: str, before: _Read, words: FollowUpWords, place: str) -> str | None:
    """Another thing asked of the same place: 那医院呢？, "what about hospitals?"."""
    rest = _without_start(text, words)
    if _is_barred(fold(text).text, words):
        return None
    thing = _MARKS.sub("", rest)
    marked = rest != text
    if words.tag in _ENDINGS:
        ending, shows = _ENDINGS[words.tag]
        marked = marked or bool(shows.search(_MARKS.sub("", text)))
        thing = ending.sub("", thing)
    if not marked or not _is_thing(thing, words):
        return None
    unknown = _unknown_place(thing, words)
    if unknown:
        there = Mention(None, unknown, 0, 0, 0.0, "exact")
        mine = _words(before.text)
        return swap_places(before.text, before.places, [there], mine.tag, mine.conjunction)
    if _PREPOSITION.match(thing):
        return None
    if words.tag == "en":
        thing = re.sub(r"^(?:the|its|their|some|any)\s+", "", thing, flags=re.IGNORECASE)
        thing = thing[:1].lower() + thing[1:] if thing[1:2].islower() else thing
    asked = _ASKED_LAST.search(before.text) if words.tag == "zh" else None
    if asked:
        return f"{place}的{thing}{asked[1]}？"
    counted = words.counts and words.counts.search(normalise(before.text))
    if words.tag == "en" and not _PLURAL.search(thing):
        counted = None
    pattern = words.counted if counted else words.thing
    completed = _capital(pattern.format(place=place, thing=thing))
    return completed if completed.endswith(("?", "？")) else completed + _marks(text)


def _is_thing(thing: str, words: FollowUpWords) -> bool:
    plain = fold(thing).text
    if not re.search(r"\w{2}", plain) or _YEAR.search(in_digits(plain)):
        return False
    if words.asks.search(plain) or words.elsewhere.search(plain):
        return False
    return len(thing) <= 12 if words.tag in {"zh", "ja"} else len(thing.split()) <= 4


def _unknown_place(thing: str, words: FollowUpWords) -> str | None:
    """A place that the gazetteer does not know: one abroad, or a name by its capital letter."""
    if words.tag == "zh":
        return thing if _ABROAD.fullmatch(normalise(thing)) else None
    name = _PREPOSITION.sub("", thing)
    return name if words.tag in _LATIN and _NAME.fullmatch(name) else None


def _is_barred(text: str, words: FollowUpWords) -> bool:
    """Whether what looks as if a text went on from another names something: 那年, 那曲."""
    barred = _NO_START.get(words.tag)
    return barred is not None and barred.match(text) is not None


def _without_start(text: str, words: FollowUpWords) -> str:
    """A text without what shows that it goes on from another."""
    while True:
        folded = fold(text)
        found = words.starts.match(folded.text)
        if (
            found is None
            or _is_barred(folded.text, words)
            or _STAYS.match(folded.text)
            or found.end() >= len(folded.text)
        ):
            return text
        rest = text[folded.starts[found.end()] :]
        opening = _OPENING_MARKS.match(text)
        opened = opening[0].strip() if opening else ""
        text = opened + rest


def _put(pattern: str, question: str, **values: str) -> str:
    """A question with a place or a year put in at its front or end, before its marks."""
    body, marks = _MARKS.sub("", question), _marks(question)
    opening = _OPENING_MARKS.match(body)
    opened = opening[0] if opening else ""
    body = body[len(opened) :]
    if pattern.startswith("{question}"):
        return opened + _capital(pattern.format(question=body, **values)) + marks
    asked = re.match(r"(?:请问|請問|请告诉我|我想知道)[，,\s]*", body)
    front = asked[0] if asked else ""
    body = body[len(front) :]
    if body[1:2].islower():
        body = body[:1].lower() + body[1:]
    return opened + front + _capital(pattern.format(question=body, **values)) + marks


def _marks(question: str) -> str:
    found = _MARKS.search(question)
    return found[0].rstrip() if found else ""


def _capital(text: str) -> str:
    """The text with its first letter as a sentence begins."""
    for index, char in enumerate(text[:3]):
        if char.isalpha():
            return text[:index] + char.upper() + text[index + 1 :]
    return text
