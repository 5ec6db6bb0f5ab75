"""One scale for the cosines of different models.

What a cosine of 0.6 means differs by model: unrelated texts have 0.1 in one and 0.75 in another.
The weights of ranking and selection were chosen on the built-in model; another model's cosines
are brought to its scale by two points, which a fixed set of questions gives: the mean cosine with
the sentence that answers, and the mean cosine with the sentences that answer another question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Embedder

PAIRS: tuple[tuple[str, str], ...] = (
    ("这座图书馆是哪一年开放的？", "新馆于2009年春天建成开放，面积为三万平方米。"),
    ("去年一共栽了多少棵树？", "去年全县共栽种树木四十二万棵，成活率超过九成。"),
    ("谁写了这本小说？", "这部长篇小说的作者是一位中学教师，他花了十年才写完。"),
    ("大桥有多长？", "跨江大桥全长1.8公里，双向六条车道。"),
    ("为什么博物馆要闭馆？", "由于屋顶漏水需要修缮，博物馆自下周起暂停接待观众。"),
    ("村里怎样处理垃圾？", "各村把垃圾分成四类，由专人每天清晨上门收运。"),
    ("比赛在哪里举行？", "马拉松比赛的起点设在人民广场，终点在湖滨公园。"),
    ("医院新增了几张床位？", "人民医院的新大楼投入使用，增加床位三百张。"),
    ("地铁二号线经过哪些车站？", "二号线依次停靠北站、钟楼、体育馆和大学城。"),
    ("茶叶的主要产地是什么地方？", "这种绿茶主要产在西部山区海拔八百米以上的茶园。"),
    ("学校什么时候放假？", "全市中小学将于七月五日开始放暑假。"),
    ("这种药有什么副作用？", "少数病人服药之后会感到头晕和口干。"),
    ("工厂每天生产多少辆汽车？", "两条流水线满负荷时，每天能下线汽车一千二百辆。"),
    ("古塔是哪个朝代修建的？", "据碑文记载，这座砖塔建于北宋年间。"),
    ("河水为什么变清了？", "沿岸的排污口全部封堵以后，河水一年比一年清澈。"),
    ("居民怎样申请补贴？", "申请人带上身份证到社区窗口填表，十天内就能收到结果。"),
)
"""Questions, and sentences that answer them: ours, in plain Chinese, about nothing in common."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Mean cosine of a question with the sentence that answers it, and with the others."""

    related: float
    unrelated: float


REFERENCE = Anchors(related=0.437, unrelated=0.0704)
"""Of the built-in model; a test measures it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """``factor * cosine + shift``."""

    factor: float = 1.0
    shift: float = 0.0

    def apply(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines on the reference scale, same shape."""
        return (np.float32(self.factor) * cosines + np.float32(self.shift)).astype(np.float32)


def measure_anchors(embedder: Embedder) -> Anchors:
    """The two points of a model, over ``PAIRS``."""
    questions = embedder.encode_queries([question for question, _ in PAIRS])
    sentences = embedder.encode_passages([sentence for _, sentence in PAIRS])
    cosines = questions @ sentences.T
    own = np.eye(len(PAIRS), dtype=bool)
    return Anchors(float(cosines[own].mean()), float(cosines[~own].mean()))


def scale_to_reference(anchors: Anchors) -> Scale:
    """The scale that maps a model's two points onto the reference's.

    A model that does not tell the two apart (it may not know Chinese) keeps its cosines.
    """
    distance = anchors.related - anchors.unrelated
    if distance < 0.02:
        return Scale()
    factor = (REFERENCE.related - REFERENCE.unrelated) / distance
    return Scale(factor, REFERENCE.related - factor * anchors.related)
