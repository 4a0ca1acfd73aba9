import { type Block, tidyText } from "./blocks.ts";
import { lettersOf } from "./content.ts";

/** A headline, and where it stands on the page. */
export interface FoundTitle {
  readonly text: string;
  readonly why: string;
  /** `order` of its block; undefined where the page shows it nowhere. */
  readonly order?: number | undefined;
}

/** What a page calls itself. */
export interface TitleClaims {
  /** Text of `<title>`. */
  readonly documentTitle: string | undefined;
  /** Of JSON-LD, Open Graph and the like, the most trusted first. */
  readonly headlines: readonly string[];
  /** Names of the site and of its publisher. */
  readonly siteNames: readonly string[];
}

const MIN_LETTERS = 4;
const MAX_LETTERS = 160;
/** What a block may leave out of the title that the page claims: a shorter block is a name of a channel, or a part. */
const MIN_SHARE = 0.5;

/** The block that shows the headline: it is what the page claims to be its title, or the most of it. */
export function findTitleBlock(
  blocks: readonly Block[],
  claims: TitleClaims,
  textStart: number | undefined,
): FoundTitle | undefined {
  let best: { readonly block: Block; readonly score: number } | undefined;
  const wanted = [...claims.headlines, claims.documentTitle].flatMap((title, index) => {
    if (title === undefined) return [];
    const bare = lettersOf(withoutSite(title, claims.siteNames)).toLowerCase();
    return bare.length < MIN_LETTERS ? [] : [{ all: lettersOf(title).toLowerCase(), bare, weight: 1 - index * 0.02 }];
  });
  for (const block of blocks) {
    if (block.characters < MIN_LETTERS || block.characters > MAX_LETTERS) continue;
    const letters = lettersOf(block.text).toLowerCase();
    for (const { all, bare, weight } of wanted) {
      // The page may show more than the bare claim, as where the site's name is a part of it, but not something else.
      if (!all.includes(letters) || !(bare.includes(letters) || letters.includes(bare))) continue;
      const share = letters.length / bare.length;
      const heading = headingWeight(block);
      if (share < MIN_SHARE && (heading < 1 || share < 0.25)) continue;
      if (textStart !== undefined && block.order > textStart && heading < 1) continue;
      const linkPenalty = block.linkCharacters > block.characters * 0.5 ? 0.6 : 1;
      const score = Math.min(share, 1.2) * weight * (1 + 0.4 * heading) * linkPenalty;
      if (best === undefined || score > best.score * 1.0001) best = { block, score };
    }
  }
  if (best === undefined) return undefined;
  return { text: best.block.text, why: "headline on the page, as the page calls itself", order: best.block.order };
}

/** 1 for `<h1>`, less for lower ones and for elements that are called titles. */
export function headingWeight({ owner }: Block): number {
  for (let at: typeof owner | undefined = owner, steps = 0; at !== undefined && steps < 3; at = at.parent, steps++) {
    if (at.name === "h1") return 1;
    if (at.attributes.itemprop === "headline") return 1;
    if (at.name === "h2" || at.name === "h3") return 0.6;
    if (at.name === "h4" || at.name === "h5") return 0.5;
    if (/title|headline|biaoti|h1/i.test(`${at.attributes.id ?? ""} ${at.attributes.class ?? ""}`)) return 0.5;
  }
  return 0;
}

/** The headline where the page shows none that it claims: the claim itself, or what stands above the text like one. */
export function titleFromClaims(claims: TitleClaims, above: readonly Block[]): FoundTitle | undefined {
  const headline = claims.headlines[0];
  const claimed = headline ?? claims.documentTitle;
  const text = claimed === undefined ? undefined : withoutSite(claimed, claims.siteNames);
  const heading = above
    .filter(
      ({ text, characters, linkCharacters }) =>
        characters >= 6 && characters <= 80 && linkCharacters === 0 && !/^(?:首页|首頁|当前位置|您的位置)/.test(text),
    )
    .map((block, index, all) => ({
      block,
      weight: headingWeight(block) + Math.min(block.characters, 20) / 40 - (all.length - index) / 50,
    }))
    .filter(({ block }) => headingWeight(block) >= 0.5)
    .sort((one, other) => other.weight - one.weight)[0];
  if (heading !== undefined && (text === undefined || isNameOfPlace(text, headline))) {
    return { text: heading.block.text, why: "headline above the text", order: heading.block.order };
  }
  if (text === undefined || text === "") return undefined;
  return { text, why: headline === undefined ? "<title>, without the site's name" : "claimed headline" };
}

const SITE_WORD =
  /(?:网|網|网站|網站|频道|頻道|新闻|新聞|日报|日報|晚报|晚報|早报|早報|时报|時報|周刊|週刊|周报|中心|官网|官網|在线|在線|線上|资讯|資訊|门户|論壇|论坛|平台|公报|公報|电视台|電視台|传媒|傳媒|媒体|媒體|新闻社|通讯社|通訊社|中文|社区|社區|客户端|协会|协會|学会|政府|委员会|大学|研究院|股票|财经|財經|科技|娱乐|娛樂|体育|體育|国际|國際|社会|社會|政治|时政|要闻|焦点|焦點|军事|评论|評論|生活|即時|地方|两岸|兩岸|产经|產經|滚动|专栏|專欄|博客|首页|首頁|正文|快讯|news|times|daily|post|\.com|\.cn|\.tw|\.net|app|tv|cna|bbc|rfi|dw|voa|yahoo|hk01)/i;

/** A name of a site, a channel, a page of lists: no headline is so short. */
const isNameOfPlace = (text: string, headline: string | undefined): boolean =>
  headline === undefined && (lettersOf(text).length < 8 || (lettersOf(text).length < 14 && SITE_WORD.test(text)));

/** What stands between the headline and the names behind it. A hyphen within a word is no border. */
const BORDER =
  /[_|｜丨]+|\s*--+\s*|\s+[-–—―‐:：»>/·•]\s+|\s*[»]\s*|(?<=[\p{Script=Han}”』」）)？！?!\d])\s*[-–—]\s*(?!\d)(?=[\p{L}\d .&']{2,20}$)/u;

/** A title without the names of the site and of its channels at its end, or at its beginning. */
export function withoutSite(title: string, siteNames: readonly string[]): string {
  let text = tidyText(title);
  for (let round = 0; round < MAX_NAMES; round++) {
    const shorter = withoutOneSite(text, siteNames);
    if (shorter === text) break;
    text = shorter;
  }
  return text;
}

/** Rounds in which names are taken off: site, channel, section. */
const MAX_NAMES = 4;

function withoutOneSite(text: string, siteNames: readonly string[]): string {
  const parts = text.split(BORDER);
  if (parts.length < 2) return text;
  const names = siteNames.map((name) => lettersOf(name).toLowerCase()).filter((name) => name.length >= 2);
  const isSite = (part: string, isLast: boolean): boolean => {
    const letters = lettersOf(part).toLowerCase();
    if (letters === "" || names.some((name) => letters === name || (isLast && name.includes(letters)))) return true;
    if (names.some((name) => name.length >= 3 && letters.includes(name) && letters.length <= name.length + 8))
      return true;
    return letters.length <= 14 && (SITE_WORD.test(part) || letters.length <= 8);
  };
  let end = parts.length;
  while (
    end > 1 &&
    isSite(parts[end - 1] ?? "", end === parts.length) &&
    lettersOf(parts.slice(0, end - 1).join("")).length >= 6
  )
    end--;
  let start = 0;
  const first = parts[0] ?? "";
  if (end - start > 1 && names.includes(lettersOf(first).toLowerCase())) start = 1;
  // The borders between what is left stay as they were written.
  const from = start === 0 ? 0 : text.indexOf(parts[start] ?? "", first.length);
  const last = parts[end - 1] ?? "";
  let to = from;
  for (const part of parts.slice(start, end)) to = text.indexOf(part, to) + part.length;
  return last === "" ? text : text.slice(from, to).trim();
}
