"""Words by which a Chinese question asks, which no answer repeats."""

from __future__ import annotations

import re

from corpus.normalise import normalise

_ASKING = re.compile(
    r"请问|请告诉我|我想知道|你知道|能不能|是不是|有没有|究竟|一共|总共"
    # 坚持到底 asks nothing.
    r"|到底(?=[是有在为怎什哪谁几多能会要应该])"
    r"|百分之多少|有?多少|有多[大长远高]"
    # 许多大学 and 20多高校 hold no 多大 and 多高.
    r"|(?<![许众很太更最诸繁不增减余个十百千万亿\d])多(?:大(?![学型中于江城])|长(?![于江城春沙])|远|高(?![于校中新等速])|久)"
    r"|为什么|为何|怎么样?|怎样|如何|什么时候|何时|在?哪[里儿]|在哪(?!吒)|哪些"
    r"|哪几?[个名位种条项座部家支所类篇首场处]|哪(?!吒)"
    r"|叫做什么|叫什么名字|叫什么|是什么|什么|分别是?|各自?(?=[有是办派选新开])|是谁|谁"
    r"|(?<![第好十])几(?=[个名位处场次条项家期届套种支部件所座间辆棵本篇首幅层栋幢台艘张份批组队类门级课节班堂轮枚年月日天号岁元块米里亩吨])"
    # 酒吧 at the end of a question is what it asks about.
    r"|(?:[吗呢么]|(?<![酒网贴氧书陶])吧)*[??]+|[吗呢]+(?=\s*$)"
)


def without_interrogatives(text: str) -> str:
    """A question in search form without the words that ask; itself where nothing else is left.

    ``武汉改造了多少个老旧小区？`` gives ``武汉改造了 个老旧小区``. Idempotent.
    """
    plain = normalise(text)
    while True:
        rest = normalise(_ASKING.sub(" ", plain))
        if rest == plain or not re.search(r"\w", rest):
            return plain
        # What is left at the end may ask now: 好吗什么.
        plain = rest
