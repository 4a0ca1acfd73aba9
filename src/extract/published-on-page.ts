import { readDate } from "../ingest/dates/read-date.ts";
import type { DateRules } from "../ingest/dates/rules.ts";
import type { Block } from "./blocks.ts";
import { classHint } from "./class-hints.ts";
import { precisionOf, WHOLE_DATE } from "./date-patterns.ts";
import { DAY_MS, type DateCandidate, type DateScene } from "./date-scene.ts";
import type { PageElement } from "./page-tree.ts";
import { dateInAddress } from "./published-in-data.ts";

const YEARLESS_DATE = /(?<![\d:./-])(\d{1,2})(?:-|月|\/)(\d{1,2})日?[ \u3000]*(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)/;
/** Before the time of day, or words of a line under a headline: the date does not stand in a sentence. */
const GOES_ON_AS_LINE =
  /^[\s\u3000)）\]】]*(?:$|[^\p{Script=Han}\p{L}，。]|来源|來源|作者|编辑|編輯|发|發|更新|星期|周|週|阅读|閱讀|浏览|瀏覽|点击|點擊|字|评论|評論|出处|出處|记者|記者|责|打印|分享|收藏|时间|北京|台北|香港|新|中|人民|[\p{Script=Han}]{2,8}(?:网|報|报|社|新聞|新闻))/u;
const SHORT_YEAR_DATE = /(?<![\d./-])(\d\d)-(\d\d)-(\d\d) ?(\d\d:\d\d)(?!\d)/;
/** Before a date: it is that of publication. */
const PUBLISHED_LABEL = /(?:发布|發布|發佈|发表|發表|刊登|出版|发稿|發稿|首播|上传|上傳|published|posted)[^\d]{0,12}$/i;
/** The same beside a headline; within a text it is the time of an event. */
const TIME_LABEL = /(?:日期|时间|時間|date|time)\s*[:：]\s*$/i;
const CHANGED_LABEL =
  /(?:更新|修改|修訂|修订|编辑|編輯|最后|最後|updated|modified|edited|截至|截止|有效|实施|施行|举办|活动)[^\d]{0,14}$/i;
/** A clock of the site, and not of the article. */
const TODAY_LABEL = /(?:今天是|今日是|今天|今日|现在时间|現在時間|当前时间|當前時間)[^\d]{0,6}$/;
/** A line that shows a date beside a headline is short. */
const MAX_LETTERS = 140;
/** A date that stands alone at the end of a text is shorter still: the day on which it was signed. */
const MAX_SIGNED_LETTERS = 16;
/** Dates that are looked at; pages with more are lists. */
const MAX_CANDIDATES = 200;

/** Where a block stands to headline and text, and how likely a date in it is that of publication. */
interface Position {
  readonly score: number;
  readonly isNearHeadline: boolean;
  readonly isInText: boolean;
}

function positionsOf({
  blocks,
  titleOrder,
  textStart,
  textEnd,
  boxEnd,
}: DateScene): (index: number, block: Block) => Position {
  const titleAt = blocks.findIndex(({ order }) => order === titleOrder);
  const startAt = blocks.findIndex(({ order }) => order >= textStart);
  const endAt = blocks.findLastIndex(({ order }) => order <= textEnd);
  return (index, { text, characters, linkCharacters, owner, order }) => {
    const isBetween = index < startAt && (titleAt < 0 ? index >= startAt - 12 : index >= titleAt);
    const isAbove = !isBetween && index < startAt && index >= titleAt - 8;
    const isInText = index >= startAt && index <= endAt;
    const isBelow = index > endAt && index <= endAt + 12;
    const isSigned = index >= endAt - 1 && order <= boxEnd && characters <= MAX_SIGNED_LETTERS;
    let score = isBetween ? (titleAt < 0 ? 70 : 100) : isSigned ? 40 : isAbove ? 30 : isBelow ? 15 : isInText ? 10 : 5;
    if (linkCharacters > characters * 0.5) score -= 40;
    if (!isBetween && isWithinBeside(owner)) score -= 20;
    if (isInText && /[，。]/.test(text) && characters > 40) score -= 30;
    return { score, isNearHeadline: isBetween || isAbove, isInText };
  };
}

/** The dates that a reader of the page sees. */
export function datesOnPage(scene: DateScene, rules: DateRules): DateCandidate[] {
  const { blocks, isTraditional } = scene;
  const candidates: DateCandidate[] = [];
  const positionOf = positionsOf(scene);
  for (const [index, block] of blocks.entries()) {
    const { text, characters } = block;
    if (characters > MAX_LETTERS || !/\d/.test(text)) continue;
    if (candidates.length >= MAX_CANDIDATES) break;
    const { score, isNearHeadline, isInText } = positionOf(index, block);
    for (const match of text.matchAll(WHOLE_DATE)) {
      const before = text.slice(Math.max(0, match.index - 20), match.index);
      if (TODAY_LABEL.test(before)) continue;
      const reading = readDate(match[0].replaceAll("：", ":"), rules, { isChinese: true, isTraditional });
      if ("flaw" in reading) continue;
      const precision = precisionOf(match[0]);
      const isInSentence = precision === "day" && !GOES_ON_AS_LINE.test(text.slice(match.index + match[0].length));
      const isAlone = characters - match[0].replace(/\D/g, "").length < 30;
      candidates.push({
        atMs: reading.atMs,
        precision,
        kind: "page",
        score:
          score +
          labelScore(before, isInText) -
          (isInSentence ? 70 : 0) +
          (precision === "day" ? 0 : 15) +
          (isAlone ? 5 : 0) -
          // Of dates that are alike the first counts.
          Math.min(index / 1e4, 1),
        why: `on the page: ${match[0].trim()}`,
      });
    }
    if (!isNearHeadline) continue;
    const shortened = shortenedDate(text, scene, rules);
    if (shortened !== undefined && !candidates.some(({ why }) => why.includes(shortened.written)))
      candidates.push({
        ...shortened,
        kind: "page",
        score: score + 10,
        why: `on the page: ${shortened.written}, with the year of other evidence`,
      });
  }
  return candidates;
}

function labelScore(before: string, isInText: boolean): number {
  if (PUBLISHED_LABEL.test(before)) return 30;
  if (CHANGED_LABEL.test(before)) return -35;
  if (TIME_LABEL.test(before)) return isInText ? -40 : 20;
  return 0;
}

/** A date whose year is left out or has two digits: 发布时间：12-30 22:46, 23-12-30 22:46. */
function shortenedDate(text: string, scene: DateScene, rules: DateRules) {
  const short = SHORT_YEAR_DATE.exec(text);
  if (short !== null && PUBLISHED_LABEL.test(text.slice(0, short.index))) {
    const reading = readDate(`20${short[1]}-${short[2]}-${short[3]} ${short[4]}`, rules);
    if ("flaw" in reading || reading.atMs > rules.latestMs) return undefined;
    return { atMs: reading.atMs, precision: "minute" as const, written: short[0] };
  }
  const yearless = YEARLESS_DATE.exec(text);
  const atMs = yearless === null ? undefined : withYear(yearless, scene, rules);
  if (yearless === null || atMs === undefined) return undefined;
  const precision = yearless[5] === undefined ? ("minute" as const) : ("second" as const);
  return { atMs, precision, written: yearless[0] };
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
