"""Foreign names and the Chinese text that they are written as."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.dictionary import Dictionary, compile_all
from embeddings.phonetics import ADDED, SYLLABLES, distances, name_costs, sounds, syllable_number
from embeddings.romanisation import latin_letters
from embeddings.transliteration import (
    LONGEST,
    SHORTEST,
    Compiler,
    Names,
    characters,
    compile_names,
    names_in,
)

TEXTS = [
    "作家阿尔布雷希特出生在波尔托,后来住在普利茅斯。",
    "工程师莫里森和克劳迪娅在弗莱堡修了一座桥。",
    "特别是马上要开的新桥,尔后再说。",
]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.of(compile_names(TEXTS, {"特别", "马上", "尔后"}))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Albrecht", "阿尔布雷希特"),
        ("Plymouth", "普利茅斯"),
        ("Morrison", "莫里森"),
        ("Claudia", "克劳迪娅"),
        ("Моррисон", "莫里森"),
        ("モリソン", "莫里森"),
        ("クラウディア", "克劳迪娅"),
    ],
)
def test_a_name_finds_how_it_is_written(names: Names, name: str, form: str) -> None:
    assert names.match(name)[0].form == form


@pytest.mark.parametrize("name", ["Washington", "Svensson", "Gutierrez", "Ба", "Aia", "", "図"])
def test_a_name_that_is_not_there_finds_nothing(names: Names, name: str) -> None:
    assert names.match(name) == []


def test_a_stricter_comparison_finds_no_more(names: Names) -> None:
    for name in ("Albrecht", "Morrison", "Claudia", "Plymouth"):
        strict = {match.form for match in names.match(name, strictness=1.5)}
        assert strict <= {match.form for match in names.match(name)}


def test_each_sound_is_one_syllable_of_a_name_written_as_it_sounds() -> None:
    # te-s-la, te si la: three sounds, each at no cost, but the bare s that 斯 gives a buzz: 0.
    assert sounds("Tesla") == (("T", "e"), ("S", ""), ("L", "a"))
    codes = np.array([[syllable_number(s) for s in ("te", "si", "la")]])
    assert distances("Tesla", codes)[0] == pytest.approx(0.0)
    # Without its last character: la is dropped at 0.4 * 1.5, over (3 + 2) / 2 sounds.
    assert distances("Tesla", codes[:, :2])[0] == pytest.approx(0.6 / 2.5)
    # One too many, of a common kind: an added syllable with n over (3 + 4) / 2 sounds.
    more = np.append(codes, [[syllable_number("kang")]], axis=1)
    assert distances("Tesla", more)[0] == pytest.approx(ADDED[more[0, 3]] / 3.5)


def test_a_nasal_is_heard_in_the_syllable_before_it() -> None:
    together = np.array([[syllable_number("dun")]])
    apart = np.array([[syllable_number("dun"), syllable_number("na")]])
    # o for u costs 0.06, and the first sound counts 1.25 times, over (2 + 1) / 2.
    assert distances("Don", together)[0] == pytest.approx(1.25 * 0.06 / 1.5)
    assert distances("Don", apart)[0] > distances("Don", together)[0]


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("Temüjin", "temujin"),
        ("Łódź", "lodzh"),
        ("Ньюкасл", "nyukasl"),
        ("Юрий", "yuriy"),
        ("ジャクソン", "jakson"),
        ("シェークスピア", "shekspia"),
        ("桥12", ""),
    ],
)
def test_other_scripts_are_read_as_latin_letters(word: str, letters: str) -> None:
    assert latin_letters(word) == letters


@pytest.mark.parametrize(
    ("word", "heard"),
    [("Wright", "R T"), ("Knox", "N K S"), ("Xavier", "S V R"), ("Rhodes", "R D S"),
     ("Philip", "F L P"), ("Cecil", "S S L"),
     ("Queen", "K W N"), ("Singh", "S N"), ("Anna", "A N"), ("Leone", "L A N")],
)  # fmt: skip
def test_spelling_is_read_as_it_sounds(word: str, heard: str) -> None:
    assert " ".join(consonant for consonant, _ in sounds(word)) == heard


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("When did Morrison meet Claudia's sister?", ["Morrison", "Claudia"]),
        ("Which bridge is the largest?", []),
        ("Morrison lived where?", []),
        ("Anna Morrison lived where?", ["Anna", "Morrison"]),
        ("Did NATO and the EU meet Lee?", []),
        ("Где жил Моррисон?", ["Моррисон"]),
        ("モリソンはどこですか?", ["モリソン"]),
        ("谁是莫里森?", []),
    ],
)
def test_names_are_told_by_how_they_are_written(question: str, found: list[str]) -> None:
    assert names_in(question) == found


def test_a_question_is_answered_by_dictionary_first_and_by_sound_where_it_knows_nothing() -> None:
    compiled = compile_all([*TEXTS, "图书馆在伦敦。"])
    dictionary = Dictionary(compiled["phrases"], Names.of(compiled["names"]))
    found = dictionary.translate("Did Morrison build the library of London?")
    assert ("Morrison", ("莫里森",)) in [(t.phrase, t.forms) for t in found]
    # 伦敦 is in the dictionary, so that its sound is not asked.
    assert [t.forms for t in found if t.phrase.lower() == "london"] == [("伦敦",)]
    assert not any(
        t.phrase == "Morrison"
        for t in dictionary.translate("Did Morrison build it?", held={"morrison"}.__contains__)
    )
    # A language without entries has names all the same.
    assert [t.forms for t in dictionary.translate("Kiedy Morrison tam był?", "pl")] == [("莫里森",)]


def test_common_words_are_no_names() -> None:
    compiled = compile_names(TEXTS, {"特别", "马上", "尔后"})
    pairs = set(re.findall("..", compiled["2"][0]))
    assert not pairs & {"特别", "马上", "尔后"}
    assert (
        "马上" in re.findall("..", compile_names(TEXTS, set())["2"][0]) or "上" not in characters()
    )


def test_equal_texts_compile_to_equal_tables() -> None:
    assert compile_names(TEXTS, set()) == compile_names(TEXTS[::-1], set())
    assert compile_names([], set()) == {}
    assert Names.of({}).match("Morrison") == []


@pytest.mark.parametrize(
    "damaged", [{"2": ["克里森", "00"]}, {"2": ["ab", "0"]}, {"x": ["克里", "0"]}]
)
def test_a_table_that_is_none_is_refused(damaged: dict[str, tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Names.of(damaged)


_SERVING = st.text(st.sampled_from(sorted(characters())), min_size=SHORTEST, max_size=LONGEST)


@given(_SERVING)
def test_every_stretch_is_stored_once_with_its_open_sides(stretch: str) -> None:
    compiled = compile_names([f"在{stretch}。"], set())
    text, sides = compiled[str(len(stretch))]
    # Between characters that write no names, the whole stretch has no open side.
    assert (text, sides) == (stretch, "0")
    for length, (joined, digits) in compiled.items():
        parts = re.findall(f"(?s).{{{length}}}", joined)
        assert parts == sorted(set(parts))
        assert len(parts) == len(digits)
        assert all(part in stretch for part in parts)


@given(st.text(max_size=12))
def test_any_word_can_be_asked(word: str) -> None:
    matches = Names.of(compile_names(TEXTS, set())).match(word)
    assert matches == sorted(matches, key=lambda match: (match.distance, match.form))
    heard = sounds(word)
    if heard:
        one, two, dropped = name_costs(word)
        assert one.shape == two.shape == (len(heard), len(SYLLABLES))
        assert dropped.shape == (len(heard),)
        assert (one >= 0).all()
        assert (dropped > 0).all()


def test_above_a_size_the_stretches_that_are_met_most_often_are_kept() -> None:
    common = [first + second for first in "尔斯" for second in "克特"]
    compiler = Compiler(most=4)
    # 100 other pairs, met once each, make the compiler forget three times over.
    rare = [
        first + second
        for first in "阿巴卡达弗"
        for second in "拉里鲁洛莱布德格哈亨伊基科库姆穆纳诺帕佩"
    ]
    for place, part in enumerate(rare):
        compiler.add(part)
        compiler.add(common[place % 4])
    assert compiler.compiled(()) == {"2": ("".join(sorted(common)), "0000")}
    # What is no name takes no place.
    kept = compiler.compiled({common[0]})["2"][0]
    assert len(kept) == 8
    assert common[0] not in {kept[at : at + 2] for at in range(0, 8, 2)}


def test_below_that_size_nothing_is_forgotten() -> None:
    limited, free = Compiler(most=len(TEXTS) * 1_000), Compiler()
    for text in TEXTS:
        limited.add(text)
        free.add(text)
    assert limited.compiled(()) == free.compiled(()) == compile_names(TEXTS, ())
