const DAY = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?$/;

/**
 * The day that a value of `before:` or `after:` names, or with which its month or year begins: `2021`, `2021-03`, `2021-3-14`,
 * `2021/03/14`, `2021年3月14日`. Undefined for anything else, and for days that do not exist.
 */
export function toFirstDay(typed: string): string | undefined {
  const match = DAY.exec(typed.trim().normalize("NFKC"));
  if (match === null) return undefined;
  const [, year = "", month = "1", date = "1"] = match;
  const day = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day) ? day : undefined;
}

/** The day before another; undefined before the calendar begins. */
export function dayBefore(day: string): string | undefined {
  const instant = new Date(`${day}T00:00:00Z`);
  instant.setUTCDate(instant.getUTCDate() - 1);
  const iso = instant.toISOString();
  return iso.startsWith("-") ? undefined : iso.slice(0, 10);
}
