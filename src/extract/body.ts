import { BlockSums } from "./block-sums.ts";
import { type Block, isBlockElement, isHidden, toBlocks } from "./blocks.ts";
import { isBylineLine } from "./byline-line.ts";
import { classHint } from "./class-hints.ts";
import { lettersOf, proseOf } from "./content.ts";
import type { DroppedLine } from "./extracted.ts";
import { lineRuleOf, RELATED_HEADLINE } from "./line-rules.ts";
import type { PageElement } from "./page-tree.ts";

/** The text of an article, and what stood within it and is none. */
export interface Body {
  readonly paragraphs: readonly string[];
  readonly captions: readonly string[];
  readonly dropped: readonly DroppedLine[];
}

export interface BodyOptions {
  /** The headline, which is no paragraph. */
  readonly title: string | undefined;
  /** Elements that site rules take out. */
  readonly stripped?: ReadonlySet<PageElement> | undefined;
}

const MAX_DROPPED_TEXT = 200;
/** A box that calls itself something beside the text is believed while it holds no more than this share of the prose. */
const MAX_BESIDE_SHARE = 0.3;
const MAX_LINK_SHARE = 0.6;

/** Lines behind which an article has ended, where nearly all of it stands before. */
const ENDS_TEXT = new Set(["editors", "back to the site", "corrections"]);

/** Takes the paragraphs out of the element that holds them. */
export function toBody(container: PageElement, { title, stripped }: BodyOptions): Body {
  const titleLetters = lettersOf(title ?? "");
  const isTitle = ({ text }: Block): boolean => titleLetters !== "" && lettersOf(text) === titleLetters;
  const dropped: DroppedLine[] = [];
  const drop = (text: string, rule: string): void => {
    dropped.push({ text: text.slice(0, MAX_DROPPED_TEXT), rule });
  };
  const everything = toBlocks(container);
  const beside = findBeside(container, everything);
  const blocks = toBlocks(container, {
    isLeftOut: (element) => isHidden(element) || beside.has(element) || stripped?.has(element) === true,
  });
  const kept = new Set(blocks.map(({ order }) => order));
  for (const { order, text } of everything) if (!kept.has(order)) drop(text, "a box beside the text");

  const prose = blocks.map((block) => (isTitle(block) ? 0 : proseOf(block)));
  const total = Math.max(
    prose.reduce((sum, part) => sum + part, 0),
    1,
  );
  const paragraphs: string[] = [];
  const captions: string[] = [];
  let past = 0;
  let underRelated = false;
  const homes = new Set<PageElement>();
  for (const [index, block] of blocks.entries()) {
    const { text, characters, linkCharacters } = block;
    const isProse = (prose[index] ?? 0) > 0;
    const share = past / total;
    past += prose[index] ?? 0;
    const place = share === 0 ? "start" : share > 0.7 || past === total ? "end" : "middle";
    if (RELATED_HEADLINE.test(text) && characters <= 16) {
      drop(text, "headline over links");
      underRelated = true;
      continue;
    }
    if (linkCharacters > characters * MAX_LINK_SHARE && characters >= 2) {
      drop(text, "links");
      continue;
    }
    // The article goes on where prose stands in the same box as before; what else is below such a headline are other articles.
    const goesOn = isProse && (share === 0 || homes.has(homeOf(block)));
    if (underRelated && !goesOn && (isProse ? share > 0.3 : characters < 60)) {
      drop(text, "below a headline over links");
      continue;
    }
    underRelated &&= !isProse;
    if (share === 0 && isTitle(block)) {
      drop(text, "headline");
      continue;
    }
    if ((share === 0 || past === total) && isBylineLine(text, characters)) {
      drop(text, "line with date and origin");
      continue;
    }
    const rule = lineRuleOf(text, characters, place);
    if (rule !== undefined) {
      drop(text, rule);
      if (!ENDS_TEXT.has(rule) || share < 0.85) continue;
      for (const { text } of blocks.slice(index + 1)) drop(text, `below a line of ${rule}`);
      break;
    }
    if (isCaption(block, container)) {
      captions.push(text);
      continue;
    }
    const clean = withoutWidgets(block);
    if (clean === "") continue;
    paragraphs.push(clean);
    if (isProse) homes.add(homeOf(block));
  }
  return { paragraphs, captions, dropped };
}

/** The box that a paragraph stands in. */
const homeOf = ({ owner }: Block): PageElement => (owner.name === "p" ? (owner.parent ?? owner) : owner);

/** Boxes within the article that say that they are something else, or hold little more than links. */
function findBeside(container: PageElement, blocks: readonly Block[]): Set<PageElement> {
  const sums = new BlockSums(blocks, proseOf);
  const all = sums.within(container);
  const beside = new Set<PageElement>();
  const visit = (element: PageElement): void => {
    for (const child of element.children) {
      if (child.kind !== "element") continue;
      if (isBlockElement(child)) {
        const { prose, letters, linkLetters, links } = sums.within(child);
        if (letters === 0) continue;
        const isNamed = classHint(child) === -1 && prose <= all.prose * MAX_BESIDE_SHARE;
        const isListOfLinks = links >= 2 && linkLetters > letters * 0.5 && prose <= all.prose * 0.1;
        if (isNamed || isListOfLinks) {
          beside.add(child);
          continue;
        }
      }
      visit(child);
    }
  };
  visit(container);
  return beside;
}

const CAPTION_CLASS =
  /(?:^|[\s_-])(?:(?:wp-)?caption|(?:pic|img|image|photo|pict|figure)[-_]?(?:title|desc|description|info|note|text|txt|explain|name|caption|word|summary|alt)|img_?wrapper_?(?:desc|des)|imgtext|tushuo)(?:$|[\s_-]|text)/i;
const CAPTION_START =
  /^[▲△▼↑↓◆◎●■◇]|^[（(]?(?:图|圖)(?:片|\d+)?(?:来源|來源|源|\/|／|｜|[:：])|^(?:资料图|資料圖|示意圖|示意图|视频截图)/;
const CAPTION_END =
  /(?:(?:摄|攝|供图|供圖|翻摄|翻攝|视觉中国|资料图|資料照|資料照片|資料圖|网络图|截图|截圖|图源.{0,8}|圖源.{0,8})|[（(/／](?:.{1,12}提供|法新社|路透社?|美联社|美聯社|中新社|新华社|新華社|中央社|取自.{1,12}|翻摄自.{1,12}))[)）\]】。]{0,2}$/;

function isCaption({ text, characters, owner, isAfterPicture }: Block, container: PageElement): boolean {
  if (characters > 160) return false;
  for (let at: PageElement | undefined = owner; at !== undefined && at !== container; at = at.parent) {
    if (at.name === "figcaption" || at.name === "figure") return true;
    const names = at.attributes.class;
    if (names !== undefined && CAPTION_CLASS.test(names)) return true;
  }
  if (characters > 100) return false;
  if (CAPTION_START.test(text)) return true;
  if (!isAfterPicture) return false;
  if (CAPTION_END.test(text)) return true;
  return isCentred(owner) && characters < 60 && !/[。！？”：:]$/.test(text);
}

const isCentred = ({ name, attributes }: PageElement): boolean =>
  name === "center" ||
  attributes.align?.toLowerCase() === "center" ||
  (attributes.style !== undefined && /text-align\s*:\s*center/i.test(attributes.style));

/** A share's button in mid-sentence: 阿里巴巴(微博), 中信证券(行情,资讯). */
const WIDGETS =
  /\s?[（([【](?:微博|博客|专栏|數據|数据|行情|股吧|诊股|资讯|查询|报价|点评|财报|研报|评论|基金吧)(?:[\s,，、|/]*(?:微博|博客|专栏|数据|行情|股吧|诊股|资讯|查询|报价|点评|财报|研报|评论))*[)）\]】]/g;
/** The button of a share beside its code: 新华制药(000756,股吧), 新华制药(行情000756,诊股). */
const CODE_BUTTON =
  /(?<=[（(]\d{6})[,，]\s*(?:股吧|诊股|行情|基金吧)(?=[)）])|[（(]行情\s*\d{6}\s*[,，]\s*(?:诊股|股吧)[)）]/g;
/** What is put in brackets and leads to another article: （延伸閱讀：…） */
const BRACKETED_LINKS =
  /[（(【[]\s*(?:延伸|相关|相關|更多|推荐|推薦|同场加映|同場加映|看更多|热门|熱門)(?:阅读|閱讀|新闻|新聞|报道|報道|報導|影片|内容|內容)?\s*[:：][^（）()【】]{4,120}[）)】\]]/g;
/** What hangs on to the last sentence and is none of it. */
const TAILS: readonly RegExp[] = [
  /\s*(?:返回|回到)[\p{Script=Han}A-Za-z]{2,8}[，, ]*(?:查看|阅读|閱讀)更多\s*$/u,
  /\s*返回[\p{Script=Han}]{2,8}(?:首页|首頁|网|網)\s*[>＞»]*\s*$/u,
  /(?<=[。！？”」）)])\s*[（([【]?\s*(?:责任编辑|責任編輯|编辑|編輯|责编|責編|校对)\s*[:：/]\s*[^。]{1,20}$/,
  /(?<=[。！？”」）)])\s*(?:[[【](?:详细|详情|阅读全文|纠错|更多|返回)[\]】]|(?:阅读全文|查看全文|查看更多|点击查看)[>＞»]*)\s*$/,
];

/** Letters of a link in brackets that lead to another article, and not to the home of somebody who is named. */
const MIN_LINK_LETTERS = 7;

function withoutWidgets({ text, links }: Block): string {
  const link = links.at(-1)?.trim() ?? "";
  const isAtEnd = [`（${link}）`, `(${link})`, `【${link}】`].some((end) => text.endsWith(end));
  let clean = (link.length >= MIN_LINK_LETTERS && isAtEnd ? text.slice(0, -link.length - 2) : text)
    .replace(WIDGETS, "")
    .replace(CODE_BUTTON, "")
    .replace(BRACKETED_LINKS, "");
  for (const tail of TAILS) clean = clean.replace(tail, "");
  return clean.trimEnd();
}
