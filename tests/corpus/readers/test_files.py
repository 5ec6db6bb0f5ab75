"""Which files are reports, what kind they are, and what is said about those that are not."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import ReadError, StorageError
from corpus.readers import MAX_FILE_BYTES, SUFFIXES, is_report_file, read_bytes, read_file

MakePdf = Callable[..., bytes]

TEXT = "全市改造老旧小区455个，惠及居民12.2万户。"
ROOT = Path(__file__).parents[3]


def file(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("name", ["wuhan.txt", "武汉.MD", "a.b.html", "a.shtml", "a.PDF", "a.docx"])
def test_files_of_a_known_suffix_are_reports(name: str) -> None:
    assert is_report_file(Path(name))


@pytest.mark.parametrize(
    "name",
    ["README.md", "readme.zh.md", "LICENSE.txt", "CHANGELOG.md", ".x.md", "~$a.docx", "a.csv", "a"],
)
def test_other_files_are_not(name: str) -> None:
    assert not is_report_file(Path(name))


def test_suffixes_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SUFFIXES[".csv"] = "text"  # type: ignore[index]


def test_a_file_gives_a_report_with_its_digest(tmp_path: Path) -> None:
    path = file(tmp_path, "jiangcheng.txt", f"题目\n\n{TEXT}\n".encode("gb18030"))
    raw = read_file(path)
    assert (raw.origin, raw.stem, raw.media) == (str(path), "jiangcheng", "text")
    assert raw.encoding == "gb18030"
    assert raw.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(line.number, line.text) for line in raw.lines] == [(1, "题目"), (3, TEXT)]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.pdf", "a.html"])
@pytest.mark.parametrize(
    "opening", ["<!DOCTYPE html>", "\ufeff\n<html lang='zh'>", "<!-- x --><HTML>"]
)
def test_a_page_is_a_page_whatever_its_name(tmp_path: Path, name: str, opening: str) -> None:
    raw = read_file(file(tmp_path, name, f"{opening}<body><p>{TEXT}</p></body></html>"))
    assert raw.media == "html"
    assert [line.text for line in raw.lines] == [TEXT]


def test_a_pdf_is_a_pdf_whatever_its_name(tmp_path: Path, make_pdf: MakePdf) -> None:
    raw = read_file(file(tmp_path, "a.txt", make_pdf([[TEXT]])))
    assert (raw.media, [line.text for line in raw.lines]) == ("pdf", [TEXT])


def test_a_text_that_speaks_of_pdf_is_a_text(tmp_path: Path) -> None:
    assert read_file(file(tmp_path, "a.txt", "文件以 %PDF- 开头。")).media == "text"


def test_without_a_name_content_alone_decides() -> None:
    assert read_bytes(TEXT.encode(), origin="a", stem="a").media == "text"
    assert read_bytes(f"<html><p>{TEXT}".encode(), origin="a", stem="a").media == "html"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "b")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b"\n \t\r\n", "is empty"),
        ("a.txt", "\ufeff\u3000\u00a0\n".encode(), "is empty"),
        ("a.txt", "\u3000\n".encode("gb18030"), "is empty"),
        ("a.md", "---\ncity: 江城市\n---\n", "is empty"),
        ("a.txt", zipped(), "is a binary file, not text"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file, not text"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "is an old or locked Office file"),
        ("a.pdf", TEXT.encode(), "is no PDF"),
        ("a.docx", TEXT.encode(), "is damaged or cut off"),
        ("a.csv", TEXT.encode(), "is of no kind that can be read; known: .txt"),
        ("a", TEXT.encode(), "is of no kind that can be read"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = file(tmp_path, name, data)
    with pytest.raises(ReadError) as caught:
        read_file(path)
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="does not exist"):
        read_file(tmp_path / "a.txt")
    (tmp_path / "b.md").mkdir()
    with pytest.raises(ReadError, match="is a folder, not a file"):
        read_file(tmp_path / "b.md")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError, match="is no regular file"):
        read_file(tmp_path / "a.txt")


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as sparse:
        sparse.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ReadError, match="is larger than 50 MB"):
        read_file(path)


def child(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_file_without_permission_is_a_storage_error(tmp_path: Path) -> None:
    # The child changes its user after its imports, which another user may not be able to read.
    path = file(tmp_path, "a.txt", TEXT)
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    code = (
        "import os, sys, pathlib\n"
        "from corpus.readers import read_file\n"
        "os.setuid(65534)\n"
        "try: read_file(pathlib.Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    result = child(code, str(path))
    assert result.stdout.startswith(f"{StorageError.__name__} {path}: may not be read"), result


def test_reading_a_text_imports_no_library_of_another_kind(tmp_path: Path) -> None:
    path = file(tmp_path, "a.txt", TEXT)
    code = (
        "import sys, pathlib\n"
        "from corpus.readers import read_file\n"
        "read_file(pathlib.Path(sys.argv[1]))\n"
        "heavy = 'trafilatura lxml pypdf docx httpx charset_normalizer yaml markdown_it'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert child(code, str(path)).stdout == "[]\n"
