import type { Block } from "./blocks.ts";
import type { ArticleData } from "./json-ld.ts";
import type { Page } from "./page-tree.ts";

export interface FoundName {
  readonly name: string;
  readonly why: string;
}

export interface BylineScene {
  readonly page: Page;
  readonly data: ArticleData;
  /** From the headline to the text. */
  readonly between: readonly Block[];
  /** These, the lines before the headline, and those at both ends of the text. */
  readonly around: readonly Block[];
  /** The text of the article. */
  readonly paragraphs: readonly string[];
  /** Lines that were taken out of the text. */
  readonly dropped: readonly string[];
}

const SOURCE_LABEL =
  /(?:(?:文章|新闻|信息|稿件|本文|内容|资料|消息|稿)?(?:来源|來源|来源于|出处|出處|转自|轉自|信息来源)|文\/来源|source)\s*(?:[:：]|于[:：]|丨|\|)\s*[“"《【[]?([^\s|｜:：;；，,。()（）[\]【】“”"《》]{2,30}(?: [A-Za-z][\w.]{1,15})*)/i;
const AUTHOR_LABEL =
  /(?:^|[\s\u3000|｜（([【])(?:作\s*者|撰文|撰稿|撰稿人|文字|采写|採訪|采访|文|文\/图|图\/文|編譯|编译|翻译|記者|记者|通讯员|特约作者|评论员|by)\s*(?:[:：/／丨|｜])\s*(.{2,40})/i;
/** 〔記者巫其倫／台北報導〕, （记者 陆一夫）, 記者王小明／台北報導, 新京报记者 陆一夫 */
const REPORTERS: readonly RegExp[] = [
  /^[〔〈（(【[]?(?:[\p{Script=Han}]{2,8}(?:中心|報|网|新聞網)?[/／ ]?)?(?:特派)?(?:記者|编译|編譯|实习记者)[\s:：]?((?:[\p{Script=Han}]{2,4}(?:[、\s]|$|(?=[/／])){0,1}){1,4})[/／]\s*(?:综合|綜合|[\p{Script=Han}]{2,6}?)(?:连线|連線|專電|专电|报导|報導|電|讯|訊|)/u,
  /[（([【〔](?:[\p{Script=Han}\d]{0,8})?(?:见习|实习|特约|特派|本报)?(?:记者|記者|评论员|編譯|编译|通讯员|文\/图|图\/文|文|编译)[\s\u3000:：/／]+([\p{Script=Han}·]{2,4}(?:[\s\u3000、，,]+[\p{Script=Han}·]{2,4}){0,5})[\s\u3000]*[）)\]】〕]/u,
  /^(?:[\p{Script=Han}\d]{2,10})(?:记者|評論員|评论员)[\s\u3000:：]+([\p{Script=Han}·]{2,4}(?:[\s\u3000、]+[\p{Script=Han}·]{2,4}){0,4})(?:$|[\s\u3000]*(?:编辑|編輯|报道|報道|综合|通讯员|实习))/u,
  /^[（(]?[\p{Script=Han}]{0,6}社[\p{Script=Han}]{0,6}(?:記者|记者)([\p{Script=Han}]{2,4})[\p{Script=Han}]{2,6}\d{1,2}日(?:電|电)/u,
];
const NAMES_AT_END = /[（(]([\p{Script=Han}]{2,3}(?:[\s\u3000]+[\p{Script=Han}]{2,3}){0,3})[）)]$/u;

/** Behind a label that is none of a person: 作者：网络整理. */
const NOBODY =
  /^(?:网络|網路|互联网|佚名|未知|匿名|admin|administrator|管理员|小编|编辑|編輯|本站|原创|综合|綜合|整理|转载|网络整理|暂无|无|none|null|undefined|来源|發布|发布|--?|&)/i;
const OUTLET =
  /(?:网|網|报|報|社|台|臺|频道|新闻|新聞|传媒|传播|周刊|週刊|杂志|雜誌|日報|中心|公司|政府|委员会|客户端|局|厅|部)$|\.com|^https?:/i;

export function findAuthor({ page, data, between, around, paragraphs, dropped }: BylineScene): FoundName | undefined {
  for (const text of [
    ...around.filter(({ characters }) => characters <= 120).map(({ text }) => text),
    ...dropped.filter((line) => line.length < 60),
  ]) {
    const name = cleanNames(AUTHOR_LABEL.exec(text)?.[1]);
    if (name !== undefined) return { name, why: "labelled on the page" };
  }
  const head = paragraphs.slice(0, 2);
  const tail = paragraphs.slice(-2).map((text) => text.slice(-120));
  const lines = [
    ...head.map((text) => text.slice(0, 80)),
    ...tail,
    ...dropped.filter((line) => line.length < 120),
    ...around.filter(({ characters }) => characters < 60).map(({ text }) => text),
  ];
  for (const line of lines) {
    for (const pattern of REPORTERS) {
      const name = cleanNames(pattern.exec(line)?.[1]);
      if (name !== undefined) return { name, why: "named as reporter in the text" };
    }
  }
  const people = data.authors.flatMap((name) => cleanNames(name) ?? []).filter((name) => !OUTLET.test(name));
  if (people.length > 0) return { name: people.join(" "), why: "JSON-LD author" };
  for (const key of [
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "parsely-author",
    "byl",
    "dable:author",
  ]) {
    const name = cleanNames(page.meta.get(key));
    if (name !== undefined && !OUTLET.test(name) && !isNameOfSite(name, page)) return { name, why: `meta ${key}` };
  }
  const { author } = nameBesideDate(between);
  if (author !== undefined) return { name: author, why: "beside the date" };
  const last = paragraphs.at(-1);
  const signed = last === undefined ? undefined : cleanNames(NAMES_AT_END.exec(last)?.[1]);
  return signed === undefined || NOT_A_NAME.test(signed) ? undefined : { name: signed, why: "signed at the end" };
}

/** The title of the page ends with it. */
const isNameOfSite = (name: string, { titles, meta }: Page): boolean =>
  titles.some((title) =>
    title
      .trim()
      .slice(-name.length - 8)
      .includes(name),
  ) || meta.get("og:site_name") === name;

const NOT_A_NAME = /^(?:完|完毕|未完|上|下|图|圖|全文|待续|编译|綜合|综合|略|来源|资料|注)/;

/** Names as they are written, with a blank between them. */
export function cleanNames(text: string | undefined): string | undefined {
  if (text === undefined || /^\s*(?:https?:|\d+\s*$)/i.test(text)) return undefined;
  const first = text
    ?.split(
      /[|｜()（）[\]【】〔〕:：;；。<>《》]|\d{4}[-年/.]|(?:来源|來源|责任?编|編輯|编辑|时间|發布|发布|字号|返回|浏览|通讯员|摄影|攝影|实习生|点击|评论)/,
    )[0]
    ?.replace(/^[\s\u3000:：/／@]+|[\s\u3000,，、/／·]+$/g, "")
    .replace(
      /^(?:[\p{Script=Han}]{2,6})?(?:首席|见习|实习|特约|本报|特派)?(?:记者|記者|评论员|作者)[\s\u3000:：]*/u,
      "",
    )
    .replace(/[\s\u3000、，,]+/g, " ")
    .trim();
  if (first === undefined || first.length < 2 || first.length > 40 || NOBODY.test(first) || /^https?:/i.test(first))
    return undefined;
  return first;
}

export function findSource({ page, between, around, dropped }: BylineScene): FoundName | undefined {
  for (const text of [
    ...around.filter(({ characters }) => characters < 160).map(({ text }) => text),
    ...dropped.filter((line) => line.length < 80),
  ]) {
    const name = cleanSource(SOURCE_LABEL.exec(text)?.[1]);
    if (name !== undefined) return { name, why: "labelled on the page" };
  }
  for (const block of around) {
    if (
      block.characters > 40 ||
      !/source|media|来源|from|origin/i.test(`${block.owner.attributes.id ?? ""} ${block.owner.attributes.class ?? ""}`)
    )
      continue;
    const name = cleanSource(block.text);
    if (name !== undefined && !/\d{2}/.test(name)) return { name, why: "element called a source" };
  }
  const { source } = nameBesideDate(between);
  if (source !== undefined) return { name: source, why: "beside the date" };
  for (const key of ["source", "mediaid", "contentsource", "article:source", "og:article:source"]) {
    const name = cleanSource(page.meta.get(key));
    if (name !== undefined) return { name, why: `meta ${key}` };
  }
  return undefined;
}

const DATES =
  /(?:(?:19|20)\d\d ?[-/.年] ?)?\d{1,2} ?[-/.月] ?\d{1,2} ?日?(?:[ \u3000T]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|昨天|前天|今天|刚刚|\d+ ?(?:小时|小時|分钟|分鐘|天|周|个月)前|(?:星期|周|週)[一二三四五六日天]/g;
const NOISE =
  /^(?:最后更新|更新时间|更新於|更新于|发表于|發表於|编辑于|时间|時間|日期|名片|作者|来源|原创|首发|独家|置顶|关注|關注|已关注|字号|字體|大|中|小|A[+-]?|分享|收藏|评论|評論|阅读|閱讀|浏览|次|打印|讚|赞|点赞|发布于|發布|发布|更新|\+|来自|via|by|\d+(?:\.\d+)?[万萬]?|我有话说|人参与|参与|记者|文)$/i;
const NAME_CLASS = /author|source|media|account|nick|pgc|profile|writer|editor|name|byline|from|origin/i;

/** Who stands beside the date without a label: 上報快訊／范姜佳鈺 2020年03月12日, 原创 某某说 2019-09-04 */
function nameBesideDate(between: readonly Block[]): { readonly author?: string; readonly source?: string } {
  for (const { text, characters, owner } of between) {
    if (characters > 50 || /[:：].*来源|[。，！？]/.test(text)) continue;
    const bare = text.replace(DATES, " ");
    const isNamed = NAME_CLASS.test(`${owner.attributes.id ?? ""} ${owner.attributes.class ?? ""}`);
    const words = bare.split(/[\s\u3000|｜·•:：]+/u).filter((word) => word !== "" && !NOISE.test(word));
    const [word = ""] = words;
    const [one = "", other = ""] = word.split(/[/／]/);
    const isPair = one.length >= 2 && other.length >= 2 && /^[\p{Script=Han}\w]+$/u.test(one + other);
    if (words.length !== 1 || !(isNamed || isPair || bare !== text)) continue;
    if (isPair)
      return OUTLET.test(other) || !/^\p{Script=Han}{2,4}$/u.test(other)
        ? { author: one, source: other }
        : { author: other, source: one };
    if (word.length < 2 || word.length > 20 || !/\p{L}{2}/u.test(word) || NOBODY.test(word) || SECTION.test(word))
      continue;
    if (OUTLET.test(word)) return { source: word };
    if (/^\p{Script=Han}{2,3}$/u.test(word)) return { author: word };
    return { author: word, source: word };
  }
  return {};
}

/** Names of channels, which stand beside dates too. */
const SECTION =
  /^(?:正文|首页|首頁|焦点|焦點|要闻|要聞|国际|國際|国内|社会|社會|政治|时政|财经|財經|科技|娱乐|娛樂|体育|體育|生活|文化|健康|教育|军事|历史|旅游|汽车|房产|即時|即时|评论|评论员|专题|图片|视频)(?:新闻|新聞)?$/;

export function cleanSource(text: string | undefined): string | undefined {
  const name = text
    ?.replace(/(?:作者|责任?编|編輯|编辑|记者|時間|时间|发布|發布|字号|浏览|点击|评论|分享|打印|原标题).*$/, "")
    .replace(DATES, "")
    .replace(/^[\s\u3000:：]+|[\s\u3000,，、|]+$/g, "")
    .trim();
  return name === undefined || name.length < 2 || name.length > 30 || NOBODY.test(name) ? undefined : name;
}
