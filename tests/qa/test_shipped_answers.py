"""The shipped digests answer: the figure asked for stands in the first extract."""

from __future__ import annotations

import re

import pytest

from corpus.normalise import normalise
from qa.answer import Answer
from qa.engine import Answerer

pytestmark = pytest.mark.xdist_group("shipped")

EXPECTED = {
    # Simplified Chinese
    "武汉评选出多少部优质党课？": "100部",
    "武汉建了几家“职工心灵加油站”？": "51家",
    "光谷生态大走廊的面积是多少？": "343公顷",
    "武汉有多少名快递小哥得到暖心服务": "3万余名",
    "武汉的社区党组织建了多少个小区党群服务驿站": "1630个",
    "娄底办了多少期简报增刊？": "15期",
    "娄底搞了多少场微宣讲": "12700余场",
    "娄底有几个网格微信群？": "13187个",
    "娄底为扩建市中心医院投了多少钱": "6亿元",
    "张掖印发了多少份指导性文件？": "63份",
    "张掖一共办了多少期读书班": "1896期",
    "高台县开发的专题课程、微党课有多少个": "15个",
    "张掖有多少个新时代文明实践站": "887个",
    "东西湖征集了多少篇红色故事": "200余篇",
    "东西湖区在中央级媒体上发了多少篇报道": "88篇",
    "济南的领导干部培训了多少人": "1.5万人",
    "济南新开了几个专题专栏": "10个",
    # Traditional Chinese
    "武漢向多少個國家的駐華使節講過戰疫故事？": "155个",
    "婁底全市刊發了多少條黨史學習教育稿件": "11000余条",
    "張掖各類主體班次培訓了多少人次": "3.1万人次",
    "東西湖區徵集到多少件書畫、攝影、歌曲": "230件",
    # With a typing error in the name
    "张夜印发了多少份指导性文件": "63份",
    "东西胡征集了多少篇红色故事": "200余篇",
    "娄氐编辑了多少期简报增刊": "15期",
    # English
    "Which film about martyrs was made in Jinan?": "血沃春华",
    "How large is the Optics Valley ecological corridor in Wuhan?": "343公顷",
    "How many teams took part in community volunteer service in Zhangye?": "2201个",
    "How many red stories did Dongxihu collect?": "200余篇",
    "How much loan money was arranged for companies in Linze County?": "20.8亿元",
    # Japanese: its characters are in the reports, the words they make are not
    "武漢市では老朽化した団地をいくつ改修しましたか？": "455个",
    "武漢に三甲病院はいくつありますか？": "4家",
    "張掖市は社区のボランティア活動に何チームが参加しましたか？": "2201个",
}


@pytest.fixture(scope="module")
def answers(answerer: Answerer) -> dict[str, Answer]:
    return {question: answerer.ask(question) for question in EXPECTED}


@pytest.mark.parametrize(("question", "figure"), EXPECTED.items())
def test_the_first_extract_holds_the_figure(
    question: str, figure: str, answers: dict[str, Answer]
) -> None:
    first = answers[question].ranked[0]
    assert re.search(rf"(?<![\d.]){re.escape(normalise(figure))}", normalise(first.text))


def test_hardly_any_of_these_is_refused(answers: dict[str, Answer]) -> None:
    refused = [question for question, answer in answers.items() if answer.refused]
    assert len(refused) <= len(EXPECTED) // 10, refused
