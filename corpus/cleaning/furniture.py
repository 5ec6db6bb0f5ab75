"""The words of a page's furniture: its buttons, counters, menus and notices, in Simplified.

Patterns are matched against a whole line.
"""

from __future__ import annotations

import re


def _one_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_WORDS = """
    首页 网站首页 返回首页 主页 返回 返回顶部 回到顶部 回顶部 返回上页 返回列表 返回目录 TOP 顶部
    正文 详情 扫码查看手机版 手机版 手机端 电脑版 移动版 客户端 客户端下载 下载客户端 扫一扫
    微信扫一扫 扫码阅读 扫一扫在手机打开当前页 扫一扫在手机上查看当前页面 用手机浏览 手机浏览
    二维码 微信公众号 官方微信 官方微博 打印 打印本页 打印此页 打印本文 打印文章 关闭 关闭窗口
    关闭本页 关闭此页 打印关闭 打印收藏关闭 保存 保存本页 收藏 加入收藏 收藏本页 收藏本站 设为首页
    设为首页加入收藏 推荐 推荐给朋友 分享 分享到 分享至 一键分享 复制链接 分享到微信 分享到微博
    微信 微博 新浪微博 腾讯微博 朋友圈 QQ空间 QQ好友 点赞 在看 转发 评论 我要评论 网友评论
    发表评论 查看评论 参与评论 暂无评论 我要纠错 纠错 我要留言 举报 举报纠错 登录 注册 登录注册
    登陆 退出 相关附件 附件 附件下载 相关链接 相关新闻 相关阅读 相关推荐 相关文章 相关报道
    相关专题 相关信息 相关内容 相关稿件 相关解读 精彩推荐 精彩图片 热门推荐 热点推荐 热门文章
    热门新闻 热点新闻 推荐阅读 推荐新闻 延伸阅读 猜你喜欢 为你推荐 今日推荐 编辑推荐 图片新闻
    图文推荐 点击排行 点击榜 排行榜 阅读排行 最新文章 最新资讯 最新新闻 最新消息 最新发布 友情链接
    友情连接 网站地图 联系我们 关于我们 关于本站 网站声明 免责声明 法律声明 版权声明 隐私声明
    使用帮助 网站帮助 服务条款 广告服务 诚聘英才 人才招聘 投稿 投稿邮箱 站内搜索 搜索 高级搜索
    无障碍 无障碍浏览 无障碍阅读 长者模式 关怀版 适老版 长辈版 简体 繁体 简体版 繁体版 简体中文
    繁体中文 English 邮箱 手机报 数字报 电子报 大中小 字号大中小 字体大中小 字号 字体 上一篇
    下一篇 上一页 下一页 上一条 下一条 没有了 更多 查看更多 点击查看更多 阅读全文 点击阅读全文
    展开全文 收起 全文 导航 网站导航 栏目导航 频道导航 栏目 频道 当前位置 您的位置 所在位置
    语音播报 朗读 听新闻 播放 本页二维码
"""
BUTTONS = frozenset(_WORDS.split())
"""Lines without blanks, brackets, arrows and other marks: see ``STRIPPED``."""

_MARKS = (
    " \t[]【】()\uff08\uff09<>《》|│·•-—_>›»«‹→↑↓▲▼△▽★☆◆◇■□●○:\uff1a/、,\uff0c。.?\uff1f!\uff01"
)
STRIPPED = str.maketrans(dict.fromkeys(_MARKS))
"""For ``str.translate``: takes away what stands around a button's word."""

_OPEN = r"[【\[(\uff08]?"
_CLOSE = r"[】\])\uff09]?"
_COLON = r"\s*[:\uff1a]?\s*"
_ACTS = "纠错|打印|关闭|收藏|大|中|小"

PAGE_LINES = _one_of(
    # Font sizes: 【字体:大 中 小】
    rf"【?(?:字[体号]大?小?|字体大小){_COLON}{_OPEN}\s*"
    rf"(?:特?大|默认|中|小|超大|标准|加大|缩小|[ +\-|/])+{_CLOSE}.{{0,20}}",
    # The way to other articles.
    r"(?:上|下)一?(?:篇|条|页|则|张)\s*[:\uff1a].*",
    # Counters.
    rf"{_OPEN}(?:访问|浏览|点击|阅读|查看|人气|点击率|浏览量)(?:次数|量|数|人数|率)?{_COLON}"
    rf"(?:[\d,]+|loading\.*)?\s*次?{_CLOSE}",
    r"(?:本文|本页|已有|共有?)?\s*\d*\s*(?:人|次)?(?:浏览|阅读|评论|点赞|访问)"
    rf"{_COLON}\d*\s*(?:次|条|人)?",
    r"您是第\s*\d*\s*位.{0,6}",
    # Sharing, other devices, files.
    r"分享(?:到|至|给)?\s*[:\uff1a].*",
    r"(?:扫一扫|扫码|扫描|微信扫|长按).{0,16}"
    r"(?:二维码|手机|关注|客户端|公众号|当前页面?|分享|查看|打开|阅读|下载).{0,16}",
    r"(?:点击|请)(?:下载|查看)(?:附件|原文|大图|全文).{0,10}",
    rf"[【\[](?:{_ACTS}|责任编辑)[】\]](?:\s*[【\[](?:{_ACTS})[】\]])*",
)
"""Buttons and counters with something of their own in them; of lines up to 60 characters."""

FOOTERS = _one_of(
    r".{0,30}(?:版权所有|著作权所有|Copyright|COPYRIGHT|copyright"
    r"|All [Rr]ights [Rr]eserved|©).{0,60}",
    r".{0,40}(?:ICP[备证]|公网安备|网安备|网站标识码|网络传播视听节目许可证"
    r"|新闻信息服务许可证|电信业务经营许可证).{0,60}",
    r"(?:主办单位?|承办单位?|协办单位?|技术支持|网站(?:主办|维护|运维|支持)|运行维护|建设维护)"
    r"\s*[:\uff1a].{0,50}",
    r".{0,12}(?:违法和不良信息|不良信息|有害信息)?举报(?:电话|邮箱|热线|平台).{0,40}",
    r"(?:新闻热线|联系电话|值班电话|广告热线|投稿邮箱|客服热线)\s*[:\uff1a]"
    r"\s*[\d\-@.\w 转、]+",
    r"(?:建议|推荐)使用.{0,30}(?:浏览器|分辨率|浏览).{0,20}",
    r"本网站?(?:站)?(?:所有|凡|常年|转载).{0,50}",
    r"(?:特别)?声明[:\uff1a].{0,10}(?:转载|本网|本站|版权).*",
)
"""Notices that stand below a report; of lines up to 120 characters."""

RELATED = re.compile(
    "(?:相关|精彩|热门|热点|推荐|延伸|最新|更多|友情|猜你|为你|今日|编辑)"
    "(?:附件|链接|连接|新闻|阅读|推荐|文章|报道|专题|信息|内容|稿件|图片|资讯|消息|喜欢)"
)
"""What stands above a list of other articles."""

# In both scripts: these are cut out of lines that stay.
NOTE_TAILS = re.compile(
    r"\s*(?:"
    rf"{_OPEN}(?:访问|訪問|浏览|瀏覽|点击|點擊|阅读|閱讀)(?:次数|次數|量|数|數)?\s*[:\uff1a]\s*\d*\s*次?{_CLOSE}"
    rf"|【?字[体體号號]\s*[:\uff1a]\s*{_OPEN}\s*大\s*中\s*小\s*{_CLOSE}】?"
    r"|[【\[](?:打印|关闭|關閉|纠错|糾錯|收藏|大|中|小)[】\]]"
    r"|(?:打印|关闭|關閉|收藏)(?=\s|$)"
    r"|(?:分享|共享)(?:到|至)?\s*[:\uff1a].*$"
    r"|(?:标签|標簽|標籤)\s*[:\uff1a].*$"
    r")"
)
"""Counters, buttons and tags within a source line."""
