import { splitClauses, splitSentences } from "./sentences.ts";

/** What stands where a headline would, for articles that were published without one: the words with which a text begins. */

/** A text with what is marked in it: UTF-16 offsets, end exclusive. */
export interface Marked {
  readonly text: string;
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

/** What a cut leaves hanging: a comma, or a bracket or quotation that has only begun. */
const LOOSE_END = /(?:[，、：,:]|[（(「『“《][^）)」』”》]{0,4})$/u;

/** Longest first sentence that serves as a headline, in columns: a Chinese character takes two of them, a Latin letter one. */
const MAX_COLUMNS = 72;

/** The first sentence and what follows it; of a long first sentence its first clauses, with the whole text after them. */
export function splitOpening({ text, highlights }: Marked): { readonly opening: Marked; readonly rest: Marked } {
  const [first, second] = splitSentences(text);
  if (first === undefined) return { opening: { text, highlights }, rest: { text: "", highlights: [] } };
  if (countFitting(text.slice(first.start, first.end)) === first.end - first.start) {
    const { start } = second ?? { start: text.length };
    return { opening: cut({ text, highlights }, first.start, first.end), rest: cut({ text, highlights }, start) };
  }
  const limit = first.start + countFitting(text.slice(first.start, first.end));
  const end = splitClauses(text, first).findLast((clause) => clause.end <= limit)?.end ?? limit;
  const opening = cut({ text, highlights }, first.start, end);
  return { opening: { ...opening, text: `${opening.text.replace(LOOSE_END, "")}…` }, rest: { text, highlights } };
}

/** The opening alone. */
export const toOpening = (text: string): string => splitOpening({ text, highlights: [] }).opening.text;

/** The title that catalogues give to what has none: its opening in square brackets, which say that it was supplied. */
export const toSuppliedTitle = (text: string): string => (text.trim() === "" ? "" : `[${toOpening(text)}]`);

/** What an article is called in a line: by its title, by the words with which it begins, or as one without either. */
export const toHeadline = (title: string, text: string, untitled: string): string =>
  title !== "" ? title : text.trim() === "" ? untitled : toOpening(text);

function cut({ text, highlights }: Marked, from: number, to = text.length): Marked {
  const within = highlights.flatMap(([start, end]): [number, number][] => {
    const range: [number, number] = [Math.max(start, from) - from, Math.min(end, to) - from];
    return range[0] < range[1] ? [range] : [];
  });
  return { text: text.slice(from, to), highlights: within };
}

const WIDE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/u;

/** How many units of a text fit into a headline; no character is cut in two. */
function countFitting(text: string): number {
  let columns = 0;
  let units = 0;
  for (const character of text) {
    columns += WIDE.test(character) ? 2 : 1;
    if (columns > MAX_COLUMNS) break;
    units += character.length;
  }
  return units;
}
