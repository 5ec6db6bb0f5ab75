"""Build the tables of ``corpus/places/data``: places and character readings.

    pip install -e .[tables] && python scripts/build_tables.py

Codes and names of provinces, cities, counties and districts come from geotool-cn, toneless pinyin
from pypinyin. What they get wrong, and what English writes otherwise, stands below. The output is
the same bytes on every run.
"""

from __future__ import annotations

import importlib.resources
import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

DATA = Path(__file__).parents[1] / "corpus" / "places" / "data"

# Beijing, Tianjin, Shanghai, Chongqing, Hong Kong and Macau are asked about as cities.
PROVINCE_LEVEL_CITIES = {"110000", "120000", "310000", "500000", "810000", "820000"}

# The reading that a character has in place names, where the general one differs.
CHARACTER_READINGS = {
    "长": "chang",
    "都": "du",
    "什": "shi",
    "勒": "le",
    "朝": "chao",
    "蚌": "beng",
    "佛": "fo",
    "尾": "wei",
    "乐": "le",
    "漯": "luo",
    "柏": "bai",
    "卡": "ka",
    "曾": "zeng",
    "浚": "xun",
    "珲": "hun",
    "枞": "zong",
    "单": "shan",
    "峙": "shi",
    "坻": "di",
    "圩": "xu",
    "泊": "bo",
    "莘": "shen",
    "洞": "dong",
    "覃": "qin",
    "亳": "bo",
    "歙": "she",
    "黟": "yi",
    "埇": "yong",
    "瀍": "chan",
    "硚": "qiao",
}

# Names of which one character is read otherwise than above; short name to syllables.
NAME_READINGS = {
    "长子": "zhang zi",
    "乐亭": "lao ting",
    "乐清": "yue qing",
    "乐陵": "lao ling",
    "东阿": "dong e",
    "六安": "lu an",
    "六合": "lu he",
    "六枝": "liu zhi",
    "铅山": "yan shan",
    "蔚县": "yu xian",
    "大埔": "da bu",
    "尉犁": "yu li",
    "尉氏": "wei shi",
    "大城": "dai cheng",
    "洪洞": "hong tong",
    "宕昌": "tan chang",
    "筠连": "jun lian",
    "荥经": "ying jing",
    "荥阳": "xing yang",
    "犍为": "qian wei",
    "涡阳": "guo yang",
    "牟平": "mu ping",
    "中牟": "zhong mu",
    "牟定": "mou ding",
    "穆棱": "mu ling",
    "丹棱": "dan ling",
    "绥棱": "sui leng",
    "红寺堡": "hong si bu",
    "吴堡": "wu bu",
    "称多": "chen duo",
    "番禺": "pan yu",
    "吐鲁番": "tu lu fan",
    "重庆": "chong qing",
    "厦门": "xia men",
    "台州": "tai zhou",
    "丽水": "li shui",
    "会昌": "hui chang",
    "会理": "hui li",
    "内蒙古": "nei meng gu",
    "西藏": "xi zang",
}

# What English calls a place when that is not its pinyin; further spellings after a bar.
ENGLISH = {
    "北京市": "Beijing|Peking|Pekin|Pequim|Pechino|Pekín",
    "天津市": "Tianjin|Tientsin",
    "上海市": "Shanghai|Shanghái|Schanghai|Xangai|Szanghaj|Şanghay",
    "重庆市": "Chongqing|Chungking",
    "内蒙古自治区": "Inner Mongolia|Nei Mongol|Mongolia Interior|Innere Mongolei",
    "吉林省": "Jilin|Kirin",
    "西藏自治区": "Tibet|Xizang|Tíbet",
    "陕西省": "Shaanxi",
    "台湾省": "Taiwan",
    "香港特别行政区": "Hong Kong|Hongkong",
    "澳门特别行政区": "Macau|Macao",
    "南京市": "Nanjing|Nanking|Nankín",
    "广州市": "Guangzhou|Canton|Cantón|Kanton",
    "西安市": "Xi'an|Sian",
    "呼和浩特市": "Hohhot|Huhhot",
    "鄂尔多斯市": "Ordos",
    "呼伦贝尔市": "Hulunbuir|Hulun Buir",
    "巴彦淖尔市": "Bayannur|Bayan Nur",
    "乌兰察布市": "Ulanqab|Ulan Qab",
    "兴安盟": "Hinggan",
    "锡林郭勒盟": "Xilingol|Xilin Gol",
    "阿拉善盟": "Alxa",
    "哈尔滨市": "Harbin",
    "齐齐哈尔市": "Qiqihar",
    "大兴安岭地区": "Daxing'anling|Greater Khingan",
    "西双版纳傣族自治州": "Xishuangbanna|Sipsongpanna",
    "迪庆藏族自治州": "Diqing|Deqen",
    "拉萨市": "Lhasa",
    "日喀则市": "Shigatse|Xigaze|Xigazê",
    "昌都市": "Chamdo|Qamdo",
    "林芝市": "Nyingchi",
    "山南市": "Shannan|Lhoka|Lhokha",
    "那曲市": "Nagqu|Nagchu",
    "阿里地区": "Ngari",
    "阿坝藏族羌族自治州": "Aba|Ngawa",
    "甘孜藏族自治州": "Garze|Garzê|Kardze",
    "果洛藏族自治州": "Golog|Golok",
    "乌鲁木齐市": "Urumqi|Ürümqi",
    "克拉玛依市": "Karamay",
    "吐鲁番市": "Turpan|Turfan",
    "哈密市": "Hami|Kumul",
    "博尔塔拉蒙古自治州": "Bortala",
    "巴音郭楞蒙古自治州": "Bayingolin|Bayingol",
    "阿克苏地区": "Aksu",
    "克孜勒苏柯尔克孜自治州": "Kizilsu",
    "喀什地区": "Kashgar|Kashi",
    "和田地区": "Hotan|Khotan",
    "伊犁哈萨克自治州": "Ili",
    "塔城地区": "Tacheng|Tarbagatay",
    "阿勒泰地区": "Altay",
    "阿拉尔市": "Aral|Alar",
    "图木舒克市": "Tumxuk",
    "可克达拉市": "Kokdala",
    "库尔勒市": "Korla",
    "库车市": "Kuqa|Kucha",
    "伊宁市": "Yining|Ghulja",
    "阿图什市": "Artux|Atush",
    "霍尔果斯市": "Khorgas|Horgos|Khorgos",
    "塔什库尔干塔吉克自治县": "Taxkorgan|Tashkurgan",
    "察布查尔锡伯自治县": "Qapqal",
    "莎车县": "Yarkant|Yarkand",
    "若羌县": "Ruoqiang|Qakilik",
    "且末县": "Qiemo|Qarqan",
    "格尔木市": "Golmud",
    "德令哈市": "Delingha",
    "香格里拉市": "Shangri-La",
    "江孜县": "Gyantse|Gyangze",
    "满洲里市": "Manzhouli",
    "二连浩特市": "Erenhot|Erlian",
    "锡林浩特市": "Xilinhot",
    "乌兰浩特市": "Ulanhot",
    "霍林郭勒市": "Holingol",
    "扎兰屯市": "Zalantun",
    "额尔古纳市": "Ergun",
    "海拉尔区": "Hailar",
    "阿尔山市": "Arxan",
    "鄂温克族自治旗": "Ewenki",
    "鄂伦春自治旗": "Oroqen",
    "准格尔旗": "Jungar",
    "达拉特旗": "Dalad",
    "鄂托克旗": "Otog",
    "伊金霍洛旗": "Ejin Horo",
    "额济纳旗": "Ejin",
    "科尔沁区": "Horqin",
    "克什克腾旗": "Hexigten",
    "湾仔区": "Wan Chai",
    "观塘区": "Kwun Tong",
    "荃湾区": "Tsuen Wan",
    "屯门区": "Tuen Mun",
    "元朗区": "Yuen Long",
    "沙田区": "Sha Tin",
    "葵青区": "Kwai Tsing",
    "油尖旺区": "Yau Tsim Mong",
    "深水埗区": "Sham Shui Po",
    "九龙城区": "Kowloon City",
    "黄大仙区": "Wong Tai Sin",
}

_PEOPLES = (
    "维吾尔|壮族|回族|朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|傣族|白族|景颇族|傈僳族|"
    "蒙古族|蒙古|柯尔克孜|哈萨克族|哈萨克|满族|达斡尔族|达斡尔|鄂温克族|鄂伦春|畲族|黎族|瑶族|各族|"
    "仫佬族|毛南族|仡佬族|水族|拉祜族|佤族|布朗族|纳西族|独龙族|怒族|普米族|裕固族|保安族|东乡族|"
    "撒拉族|土族|塔吉克|锡伯"
)
_ETHNIC = re.compile(rf"(?:{_PEOPLES})+(?:自治[区州县旗]|区)$")
_SUFFIX = re.compile(
    r"(?:特别行政区|自治[区州县旗]|地区|(?<=..)(?:新区|特区|矿区)|(?<=神农架)林区|[省市区县盟]|"
    r"(?<![前后左右中])旗)$"
)


def short_name(name: str) -> str:
    """``武汉市`` to ``武汉``; what would leave fewer than two characters stays whole."""
    bare = _ETHNIC.sub("", name)
    if len(bare) < 2:  # named after the people alone: 鄂温克族自治旗, 东乡族自治县
        bare = re.sub(r"族?自治[区州县旗]$", "", name)
    if bare == name:
        bare = _SUFFIX.sub("", name)
    if name == "内蒙古自治区":
        return "内蒙古"
    return bare if len(bare) >= 2 else name


def toneless(syllable: str) -> str:
    """``lǚ`` to ``lv``, ``hàn`` to ``han``."""
    syllable = re.sub("[üǖǘǚǜ]", "v", syllable)
    decomposed = unicodedata.normalize("NFD", syllable)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def syllables(short: str) -> list[str]:
    from pypinyin import lazy_pinyin

    if short in NAME_READINGS:
        return NAME_READINGS[short].split()
    read = lazy_pinyin(short)
    return [
        CHARACTER_READINGS.get(char, syllable) for char, syllable in zip(short, read, strict=True)
    ]


def romanise(short: str) -> str:
    """Syllables joined, an apostrophe before one that opens with a vowel: ``Xi'an``."""
    joined = ""
    for syllable in syllables(short):
        joined += "'" if joined and syllable[0] in "aoe" else ""
        joined += syllable.replace("v", "ü")
    return joined.capitalize()


def read_divisions() -> dict[str, list[tuple[str, str]]]:
    source = importlib.resources.files("GeoToolCN") / "data" / "china_admin.json"
    tables = json.loads(source.read_text("utf-8"))
    return {level: [(code, name) for code, name in rows] for level, rows in tables.items()}


def place_rows() -> list[tuple[str, ...]]:
    divisions = read_divisions()
    provinces, cities = dict(divisions["provinces"]), dict(divisions["cities"])
    found: dict[str, tuple[str, str, str]] = {}  # code: name, level, parent
    for code, name in provinces.items():
        found[code] = name, "city" if code in PROVINCE_LEVEL_CITIES else "province", ""
    for code, name in [*cities.items(), *divisions["districts"]]:
        if code in found or name.endswith("直辖"):
            continue
        province, city = f"{code[:2]}0000", f"{code[:4]}00"
        # Counties that stand directly under a province are listed among the cities.
        is_city = code in cities and not name.endswith(("县", "林区"))
        parent = city if city in cities and city != code else province
        found[code] = name, "city" if is_city else "district", parent
    rows: list[tuple[str, ...]] = []
    for code, (name, level, parent) in sorted(found.items()):
        short = short_name(name)
        pinyin = romanise(short)
        english, _, others = ENGLISH.get(name, pinyin).partition("|")
        rows.append((code, name, short, level, parent, pinyin, english, others))
    return rows


def reading_rows(names: set[str]) -> list[tuple[str, ...]]:
    """Readings of the characters of GB 2312 and of the place names, most common first.

    What a character is read in a place name is always among them.

    A reading that no dictionary phrase uses, or fewer than one in fifty, is left out: it would
    only make unlike words sound alike.
    """
    from pypinyin import Style, pinyin
    from pypinyin.phrases_dict import phrases_dict

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in phrases_dict.items():
        if len(phrase) == len(readings):
            for char, reading in zip(phrase, readings, strict=True):
                counts[char][toneless(reading[0])] += 1
    in_names: dict[str, set[str]] = defaultdict(set)
    for name in names:
        short = short_name(name)
        for char, syllable in zip(short, syllables(short), strict=True):
            in_names[char].add(syllable)
    characters = set("".join(names))
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            characters.add(bytes((high, low)).decode("gb2312", "ignore"))
    rows: list[tuple[str, ...]] = []
    for char in sorted(characters - {""}):
        listed = pinyin(char, heteronym=True, style=Style.NORMAL)[0]
        seen = counts[char]
        usual = toneless(listed[0])
        ranked = sorted(seen, key=lambda reading: (-seen[reading], reading))
        kept = [r for r in ranked if seen[r] * 50 >= seen.total() and seen[r] > 1] or [usual]
        if 2 * seen[usual] >= seen[kept[0]]:  # close: as the dictionary of characters has it
            kept.insert(0, usual)
        kept += sorted(in_names[char])
        rows.append((char, " ".join(dict.fromkeys(kept))))
    return rows


def write(path: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    lines = [*(f"# {line}" for line in header.splitlines()), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(rows)} rows, {path.stat().st_size} bytes")


def main() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    places = place_rows()
    write(
        DATA / "places.tsv",
        "Administrative divisions; codes and names are those of GB/T 2260.\n"
        "code\tname\tshort name\tlevel\tparent\tpinyin\tEnglish\tother spellings, with bars",
        places,
    )
    readings = reading_rows({row[1] for row in places})
    write(
        DATA / "readings.tsv",
        "Toneless Mandarin readings (v for ü) of common characters, most common first.",
        readings,
    )


if __name__ == "__main__":
    main()
