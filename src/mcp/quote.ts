import { toSafeText, toSafeTextWithOffsets } from "../text/safe-text.ts";
import { splitSentences } from "../text/sentences.ts";
import type { Envelope } from "./context.ts";
import { enclose } from "./envelope.ts";

/** A stretch of an article's stored body; UTF-16 offsets, end exclusive. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** Longest opening that is quoted where no passage is known, in UTF-16 units. */
const MAX_OPENING_UNITS = 120;

/**
 * Where a snippet stands in its body. A snippet is a piece of the body in which runs of white space became one space, with an ellipsis
 * where a sentence was cut; undefined where it is not to be found.
 */
export function locateSnippet(body: string, snippet: string): Passage | undefined {
  // An ellipsis at an end may be the body's own.
  const cuts = [snippet, snippet.replace(/…$/, ""), snippet.replace(/^…/, ""), snippet.replace(/^…|…$/g, "")];
  for (const cut of cuts) {
    const wanted = cut.trim();
    if (wanted === "") continue;
    const pattern = wanted.split(/\s+/).map(RegExp.escape).join("\\s+");
    const found = new RegExp(pattern).exec(body);
    if (found !== null) return { start: found.index, end: found.index + found[0].length };
  }
  return undefined;
}

/** The first sentences of a body; undefined where it has none. */
export function openingOf(body: string): Passage | undefined {
  const [first, ...rest] = splitSentences(body.slice(0, MAX_OPENING_UNITS * 2));
  if (first === undefined) return undefined;
  let { start, end } = first;
  for (const sentence of rest) {
    if (sentence.end - start > MAX_OPENING_UNITS) break;
    end = sentence.end;
  }
  if (end - start > MAX_OPENING_UNITS) end = start + MAX_OPENING_UNITS;
  // Never between the halves of a surrogate pair.
  if ((body.codePointAt(end - 1) ?? 0) > 0xffff) end--;
  return { start, end };
}

/**
 * Passages of a body that say a text word for word, from the beginning, at most `most`. Neither how much white space there is counts, nor
 * what nobody sees, which a quote does not have.
 */
export function findPassages(body: string, text: string, most: number): Passage[] {
  const words = toSafeText(text).trim().split(/\s+/).map(RegExp.escape);
  if (words[0] === "" || words[0] === undefined) return [];
  const { text: seen, offsets } = toSafeTextWithOffsets(body);
  const found = seen.matchAll(new RegExp(words.join("\\s+"), "g"));
  return [...found.take(most)].map(({ index, 0: { length } }) => ({
    start: offsets[index] ?? 0,
    end: (offsets[index + length - 1] ?? 0) + 1,
  }));
}

/** A passage as it is given: its offsets, and its text between the marks. */
export const toQuote = (body: string, { start, end }: Passage, envelope: Envelope) => ({
  start,
  end,
  text: enclose(body.slice(start, end), envelope),
});
