"""Small talk is told from questions, in all languages of the built-in model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.phrases import Phrases, phrase_key
from qa.small_talk import Talk, small_talk, strip_greeting

SHARED = Path(__file__).parents[3] / "shared" / "eval" / "city_reports.dev.jsonl"


def _apart(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|"))


TALK: dict[Talk, tuple[str, ...]] = {
    "greeting": _apart(
        """你好 | 你好啊 | 您好！ | 嗨～ | 早上好。 | 在吗？ | 大家好 | 你們好 | 早安！ | 哈囉 |
        hi | Hiii!!! | heyy | HELLO | hello bot | Good morning, everyone! | How are you? |
        ¡Hola! | Buenos días | Bonjour ! | Ça va ? | Guten Tag | Wie geht's? |
        Buongiorno | Olá, tudo bem? | Goedemorgen | Dzień dobry | Cześć! |
        Привет! | Добрый день | Günaydın | Merhaba | こんにちは！ | 안녕하세요~ |
        สวัสดีครับ | مرحبا | السلام عليكم | 👋 | 😀 | 🎂🎂"""
    ),
    "thanks": _apart(
        """谢谢 | 謝謝你！ | 谢谢谢谢 | 非常感谢。 | 多谢啦 | thanks | Thank you so much!! | THX |
        Muchas gracias | Merci beaucoup | Danke schön | Grazie mille |
        Obrigada! | Dank je wel | Dziękuję bardzo | Спасибо большое |
        Teşekkür ederim | ありがとうございます | 감사합니다! | ขอบคุณมากค่ะ | شكرا جزيلا | 🙏"""
    ),
    "ability": _apart(
        """你能回答什么？ | 你能做什麼 | 你是谁？ | 帮助 | 怎么用？ | 可以问什么 | 有哪些城市？ |
        what can you answer? | What can you do | Who are you? | help | /help |
        Can you help me? | ¿Qué puedes hacer? | ¿Quién eres? |
        Qu'est-ce que tu peux faire ? | Aide | Was kannst du? | Wer bist du? |
        Cosa sai fare? | O que você pode fazer? | Wat kun je doen? |
        Kim jesteś? | Что ты умеешь? | Кто ты? | Ne yapabilirsin? | 何ができますか？ |
        뭘 할 수 있어? | 뭘할수있어 | ทำอะไรได้บ้าง | من أنت؟ | 你好，你能回答什么？"""
    ),
    "goodbye": _apart(
        """再见 | 拜拜！ | 晚安 | 88 | bye | Bye-bye! | See you later | Thanks, bye! |
        Adiós | Au revoir | Tschüss | Arrivederci | Tchau | Tot ziens |
        Do widzenia | Пока | Hoşça kal | さようなら | 안녕히 계세요 | ลาก่อน | مع السلامة"""
    ),
    "praise": _apart(
        """好的 | 太棒了！ | 哈哈哈哈 | 厉害 | 明白了 | ok | okkk | great! | hahahaha | Good bot
        | 👍 | ❤️ | perfecto | super | Отлично | すごい | 대단해요 | เยี่ยมมาก | ممتاز"""
    ),
}

QUESTIONS = _apart(
    """你好，武汉有几座公园？ | 武汉 | 济南呢 | 好大学在哪里 | 2020 | 888 | 谢谢侯在哪里 |
    帮助了多少家企业 | 功能区有几个 | hi how many parks | help for farmers in Wuhan |
    What can Wuhan do | good schools | there | and | Hello Kitty park |
    who are you teaching | ¿Cuántos? | Merci pour combien d'arbres ? |
    Danke für wie viele Bäume? | Что ты умеешь в Ухане? | 何人ですか | 안녕한 도시는?
    |  | ? | …… | --"""
)


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind in TALK for text in TALK[kind]])
def test_a_message_of_small_talk_is_known_for_what_it_is(text: str, kind: Talk) -> None:
    assert small_talk(text) == kind


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_message_with_content_is_no_small_talk(text: str) -> None:
    assert small_talk(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("你好，武汉有几座公园", "武汉有几座公园"),
        ("你好武汉有几座公园", "武汉有几座公园"),
        ("您好，请问武汉有几座公园", "请问武汉有几座公园"),
        ("谢谢！那济南呢？", "那济南呢？"),
        ("OK武汉有几座公园", "武汉有几座公园"),
        ("好的，那济南呢", "那济南呢"),
        ("你好，你好，武汉呢", "武汉呢"),
        ("hi how many parks", "how many parks"),
        ("Hello bot, how many parks?", "how many parks?"),
        ("ok and Loudi?", "and Loudi?"),
        ("Good morning! How many parks are there?", "How many parks are there?"),
        ("Buenos días, ¿cuántos?", "¿cuántos?"),
        ("Danke. Und in Loudi?", "Und in Loudi?"),
        ("สวัสดีครับ Wuhan", "Wuhan"),
        ("안녕하세요 우한에는", "우한에는"),
        (" 武汉 ", "武汉"),
    ],
)
def test_a_greeting_in_front_is_taken_off(text: str, rest: str) -> None:
    assert strip_greeting(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "hello!",
        "hi-tech zones in Wuhan",
        "Hi tech zones",
        "good schools in Wuhan",
        "你",
        "Hoi An",
        "OK镜",
    ],
)
def test_what_only_looks_like_a_greeting_stays(text: str) -> None:
    assert strip_greeting(text) == text


@given(st.text(max_size=60))
def test_what_is_left_is_an_end_of_the_message_and_has_no_greeting_any_more(text: str) -> None:
    rest = strip_greeting(text)
    assert text.strip().endswith(rest)
    assert strip_greeting(rest) == rest
    assert not text.strip() or rest


@pytest.mark.skipif(not SHARED.exists(), reason="the development questions are not here")
def test_no_development_question_is_small_talk_or_loses_anything() -> None:
    questions = [json.loads(line)["question"] for line in SHARED.read_text("utf-8").splitlines()]
    assert len(questions) > 50
    assert [question for question in questions if small_talk(question)] == []
    assert [
        question for question in questions if strip_greeting(question) != question.strip()
    ] == []


def test_a_text_is_cut_into_the_fewest_phrases() -> None:
    phrases = Phrases(["a", "b", "a b", "你", "你好", "好"])
    assert phrases.cut(phrase_key("A, b!")) == ("a b",)
    assert phrases.cut(phrase_key("你好你")) == ("你好", "你")
    assert phrases.cut(phrase_key("ab")) is None
    assert phrases.cut("") == ()


def test_keys_leave_out_case_marks_script_and_blanks_of_scripts_without_them() -> None:
    assert phrase_key("¿Qué  TAL?") == "que tal"
    assert phrase_key("謝 謝，ok！") == "谢谢 ok"
