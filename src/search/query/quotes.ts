/** Any of them closes any other. */
const DOUBLE_QUOTES = '"“”„‟＂';

/** Quotation marks that open a phrase, each with those that close it. Corner brackets and guillemets close their own kind. */
export const CLOSING_QUOTES: ReadonlyMap<string, string> = new Map([
  ...[...DOUBLE_QUOTES].map((mark) => [mark, DOUBLE_QUOTES] as const),
  ["「", "」"],
  ["『", "』"],
  ["«", "»"],
]);
