import { AppError } from "../errors.ts";

/**
 * What clocks show in an IANA zone. `Intl` knows every transition but costs microseconds per question, so the offset is asked
 * once per UTC day and kept; only days on which it changes are asked again.
 */
export interface Zone {
  readonly name: string;
  /** How many ms clocks in the zone are ahead of UTC at an instant. */
  offsetAt(utcMs: number): number;
  /**
   * The instant (ms since 1970 UTC) at which clocks in the zone show `localMs` (the same reading taken as if it were UTC).
   * A reading that occurs twice means the first, one that is skipped means as much later (RFC 5545, section 3.3.5).
   */
  toInstant(localMs: number): number;
}

const DAY_MS = 86_400_000;
/** The last instant of ECMAScript's calendar. */
const LAST_MS = 8.64e15;
/** The most days whose offset is remembered; 65,536 are 179 years. */
const MAX_DAYS = 65_536;

/** @throws AppError `usage` for a name that is no time zone. */
export function createZone(name: string): Zone {
  const format = createFormat(name);
  const days = new Map<number, number | undefined>();

  const askOffset = (utcMs: number): number => {
    const text = format.format(utcMs);
    // Ends in "GMT", "GMT+08:00" or, for local mean times, "GMT+08:05:43".
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(text);
    const [, sign, hours, minutes, seconds] = match ?? [];
    if (sign === undefined) return 0;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
    return (sign === "-" ? -size : size) * 1000;
  };

  const offsetAt = (utcMs: number): number => {
    const day = Math.floor(utcMs / DAY_MS);
    let offset = days.get(day);
    if (offset === undefined && !days.has(day)) {
      const first = askOffset(day * DAY_MS);
      offset = askOffset(Math.min(day * DAY_MS + DAY_MS - 1, LAST_MS)) === first ? first : undefined;
      if (days.size >= MAX_DAYS) days.clear();
      days.set(day, offset);
    }
    return offset ?? askOffset(utcMs);
  };

  return {
    name,
    offsetAt,
    toInstant(localMs) {
      const before = offsetAt(localMs - DAY_MS);
      const after = offsetAt(localMs + DAY_MS);
      if (before === after) return localMs - before;
      if (offsetAt(localMs - before) === before) return localMs - before;
      if (offsetAt(localMs - after) === after) return localMs - after;
      return localMs - before;
    },
  };
}

function createFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (cause) {
    throw new AppError("usage", `There is no time zone "${name}".`, {
      cause,
      remedy: {
        code: "option-takes",
        option: "timezone",
        takes: "an IANA name such as Asia/Shanghai, Asia/Taipei or UTC",
      },
    });
  }
}
