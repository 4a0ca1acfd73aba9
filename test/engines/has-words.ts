import type { ParsedQuery } from "../../src/search/query.ts";

/** Whether a query holds anything to be looked for; without it, filters and exclusions decide alone. */
export const hasWords = ({ words, phrases }: Pick<ParsedQuery, "words" | "phrases">): boolean =>
  words.length + phrases.length > 0;
