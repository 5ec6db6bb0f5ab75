"""Messages that ask nothing of the reports: greetings, thanks, "what can you answer?"."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, cast

from qa.phrases import Phrases, phrase_key

Talk = Literal["greeting", "thanks", "ability", "goodbye", "praise"]

# Of a message that is several of them at once, the first here is answered.
_ORDER: tuple[Talk, ...] = ("ability", "goodbye", "thanks", "praise", "greeting")
_PHRASES = Path(__file__).parent / "data" / "small_talk.toml"

_THANKFUL = frozenset("🙏💐🌹")
_PLEASED = frozenset("👍👌👏💯🎉😍🥰😘💪🤝😂🤣🆗✅❤♥💖💕💗🙌🤩😆😁😎😄")
_LEAVING = frozenset("🛌😴💤🌙")
_SYMBOLS = frozenset({"So", "Sk"})

_TWICE_IN_THE_END = re.compile(r"([^\W\d])\1(?= |$)")
_REPEATED = re.compile(r"([^\s\d]{1,4}?)\1{2,}")

_LONGEST_MESSAGE = 120
_LONGEST_START = 60

# What stands behind a greeting; marks that open what follows are left to it.
_CUT = re.compile(r"[^\w\u0300-\u036f\u0e00-\u0e7f¿¡《“‘（(「『【\[\"]+")
_WITHIN = frozenset("-'’&/·")
# A question goes on behind these without a comma, and behind the others after one.
_OPENINGS = frozenset(
    """hi hello hey hola bonjour salut hallo hoi ciao ola olá oi merhaba selam привет здравствуйте
    cześć مرحبا 안녕하세요 안녕 こんにちは สวัสดี สวัสดีครับ สวัสดีค่ะ ok okay thanks thx
    gracias merci danke grazie obrigado obrigada спасибо 你好 您好 大家好 哈喽 嗨 谢谢 謝謝
    多谢 多謝 好的""".split()
)
_AGREEMENTS = frozenset(
    """好 好吧 嗯 明白 明白了 知道了 懂了 太好了 yes great nice cool good vale bien ja gut oui да
    хорошо понятно はい 네""".split()
)
# OK镜 is a lens, and OK绷 a plaster.
_JOINED = re.compile(
    r"(?:(?:你好|您好|妳好|大家好)[呀啊]?|嗯+|ok(?:ay)?(?![镜鏡绷繃]))(?=[㐀-䶿一-鿿])",
    re.IGNORECASE,
)
_OF_A_NAME = re.compile(r"te(?:ch|k)|(?<=hoi )an\b|(?<=hello )kitty\b", re.IGNORECASE)


def small_talk(text: str) -> Talk | None:
    """What kind of small talk a whole message is; none where it asks something of the reports.

    ``praise`` is also agreement and laughter: ``好的``, ``ok``, ``haha``. Emoji alone are taken by
    what they say, else as a greeting.
    """
    if len(text) > _LONGEST_MESSAGE:
        return None
    key = phrase_key(text)
    if not key:
        return _emoji(text)
    for variant in dict.fromkeys(_variants(key)):
        talk = _kind(variant)
        if talk:
            return talk
    return None


def strip_greeting(text: str) -> str:
    """A message without the small talk that it begins with: ``你好，武汉有…`` gives ``武汉有…``.

    Itself, without blanks at both ends, where nothing else would be left.
    """
    text = text.strip()
    while True:
        rest = text[_start(text) :]
        if rest == text or not phrase_key(rest):
            return text
        text = rest


def _start(text: str) -> int:
    """Where what follows the first piece of small talk begins; 0 where there is none."""
    found = 0
    for cut in _CUT.finditer(text[: _LONGEST_START + 1]):
        before = text[: cut.start()]
        opens = before.lower() in _OPENINGS and not _OF_A_NAME.match(text, cut.end())
        # In hi-tech and 3.5 no sentence ends.
        if not opens and not cut[0].isspace() and cut[0].strip() not in _WITHIN:
            opens = before.lower() in _AGREEMENTS or small_talk(before) in {"greeting", "thanks"}
        if opens:
            found = cut.end()
    if found:
        return found
    joined = _JOINED.match(text)
    return joined.end() if joined else 0


def _variants(key: str) -> Iterator[str]:
    """The text, and as it is with what is drawn out made short: hiii, heyy, 谢谢谢谢."""
    yield key
    yield _REPEATED.sub(r"\1\1", key)
    yield _REPEATED.sub(r"\1", key)
    yield _TWICE_IN_THE_END.sub(r"\1", key)


@cache
def _kinds() -> dict[str, Talk | None]:
    """Each phrase in the form in which it is compared, to its kind; none for fillers."""
    table = tomllib.loads(_PHRASES.read_text(encoding="utf-8"))
    found: dict[str, Talk | None] = {}
    for kind in (*_ORDER, "filler"):
        for phrases in table[kind].values():
            for phrase in phrases:
                found.setdefault(phrase_key(phrase), cast(Talk, kind) if kind != "filler" else None)
    return found


@cache
def _phrases() -> Phrases:
    return Phrases(_kinds())


def _kind(key: str) -> Talk | None:
    """The kind of a text that is made of phrases from end to end."""
    kinds = {_kinds()[phrase] for phrase in _phrases().cut(key) or ()}
    return next((kind for kind in _ORDER if kind in kinds), None)


def _emoji(text: str) -> Talk | None:
    """What a message of emoji alone says; none for one of punctuation alone, or an empty one."""
    if not any(unicodedata.category(char) in _SYMBOLS for char in text):
        return None
    for signs, kind in ((_THANKFUL, "thanks"), (_PLEASED, "praise"), (_LEAVING, "goodbye")):
        if signs.intersection(text):
            return cast(Talk, kind)
    return "greeting"
