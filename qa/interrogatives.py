"""Words by which a Chinese question asks, which no answer repeats."""

from __future__ import annotations

import re

from corpus.normalise import normalise

_ASKING = re.compile(
    r"请问|请告诉我|我想知道|你知道|能不能|是不是|有没有|到底|究竟|一共|总共"
    r"|百分之多少|有?多少|有多[大长远高]|多大|多长|多远|多高|多久"
    r"|为什么|为何|怎么样?|怎样|如何|什么时候|何时|哪里|哪儿|在哪|哪些|哪几?[个位名种条项座部家支所类篇首场处]|哪"
    r"|叫做什么|叫什么名字|叫什么|是什么|什么|分别是?|各自?(?=[有是办派选新开])|是谁|谁|几(?=[个名位处场次条项家期套种支部件所])|[吗呢吧么]?[??]|[吗呢](?=\s*$)"
)


def without_interrogatives(text: str) -> str:
    """A question in search form without the words that ask; itself where nothing else is left.

    ``武汉改造了多少个老旧小区？`` gives ``武汉改造了 个老旧小区``.
    """
    plain = normalise(text)
    rest = " ".join(_ASKING.sub(" ", plain).split())
    return rest if re.search(r"\w", rest) else plain
