/** The line under a headline, and lines like it: 2024-05-06 08:00 来源：新华社 作者：张三 字号 */

const DATE = /(?:19|20)\d\d ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2}|\d{1,2}[-/月]\d{1,2}日? ?\d{1,2}:\d\d/;
const ORIGIN =
  /^[\s\u3000（([【]*(?:(?:文章|新闻|信息|稿件|本文|内容|资料|消息)?(?:来源|來源|出处|出處|转自|轉自)|作者|记者|記者|撰文|文|发布时间|發布時間|发布日期|发稿时间|发表时间|时间|時間|日期|更新时间|更新時間|最后更新|发布人|发布者|发布单位|发布机构|编辑|字号|字体|浏览次数|点击数|点击|阅读|原创)\s*(?:[:：|｜/／]|于[:：])/;
const NAMES_ORIGIN = /来源|來源|作者|发布|發布|字号|浏览/;

const MAX_LETTERS = 90;

/** True for a line that says when, where and by whom a text was published, and is no sentence of it. */
export function isBylineLine(text: string, letters: number): boolean {
  if (letters > MAX_LETTERS) return false;
  const isSentence = /[。！？]$/.test(text) || (text.match(/[，。！？]/g)?.length ?? 0) >= 2;
  const date = DATE.exec(text);
  if (ORIGIN.test(text)) return !(isSentence && letters > 25) && (letters < 60 || date !== null);
  if (date === null || letters >= 60 || isSentence) return false;
  // A date that a sentence goes on behind is one of the text: 2024年5月6日第三次会议通过
  const behind = text.slice(date.index + date[0].length);
  if (/^[日號号]?[\p{Script=Han}]/u.test(behind) && !NAMES_ORIGIN.test(text)) return false;
  return date.index < 12 || NAMES_ORIGIN.test(text);
}
