/** Moments as the pages of the server tell them, out of what a browser keeps: `2021-03-14T08:30:00+08:00`. */

const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** 2021年3月14日 08:30 UTC+8, or the day alone where no more is known; what is no moment is shown as it is. */
export function toMomentText(published: string, language: string): string {
  const [, day, clock = "00:00", offset = "Z"] = MOMENT.exec(published) ?? [];
  if (day === undefined) return published;
  const isEnglish = language === "en";
  const format = new Intl.DateTimeFormat(isEnglish ? "en-GB" : language, {
    timeZone: "UTC",
    year: "numeric",
    month: isEnglish ? "short" : "long",
    day: "numeric",
  });
  const shown = format.format(new Date(`${day}T00:00:00Z`));
  return clock === "00:00" ? shown : `${shown} ${clock} ${toZone(offset)}`;
}

/** UTC+8, UTC+5:30, UTC. */
function toZone(offset: string): string {
  if (offset === "Z" || offset.endsWith("00:00")) return "UTC";
  return `UTC${offset.replace(/^([+-])0?(\d+):(\d\d)$/, (_, sign: string, hours: string, minutes: string) => `${sign}${hours}${minutes === "00" ? "" : `:${minutes}`}`)}`;
}
