"""The Han characters that make up most of any Chinese text, in both scripts.

They tell a right decoding from a wrong one: a wrong one shows rare characters. Chosen as the
thousand Simplified and the thousand Traditional characters of the highest unigram score in the
vocabulary of the multilingual sentence encoder (Apache-2.0), each with its form in the other
script.
"""

from __future__ import annotations

from functools import cache

COMMON_HAN = frozenset(
    "一丁七万三上下不与专且世业东两並个中丸为主丽久么义之乎乐乘乙九也习乡书买乳乾了予事二于云互"
    "五井亚些亞交亦产享亮亲人亿什仁今介从仔他付代令以们仲件价任份企伊休优会传伤估似但位低住体佔"
    "何余佛作你佳使來例供依侧便係保信修個倍們倒借债值假偏做停健側偶備傳債傷像價優儿元充先光克免"
    "兒党入內全兩八公六共关兴兵其具典养兼内再写军农冬冰况冷减几出击刀分切列则刚初判別利别到制刷"
    "券刺刻則前剛副割力办功加务动助劳势勉動務勝勞勢勤包化北区医區十千升半华单卖南博占卡印即却卷"
    "卻厂历压厚原去县参參又及友双反发取受变口古句只叫可台史右叶号司吃各合吉同名后向吗君否吧含听"
    "启吸吹呀告员呢周味呵呼命和咨品哈員哥哪唔售唱唷商啊問啓啦啰善喔喜喝喫單嗎嘉器囉四回因团园困"
    "固国图圈國園圖團土圣在地场址均坐型城基堂報場塔塞填境增壁壓士声处备复夏外多夜够夠夢大天太夫"
    "失头奇套奥奧女奶她好如妇妈妳妹妻姐姓委威娘婆婚婦媽嫌子孔孕字存季学孩學它宅守安完宗官定宜宝"
    "实客室宫宮害家容宿寄密富察實寫寶对寺寻导封射将將專尊尋對導小少尔就尼尽尾尿局层居屋屏展属層"
    "屬山岁岛島川州工左差已巴市布师帐帝带師席帮帳帶常幕幫干平年并幸幹幾广床序应底店府度座康廠廣"
    "延建开异弄式引弟张弱張強强当录形彩影役彼往待很律後得從復微德心必志忘忙忠快念怎怕思急性怪总"
    "恋恩息您情惠想意愛感愿慢懂應戀成我或战戰戴戶户房所手才打托扣批找承技把抓投抗折护报抱抽担拉"
    "拍招拜拿持指按损换捷掉排採探接控推提插換損搜搞搭摩播擊擔擦支收改攻放政故效敏救教敢散数整數"
    "文料斤断斯新斷方於施旁旅族无既日旧早时明易星春是显時晚普景晶智暗暴曲更書曾替最會月有服望朝"
    "期木未末本机杀权李材村条来杯東松板极林枚果架某染查标校样核根格桃案桥梅條梦检棒森楚業極楼概"
    "樂樓標模樣横橋機橫檢權次欢欲款歌歡止正此步武歲歷死残殘段殺母每毒比毛氏民气氣水永求汉江池沒"
    "沙没河油治沿況泉法泡波注泰洋洗洛活派流测浪浮海消液深混清減渡温測港游湖源溫滑满滿演漢激灌火"
    "炎点為烦热無然照煩熟熱營爆爱爲父爸爾牀片版牌牙牛物特犬犯状狀狗独獨率玉王玩现珠班現球理瓶甘"
    "生產用田由甲申电男画界留略番畫異當疑疗病症痘痛瘦療登發白百的皆皮益盘盛盡盤目直相省看真眼着"
    "睡知短石码破硬确碟確碼示礼社祖祝神票福禮离秀私种科秒租积称移稅程税種稱積空穿立站竟章端竹笑"
    "笔第筆等筋答策简算管箱節篇簡籍米类粉精糖系約紅納純紙級素索累細紹終組結絕給經維網線編縣總繳"
    "红约级纯纳纸线组细终绍经结给绝维编缴缺网罗罪置羅美羣群義習翻老考者而耐耳耶聊职联聖聞聯聲職"
    "聽肉肌股肤肥肯育胃背胎胜胸能脂脑脚脸腦腳腹膚膜臉自臭至致臺與興舊舒舞航船良色节花若苦英茶草"
    "药菌菜華营萬落葉著薪藏藥虎處號蛋血行街衣补表袋被装裏補裝裡製複西要見規視親覺觀见观规视觉角"
    "解言訂計訊記設許訴診証評詞詢試話該認語誤說誰課調請論諮講謝證識警議護讀變讓计订认让议讯记讲"
    "许论设证评识诉诊词试话询该语误说请读课谁调谢谷豆象負財貨貴買貸費貼資賣質購负财货质购贴贵贷"
    "费资赤走起超越趣足跑跟路跳身車軍較載輕輪輸轉车转轮轻载较输辛辦边达过迎运近返还这进远违连迷"
    "追退送适选透這通速造連週進遇遊運過道達違遠適選避還邊那邮郡部郵都配酒酸醫采里重野量金銷錄錢"
    "錯鍵鎮鏡钱销错键镇镜長长門開間關门问间闻队防阳阿附降限院除险陽隆隊随隔隨險隻难雅集雙離難雨"
    "雪雲零雷電需露青非靠面鞋音頂項順預領頭頻題額願類顯顶项顺预领频题额風风飛飞食飯飲養餐餘館饭"
    "饮馆首香馬駛驗马驶验骨體高髮鬼魔魚鱼麗麻麼黃黄黑點鼠鼻龍龙"
)


@cache
def level_one() -> frozenset[str]:
    """The characters of everyday use by two national standards: about 6,700.

    GB 2312 level 1 (rows 16 to 55) and Big5 level 1 (A440 to C67E).
    """
    simplified = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = (bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in trails)
    decoded = {
        *(pair.decode("gb2312", errors="ignore") for pair in simplified),
        *(pair.decode("big5", errors="ignore") for pair in traditional),
    }
    # Behind its level 1, Big5 has kana.
    return frozenset(c for c in decoded if "\u4e00" <= c <= "\u9fff")
