/**
 * Sentences that stand in articles and tell nothing of them: what players, feeds and editorial systems put there. Each pattern takes the
 * sentence as a whole, so that an article *about* a player or an editor is not meant; both scripts.
 */

/** Longer sentences are text, whatever they hold. */
const MAX_BOILERPLATE_UNITS = 60;

const PATTERNS: readonly RegExp[] = [
  // A player that does not play.
  /(?:不支持|不支援|無法|无法|未能)(?:播放|音频|音頻|视频|視頻|影片|媒體|媒体)|(?:browser|device) (?:does not|doesn't) support|please enable javascript/iu,
  /^(?:您|你)?的?(?:浏览器|瀏覽器|器材|设备|設備|裝置)不?(?:支持|支援)/u,
  // Credits of pictures, and captions' headings.
  /^[（(【[]?(?:图像|圖像|图片|圖片|照片|影像|视频|視頻|影片)?(?:来源|來源|提供|加注文字|加註文字|说明|說明)\s*[，,:：]/u,
  /^[（(【[]?(?:图|圖|圖\/|图\/|文\/|摄影|攝影|漫画|漫畫|制图|製圖)(?:为|為)?\s*[:：/／]/u,
  /^[（(【[](?:资料图|資料圖|資料照|资料照片|图取自|圖取自|翻攝|翻摄|视频截图|網頁截圖)[^）)】\]]*[）)】\]]?$/u,
  /^(?:getty images|reuters|epa|afp|image source|image caption|media caption)[\s,，:：]*[\w\s/]*$/iu,
  // Editors, translators, checks.
  /^[（(【[]*(?:责任|責任|值班|执行|執行)?(?:编辑|編輯|责编|責編|主编|校对|校對|编译|編譯|译者|譯者|审核|審核|监制|監製)\s*[:：/／][^。！？]*[）)】\]]?[\d\s]*$/u,
  // Embedded posts.
  /^(?:跳过|跳過|结尾|結尾)\s*[\w\s]*(?:帖子|貼文|内容|內容)/u,
  /^(?:最近|最後|最后)更新\s*[:：]/u,
  // Follow, share, open in the app.
  /^(?:点击|點擊|戳|扫描|掃描|长按|長按|扫一扫|掃一掃|识别|請關注|请关注|欢迎关注|歡迎關注|关注我们|關注我們)[^。！？]*(?:查看|观看|觀看|阅读|閱讀|下载|下載|关注|關注|收听|收聽|二维码|二維碼|公众号|公眾號|客户端|更多|订阅|訂閱)/u,
  /^(?:更多|查看更多|阅读更多|閱讀更多|延伸閱讀|延伸阅读|相关阅读|相關閱讀|相关新闻|相關新聞|相关报道|相關報導|推荐阅读|推薦閱讀)/u,
  /^(?:更多)?[^。！？，]{0,12}(?:下载|下載|打开|打開)[^。！？，]{0,16}(?:客户端|客戶端|APP|应用|應用程式)[!！。]?$/iu,
  /^(?:分享到|分享至|分享此文|转发到|轉發到|一键分享|打印本页|收藏本文|字号|字號|大 中 小)/u,
  // Rights and disclaimers.
  /(?:版权所有|版權所有|未经授权|未經授權|不得转载|不得轉載|转载请注明|轉載請註明|all rights reserved)/iu,
  /^(?:本文|以上内容|文章|本網站之文字|本网站)[^。！？]*(?:不代表|仅代表作者|僅代表作者|不构成投资|不構成投資|仅供参考|僅供參考)/u,
];

/** Whether a sentence (white space around it taken away) is boilerplate. */
export function isBoilerplate(sentence: string): boolean {
  if (sentence.length > MAX_BOILERPLATE_UNITS) return false;
  for (const pattern of PATTERNS) if (pattern.test(sentence)) return true;
  return false;
}
