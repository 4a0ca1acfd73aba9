import { hash } from "node:crypto";
import { foldText } from "../../text/fold.ts";
import { scanTerms } from "../../text/terms.ts";

/** Longer words are kept as their beginning and a hash: Lucene would cut them into several. */
const MAX_TOKEN_UNITS = 80;

const KEPT_UNITS = 48;

/**
 * A term of the fold as the cluster's index knows it, which parts tokens at white space and knows no half of a surrogate pair:
 *
 *     人工     the pair itself
 *     能       the last character of a run
 *     gpt4     the word
 *     ~d842…   the units, of a pair that cuts a rare character in two
 */
export function toToken(term: string): string {
  if (!term.isWellFormed())
    return `~${[...Array(term.length).keys()].map((index) => term.charCodeAt(index).toString(16)).join("_")}`;
  return term.length > MAX_TOKEN_UNITS
    ? `${term.slice(0, KEPT_UNITS).toWellFormed()}~${hash("sha256", term).slice(0, 16)}`
    : term;
}

/** The tokens of a published text, in order, with a space between them: what the index of words is made of. */
export function tokensOf(text: string): string[] {
  const folded = foldText(text);
  const tokens: string[] = [];
  scanTerms(folded, (_high, _low, start, end) => tokens.push(toToken(folded.slice(start, end))));
  return tokens;
}
