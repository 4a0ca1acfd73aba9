import { foldCharacters } from "../fold-characters.ts";
import { type Span, splitClauses, splitSentences } from "../sentences.ts";

/** A sentence of a text that is compared, or a clause of one that is very long. */
export interface Piece extends Span {
  /** How it is compared: without white space, in one script and width, with one kind of quotation marks. */
  readonly key: string;
}

/** UTF-16 units of a sentence above which its clauses are compared instead. */
const MAX_SENTENCE_UNITS = 300;

const QUOTES: Readonly<Record<string, string>> = { "「": "“", "『": "“", "」": "”", "』": "”", "〝": "“", "〞": "”" };

/** The text as it is compared: how it is written (script, width, quotation marks, spaces) is no difference. */
export const toComparisonKey = (text: string): string =>
  foldCharacters(text.replace(/[「『」』〝〞]/g, (mark) => QUOTES[mark] ?? mark)).replace(/\s+/g, "");

/** The pieces of a text in order; what compares as nothing is left out. */
export function splitPieces(text: string): Piece[] {
  return splitSentences(text)
    .flatMap((sentence) =>
      sentence.end - sentence.start <= MAX_SENTENCE_UNITS ? [sentence] : splitLong(text, sentence),
    )
    .map(({ start, end }) => ({ start, end, key: toComparisonKey(text.slice(start, end)) }))
    .filter(({ key }) => key !== "");
}

function splitLong(text: string, sentence: Span): Span[] {
  return splitClauses(text, sentence).flatMap(({ start, end }) => {
    const spans: Span[] = [];
    for (let from = start; from < end; ) {
      let to = Math.min(end, from + MAX_SENTENCE_UNITS);
      // Not through a surrogate pair.
      if (to < end && (text.charCodeAt(to) & 0xfc00) === 0xdc00) to--;
      spans.push({ start: from, end: to });
      from = to;
    }
    return spans;
  });
}
