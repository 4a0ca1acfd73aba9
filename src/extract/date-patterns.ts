import type { PublishedDate } from "./extracted.ts";

export type Precision = PublishedDate["precision"];

const CLOCK =
  "(?:[ \\u3000T,，|_-]{0,4}(?:\\(?(?:星期|周|週)[一二三四五六日天]\\)?|[（(][一二三四五六日][)）])?[ \\u3000,，|]{0,3}(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚间|晚間|深夜)?[ ]?\\d{1,2} ?[:：时時点點] ?\\d{2}(?: ?[:：分] ?\\d{2}(?:\\.\\d+)?)?(?: ?[秒分])?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?)?";
/** A day with its year as lines of pages write it, with the time behind it. */
export const WHOLE_DATE = new RegExp(
  `(?:(?<![\\d.])(?:19|20)\\d\\d ?[-/.年] ?\\d{1,2} ?[-/.月] ?\\d{1,2}(?!\\d) ?[日号號]?|(?:中華)?民國 ?\\d{2,3} ?[年./-] ?\\d{1,2} ?[月./-] ?\\d{1,2} ?日?|(?<![\\d./-])1[0-4]\\d[./-]\\d{1,2}[./-]\\d{1,2}(?![\\d./-])|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.? \\d{1,2},? (?:19|20)\\d\\d|\\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?,? (?:19|20)\\d\\d)${CLOCK}`,
  "giu",
);
/** How exact a written date is. */
export function precisionOf(text: string): Precision {
  // Programs that know the day alone write midnight.
  if (/(?<!\d)00[:：]00[:：]00/.test(text)) return "day";
  if (
    /\d ?[:：分] ?\d{2} ?(?:[:：分] ?\d{2}|$)/.test(text) &&
    /\d{1,2} ?[:：时時点點] ?\d{2} ?[:：分] ?\d{2}/.test(text)
  )
    return "second";
  return /\d{1,2} ?[:：时時点點] ?\d{2}/.test(text) ? "minute" : "day";
}
