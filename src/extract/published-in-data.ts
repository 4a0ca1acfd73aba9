import { readDate } from "../ingest/dates/read-date.ts";
import type { DateRules } from "../ingest/dates/rules.ts";
import { precisionOf } from "./date-patterns.ts";
import { DAY_MS, type DateCandidate, type DateScene, MIN_SCORE } from "./date-scene.ts";
import type { PageElement } from "./page-tree.ts";

const localDay = (atMs: number, { zone }: DateRules): number => Math.floor((atMs + zone.offsetAt(atMs)) / DAY_MS);

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

/** What a page says to programs: JSON-LD, meta, microdata, `<time>`. */
export function datesInData(scene: DateScene, rules: DateRules): DateCandidate[] {
  const { page, data, isTraditional } = scene;
  const texts: [string, string, number][] = [];
  if (data.datePublished !== undefined) texts.push([data.datePublished, "JSON-LD datePublished", 70]);
  for (const [index, name] of META_NAMES.entries()) {
    const value = page.meta.get(name);
    if (value !== undefined) texts.push([value, `meta ${name}`, 65 - index * 0.5 - (name === "date" ? 10 : 0)]);
  }
  for (const [value, why, score] of datesOfElements(scene)) texts.push([value, why, score]);
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

/** Elements with dates that are looked at. */
const MAX_ELEMENTS = 50;
/** A date above a headline stands at most so far before it, in elements and texts. */
const MAX_AHEAD = 80;

/** `<time datetime>` and microdata; what stands apart from headline and text is of other articles. */
function datesOfElements({ page, titleOrder, textStart, textEnd }: DateScene): [string, string, number][] {
  const from = Math.min(titleOrder ?? textStart, textStart) - MAX_AHEAD;
  const found: [string, string, number][] = [];
  const open: PageElement[] = [page.root];
  for (let element = open.pop(); element !== undefined && found.length < MAX_ELEMENTS; element = open.pop()) {
    const { datetime, itemprop = "", content, pubdate } = element.attributes;
    const isPublished = /datepublished/i.test(itemprop) || pubdate !== undefined;
    const value = datetime ?? content;
    if (value !== undefined && (isPublished || (element.name === "time" && !/modified/i.test(itemprop)))) {
      const isNear = element.order >= from && element.order <= textEnd;
      const isFirst = !found.some(([, , score]) => score >= MIN_SCORE);
      const score = isNear && isFirst ? (isPublished ? 64 : 50) : 15;
      found.push([value, isPublished ? "microdata datePublished" : "<time>", score]);
    }
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
export function datesInScripts({ page, title }: DateScene, rules: DateRules): DateCandidate[] {
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

/** The day that an address holds. */
export function dateInAddress(url: string | undefined, rules: DateRules): DateCandidate[] {
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
