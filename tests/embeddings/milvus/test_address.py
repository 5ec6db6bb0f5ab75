"""Addresses of indexes in Milvus: what is read, what is refused, and what is kept secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.milvus.address import is_address, parse_address


def test_a_server_is_told_by_scheme_host_port_collection_and_database() -> None:
    found = parse_address("milvus+tls://db.example.org:443/reports?database=city")
    assert (found.uri, found.collection, found.database, found.lite) == (
        "https://db.example.org:443",
        "reports",
        "city",
        False,
    )
    assert str(found) == "milvus+tls://db.example.org:443/reports?database=city"
    assert parse_address("milvus://[::1]/reports").uri == "http://[::1]:19530"


def test_a_file_of_milvus_lite_is_told_by_its_path_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = parse_address("milvus-lite:./a b.db#reports")
    assert (found.uri, found.collection) == (str(tmp_path / "a b.db"), "reports")
    assert parse_address("milvus-lite:a.db").collection == "cityqa"
    assert parse_address(str(found)) == found


def test_user_and_password_are_used_and_never_shown() -> None:
    found = parse_address("milvus://user:s%23cret@host/reports", token="another")
    assert found.token == "user:s#cret"
    assert "cret" not in f"{found}{found!r}"
    assert parse_address("milvus://host/reports", token="another").token == "another"


@pytest.mark.parametrize(
    "text",
    [
        "http://host/reports",
        "milvus:///reports",
        "milvus://host",
        "milvus://host/",
        "milvus://host:port/reports",
        "milvus://host:99999/reports",
        "milvus://host/a/b",
        "milvus://host/../etc",
        "milvus://host/名字",
        "milvus://host/1a",
        f"milvus://host/{'a' * 201}",
        "milvus://host/reports?db=x",
        "milvus://host/reports#x",
        "milvus://user:secret@/reports",
        "milvus:/host/reports",
        "milvus:user:secret@host/reports",
        "milvus+tls:/host/reports",
        "Milvus:host",
        "milvuslite:a.db",
        "milvus-lite:",
        "milvus-lite:.db",
        "milvus-lite:a.sqlite",
        "milvus-lite:a.db#a;drop",
    ],
)
def test_what_cannot_be_used_is_refused_without_what_may_be_secret(text: str) -> None:
    assert is_address(text)
    with pytest.raises(ValueError, match=r"\w") as refused:
        parse_address(text)
    assert "secret" not in str(refused.value)


@given(st.text(max_size=30))
def test_any_text_is_a_folder_or_an_address_or_refused(text: str) -> None:
    for begin in ("", "milvus://", "milvus-lite:", "milvus+tls://h/"):
        if is_address(begin + text):
            try:
                found = parse_address(begin + text)
            except ValueError:
                continue
            assert parse_address(str(found)).collection == found.collection


def test_names_of_folders_are_no_addresses() -> None:
    assert not any(
        map(
            is_address,
            ("index", "./index", "/a/b:c", "~/index", "milvus", "milvus/a:b", "milvus-2"),
        )
    )
