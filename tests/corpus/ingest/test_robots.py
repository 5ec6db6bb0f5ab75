"""What a robots.txt allows, as RFC 9309 says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest.robots import MAX_BYTES, Robots, Rule, parse_robots


def allowed(text: str, path: str) -> bool:
    return parse_robots(text.encode()).allows(f"http://a.example{path}")


def test_the_examples_of_the_standard() -> None:
    # RFC 9309, 5.1, for our product token in the place of its ones.
    text = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: cityqa
Disallow: /example/page.html

User-Agent: quxbot
"""
    assert not allowed(text, "/example/page.html")
    assert allowed(text, "/example/other.html")
    assert allowed(text, "/picture.gif")  # the group of everybody is not ours
    everybody = parse_robots(text.encode(), "other")
    assert not everybody.allows("http://a.example/example/page.html")
    assert not everybody.allows("http://a.example/a/picture.gif")
    assert everybody.allows("http://a.example/picture.gif?x")
    assert everybody.allows("http://a.example/publications/1")
    one = parse_robots(text.encode(), "foobot")
    assert one.allows("http://a.example/example/page.html")
    assert not one.allows("http://a.example/example/other.html")
    assert parse_robots(text.encode(), "quxbot").allows("http://a.example/example/")


def test_the_longest_rule_decides_and_of_equal_ones_the_allow() -> None:
    text = "User-agent: *\nDisallow: /example/page/\nAllow: /example/page/disallowed.gif\n"
    assert allowed(text, "/example/page/disallowed.gif")
    assert not allowed(text, "/example/page/other.gif")
    assert allowed("User-agent: *\nDisallow: /same\nAllow: /same\n", "/same")


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        # RFC 9309, 2.2.2: octets beyond ASCII compare encoded, however they are written.
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/报告", "/报告/2022.html"),
        ("/*.pdf$", "/a/b.pdf"),
        ("*/inner/", "/a/inner/b"),
        ("/a*b*c", "/axxbyycz"),
        ("/", "/"),
        ("/", ""),
    ],
)
def test_a_rule_is_about_paths_that_begin_with_it(rule: str, path: str) -> None:
    assert not allowed(f"User-agent: *\nDisallow: {rule}\n", path)


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/*.pdf$", "/a.pdf?x"),
        ("/a*b*c", "/acb"),
        ("/end$", "/ending"),
        ("/A", "/a"),
        ("/a%2Fb", "/a/b"),  # an encoded slash is no slash
        ("/a*a$", "/a"),  # the two cannot share the one
        ("", "/anything"),
        ("/", "/robots.txt"),
    ],
)
def test_and_about_no_others(rule: str, path: str) -> None:
    assert allowed(f"User-agent: *\nDisallow: {rule}\n", path)


@given(
    st.text("ab*$", max_size=8).map(lambda rest: f"/{rest}"),
    st.text("ab", max_size=10).map(lambda rest: f"/{rest}"),
)
def test_matching_is_that_of_the_regular_expression(rule: str, path: str) -> None:
    ended = rule.endswith("$")
    body = rule[:-1] if ended else rule
    pattern = ".*".join(re.escape(part) for part in body.split("*")) + ("$" if ended else "")
    assert Rule(False, rule).matches(path) == (re.match(pattern, path) is not None)


def test_many_stars_cost_no_time() -> None:
    assert not Rule(False, "/" + "*a" * 5_000 + "$").matches("/" + "a" * 4_999)


def test_groups_of_one_name_are_one_and_names_know_no_case() -> None:
    text = "user-agent: CityQA/1.0\ndisallow: /a\n\nUser-Agent: x\nDisallow: /\n\n"
    text += "USER-AGENT: cityqa\nDISALLOW: /b\n"
    assert parse_robots(text.encode()).rules == (Rule(False, "/a"), Rule(False, "/b"))


def test_a_pause_is_read_and_nonsense_passed_over() -> None:
    text = "\ufeffSitemap: x\nDisallow: /before\nUser-agent: * # all\nNonsense\n"
    text += "Crawl-delay: 2.5 # s\nDisallow: /a # b\n"
    assert parse_robots(text.encode()) == Robots((Rule(False, "/a"),), 2.5)
    assert parse_robots(b"User-agent: *\nCrawl-delay: soon\n").delay == 0
    assert parse_robots(bytes(range(256)) * 40) == Robots()


def test_only_so_much_of_it_is_read() -> None:
    filler = b"# " + b"x" * 100 + b"\n"
    before = b"User-agent: *\nDisallow: /a\n"
    text = before + filler * (MAX_BYTES // len(filler) + 1) + b"Disallow: /b\n"
    assert parse_robots(text).rules == (Rule(False, "/a"),)


@given(st.binary(max_size=200))
def test_whatever_stands_there_it_is_read(data: bytes) -> None:
    parse_robots(b"User-agent: *\nDisallow: /" + data).allows("http://a.example/x?y=%zz")
