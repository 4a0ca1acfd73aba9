/**
 * Programs wrap dates: `{"$date": …}` (MongoDB), `{"_seconds": …}` (Firestore), `[2021,3,14,8,5]` (Java), `/Date(1615680300000)/`
 * (.NET), `ISODate("…")`, `Timestamp('…')`. Here is what is inside.
 */

/** What stands for a date in an object or array, or undefined where nothing does. Text and numbers come back as they are. */
export function unwrapDate(value: unknown): unknown {
  // Wrappers come in wrappers: {"$date": {"$numberLong": "…"}}.
  for (let depth = 0; depth < 4 && typeof value === "object" && value !== null; depth++) {
    value = Array.isArray(value) ? fromArray(value) : fromObject(value as Record<string, unknown>);
  }
  return typeof value === "object" ? undefined : value;
}

/** Names under which an object keeps the one value it stands for. */
const INNER_NAMES = [
  "$date",
  "$numberLong",
  "$numberInt",
  "$numberDouble",
  "$numberDecimal",
  "$timestamp",
  "@value",
  "#text",
  "_text",
  "$t",
  "value",
  "rendered",
];

function fromObject(value: Record<string, unknown>): unknown {
  for (const name of INNER_NAMES) if (Object.hasOwn(value, name)) return value[name];
  const own = (...names: string[]): unknown =>
    names.map((name) => (Object.hasOwn(value, name) ? value[name] : undefined)).find((found) => found !== undefined);
  // Firestore, Java's Instant, Protocol Buffers, MongoDB's timestamp: seconds and a part of one.
  const seconds = own("_seconds", "epochSecond", "seconds", "t");
  if (seconds !== undefined) {
    const nanos = Number(own("_nanoseconds", "nano", "nanos", "nanoseconds") ?? 0);
    return Number(seconds) * 1000 + Math.floor(nanos / 1e6);
  }
  // PHP's DateTime: {"date": "2021-03-14 08:05:00.000000", "timezone_type": 3, "timezone": "Asia/Shanghai"}.
  const { date, timezone, time } = value;
  if (typeof date === "string" && typeof timezone === "string")
    return `${date}${/^[+-]/.test(timezone) ? timezone : `[${timezone}]`}`;
  // Java's old Date as JSON: {"time": 1615680300000, "year": 121, …}.
  return typeof time === "number" ? time : undefined;
}

/** `[2021, 3, 14, 8, 5]`, as Java writes a LocalDateTime; a list with one date is that date. */
function fromArray(parts: readonly unknown[]): unknown {
  if (parts.length === 1) return parts[0];
  if (
    parts.length < 3 ||
    parts.length > 7 ||
    !parts.every((part) => typeof part === "number" && Number.isInteger(part))
  )
    return undefined;
  return fromParts(parts as readonly number[], 1e6);
}

const two = (value: number): string => String(value).padStart(2, "0");

function fromParts(parts: readonly number[], unitsPerMs: number): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0] = parts;
  const ms = String(Math.floor(fraction / unitsPerMs)).padStart(3, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}.${ms}`;
}

const DOT_NET = /^\\?\/Date\((-?\d+)(?:[+-]\d{4})?\)\\?\/$/;
const CALL = /^(?:new )?[A-Za-z_][\w.]*\( ?(.*?) ?\)$/s;
/** Python's datetime, with microseconds last. */
const PARTS = /^\d{4}(?:, ?\d{1,6}){2,6}$/;

/** `20210314080500+0800`; PDF writes `D:20210314080500+08'00'`. */
const DIGITS_WITH_ZONE = /^(?:D:)?(\d{8})(\d{4}|\d{6})(Z|[+-]\d\d(?::?\d\d|'\d\d'?)?)(?:00'00'?)?$/i;

/** What a date in the words of a programming language holds: its text or number; a text that is none comes back as it is. */
export function unwrapCall(text: string): string {
  const dotNet = DOT_NET.exec(text);
  if (dotNet !== null) return dotNet[1] ?? "";
  const digits = DIGITS_WITH_ZONE.exec(text);
  if (digits !== null) return `${digits[1]}T${digits[2]}${digits[3]?.replaceAll("'", "")}`;
  const inner = CALL.exec(text)?.[1];
  if (inner === undefined) return text;
  // JavaScript counts its months from 0.
  if (PARTS.test(inner) && !/^(?:new )?Date\(/.test(text)) return fromParts(inner.split(",").map(Number), 1000);
  const quoted = /^(["'])(.*?)\1(?:, ?["'].*)?$/s.exec(inner);
  return quoted?.[2] ?? (/^-?\d+$/.test(inner) ? inner : text);
}
