import { type Block, countLetters, isHidden, toBlocks } from "./blocks.ts";
import { classHint } from "./class-hints.ts";
import { isInside, lettersOf, proseOf } from "./content.ts";
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

/** Takes the paragraphs out of the element that holds them. */
export function toBody(container: PageElement, { title, stripped }: BodyOptions): Body {
  const dropped: DroppedLine[] = [];
  const drop = (text: string, rule: string): void => {
    dropped.push({ text: text.slice(0, MAX_DROPPED_TEXT), rule });
  };
  const everything = toBlocks(container);
  const allProse = everything.reduce((sum, block) => sum + proseOf(block), 0);
  const beside = findBeside(container, everything, allProse);
  const blocks = toBlocks(container, {
    isLeftOut: (element) => isHidden(element) || beside.has(element) || stripped?.has(element) === true,
  });
  const kept = new Set(blocks.map(({ order }) => order));
  for (const { order, text } of everything) if (!kept.has(order)) drop(text, "a box beside the text");

  const prose = blocks.map(proseOf);
  const total = Math.max(
    prose.reduce((sum, part) => sum + part, 0),
    1,
  );
  const paragraphs: string[] = [];
  const captions: string[] = [];
  const titleLetters = lettersOf(title ?? "");
  let past = 0;
  let underRelated = false;
  for (const [index, block] of blocks.entries()) {
    const { text, characters, linkCharacters } = block;
    const isProse = (prose[index] ?? 0) > 0;
    const share = past / total;
    past += prose[index] ?? 0;
    const place = share === 0 ? "start" : share > 0.7 || past === total ? "end" : "middle";
    if (RELATED_HEADLINE.test(text) && characters <= 16) {
      drop(text, "headline over links");
      underRelated = true;
      if (share > 0.85 && total - past < total * 0.15) {
        for (const { text } of blocks.slice(index + 1)) drop(text, "below a headline over links");
        break;
      }
      continue;
    }
    if (linkCharacters > characters * MAX_LINK_SHARE && characters >= 2) {
      drop(text, "links");
      continue;
    }
    if (underRelated && !isProse && characters < 60) {
      drop(text, "below a headline over links");
      continue;
    }
    underRelated &&= !isProse;
    if (share === 0 && titleLetters !== "" && lettersOf(text) === titleLetters) {
      drop(text, "headline");
      continue;
    }
    if (share === 0 && isByline(text, characters)) {
      drop(text, "line with date and origin");
      continue;
    }
    const rule = lineRuleOf(text, characters, place);
    if (rule !== undefined) {
      drop(text, rule);
      continue;
    }
    if (isCaption(block)) {
      captions.push(text);
      continue;
    }
    paragraphs.push(withoutWidgets(text));
  }
  return { paragraphs, captions, dropped };
}

/** Boxes within the article that say that they are something else, or hold little more than links. */
function findBeside(container: PageElement, blocks: readonly Block[], allProse: number): Set<PageElement> {
  const weights = new Map<PageElement, { prose: number; links: number; all: number; linkCount: number }>();
  for (const block of blocks) {
    for (
      let element: PageElement | undefined = block.owner;
      element !== undefined && element !== container;
      element = element.parent
    ) {
      const weight = weights.get(element) ?? { prose: 0, links: 0, all: 0, linkCount: 0 };
      weight.prose += proseOf(block);
      weight.links += block.linkCharacters;
      weight.linkCount += block.links;
      weight.all += block.characters;
      weights.set(element, weight);
    }
  }
  const beside = new Set<PageElement>();
  for (const [element, { prose, links, all, linkCount }] of weights) {
    if (!isInside(element, container)) continue;
    const isNamed = classHint(element) === -1 && prose <= allProse * MAX_BESIDE_SHARE;
    const isListOfLinks = linkCount >= 2 && links > all * 0.5 && prose <= allProse * 0.1;
    if (isNamed || isListOfLinks) beside.add(element);
  }
  return beside;
}

const DATE = /(?:19|20)\d\d ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2}|\d{1,2}[-/月]\d{1,2}日? ?\d{1,2}:\d\d/;
const ORIGIN =
  /^[\s（([【]*(?:(?:文章|新闻|信息|稿件|本文|内容|资料|消息)?(?:来源|來源|出处|出處|转自|轉自)|作者|记者|記者|撰文|文|发布时间|發布時間|发布日期|发稿时间|时间|時間|日期|更新时间|最后更新|发布人|发布者|发布单位|发布机构|编辑|字号|字体|浏览次数|点击数|点击|阅读|原创)\s*(?:[:：|｜/／]|于[:：])/;

/** The line under a headline: 2024-05-06 08:00 来源：新华社 作者：张三 字号 */
function isByline(text: string, letters: number): boolean {
  if (letters > 90) return false;
  if (ORIGIN.test(text)) return letters < 60 || DATE.test(text);
  const date = DATE.exec(text);
  return date !== null && letters < 50 && !/[。！？]$/.test(text) && (date.index < 12 || /来源|來源|作者/.test(text));
}

const CAPTION_CLASS =
  /caption|(?:pic|img|image|photo|figure|media)[-_]?(?:title|desc|description|info|note|text|txt|explain|name|con)|img_?wrapper_?desc|tushuo|图说/i;
const CAPTION_START =
  /^[▲△▼↑↓◆◎●■◇]|^[（(]?(?:图|圖)(?:片|\d+)?(?:来源|來源|源|\/|／|｜|[:：])|^(?:资料图|資料圖|示意圖|示意图|视频截图)/;
const CAPTION_END =
  /(?:\/|／|｜)?(?:摄|攝|供图|供圖|翻摄|翻攝|提供|视觉中国|视觉中国供图|资料图|資料照|資料圖|网络图|截图|截圖|法新社|路透社?|美联社|中新社发)[^。，]{0,8}[)）\]】。]?$/;

function isCaption({ text, characters, owner, isAfterPicture }: Block): boolean {
  if (characters > 160) return false;
  for (let at: PageElement | undefined = owner, steps = 0; at !== undefined && steps < 3; at = at.parent, steps++) {
    if (at.name === "figcaption" || at.name === "figure") return true;
    if (at.attributes.class !== undefined && CAPTION_CLASS.test(at.attributes.class)) return true;
  }
  if (characters > 100) return false;
  if (CAPTION_START.test(text)) return true;
  if (!isAfterPicture) return false;
  return CAPTION_END.test(text) || (isCentred(owner) && characters < 60 && !/[。！？”]$/.test(text));
}

const isCentred = ({ name, attributes }: PageElement): boolean =>
  name === "center" ||
  attributes.align?.toLowerCase() === "center" ||
  (attributes.style !== undefined && /text-align\s*:\s*center/i.test(attributes.style));

const WIDGETS =
  /\s?[（([【](?:微博|博客|专栏|數據|数据|行情|股吧|诊股|资讯|查询|报价|点评|财报|研报|评论|基金吧)(?:[\s,，、|/]*(?:微博|博客|专栏|数据|行情|股吧|诊股|资讯|查询|报价|点评|财报|研报|评论))*[)）\]】]/g;

/** A share's button in mid-sentence: 阿里巴巴(微博), 中信证券(行情,资讯). */
const withoutWidgets = (text: string): string => (countLetters(text) > 0 ? text.replace(WIDGETS, "") : text);
