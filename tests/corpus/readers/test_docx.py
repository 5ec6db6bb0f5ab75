"""A Word document gives its paragraphs, headings, captions and tables in order."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.errors import ReadError
from corpus.raw import RawReport
from corpus.readers import read_bytes
from corpus.readers.zip_limits import MAX_UNPACKED, check_zip


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(data: bytes) -> RawReport:
    return read_bytes(data, origin="a.docx", stem="a", media="docx")


def lines(document: Any) -> list[tuple[str, str, int]]:
    return [(line.text, line.kind, line.level) for line in read(saved(document)).lines]


def texts(document: Any) -> list[str]:
    return [text for text, _, _ in lines(document)]


def test_paragraphs_headings_tables_and_captions_come_in_document_order() -> None:
    document = Document()
    document.add_paragraph("江城市综述", style="Title")
    document.add_heading("完善设施", level=1)
    document.add_paragraph("全市新建公园35个。")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["区", "个数", "江北区", "120"], strict=True):
        cell.text = text
    document.add_paragraph("公园一角", style="Caption")
    document.add_paragraph("   ")
    document.add_heading("细节", level=2)
    document.add_paragraph("加装电梯128部。")
    assert lines(document) == [
        ("江城市综述", "heading", 1),
        ("完善设施", "heading", 2),
        ("全市新建公园35个。", "text", 0),
        ("区 | 个数", "text", 0),
        ("江北区 | 120", "text", 0),
        ("公园一角", "caption", 0),
        ("细节", "heading", 3),
        ("加装电梯128部。", "text", 0),
    ]


def test_without_a_title_headings_keep_their_level() -> None:
    document = Document()
    document.add_heading("甲", level=1)
    document.add_heading("乙", level=3)
    assert [level for _, _, level in lines(document)] == [1, 3]


@pytest.mark.parametrize(
    ("name", "kind", "level"),
    [
        ("标题 2", "heading", 2),
        ("标题", "heading", 1),
        ("题注文字", "text", 0),
        ("图题", "caption", 0),
    ],
)
def test_styles_are_known_by_their_chinese_names(name: str, kind: str, level: int) -> None:
    document = Document()
    document.styles.add_style(name, 1)
    document.add_paragraph("一行", style=name)
    assert lines(document) == [("一行", kind, level)]


def test_a_style_based_on_a_heading_is_a_heading() -> None:
    document = Document()
    style = document.styles.add_style("机关公文小标题", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("一行", style=style)
    assert lines(document) == [("一行", "heading", 2)]


def test_an_outline_level_makes_a_heading_and_body_level_does_not() -> None:
    document = Document()
    for value in (0, 9):
        properties = document.add_paragraph(f"级别{value}")._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{value}"/>'))
    assert lines(document) == [("级别0", "heading", 1), ("级别9", "text", 0)]


def test_a_line_break_parts_lines_and_a_page_break_parts_nothing() -> None:
    document = Document()
    run = document.add_paragraph().add_run("甲")
    run.add_break()
    run.add_text("乙")
    run.add_break(WD_BREAK.PAGE)
    run.add_text("丙")
    assert texts(document) == ["甲", "乙丙"]


def body_with(xml: str) -> Any:
    document = Document()
    # Before the section's properties, which stand last.
    document.element.body.insert(0, parse_xml(xml))
    return document


def test_inserted_text_is_read_and_deleted_text_is_not() -> None:
    document = body_with(
        f"<w:p {nsdecls('w')}><w:r><w:t>新建</w:t></w:r><w:ins><w:r><w:t>公园</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>广场</w:delText></w:r></w:del><w:hyperlink><w:r><w:t>35个</w:t></w:r>"
        "</w:hyperlink><w:r><w:noBreakHyphen/><w:tab/><w:t>好</w:t></w:r></w:p>"
    )
    assert texts(document) == ["新建公园35个- 好"]


def test_readings_above_characters_are_left_out() -> None:
    document = body_with(
        f"<w:p {nsdecls('w')}><w:r><w:ruby><w:rt><w:r><w:t>chéng</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>城</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    assert texts(document) == ["城"]


def test_content_controls_are_looked_into() -> None:
    document = body_with(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>封面</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    assert texts(document) == ["封面"]


def test_a_text_box_is_read_once_and_behind_its_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
    document = body_with(
        f'<w:p {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}"
        f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(document) == ["正文", "框中"]


def test_a_table_within_a_table_loses_nothing() -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "外"
    cell.add_table(rows=1, cols=2).cell(0, 1).text = "内"
    assert texts(document) == ["外", " | 内"]


def test_core_properties_fill_gaps_but_the_creation_date_does_not() -> None:
    document = Document()
    document.add_paragraph("一行。")
    document.core_properties.title = "江城年鉴"
    document.core_properties.author = "王一；李二"
    raw = read(saved(document))
    assert raw.front == {"title": "江城年鉴", "authors": ["王一", "李二"]}
    assert (raw.media, raw.encoding, raw.declared) == ("docx", "binary", False)


def test_a_document_without_text_is_empty() -> None:
    with pytest.raises(ReadError, match=r"a\.docx: is empty"):
        read(saved(Document()))


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def whole() -> bytes:
    document = Document()
    document.add_paragraph("一行。")
    return saved(document)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"plain text", "is damaged or cut off"),
        (whole()[:-200], "is damaged or cut off"),
        (zipped({"a.txt": b"text"}), "is a zip file, but no Word document"),
        (zipped({"[Content_Types].xml": b"<Types/>"}), "is a damaged Word document, or none"),
        (zipped({"[Content_Types].xml": b"\xff<"}), "is a damaged Word document, or none"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old or locked Office file"),
    ],
    ids=["text", "cut", "other zip", "no parts", "no XML", "old .doc"],
)
def test_what_is_no_document_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=rf"a\.docx: {reason}"):
        read(data)


def test_a_document_with_a_wrong_byte_is_read_or_refused() -> None:
    data = bytearray(whole())
    for position in range(0, len(data), 997):
        data[position] ^= 0xFF
        with suppress(ReadError):
            read(bytes(data))
        data[position] ^= 0xFF


def test_a_bomb_is_refused_by_what_its_directory_states() -> None:
    data = zipped({"[Content_Types].xml": b"", "word/document.xml": bytes(MAX_UNPACKED + 1)})
    assert len(data) < 1024 * 1024
    with pytest.raises(ReadError, match="unpacks to far more"):
        read(data)


def test_a_high_ratio_is_refused_below_the_limit_of_size() -> None:
    size = MAX_UNPACKED // 10
    with pytest.raises(ReadError, match="unpacks to far more"):
        check_zip(zipped({"a": bytes(size)}), origin="a")
    # The same bytes, but not compressible: the directory of names is the answer.
    assert check_zip(zipped({"a": b"abc"}), origin="a") == {"a"}


def test_a_directory_that_lies_about_sizes_is_found_out() -> None:
    size = 300_000
    data = bytearray(zipped({"a": bytes(size)}))
    stated = size.to_bytes(4, "little")
    assert data.count(stated) == 2  # in the member's header and in the directory
    lying = bytes(data).replace(stated, (10).to_bytes(4, "little"))
    with pytest.raises(ReadError, match="is damaged"):
        check_zip(lying, origin="a")


def test_too_many_members_are_refused() -> None:
    with pytest.raises(ReadError, match="too many files"):
        check_zip(zipped({str(n): b"" for n in range(10_001)}), origin="a")
