import { createZone, type Zone } from "../../text/zone.ts";

/** Where a clock stands: so many ms east of UTC, a zone with its summer times, or `cst`, which is China's or America's. */
export type ClockZone = number | Zone | "cst";

const HOUR_MS = 3_600_000;

/** Hours east of UTC. What means several places at once (IST, BST, AST) is in {@link UNCERTAIN}. */
const OFFSETS: Record<string, number> = {
  z: 0, utc: 0, gmt: 0, ut: 0, wet: 0, est: -5, edt: -4, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7, akst: -9, akdt: -8, hst: -10,
  brt: -3, west: 1, cet: 1, cest: 2, eet: 2, eest: 3, msk: 3, pkt: 5, wib: 7, ict: 7, hkt: 8, sgt: 8, myt: 8, pht: 8, awst: 8,
  jst: 9, kst: 9, acst: 9.5, acdt: 10.5, aest: 10, aedt: 11, nzst: 12, nzdt: 13,
}; // biome-ignore format: a table

/** Abbreviations that follow the summer time of a place. */
const PLACES: Record<string, string> = { et: "America/New_York", pt: "America/Los_Angeles", mt: "America/Denver" };

/** Abbreviations that several zones share. */
const UNCERTAIN = new Set(["ist", "bst", "ast", "amt", "gst", "sst", "wst", "cdst"]);

/** What all names of zones in words hold; most texts hold none of it. */
const NAMES_A_TIME = /[时時][间間]|time|治|世界/i;

/** Zones by the words that name them beside a time. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/(?:北京|中[国國]|上海|中[国國][标標][准準])[标標]?[准準]?[时時][间間]|China Standard Time/i, "Asia/Shanghai"],
  [/(?:[台臺]北|[台臺][湾灣])[标標]?[准準]?[时時][间間]|Taipei Standard Time/i, "Asia/Taipei"],
  [/(?:香港)[标標]?[准準]?[时時][间間]|Hong Kong (?:Standard )?Time/i, "Asia/Hong_Kong"],
  [/澳[门門][标標]?[准準]?[时時][间間]/, "Asia/Macau"],
  [/新加坡[标標]?[准準]?[时時][间間]|Singapore Standard Time/i, "Asia/Singapore"],
  [/(?:日本|[东東]京)[标標]?[准準]?[时時][间間]|Japan Standard Time/i, "Asia/Tokyo"],
  [/(?:[韩韓][国國]|首[尔爾])[标標]?[准準]?[时時][间間]|Korea(?:n)? Standard Time/i, "Asia/Seoul"],
  [
    /(?:美[东東]|美[国國][东東]部|[纽紐][约約])[标標夏]?[准準令]?[时時][间間]|Eastern (?:Standard|Daylight) Time/i,
    "America/New_York",
  ],
  [
    /(?:美西|美[国國]西部|太平洋)[标標夏]?[准準令]?[时時][间間]|Pacific (?:Standard|Daylight) Time/i,
    "America/Los_Angeles",
  ],
  [/(?:英[国國]|[伦倫]敦)[标標夏]?[准準令]?[时時][间間]/, "Europe/London"],
  [/(?:莫斯科)[时時][间間]/, "Europe/Moscow"],
  [
    /格林[尼威]治[标標]?[准準]?[时時][间間]?|世界[标標协協][准準调調]?[时時][间間]?|[协協][调調]世界[时時][间間]?|Coordinated Universal Time/i,
    "UTC",
  ],
];

/** Named zones that were asked for, so that each is made once. Undefined: there is none of this name. */
const named = new Map<string, Zone | undefined>();

/** A zone by its IANA name, or undefined where there is none. */
export function zoneOf(name: string): Zone | undefined {
  if (!named.has(name)) {
    // Names come from the input: what is remembered stays small.
    if (named.size > 500) named.clear();
    let zone: Zone | undefined;
    try {
      zone = createZone(name);
    } catch {
      zone = undefined; // Not a zone; the caller says so.
    }
    named.set(name, zone);
  }
  return named.get(name);
}

/** The zone that words beside a time name, e.g. 北京时间; `unknown` for the local time of a place that is not named. */
export function zoneInWords(text: string): Zone | "unknown" | undefined {
  if (!NAMES_A_TIME.test(text)) return undefined;
  for (const [pattern, name] of WORDS) if (pattern.test(text)) return zoneOf(name);
  return /[当當本]地[时時][间間]|local time/i.test(text) ? "unknown" : undefined;
}

/** The zone of an abbreviation: `uncertain` where several share it, undefined for what is none. */
export function zoneOfAbbreviation(text: string): ClockZone | "uncertain" | undefined {
  const name = text.toLowerCase();
  if (name === "cst") return "cst";
  if (UNCERTAIN.has(name)) return "uncertain";
  const place = PLACES[name];
  if (place !== undefined) return zoneOf(place);
  const hours = OFFSETS[name];
  return hours === undefined ? undefined : hours * HOUR_MS;
}

/** ms east of UTC of `+8`, `+08`, `+0800`, `-05:30`; undefined where no place on earth is so far away. */
export function parseOffset(text: string): number | undefined {
  const match = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 14 || minutes > 59) return undefined;
  return (match[1] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
