import { isBoilerplate } from "./boilerplate.ts";
import { foldText } from "./fold.ts";
import type { Highlighter, Range } from "./highlights.ts";
import { type Span, splitClauses, splitSentences } from "./sentences.ts";

/** UTF-16 units of a snippet: shorter ones take in their neighbours, longer ones are cut at a clause. */
const MIN_UNITS = 60;
const MAX_UNITS = 120;
/** Units of a body that are read for a snippet. */
const READ_UNITS = 8000;
const ELLIPSIS = "…";

export interface SnippetQuery {
  /** What each part of the query's words (pairs of characters, single ones, other words; folded) weighs. */
  readonly weights: ReadonlyMap<string, number>;
  readonly highlighter: Highlighter;
}

/**
 * The sentences of a body that answer a query best: the one that holds most of the query's weight, with its neighbours while
 * there is room; the opening where no word stands. Sentences that repeat the title or tell nothing of the article are passed over, unless
 * there is no other.
 */
export function makeSnippet(
  { title, body }: { readonly title: string; readonly body: string },
  { weights, highlighter }: SnippetQuery,
): { text: string; highlights: Range[] } {
  const text = chooseText(title, body, weights);
  return { text, highlights: highlighter.find(text) };
}

function chooseText(title: string, body: string, weights: ReadonlyMap<string, number>): string {
  const read = cutAtCharacter(body, READ_UNITS);
  const sentences = splitSentences(read);
  if (sentences.length === 0) return "";
  const folded = sentences.map(({ start, end }) => foldText(read.slice(start, end)));
  const isTold = createTitleTest(title);
  const passedOver = sentences.map(
    ({ start, end }, index) => isTold(folded[index] ?? "") || isBoilerplate(read.slice(start, end)),
  );
  const allPassed = passedOver.every((passed) => passed);
  const scores = folded.map((sentence, index) => (passedOver[index] && !allPassed ? -1 : weightOf(sentence, weights)));
  const best = indexOfLargest(scores);
  const { start, end } = sentences[best] as Span;
  if (end - start > MAX_UNITS) return cutSentence(read, { start, end }, weights);
  if (allPassed) return collapseSpaces(growing(read, sentences, best));
  // What is passed over stands in no snippet, so a snippet grows up to it.
  let [from, to] = [best, best + 1];
  while (from > 0 && !passedOver[from - 1]) from--;
  while (to < sentences.length && !passedOver[to]) to++;
  return collapseSpaces(growing(read, sentences.slice(from, to), best - from));
}

/** The least share of a title that a sentence holds to be the title again: outlets add their name, and cut what is long. */
const TITLE_SHARE = 0.6;
const MIN_TITLE_UNITS = 4;

/** Tells whether a folded sentence says what the title said already: it is the title, a part of it, or little more than it. */
function createTitleTest(title: string): (sentence: string) => boolean {
  const strip = (text: string): string => text.replace(/[\p{P}\p{S}\s]+/gu, "");
  const told = strip(foldText(title));
  if (told.length < MIN_TITLE_UNITS) return () => false;
  return (sentence) => {
    const said = strip(sentence);
    if (said.length < MIN_TITLE_UNITS) return false;
    const [shorter, longer] = said.length < told.length ? [said, told] : [told, said];
    return longer.includes(shorter) && shorter.length >= longer.length * TITLE_SHARE;
  };
}

/** The best sentence with those after it, then those before it, while the snippet is short and they fit. */
function growing(text: string, sentences: readonly Span[], best: number): string {
  let first = best;
  let last = best;
  const length = (from: number, to: number): number => (sentences[to]?.end ?? 0) - (sentences[from]?.start ?? 0);
  while (length(first, last) < MIN_UNITS) {
    if (last + 1 < sentences.length && length(first, last + 1) <= MAX_UNITS) last++;
    else if (first > 0 && length(first - 1, last) <= MAX_UNITS) first--;
    else break;
  }
  const whole = text.slice(sentences[first]?.start, sentences[last]?.end);
  const next = sentences[last + 1];
  if (whole.length >= MIN_UNITS || next === undefined) return whole;
  // Still short, and the next sentence is too long: its opening clauses.
  const room = text.slice(sentences[first]?.start, next.start).length;
  const opening = cutSentence(text, next, new Map(), MAX_UNITS - room);
  return `${text.slice(sentences[first]?.start, next.start)}${opening}`;
}

/** The clauses of a long sentence that hold most weight in `room` units; an ellipsis stands for what is left out of it. */
function cutSentence(text: string, sentence: Span, weights: ReadonlyMap<string, number>, room = MAX_UNITS): string {
  const clauses = splitClauses(text, sentence);
  let bestStart = sentence.start;
  let bestEnd = sentence.start;
  let bestScore = -1;
  for (const [index, { start, end: clauseEnd }] of clauses.entries()) {
    let end = clauseEnd;
    for (const clause of clauses.slice(index + 1)) {
      if (clause.end - start > room) break;
      end = clause.end;
    }
    const score = weightOf(foldText(text.slice(start, Math.min(end, start + room))), weights);
    if (score > bestScore) {
      bestScore = score;
      bestStart = start;
      bestEnd = end;
    }
  }
  const cut = cutAtCharacter(text.slice(bestStart, bestEnd), room);
  const before = bestStart > sentence.start ? ELLIPSIS : "";
  const after = bestStart + cut.length < sentence.end ? ELLIPSIS : "";
  return `${before}${collapseSpaces(cut)}${after}`;
}

/** The sum of the weights of those parts that the folded text holds. */
function weightOf(folded: string, weights: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [part, weight] of weights) if (folded.includes(part)) sum += weight;
  return sum;
}

function indexOfLargest(numbers: readonly number[]): number {
  let best = 0;
  for (const [index, number] of numbers.entries())
    if (number > (numbers[best] ?? Number.NEGATIVE_INFINITY)) best = index;
  return best;
}

const collapseSpaces = (text: string): string => text.replace(/\s+/g, " ");

const graphemes = new Intl.Segmenter("zh", { granularity: "grapheme" });

/** At most `units` of a text, never through a character as people see it (surrogate pairs, combining marks, joined emoji). */
function cutAtCharacter(text: string, units: number): string {
  if (text.length <= units) return text;
  // A pile of marks may be longer than the room: then only what segments around the place counts.
  const nearby = text.slice(Math.max(0, units - 100), units + 100);
  const start = Math.max(0, units - 100);
  return text.slice(0, start + (graphemes.segment(nearby).containing(units - start)?.index ?? 0));
}
