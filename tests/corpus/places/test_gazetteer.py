from __future__ import annotations

import time

import pytest
from opencc import OpenCC

from corpus.places.gazetteer import Gazetteer, Place, gazetteer, latin_key, short_name
from corpus.places.ordinary import ORDINARY, ORDINARY_LATIN, SEAMS
from corpus.places.sounds import cyrillic_stem, hangul, palladius, readings, sound_alike, spell

PLACES = gazetteer()


def the(name: str) -> Place:
    place = PLACES.resolve(name)
    assert place is not None, name
    return place


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("重庆市", "Chongqing"),
        ("长沙市", "Changsha"),
        ("长治市", "Changzhi"),
        ("厦门市", "Xiamen"),
        ("六安市", "Lu'an"),
        ("乐山市", "Leshan"),
        ("朝阳市", "Chaoyang"),
        ("番禺区", "Panyu"),
        ("铅山县", "Yanshan"),
        ("蔚县", "Yuxian"),
        ("浚县", "Xunxian"),
        ("单县", "Shanxian"),
        ("东阿县", "Dong'e"),
        ("大埔县", "Dabu"),
        ("漯河市", "Luohe"),
        ("亳州市", "Bozhou"),
        ("丽水市", "Lishui"),
        ("台州市", "Taizhou"),
        ("会昌县", "Huichang"),
        ("会理市", "Huili"),
        ("尉犁县", "Yuli"),
        ("民乐县", "Minle"),
        ("都昌县", "Duchang"),
        ("什邡市", "Shifang"),
        ("吕梁市", "Lüliang"),
    ],
)
def test_polyphones_are_read_as_the_place_is_called(name: str, pinyin: str) -> None:
    assert the(name).pinyin == pinyin


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("呼和浩特市", "Hohhot"),
        ("乌鲁木齐市", "Urumqi"),
        ("拉萨市", "Lhasa"),
        ("哈尔滨市", "Harbin"),
        ("日喀则市", "Shigatse"),
        ("香港特别行政区", "Hong Kong"),
        ("澳门特别行政区", "Macau"),
        ("西安市", "Xi'an"),
        ("陕西省", "Shaanxi"),
        ("山西省", "Shanxi"),
        ("西藏自治区", "Tibet"),
        ("内蒙古自治区", "Inner Mongolia"),
        ("喀什地区", "Kashgar"),
        ("武汉市", "Wuhan"),
    ],
)
def test_english_names_are_those_in_use(name: str, english: str) -> None:
    assert the(name).english == english
    assert english == "Shanxi" or the(english).name == name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("武汉市", "武汉"),
        ("东西湖区", "东西湖"),
        ("双峰县", "双峰"),
        ("肃南裕固族自治县", "肃南"),
        ("黔南布依族苗族自治州", "黔南"),
        ("新疆维吾尔自治区", "新疆"),
        ("浦东新区", "浦东"),
        ("清新区", "清新"),
        ("碑林区", "碑林"),
        ("神农架林区", "神农架"),
        ("鄂温克族自治旗", "鄂温克"),
        ("蔚县", "蔚县"),
        ("东区", "东区"),
        ("阿拉善左旗", "阿拉善左旗"),
    ],
)
def test_short_names_drop_the_kind_and_the_people(name: str, short: str) -> None:
    assert short_name(the(name)) == short


def test_no_short_name_is_shorter_than_two_characters() -> None:
    assert min(len(place.short) for place in PLACES) == 2


def test_codes_are_unique_and_every_parent_is_listed() -> None:
    assert len({place.code for place in PLACES}) == len(PLACES)
    for place in PLACES:
        if place.parent:
            parent = PLACES.get(place.parent)
            assert parent is not None
            assert parent in PLACES.ancestors(place)
            assert place in PLACES.children(parent)
        else:
            assert place.code.endswith("0000")


def test_province_level_cities_are_cities() -> None:
    cities = {place.short for place in PLACES if place.level == "city" and not place.parent}
    assert cities == {"北京", "上海", "天津", "重庆", "香港", "澳门"}
    city = PLACES.city_of(the("北京市朝阳区"))
    assert city is not None
    assert city.name == "北京市"


def test_a_district_is_within_its_city_and_province_but_not_the_reverse() -> None:
    district, city, province = the("东西湖区"), the("武汉市"), the("湖北省")
    assert PLACES.ancestors(district) == (city, province)
    assert PLACES.is_within(district, city)
    assert PLACES.is_within(district, province)
    assert not PLACES.is_within(city, district)
    assert not PLACES.is_within(city, city)


@pytest.mark.parametrize(
    "form",
    ["武汉市", "武汉", "武漢", "Wuhan", "wuhan", "WU HAN", "Wǔhàn", "湖北武汉", "湖北省武汉市"],
)
def test_every_form_of_a_name_leads_to_the_place(form: str) -> None:
    assert the(form).code == "420100"


def test_what_contains_a_place_tells_namesakes_apart() -> None:
    assert the("沈阳市和平区").code[:4] == "2101"
    assert the("天津市和平区").code[:4] == "1201"
    assert PLACES.resolve("武汉市和平区") is None
    assert PLACES.resolve("nowhere") is None
    assert PLACES.resolve("") is None


def test_every_name_is_found_by_lookup_in_both_scripts() -> None:
    traditional = OpenCC("s2t")
    for place in PLACES:
        assert place in PLACES.lookup(place.name)
        assert place in PLACES.lookup(place.pinyin)
        assert place in PLACES.lookup(traditional.convert(place.name))


def test_each_pinyin_is_made_of_readings_of_its_characters() -> None:
    for place in PLACES:
        syllables = spell(place.short, place.pinyin)
        assert "".join(syllables) == latin_key(place.pinyin.replace("ü", "v")), place


def test_the_readings_cover_gb2312_and_all_place_names() -> None:
    table = readings()
    assert set("".join(place.name for place in PLACES)) <= set(table)
    assert len(table) >= 6763
    assert sound_alike("楼", "娄")
    assert sound_alike("章", "张")
    assert not sound_alike("武", "汉")


def test_words_that_are_names_are_names() -> None:
    assert {place.short for place in PLACES} >= ORDINARY
    assert {place.name for place in PLACES} >= SEAMS
    latin = set(PLACES.latin_names)
    assert ORDINARY_LATIN & latin


def test_transcriptions_follow_their_systems() -> None:
    def syllables(name: str) -> tuple[str, ...]:
        place = the(name)
        return spell(place.short, place.pinyin)

    russian = {"武汉市": "ухань", "娄底市": "лоуди", "张掖市": "чжанъе", "济南市": "цзинань"}
    russian |= {"东西湖区": "дунсиху", "上海市": "шанхай", "西安市": "сиань", "湖北省": "хубэй"}
    for name, written in russian.items():
        assert palladius(syllables(name)) == written
    assert cyrillic_stem(syllables("上海市")) == "шанха"
    korean = {"武汉市": "우한", "娄底市": "러우디", "张掖市": "장예", "济南市": "지난"}
    korean |= {"广州市": "광저우", "北京市": "베이징", "东西湖区": "둥시후"}
    for name, written in korean.items():
        assert hangul(syllables(name)) == written


def test_it_loads_in_a_few_milliseconds() -> None:
    def load() -> float:
        start = time.perf_counter()
        assert isinstance(gazetteer.__wrapped__(), Gazetteer)
        return time.perf_counter() - start

    assert min(load() for _ in range(5)) < 0.05
