import { toSnippetQuery } from "../search/hits.ts";
import { parseQuery } from "../search/query.ts";
import { splitSentences } from "../text/sentences.ts";
import { TimeSlices } from "../threads/time-slices.ts";

type Ranges = readonly (readonly [start: number, end: number])[];

/** UTF-16 units of a text that are marked, from its beginning. */
const MAX_MARKED_UNITS = 200_000;

/** Units that are looked at in a row; longer paragraphs are read sentence by sentence. */
const MAX_STRETCH_UNITS = 2000;

/** How long marking may hold the thread before others get their turn. */
const SLICE_MS = 4;

/**
 * Where the words of a query stand in each of some texts, in whatever script either is written.
 * @param others words that were searched for too
 */
export async function markParagraphs(
  texts: readonly string[],
  query: string,
  others: readonly string[] = [],
): Promise<readonly Ranges[]> {
  const { words, phrases } = parseQuery(query);
  const more = others.flatMap((word) => parseQuery(word).words);
  const { highlighter } = toSnippetQuery({ phrases, words: [...words, ...more] }, new Map());
  const slices = new TimeSlices(SLICE_MS);
  const marked: Ranges[] = [];
  let units = 0;
  for (const text of texts) {
    const ranges: [number, number][] = [];
    for (const { start, end } of units > MAX_MARKED_UNITS ? [] : toStretches(text)) {
      if (slices.isOver) await slices.next();
      for (const [from, to] of highlighter.find(text.slice(start, end))) ranges.push([start + from, start + to]);
      units += end - start;
    }
    marked.push(ranges);
  }
  return marked;
}

function toStretches(text: string): { start: number; end: number }[] {
  if (text.length <= MAX_STRETCH_UNITS) return [{ start: 0, end: text.length }];
  return splitSentences(text).flatMap(({ start, end }) => {
    const parts: { start: number; end: number }[] = [];
    for (let from = start; from < end; from += MAX_STRETCH_UNITS)
      parts.push({ start: from, end: Math.min(end, from + MAX_STRETCH_UNITS) });
    return parts;
  });
}
