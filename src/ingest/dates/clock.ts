import { type ClockZone, parseOffset, zoneInWords, zoneOf, zoneOfAbbreviation } from "./clock-zone.ts";

/** A time of day as it is written beside a day. */
export interface Clock {
  /** 0–24; 24 is the midnight at which the day ends. */
  readonly hour: number;
  readonly minute: number;
  /** 60 in a leap second. */
  readonly second: number;
  readonly ms: number;
}

/**
 * What follows a day: a time, if there is one, the zone that is named, and the text behind. Undefined where a time is
 * written that does not exist, or a zone that is no single one.
 */
export interface AfterDay {
  readonly clock?: Clock | undefined;
  readonly zone?: ClockZone | undefined;
  readonly rest: string;
}

const PERIOD =
  "凌晨|清晨|清早|早晨|早上|早[间間]|今晨|上午|午前|中午|正午|午[间間]|下午|午[后後]|傍晚|今晚|晚上|晚[间間]|夜[间間里裡]|深夜|半夜|午夜|晨|早|晚|夜";
const WEEKDAY_HAN = "(?:星期|周|週|[礼禮]拜)[一二三四五六日天]|(?<=\\()[一二三四五六日天](?=\\))";
const WEEKDAY_LATIN = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])\\.?";

/** What may stand between a day and its time and says nothing of either: blanks, marks, a weekday. */
const BETWEEN = new RegExp(`^(?:[ ,、|·•;_@]+|\\(?(?:${WEEKDAY_HAN})\\)?|${WEEKDAY_LATIN}|at(?= )|T(?=\\d\\d))`, "i");

const HALF_OF_DAY = "am|pm|a\\.m\\.|p\\.m\\.";
const WORD_OF_TIME = `(?:${PERIOD}|${HALF_OF_DAY})`;

const PERIOD_FIRST = new RegExp(`^(${WORD_OF_TIME})[ :]?(?=\\d)`, "i");
const COLONS = /^(\d{1,2}) ?: ?(\d{1,2})(?: ?: ?(\d{1,2})(?:[.,](\d{1,9}))?)?(?![\d:])/;
const HAN_CLOCK =
  /^(\d{1,2}) ?[时時点點][钟鐘]?(?: ?(?:(半)|([123]) ?刻|整|(\d{1,2})(?!\d) ?分?(?: ?(\d{1,2})(?!\d) ?秒?)?|:?(\d\d)))?(?!\d)/;
const DOTS = /^(\d\d)\.(\d\d)(?:\.(\d\d)(?:\.(\d{1,9}))?)?(?!\d)/;
const DASHES = /^-?(\d\d)-(\d\d)-(\d\d)(?!\d)/;
/** ISO 8601, basic form; only behind the T. */
const BASIC = /^T(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)?(?![\d:])/i;
const HOUR_ALONE = new RegExp(`^(\\d{1,2})(?= ?(?:${HALF_OF_DAY})(?![a-z]))`, "i");

const HALF_LAST = new RegExp(`^ ?(${HALF_OF_DAY})(?![a-z])`, "i");
const PERIOD_LAST = new RegExp(`^ ?(${PERIOD})(?![\\p{L}\\d])`, "u");

/** A time at the end of what stands before a day. */
const CLOCK_LAST = new RegExp(
  `(?:^|[^\\d:])((?:${WORD_OF_TIME}[ :]?)?\\d{1,2}:\\d\\d(?::\\d\\d)?(?: ?${WORD_OF_TIME})?)[, ]*(?:on )?$`,
  "i",
);

const OFFSET = /^ ?\(?(?:(?:GMT|UTC|UT) ?)?([+-]\d{1,2}(?::?\d\d)?)(?:(?<=:\d\d):\d\d)?\)?(?![\d:])/i;
const ZONE_ID = /^ ?\[?([A-Z][A-Za-z]+(?:\/[A-Za-z_+\-\d]+)+|UTC|GMT)\]/;
const ZONE_NAME = /^ ([A-Z][a-z]+\/[A-Z][A-Za-z_]+)/;
const ABBREVIATION = /^ ?\(?([A-Z]{1,5}|z|utc|gmt)(?![A-Za-z\d])\)?/;

/** Reads on behind a day. `text` is in NFKC, with plain blanks and Chinese numbers as digits. */
export function readAfterDay(text: string): AfterDay | undefined {
  let rest = text;
  let zone: ClockZone | undefined;
  // xs:date of XML Schema has a zone without a time: 2021-03-14Z, 2021-03-14+08:00.
  const dayZone = /^(Z|[+]\d\d:\d\d)$/.exec(rest);
  if (dayZone !== null) {
    const offset = dayZone[1] === "Z" ? 0 : parseOffset(dayZone[1] ?? "");
    return offset === undefined ? undefined : { zone: offset, rest: "" };
  }
  for (let gap = BETWEEN.exec(rest); gap !== null; gap = BETWEEN.exec(rest)) {
    // The T stays where a time in the basic form follows it.
    if (/^T$/i.test(gap[0]) && BASIC.test(rest)) break;
    rest = rest.slice(gap[0].length);
  }
  const named = /^(\p{Script=Han}{2,8}[时時][间間]):? ?(?=\d|凌|上|中|下|晚|早)/u.exec(rest);
  if (named !== null) {
    const place = zoneInWords(named[1] ?? "");
    if (place === "unknown") return undefined;
    zone = place;
    rest = rest.slice(named[0].length);
  }

  const period = PERIOD_FIRST.exec(rest);
  if (period !== null) rest = rest.slice(period[0].length);
  const time = readTime(rest, period !== null);
  if (time === undefined) return { rest: text.trimStart(), zone };
  rest = time.rest;

  const half = HALF_LAST.exec(rest) ?? (period === null ? PERIOD_LAST.exec(rest) : null);
  if (half !== null) rest = rest.slice(half[0].length);
  const hour = toHour(time.hour, period?.[1] ?? half?.[1]);
  // 上午 3:05 PM contradicts itself.
  if (hour === undefined || (half !== null && hour !== toHour(time.hour, half[1]))) return undefined;
  const clock = { hour, minute: time.minute, second: time.second, ms: time.ms };
  if (!isOnClock(clock)) return undefined;

  const behind = readZone(rest);
  if (behind === undefined) return undefined;
  return { clock, zone: behind.zone ?? zone, rest: behind.rest };
}

/** The time at the end of what stands before a day (08:05, 14 March 2021); undefined where there is none. */
export function readClockBefore(text: string): Clock | "missing" | undefined {
  const written = CLOCK_LAST.exec(text)?.[1];
  if (written === undefined) return undefined;
  const found = readAfterDay(written);
  return found === undefined ? "missing" : found.clock;
}

interface Time extends Clock {
  readonly rest: string;
}

function readTime(text: string, hasPeriod: boolean): Time | undefined {
  const han = HAN_CLOCK.exec(text);
  if (han !== null) {
    const [all, hour, half, quarters, minute, second, twoDigits] = han;
    const minutes = half !== undefined ? 30 : Number(quarters ?? 0) * 15 || Number(minute ?? twoDigits ?? 0);
    return { hour: Number(hour), minute: minutes, second: Number(second ?? 0), ms: 0, rest: text.slice(all.length) };
  }
  // "2021-03-14 8" may be anything; an hour alone counts only where it is named (8时, 下午3, 8 pm).
  const match =
    COLONS.exec(text) ??
    DOTS.exec(text) ??
    DASHES.exec(text) ??
    BASIC.exec(text) ??
    HOUR_ALONE.exec(text) ??
    (hasPeriod ? /^(\d{1,2})(?![\d:.])/.exec(text) : null);
  if (match === null) return undefined;
  const [all, hour, minute, second, fraction] = match;
  return {
    hour: Number(hour),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    ms: toMs(fraction ?? "0"),
    rest: text.slice(all.length),
  };
}

/** ms of the digits behind a decimal point; what is finer is dropped. */
export const toMs = (fraction: string): number => Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);

/** ms since midnight. */
export const toClockMs = (clock: Clock | undefined): number =>
  clock === undefined ? 0 : ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000 + clock.ms;

/** Whether there is such a time; of a leap second only the zone tells. */
export const isOnClock = ({ hour, minute, second, ms }: Clock): boolean =>
  minute <= 59 && second <= 60 && (hour <= 23 || (hour === 24 && minute === 0 && second === 0 && ms === 0));

/** The hour of 24, or undefined where the word and the hour contradict each other. */
function toHour(hour: number, word: string | undefined): number | undefined {
  if (word === undefined) return hour;
  const isBefore = (limit: number): number | undefined => (hour <= limit ? hour : undefined);
  if (/^a/i.test(word)) return hour === 12 ? 0 : isBefore(12);
  if (/^(?:p|下午|午[后後])/i.test(word)) return hour <= 12 ? (hour % 12) + 12 : hour;
  if (/^(?:中午|正午|午[间間])/.test(word)) return hour < 4 ? hour + 12 : hour >= 10 && hour <= 15 ? hour : undefined;
  if (/^凌晨/.test(word)) return hour === 12 || hour === 24 ? 0 : isBefore(7);
  // Deep in the night both sides of midnight are meant, and in the evening only one.
  if (/^(?:深夜|半夜|午夜|夜)/.test(word) && hour <= 5) return hour;
  if (/^(?:傍晚|今?晚|夜|深夜|半夜|午夜)/.test(word))
    return hour === 12 ? 24 : hour >= 5 && hour < 12 ? hour + 12 : hour >= 17 ? hour : undefined;
  // Clocks of twelve hours write 上午12:05 for five past midnight.
  return hour === 12 ? (/^(?:上午|午前)/.test(word) ? 0 : undefined) : isBefore(12);
}

/** The zone behind a time; undefined where it is one that cannot be told. */
function readZone(text: string): { readonly zone: ClockZone | undefined; readonly rest: string } | undefined {
  let rest = text;
  let zone: ClockZone | undefined;
  const offset = OFFSET.exec(rest);
  if (offset !== null) {
    zone = parseOffset(offset[1] ?? "");
    if (zone === undefined) return undefined;
    rest = rest.slice(offset[0].length);
  }
  const id = ZONE_ID.exec(rest) ?? ZONE_NAME.exec(rest);
  if (id !== null) {
    const named = zoneOf(id[1] ?? "");
    if (named === undefined) return undefined;
    zone ??= named;
    rest = rest.slice(id[0].length);
  }
  // The same once more in brackets: +0800 (GMT+08:00).
  if (zone !== undefined) rest = rest.replace(/^ ?\((?:GMT|UTC)? ?[+-]\d{1,2}(?::?\d\d)?\)/, "");
  const abbreviation = ABBREVIATION.exec(rest);
  if (abbreviation !== null) {
    const named = zoneOfAbbreviation(abbreviation[1] ?? "");
    if (named === "uncertain" && zone === undefined) return undefined;
    // Letters that are no zone are the name of a source: 08:05 BBC.
    if (named !== undefined) {
      rest = rest.slice(abbreviation[0].length);
      if (named !== "uncertain") zone ??= named;
      if (zone === 0 || typeof zone === "object") {
        const bracketed = ZONE_ID.exec(rest);
        if (bracketed !== null) {
          zone = zone === 0 ? zone : (zoneOf(bracketed[1] ?? "") ?? zone);
          rest = rest.slice(bracketed[0].length);
        }
      }
    }
  }
  const words = /^ ?\(([^()]{2,40})\)/.exec(rest);
  if (words !== null) {
    const named = zoneInWords(words[1] ?? "") ?? zoneOfAbbreviation((words[1] ?? "").trim());
    if (named === "unknown" || named === "uncertain") {
      if (zone === undefined) return undefined;
    } else if (named !== undefined) zone ??= named;
    if (named !== undefined) rest = rest.slice(words[0].length);
  }
  return { zone, rest };
}
