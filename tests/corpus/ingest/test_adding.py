"""A run adds what is not there, tells copies apart, and leaves nothing half done."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from opencc import OpenCC

from corpus.errors import EmptyCorpus, ReadError, StorageError
from corpus.ingest.adding import Adding
from corpus.ingest.disk import UNFINISHED, locked
from corpus.ingest.outcome import Outcome, counted
from corpus.ingest.sources import files_in, listed
from corpus.ingest.stated import state
from corpus.ingest.versions import FOLDER
from corpus.library import OVERRIDES, read_library, table_of
from corpus.readers.media import Media
from tests.corpus.ingest.invented import text_of

Write = Callable[..., Path]


def add(
    folder: Path, *paths: Path, replace: bool = False, cache: Path | None = None
) -> list[Outcome]:
    adding = Adding(folder, replace=replace, signatures=cache)
    return adding.finish(list(adding.files(paths)))


def said(folder: Path) -> dict[str, dict[str, object]]:
    path = folder / OVERRIDES
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def test_a_later_copy_is_stated_so_that_the_first_stays_the_one_cited(
    write: Write, tmp_path: Path
) -> None:
    corpus, cache = tmp_path / "corpus", tmp_path / "signatures.json"
    mine = write("m.txt", text_of("武汉市"), "in")
    assert [o.status for o in add(corpus, mine, cache=cache)] == ["added"]
    # Its name comes before, so that by itself it would be the one that is kept.
    mirror = write("a.txt", OpenCC("s2t").convert(text_of("武汉市")), "in")
    (outcome,) = add(corpus, mirror, cache=cache)
    assert (outcome.status, outcome.original) == ("duplicate", "m")
    assert said(corpus) == {"a": {"mirror_of": "m"}}
    (kept,) = read_library([corpus]).reports
    assert (kept.id, [m.id for m in kept.mirrors]) == ("m", ["a"])
    # Again, and with nothing known but what is stated.
    assert [o.status for o in add(corpus, mine, mirror, cache=cache)] == ["unchanged"] * 2
    cache.unlink()
    other = write("b.txt", text_of("武汉市") + "\n分享到：微信\n", "in")
    (outcome,) = add(corpus, other, cache=cache)
    assert (outcome.status, outcome.original) == ("duplicate", "m")


def test_signatures_that_are_kept_are_believed_only_for_the_same_bytes(
    write: Write, tmp_path: Path
) -> None:
    corpus, cache = tmp_path / "corpus", tmp_path / "signatures.json"
    add(corpus, write("a.txt", text_of("武汉市"), "in"), cache=cache)
    (corpus / "a.txt").write_text(text_of("长沙市", 31, 977, 44), encoding="utf-8")
    (outcome,) = add(corpus, write("b.txt", text_of("武汉市"), "in"), cache=cache)
    assert outcome.status == "added"
    cache.write_bytes(b"{torn")
    (outcome,) = add(corpus, write("c.txt", text_of("武汉市"), "in"), cache=cache)
    assert (outcome.status, outcome.original) == ("duplicate", "b")


def test_a_copy_whose_text_becomes_another_is_one_no_longer(write: Write, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    add(corpus, *(write(f"{name}.txt", text_of("武汉市"), "in") for name in "ab"))
    assert said(corpus) == {"b": {"mirror_of": "a"}}
    new = write("b.txt", text_of("武汉市", 61, 822, 39), "new")
    assert [o.status for o in add(corpus, new, replace=True)] == ["version"]
    assert said(corpus).get("b", {}) == {}
    assert len(read_library([corpus]).reports) == 2


def test_one_bad_file_stops_no_other_and_order_is_kept(write: Write, tmp_path: Path) -> None:
    cities = ("武汉市", "长沙市", "广州市", "成都市")
    paths = [
        write(f"{n}.txt", text_of(c, 31 + 9 * n, 500 + 70 * n), "in") for n, c in enumerate(cities)
    ]
    paths.insert(1, write("bad.pdf", b"%PDF-1.7\ntorn", "in"))
    paths.insert(3, write("empty.txt", b"", "in"))
    adding = Adding(tmp_path / "corpus", jobs=2)  # six files: read in another process
    outcomes = adding.finish(list(adding.files(paths)))
    assert [o.source for o in outcomes] == list(map(str, paths))
    assert counted(outcomes) == {
        "added": 4,
        "unchanged": 0,
        "version": 0,
        "duplicate": 0,
        "left out": 2,
    }
    reasons = {Path(o.source).name: str(o.error) for o in outcomes if o.error}
    assert "PDF" in reasons["bad.pdf"]
    assert "is empty" in reasons["empty.txt"]
    assert sorted(p.name for p in (tmp_path / "corpus").iterdir()) == [f"{n}.txt" for n in range(4)]


def test_of_two_files_of_one_name_in_a_run_the_second_is_left_out_however_often(
    write: Write, tmp_path: Path
) -> None:
    corpus, inbox = tmp_path / "corpus", tmp_path / "in"
    write("x/report.txt", text_of("武汉市"), "in")
    write("y/report.txt", text_of("长沙市", 31, 977, 44), "in")
    paths = files_in(inbox)
    for statuses in (["added", "left out"], ["unchanged", "left out"]):
        outcomes = add(corpus, *paths, replace=True)
        assert [outcome.status for outcome in outcomes] == statuses
        assert "another source of this run has the id report" in str(outcomes[1].error)
    (kept,) = read_library([corpus]).reports
    assert "武汉市" in kept.text
    assert not (corpus / FOLDER).exists()
    # What the folder has is what stays, whichever of them comes first.
    other = tmp_path / "other"
    add(other, paths[1])
    assert [o.status for o in add(other, *paths, replace=True)] == ["left out", "unchanged"]


def test_a_folder_is_changed_by_one_process_at_a_time_and_left_clean(tmp_path: Path) -> None:
    torn = tmp_path / f"{UNFINISHED}x"
    torn.write_bytes(b"half")
    with locked(tmp_path):
        assert not torn.exists()
        with (
            pytest.raises(StorageError, match="another process changes this folder"),
            locked(tmp_path),
        ):
            pass
    with locked(tmp_path):
        pass


class Pages:
    """Gives pages as a visitor does; a test says what stands at an address."""

    def __init__(self) -> None:
        self.at: dict[str, tuple[bytes, Media, str | None, str]] = {}

    def put(self, url: str, text: str, *, encoding: str = "utf-8", final: str = "") -> None:
        body = "".join(f"<p>{line}</p>" for line in text.splitlines() if line)
        page = f"<html><body><article>{body}</article></body></html>"
        self.at[url] = (page.encode(encoding), "html", encoding, final or url)

    def fetch(self, url: str) -> tuple[bytes, Media, str | None, str]:
        return self.at[url]


def test_a_page_again_is_unchanged_or_a_new_version(tmp_path: Path) -> None:
    pages, corpus, url = Pages(), tmp_path / "corpus", "https://a.example/w.html"

    def fetched() -> str:
        return Adding(corpus).page(url, pages).status  # type: ignore[arg-type]

    pages.put(url, text_of("武汉市"), encoding="gb18030")
    assert [fetched(), fetched()] == ["added", "unchanged"]
    before = (corpus / "w.html").read_bytes()
    # A menu that changes is no change of the text.
    pages.put(url, "首页 > 要闻\n" + text_of("武汉市"))
    assert fetched() == "unchanged"
    assert (corpus / "w.html").read_bytes() == before
    pages.put(url, text_of("武汉市", 33))
    assert fetched() == "version"
    assert "33家" in read_library([corpus]).reports[0].text
    assert said(corpus) == {"w": {"url": url}}


def test_pages_of_one_name_on_two_sites_are_two_reports(tmp_path: Path) -> None:
    pages, corpus = Pages(), tmp_path / "corpus"
    pages.put("https://a.example/content_1.html", text_of("武汉市"))
    pages.put("https://b.example/content_1.html", text_of("长沙市", 31, 977, 44))
    pages.put(
        "https://b.example/old",
        text_of("长沙市", 31, 977, 44),
        final="https://b.example/content_1.html",
    )
    adding = Adding(corpus)
    found = [adding.page(url, pages) for url in pages.at]  # type: ignore[arg-type]
    assert [outcome.status for outcome in found] == ["added", "added", "unchanged"]
    assert found[0].report == "content_1"
    assert found[1].report.startswith("content_1-")
    assert found[2].report == found[1].report


def test_what_is_written_under_a_files_name_stays_true_beside_what_is_stated(
    write: Write, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    add(corpus, write("a.txt", text_of("武汉市"), "in"), write("b.txt", text_of("武汉市"), "in"))
    mine = '["b.txt"]\npublisher = "早报"\n'
    write(OVERRIDES, mine)
    # A third copy has all of them looked at again; no name of a table is one too many.
    strange = f'["{"z" * 300}.txt"]\ncity = "长沙市"\n'
    assert state(write(OVERRIDES, strange, "strange").parent, {"k": {"title": "题"}})
    add(corpus, write("c.txt", text_of("武汉市"), "in"))
    assert said(corpus) == {
        "b.txt": {"publisher": "早报", "mirror_of": "a"},
        "c": {"mirror_of": "a"},
    }
    # Two tables about one file say together what is known; that of its name counts more.
    write(OVERRIDES, mine + '[b]\ncity = "长沙市"\npublisher = "晚报"\nmirror_of = "a"\n')
    table = {"publisher": "早报", "city": "长沙市", "mirror_of": "a"}
    assert table_of(corpus / "b.txt") == table
    assert state(corpus, {"b": {"mirror_of": None, "title": "题"}})
    assert said(corpus) == {
        "b.txt": {"publisher": "早报", "title": "题"},
        "b": {"city": "长沙市", "publisher": "晚报"},
    }


def test_what_is_left_out_leaves_the_folder_as_it_was(write: Write, tmp_path: Path) -> None:
    corpus, url = tmp_path / "corpus", "https://a.example/w.html"
    write("w.txt", text_of("武汉市"))
    # Tables that read well, and that nothing can be put into.
    write(OVERRIDES, 'w.city = "武汉市"\nnew = {city = "长沙市"}\n')
    os.utime(corpus / "w.txt", (1_700_000_000, 1_700_000_000))
    new = write("new.txt", text_of("长沙市", 31, 977, 44), "in")
    write(OVERRIDES, '[new]\ntitle = "题"\n', "in")
    before = {path: path.read_bytes() for path in corpus.rglob("*")}
    pages = Pages()
    pages.put(url, text_of("武汉市", 33))
    adding = Adding(corpus, replace=True)
    outcomes = [*adding.files([new]), adding.page(url, pages)]  # type: ignore[arg-type]
    for outcome in outcomes:
        assert outcome.status == "left out"
        assert "cannot be changed in the way that it is written" in str(outcome.error)
    assert {path: path.read_bytes() for path in corpus.rglob("*")} == before
    assert (corpus / "w.txt").stat().st_mtime == 1_700_000_000
    # Once that is mended, the run takes them: nothing of them was remembered.
    write(OVERRIDES, "")
    assert [o.status for o in adding.files([new])] == ["added"]
    assert adding.page(url, pages).status == "version"  # type: ignore[arg-type]


def test_a_page_is_one_report_wherever_in_it_an_address_leads(tmp_path: Path) -> None:
    pages, corpus, url = Pages(), tmp_path / "corpus", "https://a.example/w.html"
    for other in (f"{url}#one", f"{url}#two", "https://ann:hidden@a.example/w.html"):
        pages.put(other, text_of("武汉市"))
    adding = Adding(corpus)
    found = [adding.page(other, pages) for other in pages.at]  # type: ignore[arg-type]
    assert [outcome.status for outcome in found] == ["added", "unchanged", "unchanged"]
    assert said(corpus) == {"w": {"url": url}}
    # One that was stated with a part of the page is known too.
    write = (corpus / OVERRIDES).write_text
    write(f'[w]\nurl = "{url}#one"\n', encoding="utf-8")
    assert Adding(corpus).page(f"{url}#two", pages).report == "w"  # type: ignore[arg-type]
    assert said(corpus) == {"w": {"url": url}}


def test_pages_of_one_name_stay_two_reports_where_files_are_replaced(tmp_path: Path) -> None:
    pages, corpus = Pages(), tmp_path / "corpus"
    pages.put("https://a.example/content_1.html", text_of("武汉市"))
    pages.put("https://b.example/content_1.html", text_of("长沙市", 31, 977, 44))
    for status in ("added", "unchanged"):
        adding = Adding(corpus, replace=True)
        found = [adding.page(url, pages) for url in pages.at]  # type: ignore[arg-type]
        assert [outcome.status for outcome in found] == [status] * 2
    assert len(read_library([corpus]).reports) == 2


def test_a_page_that_comes_as_another_kind_of_file_takes_the_place(tmp_path: Path) -> None:
    pages, corpus, url = Pages(), tmp_path / "corpus", "https://a.example/w"
    pages.put(url, text_of("武汉市"))
    Adding(corpus).page(url, pages)  # type: ignore[arg-type]
    pages.at[url] = (text_of("武汉市", 35).encode(), "text", "utf-8", url)
    assert Adding(corpus).page(url, pages).status == "version"  # type: ignore[arg-type]
    files = sorted(p.name for p in corpus.iterdir() if not p.name.startswith("."))
    assert files == ["reports.toml", "w.txt"]


def test_a_list_has_one_address_a_line_and_comments() -> None:
    lines = [
        "\ufeff# reports\n",
        "\n",
        "https://a.example/1#part\n",
        "  https://a.example/2  # the second\n",
        "https://a.example/1#part\n",
        "files/a.txt\r\n",
    ]
    assert listed(lines, where="-") == [
        "https://a.example/1#part",
        "https://a.example/2",
        "files/a.txt",
    ]
    with pytest.raises(ReadError, match="lists nothing; write one address a line"):
        listed(["# nothing\n"], where="-")


def test_a_folder_without_reports_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmptyCorpus, match="holds no report"):
        files_in(tmp_path)
