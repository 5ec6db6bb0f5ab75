"""Reports as they lie about on the web: one text in many encodings, scripts, pages and files."""

from __future__ import annotations

import html
import io
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from opencc import OpenCC

from tests.corpus.readers.pdf_files import pdf_file

KINDS = ("txt", "html", "md", "docx", "pdf")
ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16")

# Heads and feet of pages that we made up; no figures, so that those of the report can be counted.
HEADS = (
    (),
    ("首页 > 新闻中心 > 正文", "扫码查看手机版"),
    ("您的位置:首页 > 要闻", "字号：大 中 小", "打印本页"),
    ("收藏本站 | 设为首页", "无障碍浏览"),
)
FEET = (
    (),
    ("打印 关闭", "上一篇：没有了", "下一篇：没有了"),
    ("分享到：微信 微博", "返回顶部"),
    ("相关链接", "友情链接", "网站地图 | 联系我们"),
)

_FIGURE = re.compile(r"\d+(?:[.。]\d+)?")


@dataclass(frozen=True, slots=True)
class Variation:
    """One file made of a report.

    Attributes:
        name: of the file.
        base: the report that it was made of.
        data: its bytes.
        how: script, head, kind and encoding.
    """

    name: str
    base: str
    data: bytes
    how: tuple[str, ...]


def variations(folder: Path, count: int, *, seed: int = 5) -> list[Variation]:
    """Files made of the raw reports of a folder; the same for the same seed.

    Reports, kinds and encodings take turns, and the rest is drawn: with 25 files, each report comes
    in each kind once.
    """
    draw = random.Random(seed)
    bases = sorted(folder.glob("*.txt"))
    made = []
    for number in range(count):
        base = bases[number % len(bases)]
        kind = KINDS[number // len(bases) % len(KINDS)]
        encoding = ENCODINGS[number % len(ENCODINGS)]
        # nor all Traditional ones.
        scripts = ("as it is", "simplified", "traditional")
        script = "traditional" if encoding == "big5hkscs" else draw.choice(scripts)
        convert = {"simplified": OpenCC("t2s").convert, "traditional": OpenCC("s2t").convert}
        into: Callable[[str], str] = convert.get(script, str)
        head, foot = draw.choice(HEADS), draw.choice(FEET)
        lines = [line for line in base.read_text(encoding="utf-8").splitlines() if line.strip()]
        lines = [into(line) for line in (*head, *lines, *foot)]
        data, encoding = _file(kind, lines, encoding)
        name = f"{base.stem}-{number:03}.{kind}"
        made.append(
            Variation(name, base.stem, data, (script, str(HEADS.index(head)), kind, encoding))
        )
    return made


def figures(text: str) -> list[str]:
    """The numbers of a text, ``1。1`` read as the ``1.1`` that it was."""
    return [figure.replace("。", ".") for figure in _FIGURE.findall(text)]


def _file(kind: str, lines: Sequence[str], encoding: str) -> tuple[bytes, str]:
    if kind == "docx":
        return _docx(lines), "binary"
    if kind == "pdf":
        return pdf_file(_pages(lines)), "binary"
    if kind == "html":
        # Browsers take UTF-16 from its mark, the others from what the page declares.
        declared = {"gb18030": "gbk", "big5hkscs": "big5"}.get(encoding, encoding)
        body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
        text = (
            f'<!DOCTYPE html>\n<html><head><meta charset="{declared}"><title>'
            f"{html.escape(lines[0])}</title></head>\n<body><div>{body}</div></body></html>\n"
        )
    else:
        text = ("\n\n" if kind == "md" else "\n").join(lines) + "\n"
    try:
        return text.encode(encoding), encoding
    except UnicodeEncodeError:  # nor all Traditional ones
        return text.encode(), "utf-8"


def _docx(lines: Sequence[str]) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pages(lines: Sequence[str], width: int = 36, height: int = 38) -> list[list[str]]:
    """Lines of a printed page; a figure is not torn at a line's end, as typesetters do it."""
    rows: list[str] = []
    for line in lines:
        rest = line
        while len(rest) > width:
            cut = width
            while cut > 1 and re.match(r"[\d.%。][\d.%。]", rest[cut - 1 : cut + 1]):
                cut -= 1
            rows.append(rest[:cut])
            rest = rest[cut:]
        rows.append(rest)
    return [rows[start : start + height] for start in range(0, len(rows), height)]
