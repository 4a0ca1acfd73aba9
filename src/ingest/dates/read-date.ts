import type { Zone } from "../../text/zone.ts";
import { DAY_MS, MAX_INSTANT_MS, MIN_INSTANT_MS, toLocalDay } from "./calendar.ts";
import { type AfterDay, type Clock, isOnClock, readAfterDay, readClockBefore, toClockMs, toMs } from "./clock.ts";
import { type ClockZone, parseOffset, zoneInWords } from "./clock-zone.ts";
import { type DateFlaw, type DateHints, findDay } from "./day.ts";
import { datesOfDigits, looksLikeSpreadsheetDay, republicDay } from "./digits.ts";
import { withDigits } from "./numerals.ts";
import { readRelative } from "./relative.ts";
import type { DateRules } from "./rules.ts";
import { unwrapCall, unwrapDate } from "./wrappers.ts";

/** An instant, ms since 1970 UTC, or why there is none. */
export type DateReading = { readonly atMs: number } | { readonly flaw: DateFlaw };

/** A date is short; a page of text in its place is not worth a search. */
const MAX_LENGTH = 160;

/**
 * What people and programs write for an instant. A date is right or absent, never invented: what several readings fit, what
 * does not exist and what lies outside of the plausible years is none, and the flaw says why. docs/IMPORT.md has the table of
 * what is read.
 */
export function readDate(value: unknown, rules: DateRules, hints: DateHints = {}): DateReading {
  const inner = typeof value === "object" ? unwrapDate(value) : value;
  const read =
    typeof inner === "string"
      ? readText(inner, rules, hints)
      : typeof inner === "number"
        ? readNumber(inner, rules, hints)
        : typeof inner === "bigint"
          ? readDigits(String(inner), rules, hints)
          : "unreadable";
  if (typeof read === "string") return { flaw: read };
  const atMs = Math.min(MAX_INSTANT_MS, Math.max(MIN_INSTANT_MS, read));
  return isPlausible(atMs, rules) ? { atMs } : { flaw: "implausible" };
}

const isPlausible = (atMs: number, { earliestMs, latestMs }: DateRules): boolean =>
  atMs >= earliestMs && atMs <= latestMs;

type Read = number | DateFlaw;

/** What most files hold, read without much ado: 2021-03-14T08:05:06.789Z, 2021-03-14 08:05, 2021/3/14. */
const PLAIN =
  /^(\d{4})(?:-(\d\d?)-(\d\d?)|\/(\d\d?)\/(\d\d?))(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;
const NUMBER = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/;
/** `(?:,\d{3})` and exponents are how spreadsheets write large numbers. */
const EXPONENT = /^(\d)(?:\.(\d+))?E\+?(\d{1,2})$/i;

function readText(value: string, rules: DateRules, hints: DateHints): Read {
  if (value.length > MAX_LENGTH) return "unreadable";
  const plain = PLAIN.exec(value);
  if (plain !== null) return readPlain(plain, rules, hints);
  const text = unwrapCall(tidy(value));
  const number = NUMBER.exec(text);
  if (number !== null) return readWrittenNumber(number, rules, hints);
  const exponent = EXPONENT.exec(text);
  if (exponent !== null) {
    const [, first = "", fraction = "", power] = exponent;
    const places = Number(power);
    return fraction.length < places ? "rounded" : readDigits(first + fraction.slice(0, places), rules, hints);
  }
  if (text === "") return "unreadable";
  return readWritten(withDigits(text), rules, hints);
}

function readPlain(plain: RegExpExecArray, rules: DateRules, hints: DateHints): Read {
  const [, year, dashMonth, dashDay, month = dashMonth, day = dashDay] = plain;
  const [, , , , , , hour = "0", minute = "0", second = "0", fraction = "0", zone] = plain;
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second), ms: toMs(fraction) };
  const localDayMs = toLocalDay(Number(year), Number(month), Number(day));
  const offset = zone === undefined ? undefined : zone === "Z" ? 0 : parseOffset(zone);
  if (localDayMs === undefined || !isOnClock(clock) || (zone !== undefined && offset === undefined)) return "missing";
  return toMoment({ localDayMs, clock, zone: offset }, rules, hints);
}

const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const OPENING = /^["'“”‘’「『[({<【《〈|·•*#,;:\s]+/;
const CLOSING = /["'“”‘’」』】》〉>|·•*#,;:\s]+$/;

/** NFKC (full-width digits become plain ones) with plain blanks and dashes, without quotes and brackets around it. */
function tidy(value: string): string {
  let text = value;
  if (/[^\x20-\x7e]/.test(text)) {
    text = text
      .normalize("NFKC")
      .replace(INVISIBLE, "")
      .replace(/[\u2010-\u2015\u2212]/g, "-")
      .replace(/\s+/g, " ");
  } else if (text.includes("  ")) text = text.replace(/ +/g, " ");
  text = text.replace(OPENING, "").replace(CLOSING, "");
  // A bracket that was opened before the text is closed behind it.
  for (const [open, close] of ["()", "[]", "{}"] as const) {
    if (close !== undefined && text.endsWith(close) && !text.includes(open ?? "")) text = text.slice(0, -1).trimEnd();
  }
  return text.replace(/^民(?=\d{2,3} ?[年./-])/, "民國");
}

function readNumber(value: number, rules: DateRules, hints: DateHints): Read {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e20) return "unreadable";
  const sign = value < 0 ? "-" : "";
  if (Number.isInteger(value)) return readDigits(`${sign}${BigInt(Math.abs(value))}`, rules, hints);
  return readFraction(value, rules);
}

function readWrittenNumber(
  [, sign = "", whole = "", fraction]: RegExpExecArray,
  rules: DateRules,
  hints: DateHints,
): Read {
  const digits = whole.replaceAll(",", "");
  if (fraction === undefined || /^0*$/.test(fraction))
    return readDigits((sign === "-" ? "-" : "") + digits, rules, hints);
  // 2021.03 is a month, 1615680300.5 a moment.
  return digits.length === 4 && sign === ""
    ? readWritten(`${digits}.${fraction}`, rules, hints)
    : readFraction(Number(`${sign}${digits}.${fraction}`), rules);
}

/** Seconds or ms since 1970 with a part of one. */
function readFraction(value: number, rules: DateRules): Read {
  const { length } = String(Math.trunc(Math.abs(value)));
  const atMs = length === 9 || length === 10 ? value * 1000 : length === 12 || length === 13 ? value : undefined;
  if (atMs === undefined) return looksLikeSpreadsheetDay(value) ? "spreadsheet" : "unreadable";
  return isPlausible(atMs, rules) ? Math.floor(atMs + 1e-3) : "implausible";
}

function readDigits(digits: string, rules: DateRules, hints: DateHints): Read {
  const found = datesOfDigits(digits).map((date) =>
    "localMs" in date ? (toInstant(date.localMs, undefined, rules, hints) ?? Number.NaN) : date.instantMs,
  );
  const plausible = found.find((atMs) => isPlausible(atMs, rules));
  if (plausible !== undefined) return plausible;
  if (found.length > 0) return "implausible";
  if (digits.startsWith("-")) return "unreadable";
  if (digits.length === 6 || digits.length === 7) {
    const localMs = republicDay(digits);
    const isRepublic = rules.republicYears ?? (digits.length === 7 && hints.isTraditional === true ? true : undefined);
    if (isRepublic === true && localMs !== undefined) return toInstant(localMs, undefined, rules, hints) ?? "missing";
    if (digits.length === 7 && localMs !== undefined) return "republic";
    return digits.length === 6 ? "twoDigits" : "unreadable";
  }
  if (digits.length === 4) return "yearAlone";
  if (digits.length === 12 || (digits.length === 8 && /^(?:1[5-9]|2[01])/.test(digits))) return "missing";
  return digits.length === 5 && looksLikeSpreadsheetDay(Number(digits)) ? "spreadsheet" : "unreadable";
}

/** Before a day these say that it is counted in another calendar, or is not the day of publication. */
const OTHER_CALENDAR =
  /令和|昭和|平成|大正|明治|光[绪緒]|宣[统統]|同治|咸[丰豐]|道光|[嘉][庆慶]|乾隆|康熙|雍正|[农農阴陰夏旧舊佛回伊兰蘭太斯略藏傣彝黄黃皇道俄][历曆]|檀[纪紀]|佛[纪紀]|(?:公元|西元|民[国國]?|[纪紀]元)前|[截][至止]|[预預][计計定]|:\/\//;
const ENDS_OPEN = /(?:[-+~.]|\d:|[至到自从從距][于於离離]?) ?$/;
/** Behind a day these make it the end of a stretch of time, or a number of something else. */
const GOES_ON = /^(?:[\d:.\-/~+%]|[上中下][旬半]|[初底末]|[前后後至到起]|以[前后後来來]|之[前后後]|左右|年|B\.?C)/i;
/** The page of a newspaper: 01版, 第A12版. */
const PAGE = /^第? ?[A-Z]?\d{1,3} ?版/i;
/** A second date is none of ours where it is said to be that of a change. */
const CHANGED = /更新|修[改订訂]|[编編][辑輯]|最[后後]|抓取|采集|下[载載]|updated?|modified|edited|changed/i;
const ANOTHER_DAY = /\d{4} ?[-/.年] ?\d{1,2}|(?<!\d)\d{8}(?!\d)/;
const LUNAR = /[正冬腊臘闰閏][一二三四五六七八九十]?月|月(?:大|小)?初[一二三四五六七八九十]/;
const CLOCK_AHEAD = /(?:\p{Script=Han}{1,2})?\d{1,2} ?(?::|[时時点點])/u;

function readWritten(text: string, rules: DateRules, hints: DateHints): Read {
  const day = findDay(text, rules, hints);
  if (day === undefined || typeof day === "string") {
    const relative = readRelativeText(text, rules, hints);
    return relative ?? day ?? (/^\d{4} ?年?$/.test(text) ? "yearAlone" : "unreadable");
  }
  const { localMs, before } = day;
  if (LUNAR.test(text)) return "unreadable";
  if (before !== "" && (OTHER_CALENDAR.test(before) || ENDS_OPEN.test(before) || before.length > 60))
    return "unreadable";
  let after = readAfterDay(day.after.replace(/^:(?=\d\d:)/, " "));
  if (after === undefined) return "missing";
  const inWords = zoneInWords(before) ?? zoneInWords(after.rest);
  if (inWords === "unknown") return "unreadable";
  if (after.rest !== "") {
    const checked = checkRest(after);
    if (typeof checked === "string") return checked;
    after = checked;
  }
  const clock = after.clock ?? readClockBefore(before);
  if (clock === "missing") return clock;
  const moment = { localDayMs: localMs, clock, zone: after.zone ?? inWords };
  return toMoment(moment, rules, { ...hints, isChinese: isChinese(text, hints) });
}

/** The text behind a day: words are let be, a time among them is found, anything that makes it another date is refused. */
function checkRest(after: AfterDay): AfterDay | DateFlaw {
  const rest = after.rest.replace(/^[\s.,;|·。、)\]】」』"'_]+/, "").replace(PAGE, "");
  if (rest === "") return after;
  if (GOES_ON.test(rest)) return "unreadable";
  const another = ANOTHER_DAY.exec(rest);
  const own = another === null ? rest : rest.slice(0, another.index);
  if (another !== null && !CHANGED.test(own)) return "unreadable";
  if (after.clock !== undefined) return after;
  const ahead = CLOCK_AHEAD.exec(own);
  if (ahead === null) return after;
  // The words before the hour may be those of a time of day, or end a name.
  for (const start of [ahead.index, own.indexOf(/\d/.exec(ahead[0])?.[0] ?? "", ahead.index)]) {
    const found = readAfterDay(own.slice(start));
    if (found === undefined) return "missing";
    if (found.clock !== undefined) return { ...found, zone: found.zone ?? after.zone };
  }
  return after;
}

function readRelativeText(text: string, rules: DateRules, hints: DateHints): Read | undefined {
  const bare = text.replace(
    /^(?:[发發][布佈表]|更新|刊[登发發]|[时時][间間]|[于於在]|published|posted|updated|[:\s])+/i,
    "",
  );
  const relative = readRelative(bare, rules.asOf);
  if (relative === undefined) return undefined;
  if (relative === "needs-as-of") return /^\d{1,2} ?[月\-/]/.test(bare) ? "withoutYear" : "relative";
  if ("instantMs" in relative) return Math.floor(relative.instantMs);
  const { clock, zone } = relative.after;
  const moment = { localDayMs: relative.localDayMs, clock, zone };
  return toMoment(moment, rules, { ...hints, isChinese: isChinese(text, hints) });
}

const isChinese = (text: string, hints: DateHints): boolean => hints.isChinese === true || /\p{Script=Han}/u.test(text);

const HOUR_MS = 3_600_000;
const HALF_YEAR_MS = 183 * DAY_MS;

/** A day with its time, as clocks show them in the zone that is named. */
interface LocalMoment {
  readonly localDayMs: number;
  readonly clock: Clock | undefined;
  readonly zone: ClockZone | undefined;
}

function toMoment({ localDayMs, clock, zone }: LocalMoment, rules: DateRules, hints: DateHints): Read {
  const atMs = toInstant(localDayMs + toClockMs(clock), zone, rules, hints);
  // A leap second ends a day of UTC.
  const isNone = atMs === undefined || (clock?.second === 60 && (atMs - clock.ms) % DAY_MS !== 0);
  return isNone ? "missing" : atMs;
}

/** The instant at which clocks of the zone show the local time; undefined where a zone is named that cannot be told. */
function toInstant(
  localMs: number,
  named: ClockZone | undefined,
  rules: DateRules,
  hints: DateHints,
): number | undefined {
  if (typeof named === "number") return localMs - named;
  if (named === "cst") return toCstInstant(localMs, rules.zone, hints);
  if (named !== undefined) return named.toInstant(localMs);
  return hints.isUtc === true ? localMs : rules.zone.toInstant(localMs);
}

/** CST is the time of China, or that of Chicago: the zone in force tells, then the language of the text. */
function toCstInstant(localMs: number, zone: Zone, hints: DateHints): number | undefined {
  const hoursAt = (ms: number): number => (ms - zone.toInstant(ms)) / HOUR_MS;
  const hours = hoursAt(localMs);
  // China had summer time, nine hours ahead; Japan always is.
  if (hours === 8 || (hours === 9 && hoursAt(localMs + HALF_YEAR_MS) === 8)) return zone.toInstant(localMs);
  if (hours === -6 || hours === -5) return localMs + 6 * HOUR_MS;
  return hints.isChinese === true ? localMs - 8 * HOUR_MS : undefined;
}
