"""A PDF's pages become paragraphs; what cannot be read is refused with a reason."""

from __future__ import annotations

import datetime
import io
import logging
from collections.abc import Callable
from contextlib import suppress

import pytest
from pypdf import PdfReader, PdfWriter

from corpus.errors import ReadError
from corpus.readers import read_bytes
from corpus.readers.pdf import MAX_PAGES
from corpus.readers.pdf_layout import page_paragraphs

MakePdf = Callable[..., bytes]

ONE = "为方便居民出行，全市去年新建口袋公园三十五个，改造老旧小区四百五十五个，惠及居民十二万户。"
TWO = "各区把居民意见列成清单逐项落实，全年加装电梯一百二十八部，新增停车位三千四百个，满意度提高。"


def cut(text: str, characters: int = 20) -> list[str]:
    return [text[start : start + characters] for start in range(0, len(text), characters)]


def texts(data: bytes) -> list[str]:
    return [line.text for line in read_bytes(data, origin="a.pdf", stem="a", media="pdf").lines]


def body(number: int) -> list[str]:
    """The lines of a paragraph that no other page has."""
    return cut(f"{'甲乙丙丁戊己庚辛'[number]}说：{ONE[number:]}")


def joined(*pages: list[str]) -> list[str]:
    return [line.text for line in page_paragraphs(["\n".join(page) for page in pages])]


def test_the_lines_of_a_page_are_joined_to_paragraphs(make_pdf: MakePdf) -> None:
    assert texts(make_pdf([["全市工作综述", *cut(ONE), *cut(TWO)]])) == ["全市工作综述", ONE, TWO]


def test_a_paragraph_goes_on_over_the_page(make_pdf: MakePdf) -> None:
    lines = cut(ONE)
    assert texts(make_pdf([lines[:1], lines[1:]])) == [ONE]


def test_english_lines_are_joined_with_a_blank() -> None:
    page = [
        "The city has renewed four hundred old houses,",
        "and the people who live in them are glad.",
    ]
    assert joined(page) == [" ".join(page)]


def test_running_titles_and_page_numbers_are_left_out(make_pdf: MakePdf) -> None:
    pages = [["江城年鉴  2021", *body(n), f"— {n + 17} —"] for n in range(4)]
    assert texts(make_pdf(pages)) == ["".join(body(n)) for n in range(4)]


def test_titles_of_left_and_right_pages_are_left_out() -> None:
    titles = ("江城年鉴", "城市建设")
    pages = [[titles[n % 2], *body(n), f"第 {n} 页 共 6 页"] for n in range(1, 7)]
    assert joined(*pages) == ["".join(body(n)) for n in range(1, 7)]


def test_figures_at_the_edge_that_do_not_count_pages_stay() -> None:
    figures = ["公园 35 个", "公园 12 个", "公园 90 个", "公园 41 个"]
    assert joined(*([line, *body(n)] for n, line in enumerate(figures))) == [
        text for n, line in enumerate(figures) for text in (line, "".join(body(n)))
    ]


def test_a_heading_number_begins_a_paragraph() -> None:
    page = [*cut(ONE[:40]), "二、" + TWO[:17], TWO[17:37], "末。"]
    assert joined(page) == [ONE[:40], "二、" + TWO[:37] + "末。"]


def test_radicals_that_fonts_put_for_characters_are_characters_again(make_pdf: MakePdf) -> None:
    assert texts(make_pdf([["⼈⺠⽣活⽔平"]])) == ["人⺠生活水平"]


def test_document_information_fills_gaps(make_pdf: MakePdf) -> None:
    data = make_pdf(
        [[ONE]], {"Title": "江城年鉴", "Author": "王一；李二", "CreationDate": "D:20211025083000Z"}
    )
    raw = read_bytes(data, origin="a.pdf", stem="a")
    assert raw.front == {
        "title": "江城年鉴",
        "authors": ["王一", "李二"],
        "date": datetime.date(2021, 10, 25),
    }
    assert (raw.media, raw.encoding, raw.declared) == ("pdf", "binary", False)


def test_titles_and_names_that_a_program_made_up_are_ignored(make_pdf: MakePdf) -> None:
    information = {"Title": "Microsoft Word - 文档1.docx", "Author": "Administrator"}
    information["CreationDate"] = "昨天"
    assert read_bytes(make_pdf([[ONE]], information), origin="a", stem="a").front == {}


def test_a_scan_holds_no_text(make_pdf: MakePdf) -> None:
    with pytest.raises(ReadError, match=r"a\.pdf: holds no text \(a scan\?\)"):
        texts(make_pdf([[], []]))


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95])
def test_a_truncated_pdf_is_read_as_far_as_it_goes_or_refused(
    make_pdf: MakePdf, share: float
) -> None:
    whole = make_pdf([cut(ONE), cut(TWO)])
    with suppress(ReadError):
        # The library finds the objects again that come before the cut.
        got = texts(whole[: int(share * len(whole))])
        assert set("".join(got)) <= set(ONE + TWO)


def test_half_a_pdf_is_refused(make_pdf: MakePdf) -> None:
    with pytest.raises(ReadError, match=r"a\.pdf: is a damaged"):
        texts(make_pdf([cut(ONE)])[:150])


def test_rubbish_behind_a_header_is_refused_without_noise(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ReadError, match=r"a\.pdf: is a damaged"):
        texts(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    assert not [record for record in caplog.records if record.name.startswith("pypdf")]


def encrypted(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_named_as_the_reason(make_pdf: MakePdf) -> None:
    with pytest.raises(ReadError, match=r"a\.pdf: is a PDF under a password"):
        texts(encrypted(make_pdf([[ONE]]), "secret"))


def test_an_empty_password_is_no_obstacle(make_pdf: MakePdf) -> None:
    assert texts(encrypted(make_pdf([[ONE]]), "")) == [ONE]


def test_too_many_pages_are_refused_before_they_are_read(make_pdf: MakePdf) -> None:
    with pytest.raises(ReadError, match=rf"a\.pdf: has more than {MAX_PAGES} pages"):
        texts(make_pdf([[]] * 5000))


def test_pages_shared_without_end_are_refused() -> None:
    # Ten nodes in a row, each with the next one ten times among its kids: 10**10 pages.
    nodes = b"".join(
        b"%d 0 obj << /Type /Pages /Count 10 /Kids [ %s ] >> endobj\n"
        % (n, b" ".join([b"%d 0 R" % (n + 1)] * 10))
        for n in range(2, 12)
    )
    data = (
        b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        + nodes
        + b"12 0 obj << /Type /Page /MediaBox [0 0 9 9] >> endobj\n"
        + b"trailer << /Root 1 0 R /Size 13 >>\nstartxref\n0\n%%EOF\n"
    )
    with pytest.raises(ReadError, match=r"a\.pdf: has more than"):
        texts(data)
