"""Words of alphabetic languages: cut, stemmed, without accents, so that their forms meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

STEMMERS: dict[str, str] = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "de": "german",
    "it": "italian",
    "pt": "portuguese",
    "ru": "russian",
    "nl": "dutch",
    "pl": "polish",
    "tr": "turkish",
}
"""Language tag to the name of its Snowball stemmer."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# A language without spaces is not cut into words here.
_ALPHABETIC = re.compile(r"[a-zÀ-ɏЀ-ӿ]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
# The French and Italian article that is written together with its noun.
_ELISION = re.compile(r"^(?:l|d|qu|n|s|j|m|t|c|all|dell|dall|nell|sull|un)['’]")
# British spelling to American: neighbourhood, theatre, organisation.
_BRITISH = (
    (re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing$|ite|abl|al$|hood)"), "or"),
    (re.compile(r"(?<=[a-z]{3})tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=[a-z]{3})is(?=ations?$|e[ds]?$|ing$)"), "iz"),
)
_PREFIXES = "un non anti sub inter over mis super re in im dis co de pre multi semi".split()
_SUFFIXES = """ation ition ment ness ship hood ical ally less able ible ward ance ence ern ity ian
ean ist ism ous ive ful ary ish al ly er or ed an ize en y""".split()

# English words that carry no content of their own: they part phrases, and are not looked up.
STOP_WORDS = frozenset(
    """a an the of in on at to for from by with and or but nor so as than then that this these those
    it its he she they them his her their we us our you your i me my is are was were be been being
    am do does did done doing have has had having will would shall should can could may might
    must not no any some each every all both such same own other another there here what which
    who whom whose when where why how many much long far often whether if while during through
    into onto upon over under between among about against per via up down out off again also
    only just very more most less least s t ll re ve d m get got give gave take took make made
    let one itself themselves himself herself it's that's who's what's can't don't didn't doesn't
    isn't wasn't weren't aren't shouldn't wouldn't couldn't""".split()
)

# English forms that no stemmer knows, each group after its base. Forms that are words of their own
# (left, found, rose) are not among them.
_IRREGULAR = {
    form: base
    for base, *forms in map(
        str.split,
        """begin began begun|break broke broken|bring brought|build built|buy bought|catch caught
        choose chose chosen|come came|deal dealt|draw drew drawn|drive drove driven|eat ate eaten
        fall fallen|fight fought|flee fled|fly flew flown|forbid forbade forbidden|forget forgot
        forgive forgave|freeze froze frozen|go went gone|grow grew grown|hear heard
        hide hid hidden|hold held|keep kept|know knew known|lead led|lend lent|lose lost|make made
        mean meant|meet met|pay paid|ride rode ridden|ring rang rung|rise risen
        run ran|say said|see saw seen|seek sought|sell sold|send sent
        shake shook shaken|show shown|sing sang sung|sink sank sunk|sit sat
        sleep slept|speak spoke spoken|spend spent|stand stood
        steal stole stolen|strike struck|swear swore sworn|swim swam swum|take took taken
        teach taught|tear tore torn|tell told
        think thought|throw threw thrown|understand understood|wear wore worn|win won
        withdraw withdrew withdrawn|write wrote written|arise arose arisen|become became
        overcome overcame|undertake undertook undertaken|child children|foot feet|goose geese
        man men|mouse mice|tooth teeth|wife wives|woman women|half halves|bad worse worst
        good better best|big bigger biggest|busy busier busiest|early earlier earliest
        easy easier easiest|far farther farthest|great greater greatest|heavy heavier heaviest
        high higher highest|large larger largest|late latest|long longer longest|low lower lowest
        new newer newest|old older oldest|poor poorer poorest|rich richer richest
        short shorter shortest|small smaller smallest|strong stronger strongest|tall taller tallest
        wide wider widest|young younger youngest|near nearest|fast faster fastest|hot hotter hottest
        cold colder coldest|wealthy wealthier wealthiest|deep deeper deepest""".replace(
            "\n", "|"
        ).split("|"),
    )
    for form in forms
}


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    # Imported here: a Chinese question has nothing to stem.
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer(STEMMERS[language]).stemWord
    return stem_word


@cache
def stem(word: str, language: str = "en") -> str:
    """The stem of a lower-case word, without accents.

    Args:
        word: of an alphabetic language.
        language: a key of ``STEMMERS``.
    """
    word = _POSSESSIVE.sub("", word)
    if language in ("fr", "it"):
        word = _ELISION.sub("", word)
    if language == "en":
        word = _IRREGULAR.get(word, word)
        for spelling, american in _BRITISH:
            word = spelling.sub(american, word)
    stemmed = _stemmer(language)(word)
    bare = unicodedata.normalize("NFD", stemmed)
    return "".join(char for char in bare if unicodedata.category(char) != "Mn")


def words(text: str) -> list[str]:
    """Lower-case words of a text in an alphabetic script, in order; a hyphen parts words."""
    return [word for word in _WORD.findall(text.lower()) if _ALPHABETIC.match(word)]


def phrase_key(text: str, language: str = "en") -> str:
    """Stems of a phrase joined by blanks, English stop words at both ends left out."""
    found = words(text)
    if language == "en":
        while found and found[0] in STOP_WORDS:
            found.pop(0)
        while found and found[-1] in STOP_WORDS:
            found.pop()
    return " ".join(stem(word, language) for word in found)


def bases(word: str) -> list[str]:
    """What an English word may be derived from, the likeliest first: ``southern`` of ``south``.

    Args:
        word: lower case. Four letters stay of it at least; not every base is a word.
    """
    word = _POSSESSIVE.sub("", word)
    found = []
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            base = word.removesuffix(suffix)
            found += [base, base + "e", base + "y"]
            if base[-1] == base[-2]:
                found.append(base[:-1])
    found += [
        word.removeprefix(prefix)
        for prefix in _PREFIXES
        if word.startswith(prefix) and len(word) - len(prefix) >= 4
    ]
    return found
