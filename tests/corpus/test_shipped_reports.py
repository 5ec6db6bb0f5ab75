"""The shipped digests carry every figure of the originals, in our own words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from opencc import OpenCC

DIGESTS = Path(__file__).parents[2] / "corpus" / "reports"
ORIGINALS = Path(__file__).parents[3] / "shared" / "reports"
NAMES = ("dongxihu", "jinan", "loudi", "wuhan", "zhangye")

LONGEST_COPY = 29  # Han characters or digits in a row

needs_originals = pytest.mark.skipif(
    not ORIGINALS.is_dir(), reason="the raw reports are not beside this checkout"
)

_simplified = OpenCC("t2s").convert

# A gloss is a bracket of Latin letters; tone marks count as letters.
_GLOSS = re.compile(r"[((][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹɡ]+[))]")
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:%|[多余]?[万亿]?[多余]?"
    r"(?:千米|公顷|小时|周年|人次|条次|场次|[+\u4e00-\u9fff]))"
)
# Stamps and menus of the page, not of the report: "2022-10-27 17:10", "2023年03月29日 星期三".
_STAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:\s+\d{2}:\d{2}(?::\d{2})?)?"
    r"|\d{4}年\d{2}月\d{2}日(?:\s*(?:星期.|\d{2}:\d{2}))"
    r"|^\d{4}专题\S*$",
    re.MULTILINE,
)


def plain(text: str) -> str:
    """Gloss-free, Simplified, decimal points restored, NFKC; line breaks kept."""
    text = _simplified(_GLOSS.sub("", text))
    text = re.sub(r"(\d)。(\d)", r"\1.\2", text)
    return unicodedata.normalize("NFKC", text)


def figures(text: str) -> set[str]:
    """Every number of the text with its unit: ``455个``, ``12.2%``, ``8.46万个``."""
    text = re.sub(r"[^\S\n]+", "", plain(_STAMP.sub("\n", text)))
    return {match.group() for match in _FIGURE.finditer(text)}


def test_a_figure_is_a_number_with_its_unit() -> None:
    text = "2022-10-27 17:10 改造455个,增长12.2%,学位8.46万個(gè),1。1万名,1200万+,3400余场"
    assert figures(text) == {"455个", "12.2%", "8.46万个", "1.1万名", "1200万+", "3400余场"}


@needs_originals
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_the_original_stands_in_the_digest(name: str) -> None:
    original = (ORIGINALS / f"{name}.txt").read_text(encoding="utf-8")
    digest = re.sub(r"\s+", "", plain((DIGESTS / f"{name}.md").read_text(encoding="utf-8")))
    missing = {
        figure
        for figure in figures(original)
        if not re.search(r"(?<![\d.])" + re.escape(figure), digest)
    }
    assert not missing


def runs(text: str) -> str:
    """Han characters and digits only, as the check for copied sentences compares them."""
    return re.sub(r"[^\u4e00-\u9fff0-9]", "", _simplified(_GLOSS.sub("", text)))


@needs_originals
@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_the_digest_copies_the_original(name: str) -> None:
    size = LONGEST_COPY + 1
    windows: set[str] = set()
    for original in ORIGINALS.glob("*.txt"):
        text = runs(original.read_text(encoding="utf-8"))
        windows.update(text[i : i + size] for i in range(len(text) - size + 1))
    copied = []
    for line in (DIGESTS / f"{name}.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\s*(source_)?title\s*:", line):
            continue
        text = runs(re.sub(r"《[^》]*》", "", line))
        copied += [
            text[i : i + size] for i in range(len(text) - size + 1) if text[i : i + size] in windows
        ]
    assert not copied
