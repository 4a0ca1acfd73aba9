import { withParams } from "../../api/search-url.ts";
import { at, type Site } from "../../http/site.ts";
import type { ReaderScript } from "../../resources/to-reader-script.ts";
import { toTextLanguage } from "../../text/text-language.ts";
import type { Assets } from "../assets.ts";
import type { Density } from "../density-setting.ts";
import { type Html, html } from "../html.ts";
import type { Reading } from "../reading-setting.ts";
import { type Language, STRINGS } from "../strings/languages.ts";
import type { Strings } from "../strings/strings.ts";

/** Who reads: language, words, and how dates and counts are written. */
export interface View extends Site {
  readonly language: Language;
  readonly strings: Strings;
  readonly assets: Assets;
  /** The site by its whole address, where one is set: what a page says of itself to strangers. */
  readonly home: Site | undefined;
  /** Name of the token that the reader logged in with; undefined for whoever did not. */
  readonly reader: string | undefined;
  /** The page's own address after the root, for links that change one thing of it. */
  readonly here: string;
  /** What the reader wants every article shown in. */
  readonly reading: Reading;
  /** The Traditional of the reader's region. */
  readonly traditional: ReaderScript;
  /** How close hits stand. */
  readonly density: Density;
  /** Whether this server tells the reader of new articles by mail and webhook. */
  readonly tellsOfNew: boolean;
  /** Whether a link leads to the status of the server: not where the reader's token does not allow it. */
  readonly seesStatus: boolean;
  /** IANA zone of the archive's days. */
  readonly timezone: string;
  /** How long ago, in the largest whole unit: 3年前. */
  formatAge(atMs: number): string;
  /** A day of the archive's calendar: 2021年3月14日. */
  formatDay(atMs: number): string;
  /** From a day to another, the year once where it is the same: 2021年3月14日 – 3月20日. */
  formatDays(fromMs: number, toMs: number): string;
  /** A day and the time of it: 2021年3月14日 08:30. */
  formatMoment(atMs: number): string;
  /** The same with its weekday. */
  formatFullDay(atMs: number): string;
  /** 14:05, or 14:05:09. */
  formatClock(atMs: number, to: "minutes" | "seconds"): string;
  /** A part of the calendar, of a moment at midnight UTC. */
  formatUtc(at: Date, part: CalendarPart): string;
  /** 23 hours; the empty string for none. */
  formatLength(count: number, unit: TimeUnit): string;
  formatCount(count: number): string;
  /** 0–1 as per cent: 12%, 0.35%. */
  formatShare(share: number): string;
  /** The same in a column of such numbers, two figures each: 2.0%, 3.8%. */
  formatRate(share: number): string;
}

export type CalendarPart = "month" | "year and month" | "weekday" | "day";
export type TimeUnit = "day" | "hour" | "minute";

/** What a page is told of its reader and of the site. */
export type ViewOptions = Pick<
  View,
  | "root"
  | "home"
  | "language"
  | "assets"
  | "here"
  | "timezone"
  | "reader"
  | "reading"
  | "traditional"
  | "density"
  | "tellsOfNew"
  | "seesStatus"
>;

export function createView(options: ViewOptions): View {
  const { language, timezone } = options;
  const { day, year, dayOfYear, fullDay, clock, calendar, lengths, age, count, share, rate } = formatsOf(
    language,
    timezone,
  );
  return {
    ...options,
    strings: STRINGS[language],
    formatDay: (atMs) => day.format(atMs),
    formatDays: (fromMs, toMs) => {
      const isOneYear = year.format(fromMs) === year.format(toMs);
      const [first, last] = !isOneYear ? [day, day] : language === "en" ? [dayOfYear, day] : [day, dayOfYear];
      return `${first.format(fromMs)} – ${last.format(toMs)}`;
    },
    formatMoment: (atMs) => `${day.format(atMs)} ${clock.format(atMs).slice(0, 5)}`,
    formatFullDay: (atMs) => fullDay.format(atMs),
    formatClock: (atMs, to) => clock.format(atMs).slice(0, to === "minutes" ? 5 : 8),
    formatUtc: (at, part) => calendar[part].format(at),
    formatLength: (length, unit) => (length === 0 ? "" : lengths[unit].format(length)),
    formatAge: (atMs) => toAge(age, atMs),
    formatCount: (value) => count.format(value),
    formatShare: (value) => share.format(value),
    formatRate: (value) => (value === 0 ? share : rate).format(value),
  };
}

/** The page itself, with some parameters of its address changed; undefined takes one away. */
export function toHere(view: View, change: Readonly<Record<string, string | undefined>>): string {
  const [path = "", query = ""] = view.here.split("?", 2);
  const params = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return at(view, withParams(path, params.toString()));
}

/** Longest address that is repeated for each script that one may read in; a longer one holds a long query. */
export const MAX_REPEATED_UNITS = 2000;

/** The page itself, and from then on every article, in a script; what was asked for this one alone is over. */
export const toReadingUrl = (view: View, reading: Reading): string =>
  view.here.length > MAX_REPEATED_UNITS
    ? at(view, withParams("", new URLSearchParams({ reading }).toString()))
    : toHere(view, { reading, script: undefined });

interface Formats {
  readonly day: Intl.DateTimeFormat;
  readonly year: Intl.DateTimeFormat;
  readonly dayOfYear: Intl.DateTimeFormat;
  readonly fullDay: Intl.DateTimeFormat;
  readonly clock: Intl.DateTimeFormat;
  readonly calendar: Readonly<Record<CalendarPart, Intl.DateTimeFormat>>;
  readonly lengths: Readonly<Record<TimeUnit, Intl.NumberFormat>>;
  readonly age: Intl.RelativeTimeFormat;
  readonly count: Intl.NumberFormat;
  readonly share: Intl.NumberFormat;
  readonly rate: Intl.NumberFormat;
}

const LOCALES: Readonly<Record<Language, string>> = { "zh-Hans": "zh-CN", "zh-Hant": "zh-TW", en: "en-GB" };

/** Making a format takes as long as rendering several hits; there are as many as there are languages, times the zones of served archives. */
const formats = new Map<string, Formats>();

function formatsOf(language: Language, timezone: string): Formats {
  const key = `${language} ${timezone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const locale = LOCALES[language];
  const day = {
    timeZone: timezone,
    year: "numeric",
    month: language === "en" ? "short" : "long",
    day: "numeric",
  } as const;
  const lengthOf = (unit: TimeUnit): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { style: "unit", unitDisplay: "long", unit });
  const utcFormat = (parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" });
  const made: Formats = {
    day: new Intl.DateTimeFormat(locale, day),
    year: new Intl.DateTimeFormat(locale, { timeZone: timezone, year: "numeric" }),
    dayOfYear: new Intl.DateTimeFormat(locale, { timeZone: timezone, month: day.month, day: day.day }),
    fullDay: new Intl.DateTimeFormat(locale, { ...day, weekday: "long" }),
    clock: new Intl.DateTimeFormat("en-GB", { timeZone: timezone, timeStyle: "medium", hourCycle: "h23" }),
    calendar: {
      month: utcFormat({ month: "short" }),
      "year and month": utcFormat({ year: "numeric", month: "long" }),
      weekday: utcFormat({ weekday: "narrow" }),
      day: utcFormat({ year: "numeric", month: "long", day: "numeric" }),
    },
    lengths: { day: lengthOf("day"), hour: lengthOf("hour"), minute: lengthOf("minute") },
    age: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
    count: new Intl.NumberFormat(locale),
    share: new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 2 }),
    rate: new Intl.NumberFormat(locale, {
      style: "percent",
      minimumSignificantDigits: 2,
      maximumSignificantDigits: 2,
    }),
  };
  formats.set(key, made);
  return made;
}

const DAY_MS = 86_400_000;

function toAge(format: Intl.RelativeTimeFormat, atMs: number): string {
  const days = Math.floor((Date.now() - atMs) / DAY_MS);
  if (days >= 365) return format.format(-Math.floor(days / 365), "year");
  if (days >= 30) return format.format(-Math.floor(days / 30), "month");
  return format.format(-days, "day");
}

/** ` lang="…"` where the text's script is known. */
export const langAttribute = (text: string): Html | undefined => {
  const language = toTextLanguage(text);
  return language === undefined ? undefined : html` lang="${language}"`;
};

/** Hands the page's address on; shown by script. */
export const renderShareButton = ({ strings }: View): Html =>
  html`<button type="button" class="share" hidden data-copied="${strings.linkCopied}">${strings.share}</button>`;

/** Text with ranges marked: UTF-16 offsets, ascending, end exclusive. Ranges that leave the text are cut to it. */
export function markRanges(text: string, ranges: readonly (readonly [number, number])[]): Html {
  const parts: Html[] = [];
  let copied = 0;
  for (const [start, end] of ranges) {
    if (start < copied || end <= start || start >= text.length) continue;
    const marked = text.slice(start, end);
    // White space before or behind a word is no part of it.
    const [from, to] = [start + marked.length - marked.trimStart().length, start + marked.trimEnd().length];
    if (to <= from) continue;
    parts.push(html`${text.slice(copied, from)}<mark>${text.slice(from, to)}</mark>`);
    copied = to;
  }
  return html`${parts}${text.slice(copied)}`;
}
