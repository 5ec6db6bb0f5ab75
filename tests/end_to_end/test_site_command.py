"""``cityqa site build``: what it prints, what it refuses, and what it remembers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.cli import main
from qa.settings import load_settings
from qa.workspace import build_named

Build = Callable[..., tuple[int, str, str]]


@pytest.fixture
def build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Build:
    """Run the command in this process: code, standard output and standard error."""
    monkeypatch.setenv("CITYQA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CITYQA_STATE", str(tmp_path / "state"))
    for name in ("CITYQA_CORPUS", "CITYQA_INDEX", "CITYQA_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["site", "build", *map(str, arguments)])
        printed = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, printed.out, printed.err

    return call


def passage_ids(page: Path) -> list[str]:
    return re.findall(r'<p id="([^"]+)"', page.read_text("utf-8"))


def test_the_shipped_reports_make_a_site(build: Build, tmp_path: Path) -> None:
    out = tmp_path / "site"
    code, printed, errors = build("--out", out)
    assert (code, errors) == (0, "")
    assert re.fullmatch(
        rf"5 reports of 5 cities, \d+ passages, 0 old ids; 8 files written, 0 as they were, "
        rf"0 removed: {re.escape(str(out))}\n",
        printed,
    )
    assert "8 as they were" in build("--out", out)[1]


def test_a_report_that_is_gone_has_no_page_and_a_changed_one_keeps_its_links(
    build: Build, reports: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    (reports / "other.txt").write_text("怀化市今年修建水库三座。\n", encoding="utf-8")
    build("--corpus", reports, "--out", out)
    before = passage_ids(out / "huaihua.html")
    assert (out / "other.html").is_file()
    (reports / "other.txt").unlink()
    path = reports / "huaihua.txt"
    path.write_text(path.read_text("utf-8").replace("27座", "28座"), encoding="utf-8")
    code, printed, errors = build("--corpus", reports, "--out", out)
    assert (code, errors) == (0, "")
    assert "1 removed" in printed
    assert not (out / "other.html").exists()
    assert "other.html" not in (out / "index.html").read_text("utf-8")
    (gone,) = set(before) - set(passage_ids(out / "huaihua.html"))
    page = (out / "huaihua.html").read_text("utf-8")
    assert f'<span id="{gone}"></span>' in page
    assert f'<span id="{gone}_s1"></span>' in page


def test_an_index_gives_its_own_reports_and_old_ids(
    build: Build, reports: Path, tmp_path: Path
) -> None:
    index, path = tmp_path / "index", reports / "huaihua.txt"
    settings = load_settings(corpus=(reports,), index=index)
    build_named(settings, index)
    text = path.read_text("utf-8")
    path.write_text(text.replace("27座", "28座"), encoding="utf-8")
    build_named(settings, index)
    # Not indexed: the site shows what answers are taken from.
    path.write_text(text.replace("27座", "29座"), encoding="utf-8")
    code, printed, _ = build("--index", index, "--corpus", reports, "--out", tmp_path / "a")
    assert code == 0
    assert "0 old ids" not in printed
    page = (tmp_path / "a" / "huaihua.html").read_text("utf-8")
    assert "28座" in page
    assert 'id="changes"' not in page
    path.write_text(text.replace("27座", "28座"), encoding="utf-8")
    build("--index", index, "--corpus", reports, "--out", tmp_path / "b")
    assert 'id="changes"' in (tmp_path / "b" / "huaihua.html").read_text("utf-8")


def test_a_public_address_comes_from_the_settings(
    build: Build, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYQA_PUBLIC_URL", "https://reports.example/x/")
    build("--corpus", reports, "--out", tmp_path / "site")
    page = (tmp_path / "site" / "huaihua.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://reports.example/x/huaihua.html">' in page
    assert (tmp_path / "site" / "sitemap.xml").is_file()


def test_what_cannot_be_done_is_one_line(build: Build, reports: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine", encoding="utf-8")
    for arguments, code, words in (
        (["--out", mine], 2, "no site of ours"),
        (["--out", reports / "site", "--corpus", reports], 2, "folder of reports"),
        (["--out", tmp_path / "s", "--corpus", tmp_path / "none"], 1, "no such folder"),
        (["--out", tmp_path / "s", "--index", tmp_path / "none"], 1, "there is no index here"),
        (["--out", ""], 2, "the name of the folder is empty"),
        ([], 2, "--out"),
    ):
        found, printed, errors = build(*arguments)
        assert (found, printed) == (code, ""), errors
        assert len(errors.splitlines()) == 1
        assert words in errors
    assert not (tmp_path / "s").exists()
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
