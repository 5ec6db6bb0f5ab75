"""`cityqa corpus`: what is listed, shown, added and removed."""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.library import SHIPPED

Run = Callable[..., Any]

PAGE = """<!DOCTYPE html>
<html><head><meta charset="gbk"><title>吉首市公园建设综述</title></head><body><article>
<h1>吉首市公园建设综述</h1>
<p>来源：吉首日报　2022-05-06</p>
<p>吉首市在去年一年里新建公园19个，改建公园8个，全市公园总面积达到620公顷，居民步行十分钟就能走到最近的公园。</p>
<p>所有公园从清晨六点开放到夜里十点，周末另外安排志愿者为游客讲解园里的花木和鸟类，全年讲解超过三千场。</p>
</article></body></html>
"""

# An original page about a city of which a digest is shipped; all of it is invented.
ORIGINAL = """武汉市夜市一览

来源：夜市周刊　2023-06-01

武汉市共有夜市摊位731个，其中售卖小吃的占一半，其余售卖衣物和花草。
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a local server with one page."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "parks.html").write_bytes(PAGE.encode("gbk"))
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def ids(listed: Any) -> list[str]:
    assert listed.code == 0
    return [report["id"] for report in json.loads(listed.out)]


def test_the_shipped_reports_are_listed(alone: Run) -> None:
    listed = json.loads(alone("corpus", "list", "--json").out)
    assert {one["id"] for one in listed} == {"wuhan", "dongxihu", "zhangye", "loudi", "jinan"}
    assert {one["kind"] for one in listed} == {"digest"}
    lines = alone("corpus", "list").out.splitlines()
    assert len(lines) == 5
    assert any(line.startswith("wuhan  武汉市  2022-10-27  digest  ") for line in lines)


def test_a_report_is_shown_with_its_text_its_passages_and_its_cleaning(
    alone: Run, reports: Path
) -> None:
    folder = ("--corpus", str(reports))
    shown = alone("corpus", "show", "huaihua", *folder).out
    assert "city: 怀化市\n" in shown
    assert "date: 2023-03-04\n" in shown
    assert "桥梁27座" in shown
    passages = alone("corpus", "show", "huaihua", "--passages", *folder).out
    assert "[huaihua-" in passages
    (reports / "gloss.txt").write_text(
        "湖南省怀化市通报\n\n怀化市新開(kāi)公园９个，擴(kuò)建公园两个。\n", encoding="utf-8"
    )
    cleaning = alone("corpus", "show", "gloss", "--cleaning", *folder).out
    assert "(kāi)" in cleaning
    assert "  + " in cleaning
    assert " changes: " in cleaning.splitlines()[-1]
    listed = json.loads(alone("corpus", "list", "--json", *folder).out)
    assert next(one for one in listed if one["id"] == "huaihua")["passages"] == passages.count(
        "[huaihua-"
    )


def test_an_unknown_report_is_wrong_usage_and_lists_those_known(alone: Run) -> None:
    for command in (("show",), ("remove", "--yes")):
        done = alone("corpus", *command, "atlantis")
        assert done.code == 2
        assert "atlantis" in done.error
        assert "wuhan" in done.error


def test_a_file_is_added_asked_and_removed(alone: Run, reports: Path, tmp_path: Path) -> None:
    added = alone("corpus", "add", str(reports / "huaihua.txt"))
    assert added.code == 0
    assert added.out.startswith("huaihua: 怀化市, 2023-03-04, ")
    kept = tmp_path / "state" / "reports" / "huaihua.txt"
    assert kept.read_bytes() == (reports / "huaihua.txt").read_bytes()
    assert "huaihua" in ids(alone("corpus", "list", "--json"))
    # Twice the same file is no clash.
    assert alone("corpus", "add", str(reports / "huaihua.txt")).code == 0
    # Nobody to ask: nothing is removed.
    assert alone("corpus", "remove", "huaihua").code not in (0, 2)
    assert kept.exists()
    removed = alone("corpus", "remove", "huaihua", "--yes")
    assert removed.code == 0
    assert str(kept) in removed.out
    assert not kept.exists()
    assert "huaihua" not in ids(alone("corpus", "list", "--json"))


def test_a_folder_is_added_with_what_its_table_states(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    (reports / "garden.md").write_text("# 花园\n\n市里新建花园52个。\n", encoding="utf-8")
    (reports / "reports.toml").write_text(
        '# 手写\n[garden]\ncity = "洪江市"\naliases = ["洪江", "Hongjiang"]\ndate = 2020-01-02\n',
        encoding="utf-8",
    )
    target = tmp_path / "target"
    added = alone("corpus", "add", str(reports), "--corpus", str(target))
    assert added.code == 0
    assert "2 added to" in added.out
    stated = tomllib.loads((target / "reports.toml").read_text(encoding="utf-8"))
    assert stated == tomllib.loads((reports / "reports.toml").read_text(encoding="utf-8"))
    listed = json.loads(alone("corpus", "list", "--json", "--corpus", str(target)).out)
    garden = next(one for one in listed if one["id"] == "garden")
    assert (garden["city"], garden["date"]) == ("洪江市", "2020-01-02")
    assert alone("corpus", "remove", "garden", "--yes", "--corpus", str(target)).code == 0
    assert tomllib.loads((target / "reports.toml").read_text(encoding="utf-8")) == {}
    assert not (target / "garden.md").exists()


def test_another_file_with_the_same_name_or_id_is_refused(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    target = ("--corpus", str(tmp_path / "target"))
    assert alone("corpus", "add", str(reports), *target).code == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "huaihua.txt").write_text("怀化市新修桥梁28座。\n", encoding="utf-8")
    clash = alone("corpus", "add", str(other / "huaihua.txt"), *target)
    assert clash.code == 1
    assert "--replace" in clash.err
    (other / "huaihua.md").write_text("怀化市新修桥梁29座。\n", encoding="utf-8")
    same = alone("corpus", "add", str(other / "huaihua.md"), *target)
    assert same.code == 1
    assert "its id huaihua is that of huaihua.txt" in same.err
    assert alone("corpus", "add", "--replace", str(other / "huaihua.txt"), *target).code == 0
    assert "28座" in alone("corpus", "show", "huaihua", *target).out


def test_what_cannot_be_added_is_told_and_the_rest_is_added(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    (reports / "README.md").write_text("怀化市\n", encoding="utf-8")
    picture = reports / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    sources = (reports / "README.md", picture, tmp_path / "none.txt", reports / "huaihua.txt")
    done = alone("corpus", "add", *map(str, sources))
    assert done.code == 1
    assert "1 added to" in done.out
    *reasons, last = done.err.splitlines()
    assert len(reasons) == 3
    for reason, source in zip(reasons, sources, strict=False):
        assert str(source) in reason
    assert "3 of 4 could not be added" in last


def test_a_web_page_is_added_with_its_address(alone: Run, site: str, tmp_path: Path) -> None:
    address = f"{site}/parks.html"
    folder = tmp_path / "target"
    target = ("--corpus", str(folder))
    refused = alone("corpus", "add", address, *target)
    assert refused.code == 1
    assert "private network" in refused.err
    both = alone("corpus", "add", "--allow-private", address, f"{site}/none.html", *target)
    assert both.code == 1
    assert "404" in both.err
    assert "1 added to" in both.out
    (listed,) = json.loads(alone("corpus", "list", "--json", *target).out)
    assert listed["id"] == "parks"
    assert listed["url"] == address
    assert listed["title"] == "吉首市公园建设综述"
    assert listed["city"].endswith("吉首市")
    # Twice the same page is no clash.
    assert alone("corpus", "add", "--allow-private", address, *target).code == 0
    assert "新建公园19个" in alone("corpus", "show", "parks", *target).out
    assert alone("corpus", "remove", "parks", "--yes", *target).code == 0
    assert [path.name for path in folder.iterdir()] == ["reports.toml"]
    assert (folder / "reports.toml").read_text(encoding="utf-8") == ""


def test_an_original_takes_the_place_of_the_shipped_digest(
    alone: Run, tmp_path: Path, seed_cache: Callable[..., None]
) -> None:
    seed_cache(tmp_path, SHIPPED, tmp_path / "state" / "reports")
    original = tmp_path / "wuhan.txt"
    original.write_text(ORIGINAL, encoding="utf-8")
    assert alone("corpus", "add", str(original)).code == 0
    answer = json.loads(alone("ask", "--json", "武汉有多少个夜市摊位？").out)
    first = answer["extracts"][0]
    assert "731个" in first["text"]
    assert (first["report"], first["kind"], first["date"]) == ("wuhan", "original", "2023-06-01")
    listed = json.loads(alone("corpus", "list", "--json").out)
    assert [one["kind"] for one in listed if one["id"] == "wuhan"] == ["original"]
    assert alone("corpus", "remove", "wuhan", "--yes").code == 0
    listed = json.loads(alone("corpus", "list", "--json").out)
    assert [one["kind"] for one in listed if one["id"] == "wuhan"] == ["digest"]


def test_a_shipped_report_is_not_removed(alone: Run) -> None:
    done = alone("corpus", "remove", "jinan", "--yes")
    assert done.code == 2
    assert "jinan comes with the program" in done.error
    assert "jinan" in ids(alone("corpus", "list", "--json"))
