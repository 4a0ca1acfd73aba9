import type { CitedArticle } from "./cited-article.ts";

/** Citations for people. The articles name no author, so each style begins with the title or the outlet, as it rules. */
export interface CitationStyle {
  readonly name: string;
  format(article: CitedArticle, accessedDay: string): string;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** MLA shortens the months of more than four letters. */
const toMlaMonth = (month: string): string =>
  month.length <= 4 ? month : `${month === "September" ? "Sept" : month.slice(0, 3)}.`;

const isKnown = (part: string | undefined): part is string => part !== undefined;

function readDay(day: string): { year: number; month: string; date: number } {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return { year, month: MONTHS[month - 1] ?? "", date };
}

export const CITATION_STYLES: readonly CitationStyle[] = [
  {
    // GB/T 7714—2015: a newspaper article, [N]; online it is [N/OL], with the day it was read.
    name: "GB/T 7714",
    format: ({ title, source, day, url }, accessedDay) => {
      const origin = [source, day].filter(isKnown).join(", ");
      if (url === undefined)
        return [`${title}[N].`, origin === "" ? undefined : `${origin}.`].filter(isKnown).join(" ");
      return `${title}[N/OL]. ${origin}[${accessedDay}]. ${url}.`;
    },
  },
  {
    // APA 7: without an author the title comes first.
    name: "APA",
    format: ({ title, source, day, url }) => {
      const { year, month, date } = readDay(day ?? "");
      const issued = day === undefined ? "n.d." : `${year}, ${month} ${date}`;
      return [`${title}. (${issued}).`, source === undefined ? undefined : `${source}.`, url].filter(isKnown).join(" ");
    },
  },
  {
    // MLA 9: title in quotation marks, container, day, address.
    name: "MLA",
    format: ({ title, source, day, url }) => {
      const { year, month, date } = readDay(day ?? "");
      const parts = [source, day === undefined ? undefined : `${date} ${toMlaMonth(month)} ${year}`, url].filter(
        isKnown,
      );
      return [`“${title}.”`, parts.length > 0 ? `${parts.join(", ")}.` : undefined].filter(isKnown).join(" ");
    },
  },
];
