"""A PDF written byte by byte, so that no other library is needed."""

from __future__ import annotations

from collections.abc import Sequence

TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Same def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
%s
endcmap CMapName currentdict /CMap defineresource pop end end"""

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /ToUnicode 4 0 R"
    b" /DescendantFonts [ << /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >> ] >>"
)


def _hex(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def _to_unicode(text: str) -> bytes:
    """The map from codes to Unicode, for the characters of a text; a block holds at most 100."""
    codes = [_hex(character) for character in sorted(set(text))]
    blocks = [codes[start : start + 100] for start in range(0, len(codes), 100)]
    maps = (
        b"%d beginbfchar\n%s endbfchar"
        % (len(block), b"".join(b"<%s> <%s>\n" % (code, code) for code in block))
        for block in blocks
    )
    return TO_UNICODE % b"\n".join(maps)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def pdf_file(pages: Sequence[Sequence[str]], information: dict[str, str] | None = None) -> bytes:
    """A PDF of pages of lines, in a CJK font whose codes are UTF-16 units."""
    info = b"".join(
        b"/%s <FEFF%s> " % (key.encode(), _hex(value)) for key, value in (information or {}).items()
    )
    first = 6
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(pages), kids),
        FONT,
        _stream(_to_unicode("".join(line for page in pages for line in page))),
        b"<< %s>>" % info,
    ]
    for number, lines in enumerate(pages):
        shown = b"".join(
            b"BT /F1 12 Tf 50 %d Td <%s> Tj ET\n" % (800 - 20 * row, _hex(line))
            for row, line in enumerate(lines)
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (first + 2 * number + 1)
        )
        objects.append(_stream(shown))
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
