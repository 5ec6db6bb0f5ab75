"""Reports long enough to be told from others, all of them invented."""

from __future__ import annotations

# Sentences of three invented reports; the figures differ from report to report.
_SENTENCES = (
    "{city}去年新建社区食堂{a}家，每天为老人送出热饭{b}份，菜单由居民投票决定。",
    "沿江步道全线贯通，总长{a}.5公里，沿途设有驿站{c}座，雨天也能歇脚避风。",
    "图书馆把闭馆时间推迟到晚上十点，夜间读者增加了{c}%，自习座位一位难求。",
    "旧厂房改成的手工作坊街开张以后，{b}名匠人搬了进来，陶艺和竹编最受游客欢迎。",
    "交通部门重新划定了{a}条公交线路，早高峰平均等车时间缩短到{c}分钟以内。",
    "学校操场在周末向街坊开放，去年一共接待了{b}万人次，没有发生一起安全事故。",
)


def text_of(city: str, a: int = 27, b: int = 413, c: int = 18) -> str:
    """A report of six paragraphs about a city, with three figures."""
    lines = [f"{city}民生工作综述", "", "来源：晚报　2023-03-04", ""]
    for sentence in _SENTENCES:
        lines += [sentence.format(city=city, a=a, b=b, c=c), ""]
    return "\n".join(lines)
