/** Lines that stand within the box of an article and are no part of it. */

export interface LineRule {
  readonly name: string;
  readonly pattern: RegExp;
  /** Longer lines are text, whatever they begin with; in letters. */
  readonly maxLetters: number;
  /** `end`: only where little of the article follows; `edges`: there, or before all of it. Default: anywhere. */
  readonly where?: "end" | "edges";
}

const ROLES =
  "(?:责任|責任|值班|执行|執行|本期|本文|文字|新媒体|网络|網路|网站|微信|视觉|图片|圖片|见习|实习)?(?:编辑|編輯|责编|責編|编缉|编审|編審|主编|主編|总编|总编辑|總編輯|副总编|校对|校對|校审|审校|审核|審核|审读|监制|監製|监审|排版|美编|美編|制图|製圖|值班主任|值班编委|编校|初审|复审|終審|终审|一审|二审|三审|核校|统筹|出品|策划|编导|剪辑|编制|审签|签发|网编|網編|责任编委)";

export const LINE_RULES: readonly LineRule[] = [
  {
    name: "editors",
    pattern: new RegExp(
      `^[\\s（(\\[【〔<_|/*—-]*${ROLES}[\\s\\u3000]*(?:[:：|｜丨/／]|[\\s\\u3000]+(?=[\\p{Script=Han}]{2,4}(?:[\\s\\u3000]|$)))`,
      "u",
    ),
    maxLetters: 70,
  },
  {
    name: "editors",
    pattern: new RegExp(`^[（(\\[【]?[^。！？]{0,16}${ROLES}[:：][^。！？]{0,24}[）)\\]】]$`),
    maxLetters: 45,
  },
  {
    name: "editors",
    pattern: /(?:责任编辑|責任編輯|责编|責編|网络编辑|執行編輯)\s*[:：/]?\s*[^。！？]{0,24}$/,
    maxLetters: 45,
    where: "end",
  },
  {
    name: "origin",
    pattern:
      /^[\s（([【]*(?:本文|文章|稿件|新闻|资料|内容|原文|综合)?(?:来源|來源|出处|出處|转自|轉自|摘自|来自|载于)(?:于)?\s*[:：｜|丨]/,
    maxLetters: 50,
    where: "edges",
  },
  {
    name: "editors",
    pattern: /(?:编辑|編輯|责编|責編)\s*[:：/／|｜]\s*[^\s。，]{2,8}[）)\]】]?$/,
    maxLetters: 45,
    where: "end",
  },
  { name: "counts", pattern: /^[+\d\s]{1,8}$/, maxLetters: 6, where: "edges" },
  { name: "the end", pattern: /^[\s\-—–=*·]*(?:the end|end)[\s\-—–=*·]*$/i, maxLetters: 8 },
  {
    name: "share",
    pattern: /^(?:分享(?:让|到|至|给|給|此文)|一键分享|转发到|轉發到|转播到|share (?:this|on|to))/i,
    maxLetters: 24,
  },
  { name: "editors", pattern: /^(?:editor|edited by|proofread)\b\s*[:：]/i, maxLetters: 40 },
  {
    name: "original title",
    pattern: /^[\s（([【]*(?:本文)?原(?:文)?(?:标题|標題|题目|題目|题|題)(?:为|為|是)?\s*[:：《「“"]/,
    maxLetters: 120,
  },
  {
    name: "back to the site",
    pattern:
      /(?:返回|回到)[\p{L}\d]{0,8}[，, ]*(?:查看|阅读|閱讀)更多|^[\s>]*(?:返回|回到|回)\s*(?:首页|首頁|列表|目录|顶部|頂部|上一页|主页)/u,
    maxLetters: 30,
  },
  {
    name: "read on elsewhere",
    pattern:
      /^[\s[【（(>＞»▼▶►→·•]*(?:(?:点击|點擊|查看|阅读|閱讀|展开|展開|更多|閲讀|看更多|繼續|继续|戳)(?:此处|這裡|这里|此處|進入|进入|查看|阅读|閱讀|這|这)?(?:更多|全文|原文|原图|大图|详情|詳情|剩余全文|内容|內容|精彩|阅读|閱讀|链接)|(?:阅读|閱讀)(?:原文|全文)|未完待续|看更多)/,
    maxLetters: 24,
  },
  {
    name: "disclaimer",
    pattern:
      /^[\s（([【*※#]*(?:本[网網站文]|平台|特别|特別|版权|版權|免责|免責|郑重|郑重|重要|风险|風險|原创|转载|轉載|投资|侵权|著作权|法律)?(?:声明|聲明|提示及免责|免责条款|提示|说明)\s*[】\]）)]?\s*[:：]?/,
    maxLetters: 400,
    where: "end",
  },
  {
    name: "disclaimer",
    pattern:
      /(?:仅|僅|只)(?:代表|供|是|为)(?:作者|其|用户|参考|參考|表达)|不(?:代表|構成|构成)(?:本[网網站报報刊社台]|平台|任何|投资|投資|.{1,10}(?:立场|立場|观点|觀點))|(?:未经|未經).{0,12}(?:授权|授權|许可|許可|书面|同意|允许).{0,12}(?:转载|轉載|复制|摘编|摘編|刊登|严禁|禁止|请勿|不得(?:转载|轉載|复制|以任何))|(?:请勿|禁止|谢绝|严禁|不得)(?:擅自)?(?:转载|轉載|复制|轉貼|转贴|商用)|(?:转载|轉載|引用|授权).{0,8}(?:请|請|须|需|务必|应)(?:注明|註明|联系|聯繫|标明|保留|附上|申请)|版权(?:归|所有|属)|版權(?:歸|所有|屬)|(?:如有|若有|涉及|如涉|存在).{0,6}(?:侵权|侵權|版权|异议|争议).{0,24}(?:联系|聯絡|聯繫|告知|删除|刪除|处理)|all rights reserved|copyright\s*(?:©|\(c\)|\d)|^©/i,
    maxLetters: 160,
    where: "end",
  },
  {
    name: "app and codes to scan",
    pattern:
      /(?:扫|掃)(?:描|一扫|码|碼)?.{0,14}(?:二维码|QR|码下载|关注|下载|加入)|(?:长按|長按|识别|識別).{0,14}(?:二维码|QR|识别|关注)|(?:点击|點擊|点我|點我|立即|马上|请|請|欢迎|歡迎|赶快|快).{0,4}(?:下载|下載).{0,24}(?:APP|客户端|用戶端)|(?:APP|客户端).{0,6}(?:下载|下載|內下|打开|打開)|(?:下载|下載|打开|打開).{0,12}(?:APP|客户端)/i,
    maxLetters: 90,
    where: "edges",
  },
  {
    // What asks a reader to do something begins with it; a sentence may speak of the same things further on.
    name: "app and codes to scan",
    pattern:
      /^.{0,12}?(?:(?:点击|點擊|点我|點我|立即|马上|请|請|欢迎|歡迎|赶快|快).{0,4}(?:關注|关注|加入|追蹤|追踪|訂閱|订阅|按讚).{0,24}(?:APP|客户端|用戶端|公众号|公眾號|微信|微博|频道|頻道|LINE|Telegram|粉絲|粉丝|好友|電子報|我们|我們)|(?:关注|關注|追蹤|搜索|搜尋)[^，。]{0,16}(?:公众号|公眾號|微信号|官方微信|官方微博|粉絲團|粉丝团)|更多.{0,14}(?:资讯|資訊|新闻|新聞|内容|內容|精彩|报道|报导|報導|猛料|原创).{0,16}(?:请|請|敬请|关注|關注|下载|下載|点击|點擊|欢迎|尽在|盡在|鎖定|锁定|就在|扫))/i,
    maxLetters: 90,
    where: "edges",
  },
  {
    name: "app and codes to scan",
    pattern: /^.{0,40}(?:二维码|二維碼|QR ?Code).{0,20}$/i,
    maxLetters: 40,
    where: "end",
  },
  {
    name: "player",
    pattern:
      /(?:您的|你的|當前|当前)(?:浏览器|瀏覽器).{0,12}(?:不支持|不支援|无法|無法|版本|过低)|^(?:视频|視頻|影片|音频)?(?:加载中|加載中|載入中|正在加载|缓冲|自动播放|自動播放|点击播放|點擊播放|重播|暂停)|^(?:收听|收聽|聆聽|听新闻|朗读|语音播报|播放音频)|^\d{1,2}:\d\d(?:\s*\/\s*\d{1,2}:\d\d)?$/,
    maxLetters: 50,
  },
  {
    name: "place in the site",
    pattern: /^(?:您?(?:现在|現在|当前|當前|目前|所在)的?(?:位置|所在位置)|首页|首頁|主页)\s*(?:[:：>＞»›/-]|是)/,
    maxLetters: 120,
  },
  {
    name: "place of publication",
    pattern: /^(?:发布于|發佈於|发表于|IP属地|来自)\s*[:：]?\s*[\p{Script=Han}]{2,10}$/u,
    maxLetters: 16,
  },
  {
    name: "neighbours",
    pattern: /^[\s<>«»[【]*(?:上|下|前|后|後)(?:一)?(?:篇|条|條|则|則|页|頁|图集|组)\s*[】\]]?\s*(?:[:：>＞]|$)/,
    maxLetters: 90,
  },
  {
    name: "keywords",
    pattern: /^(?:文章|新闻|相关|本文)?(?:关键词|關鍵字|关键字|關鍵詞|标签|標籤|Tags?|话题)\s*[:：]/i,
    maxLetters: 90,
  },
  {
    name: "counts",
    pattern:
      /^[\s（(]*(?:阅读|閱讀|浏览|瀏覽|点击|點擊|点赞|评论|評論|访问|人气|人氣|观看)(?:量|数|數|次数|次數)?\s*[（(:：]?\s*\d/,
    maxLetters: 24,
  },
  {
    name: "corrections",
    pattern:
      /^[\s[【（(]*(?:纠错|糾錯|我要纠错|举报|舉報|投诉|報錯|反馈|意见反馈|文章纠错|我来说两句|发表评论|發表評論|网友评论|評論|写评论|我要评论)/,
    maxLetters: 30,
  },
];

/** A headline over links to other articles. */
export const RELATED_HEADLINE =
  /^[\s【[（(#▎■●◆▌|│「『❖►▶＞>→*-]*(?:(?:相关|相關|更多|延伸|为你|为您|為你|為您|推荐|推薦|热门|熱門|精彩|猜你|最新|今日|本周|往期|近期|其他|其它|同类|编辑|編輯|精选|精選|重点|热点|熱點|您可能|你可能|大家都|看了又|还看了|人气|人氣|点击|視頻|視频|视频|图片|圖片|独家|深度|专题|專題|本文|作者)(?:的|文|也)?(?:阅读|閱讀|新闻|新聞|文章|报道|報導|報道|链接|連結|鏈接|推荐|推薦|内容|內容|专题|專題|稿件|话题|話題|资讯|資訊|喜欢|喜歡|感兴趣|感興趣|还喜欢|在看|排行|回顾|回顧|點閱|点阅|视频|視頻|影片|图集|圖輯|事件|评论|評論|热点|熱點|消息|搜索|精选|精選|最新文章|又看|信息|標籤|标签|热文|熱文|好文)|(?:read more|related|see also|more from|recommended|you may also like|more on this))/i;

/** Words of bars with buttons: a line of nothing else is one. */
const BUTTONS = new Set(
  "分享 分享到 分享至 分享給 分享给 转发 轉發 收藏 收藏本文 打印 列印 打印本页 列印本頁 关闭 關閉 关闭窗口 字号 字體 字体 字體大小 大 中 小 A A- A+ Aa T T| 加大 缩小 放大 縮小 点赞 讚 赞 踩 举报 檢舉 评论 評論 留言 回复 回覆 纠错 顶部 回顶部 回到顶部 返回顶部 TOP 微信 微信好友 朋友圈 微博 新浪微博 腾讯微博 QQ QQ空间 QQ好友 空间 人人网 豆瓣 Facebook facebook Twitter twitter LINE Line line Email email WhatsApp Telegram Pinterest LinkedIn Plurk X 复制链接 複製連結 复制 链接 更多 保存 推荐 推薦 订阅 訂閱 关注 關注 登录 注册 登入 註冊 原创 我要评论 0 我有话说 手机看 用手机看 扫一扫 微信扫一扫 查看原图 原图 下载 上一页 下一页 上一頁 下一頁 上一篇 下一篇 全文 展开 收起 展开全文 发布 表情 取消 确定 提交 人参与 播放 暂停 静音 全屏 阅读 次 图集 +1 -1 详情 大图 原文链接 打开APP 首页 首頁 繁體 简体 简 繁 听 朗读 纠错 责任编辑 编辑 来源 正文 放大字体 缩小字体 默认 超大 小号 中号 大号 Print Share share Copy Link".split(
    " ",
  ),
);

/** True for a bar of buttons that has come into the text: 分享 收藏 打印 关闭. */
export function isButtonBar(text: string): boolean {
  const words = text.split(/[\s\u3000|｜丨/／·•:：>＞<,，、()（）[\]【】+＋-]+/u).filter((word) => word !== "");
  return (
    words.length > 0 &&
    text.length <= 80 &&
    words.every((word) => BUTTONS.has(word) || /^\d{1,6}$/.test(word)) &&
    words.some((word) => !/^\d+$/.test(word))
  );
}

/** The rule by which a line is none of the article. */
export function lineRuleOf(text: string, letters: number, place: "start" | "middle" | "end"): string | undefined {
  if (isButtonBar(text)) return "buttons";
  for (const { name, pattern, maxLetters, where } of LINE_RULES) {
    const isHere = where === undefined || where === place || (where === "edges" && place !== "middle");
    if (letters <= maxLetters && isHere && pattern.test(text)) return name;
  }
  return undefined;
}
