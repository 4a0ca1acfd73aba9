import { readDate } from "../ingest/dates/read-date.ts";
import type { DateRules } from "../ingest/dates/rules.ts";
import type { Block } from "./blocks.ts";
import { classHint } from "./class-hints.ts";
import type { PublishedDate } from "./extracted.ts";
import type { ArticleData } from "./json-ld.ts";
import type { Page, PageElement } from "./page-tree.ts";

export interface FoundDate extends PublishedDate {
  readonly why: string;
}

/** The page, and where its article stands in it. */
export interface DateScene {
  readonly page: Page;
  readonly blocks: readonly Block[];
  readonly data: ArticleData;
  readonly title: string | undefined;
  readonly titleOrder: number | undefined;
  /** `order` of the first and of the last block of the article's text. */
  readonly textStart: number;
  readonly textEnd: number;
  readonly url: string | undefined;
  readonly isTraditional: boolean;
}

type Precision = PublishedDate["precision"];

/** The first date in a text that is known to hold that of publication. */
export function readPublished(text: string, rules: DateRules, isTraditional: boolean): PublishedDate | undefined {
  for (const written of [...(text.match(WHOLE_DATE) ?? []), text.trim()]) {
    const reading = readDate(written.replaceAll("：", ":"), rules, { isChinese: true, isTraditional });
    if ("atMs" in reading && reading.atMs <= rules.latestMs)
      return { atMs: reading.atMs, precision: /^\d{9,}$/.test(written) ? "second" : precisionOf(written) };
  }
  return undefined;
}

interface Candidate {
  readonly atMs: number;
  readonly precision: Precision;
  readonly kind: "page" | "data" | "script" | "address";
  readonly score: number;
  readonly why: string;
}

const DAY_MS = 86_400_000;
/** Evidence this far apart still speaks for the same day: zones, and a text of the evening that is stored past midnight. */
const AGREES_MS = 1.5 * DAY_MS;

/**
 * When the article was published: what the page shows beside its headline, then what it says to programs. Where they differ the page wins;
 * where nothing is sure there is no date.
 */
export function findPublished(scene: DateScene, rules: DateRules): FoundDate | undefined {
  const candidates = [
    ...datesOnPage(scene, rules),
    ...datesInData(scene, rules),
    ...datesInScripts(scene, rules),
    ...dateInAddress(scene.url, rules),
  ].filter(({ atMs }) => atMs <= rules.latestMs);
  let best: { readonly candidate: Candidate; readonly score: number } | undefined;
  for (const candidate of candidates) {
    const kinds = new Set(
      candidates
        .filter((other) => other.kind !== candidate.kind && Math.abs(other.atMs - candidate.atMs) < AGREES_MS)
        .map(({ kind }) => kind),
    );
    const score = candidate.score + kinds.size * 25;
    if (best === undefined || score > best.score) best = { candidate, score };
  }
  if (best === undefined || best.score < MIN_SCORE) return undefined;
  return refine(best.candidate, candidates, rules);
}

const MIN_SCORE = 40;

/** A day takes the time of day from other evidence of the same day. */
function refine(chosen: Candidate, candidates: readonly Candidate[], rules: DateRules): FoundDate {
  const { atMs, precision, why } = chosen;
  if (precision !== "day") return { atMs, precision, why };
  const day = localDay(atMs, rules);
  const finer = candidates.find(
    (other) =>
      other.kind !== "address" &&
      other.precision !== "day" &&
      other.score >= MIN_SCORE &&
      localDay(other.atMs, rules) === day,
  );
  return finer === undefined
    ? { atMs, precision, why }
    : { atMs: finer.atMs, precision: finer.precision, why: `${why}; time of day: ${finer.why}` };
}

const localDay = (atMs: number, { zone }: DateRules): number => Math.floor((atMs + zone.offsetAt(atMs)) / DAY_MS);

const CLOCK =
  "(?:[ \\u3000T,，|_-]{0,4}(?:\\(?(?:星期|周|週)[一二三四五六日天]\\)?|[（(][一二三四五六日][)）])?[ \\u3000,，|]{0,3}(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚间|晚間|深夜)?[ ]?\\d{1,2} ?[:：时時点點] ?\\d{2}(?: ?[:：分] ?\\d{2}(?:\\.\\d+)?)?(?: ?[秒分])?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?)?";
const WHOLE_DATE = new RegExp(
  `(?:(?<![\\d.])(?:19|20)\\d\\d ?[-/.年] ?\\d{1,2} ?[-/.月] ?\\d{1,2}(?!\\d) ?[日号號]?|(?:中華)?民國 ?\\d{2,3} ?[年./-] ?\\d{1,2} ?[月./-] ?\\d{1,2} ?日?|(?<![\\d./-])1[0-4]\\d[./-]\\d{1,2}[./-]\\d{1,2}(?![\\d./-])|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.? \\d{1,2},? (?:19|20)\\d\\d|\\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?,? (?:19|20)\\d\\d)${CLOCK}`,
  "giu",
);
const YEARLESS_DATE = /(?<![\d:./-])(\d{1,2})(?:-|月|\/)(\d{1,2})日?[ \u3000]*(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)/;
/** Before the time of day, or words of a line under a headline: the date does not stand in a sentence. */
const GOES_ON_AS_LINE =
  /^[\s\u3000)）\]】]*(?:$|[^\p{Script=Han}\p{L}，。]|来源|來源|作者|编辑|編輯|发|發|更新|星期|周|週|阅读|閱讀|浏览|瀏覽|点击|點擊|字|评论|評論|出处|出處|记者|記者|责|打印|分享|收藏|时间|北京|台北|香港|新|中|人民|[\p{Script=Han}]{2,8}(?:网|報|报|社|新聞|新闻))/u;
const SHORT_YEAR_DATE = /(?<![\d./-])(\d\d)-(\d\d)-(\d\d) ?(\d\d:\d\d)(?!\d)/;
const PUBLISHED_LABEL =
  /(?:发布|發布|發佈|发表|發表|刊登|出版|发稿|發稿|首播|上传|日期|时间|時間|published|posted|date)[^\d]{0,12}$/i;
const CHANGED_LABEL =
  /(?:更新|修改|修訂|修订|编辑|編輯|最后|最後|updated|modified|edited|截至|截止|有效|实施|施行|举办|活动)[^\d]{0,14}$/i;
/** A line that shows a date beside a headline is short. */
const MAX_LETTERS = 140;

function precisionOf(text: string): Precision {
  // Programs that know the day alone write midnight.
  if (/(?<!\d)00[:：]00[:：]00/.test(text)) return "day";
  if (
    /\d ?[:：分] ?\d{2} ?(?:[:：分] ?\d{2}|$)/.test(text) &&
    /\d{1,2} ?[:：时時点點] ?\d{2} ?[:：分] ?\d{2}/.test(text)
  )
    return "second";
  return /\d{1,2} ?[:：时時点點] ?\d{2}/.test(text) ? "minute" : "day";
}

function datesOnPage(scene: DateScene, rules: DateRules): Candidate[] {
  const { blocks, titleOrder, textStart, textEnd, isTraditional } = scene;
  const candidates: Candidate[] = [];
  const titleAt = blocks.findIndex(({ order }) => order === titleOrder);
  const startAt = blocks.findIndex(({ order }) => order >= textStart);
  const endAt = blocks.findLastIndex(({ order }) => order <= textEnd);
  for (const [index, block] of blocks.entries()) {
    const { text, characters, linkCharacters } = block;
    if (!/\d/.test(text)) continue;
    const isBetween = index >= (titleAt < 0 ? Math.max(0, startAt - 12) : titleAt) && index < startAt;
    const isAbove = index < startAt && (titleAt < 0 ? index >= startAt - 12 : index < titleAt && index >= titleAt - 8);
    const isBelow = index > endAt && index <= endAt + 12;
    const isInText = index >= startAt && index <= endAt;
    if (characters > MAX_LETTERS) continue;
    let score = isBetween ? 100 : isAbove ? 55 : isBelow ? 30 : isInText ? 25 : 5;
    if (isInText && index > startAt + 2 && index < endAt - 4) score -= 20;
    if (linkCharacters > characters * 0.5) score -= 40;
    if (!isBetween && isWithinBeside(block.owner)) score -= 20;
    if (isInText && /[，。]/.test(text) && characters > 40) score -= 30;
    for (const match of text.matchAll(WHOLE_DATE)) {
      const before = text.slice(Math.max(0, match.index - 20), match.index);
      const reading = readDate(match[0].replaceAll("：", ":"), rules, { isChinese: true, isTraditional });
      if ("flaw" in reading) continue;
      const precision = precisionOf(match[0]);
      const labelled = PUBLISHED_LABEL.test(before) ? 20 : CHANGED_LABEL.test(before) ? -35 : 0;
      const behind = text.slice(match.index + match[0].length);
      const isInSentence = precision === "day" && !GOES_ON_AS_LINE.test(behind);
      const isAlone = characters - match[0].replace(/\D/g, "").length < 30;
      candidates.push({
        atMs: reading.atMs,
        precision,
        kind: "page",
        score:
          score +
          labelled -
          (isInSentence ? 70 : 0) +
          (precision === "day" ? 0 : 15) +
          (isAlone ? 5 : 0) -
          Math.min(index / 1e4, 1),
        why: `on the page: ${match[0].trim()}`,
      });
    }
    if (!isBetween && !isAbove) continue;
    const short = SHORT_YEAR_DATE.exec(text);
    if (short !== null && PUBLISHED_LABEL.test(text.slice(0, short.index))) {
      const reading = readDate(`20${short[1]}-${short[2]}-${short[3]} ${short[4]}`, rules);
      if ("atMs" in reading && reading.atMs <= rules.latestMs)
        candidates.push({
          atMs: reading.atMs,
          precision: "minute",
          kind: "page",
          score,
          why: `on the page: ${short[0]}`,
        });
      continue;
    }
    const yearless = YEARLESS_DATE.exec(text);
    if (yearless === null || candidates.some(({ why }) => why.includes(yearless[0]))) continue;
    const atMs = withYear(yearless, scene, rules);
    if (atMs !== undefined)
      candidates.push({
        atMs,
        precision: yearless[5] === undefined ? "minute" : "second",
        kind: "page",
        score: score + 10,
        why: `on the page: ${yearless[0]}, with the year of other evidence`,
      });
  }
  return candidates;
}

function isWithinBeside(element: PageElement): boolean {
  for (let at: PageElement | undefined = element; at !== undefined; at = at.parent)
    if (classHint(at) === -1) return true;
  return false;
}

/** The year of a date without one: the last that is not after what the page says of itself elsewhere. */
function withYear(
  [, month, day, hour, minute, second]: RegExpExecArray,
  scene: DateScene,
  rules: DateRules,
): number | undefined {
  const dates = [...scene.page.meta]
    .filter(([name]) => /date|time|publish|modif/i.test(name))
    .map(([, value]) => value)
    .concat(scene.data.datePublished ?? []);
  const known = [
    ...dates.flatMap((text) => {
      const reading = readDate(text, rules, { isChinese: true });
      return "atMs" in reading ? [reading.atMs] : [];
    }),
    ...dateInAddress(scene.url, rules).map(({ atMs }) => atMs),
    ...(rules.asOf === undefined ? [] : [rules.asOf.instantMs]),
  ];
  for (const knownMs of known) {
    const year = new Date(knownMs + rules.zone.offsetAt(knownMs)).getUTCFullYear();
    for (const candidate of [year, year - 1]) {
      const reading = readDate(`${candidate}-${month}-${day} ${hour}:${minute}:${second ?? "00"}`, rules);
      if ("atMs" in reading && reading.atMs <= knownMs + DAY_MS) return reading.atMs;
    }
  }
  return undefined;
}

/** Names under which pages say to programs when they were published. */
const META_NAMES = [
  "article:published_time",
  "datepublished",
  "pubdate",
  "publishdate",
  "publish_date",
  "publish-date",
  "publish_time",
  "publishtime",
  "og:published_time",
  "og:article:published_time",
  "og:pubdate",
  "bytedance:published_time",
  "article:publish_time",
  "article.published",
  "weibo:article:create_at",
  "weibo: article:create_at",
  "apub:time",
  "og:release_date",
  "sailthru.date",
  "parsely-pub-date",
  "dc.date.issued",
  "dcterms.created",
  "dcterms.date",
  "dc.date",
  "date.created",
  "firstpublishedtime",
  "issuedate",
  "_pubtime",
  "date",
];

function datesInData({ page, data, isTraditional }: DateScene, rules: DateRules): Candidate[] {
  const texts: [string, string, number][] = [];
  if (data.datePublished !== undefined) texts.push([data.datePublished, "JSON-LD datePublished", 70]);
  for (const [index, name] of META_NAMES.entries()) {
    const value = page.meta.get(name);
    if (value !== undefined) texts.push([value, `meta ${name}`, 65 - index * 0.5 - (name === "date" ? 10 : 0)]);
  }
  for (const [value, why, score] of datesOfElements(page.root)) texts.push([value, why, score]);
  return texts.flatMap(([text, why, score]) => {
    const written = text.replace(/^(\d{4}-\d\d-\d\d)-(?=\d\d:)/, "$1 ");
    const reading = readDate(written, rules, { isChinese: true, isTraditional });
    return "flaw" in reading
      ? []
      : [
          {
            atMs: reading.atMs,
            precision: /^\d{9,}$/.test(text) ? "second" : precisionOf(text),
            kind: "data" as const,
            score,
            why,
          },
        ];
  });
}

/** `<time datetime>` and microdata, the first few. */
function datesOfElements(root: PageElement): [string, string, number][] {
  const found: [string, string, number][] = [];
  const open: PageElement[] = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    const { datetime, itemprop = "", content, pubdate } = element.attributes;
    const isPublished = /datepublished/i.test(itemprop) || pubdate !== undefined;
    const value = datetime ?? content;
    if (value !== undefined && (isPublished || (element.name === "time" && !/modified/i.test(itemprop))))
      found.push([
        value,
        isPublished ? "microdata datePublished" : "<time>",
        isPublished ? 64 : found.length === 0 ? 50 : 20,
      ]);
    if (found.length >= 8) break;
    for (let at = element.children.length - 1; at >= 0; at--) {
      const child = element.children[at];
      if (child?.kind === "element") open.push(child);
    }
  }
  return found;
}

const SCRIPT_DATE =
  /["']?\b(?:ct|createTime|create_time|createdAt|created_at|publishTime|publish_time|publishedAt|published_at|publishDate|publish_date|pubTime|pubtime|pub_time|pubDate|datePublished|ptime|postTime|newsTime|display_time|displayTime)["']?\s*[:=]\s*["']?(\d{10}(?:\d{3})?(?!\d)|\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)/g;
/** Characters around the headline in a script in which its date is looked for. */
const NEAR = 4_000;

/** Dates that a page's data gives: beside the headline, or where they all say the same day. */
function datesInScripts({ page, title }: DateScene, rules: DateRules): Candidate[] {
  const all: {
    readonly atMs: number;
    readonly distance: number;
    readonly isPrecise: boolean;
    readonly name: string;
  }[] = [];
  for (const { text, type } of page.scripts) {
    if (type === "application/ld+json") continue;
    const titleAt = title === undefined ? -1 : text.indexOf(title);
    for (const match of text.matchAll(SCRIPT_DATE)) {
      const written = match[1] ?? "";
      const reading = readDate(written, rules, { isChinese: true });
      if ("flaw" in reading) continue;
      const distance = titleAt < 0 ? Number.POSITIVE_INFINITY : Math.abs(match.index - titleAt);
      all.push({
        atMs: reading.atMs,
        distance,
        isPrecise: precisionOf(written) === "second" || /^\d+$/.test(written),
        name: match[0],
      });
      if (all.length > 500) break;
    }
  }
  if (all.length === 0) return [];
  const isOneDay = new Set(all.map(({ atMs }) => localDay(atMs, rules))).size === 1;
  const nearest = all.reduce((best, date) => (date.distance < best.distance ? date : best));
  if (!isOneDay && nearest.distance > NEAR) return [];
  return [
    {
      atMs: nearest.atMs,
      precision: nearest.isPrecise ? "second" : "day",
      kind: "script",
      score: 48,
      why: `in a script: ${nearest.name.slice(0, 60)}`,
    },
  ];
}

const ADDRESS_DATE = /(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)/;

function dateInAddress(url: string | undefined, rules: DateRules): Candidate[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { pathname, search } = new URL(url);
  // An address in an archive begins with the time at which it was stored.
  const path = (pathname + search).replace(/^\/web\/\d{14}[a-z_]*\/.*?:\/\/[^/]*/, "");
  const match = ADDRESS_DATE.exec(path);
  if (match === null) return [];
  const reading = readDate(`${match[1]}-${match[2]}-${match[3]}`, rules);
  return "flaw" in reading
    ? []
    : [{ atMs: reading.atMs, precision: "day", kind: "address", score: 42, why: `in the address: ${match[0]}` }];
}
