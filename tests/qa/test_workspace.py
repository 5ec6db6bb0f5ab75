"""An index that is kept up to date is built anew when what it is made of or how is another."""

from __future__ import annotations

from pathlib import Path

from corpus.library import Library, read_library
from embeddings.embedder import Embedder
from qa.settings import Settings
from qa.workspace import bring_up_to_date

REPORT = "\n\n".join(f"第{n}条街道新建公园{n}座，图书馆{n + 1}座。" for n in range(1, 30))


def test_another_kind_of_index_is_built_anew_once(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "haicheng.txt").write_text(REPORT, encoding="utf-8")

    def read() -> Library:
        return read_library([folder])

    def kept(kind: str) -> tuple[str, str]:
        settings = Settings(
            corpus=(folder,),
            index=tmp_path / "index",
            cache=tmp_path / "cache",
            state=tmp_path / "state",
            index_kind=kind,  # type: ignore[arg-type]
        )
        snapshot = bring_up_to_date(settings, read, embedder)
        return snapshot.manifest.kind, snapshot.folder.name

    exact = kept("auto")
    assert exact[0] == "exact"
    assert kept("auto") == kept("exact") == exact
    lists = kept("ivf-sq8")
    assert lists[0] == "ivf-sq8"
    assert kept("ivf-sq8") == lists
    assert kept("auto")[0] == "exact"
