import { isBoilerplate } from "./boilerplate.ts";
import { foldText } from "./fold.ts";
import type { Highlighter, Range } from "./highlights.ts";
import { unitClassAt, WORD } from "./runs.ts";
import { type Span, splitClauses, splitSentences } from "./sentences.ts";
import { isWordEdge } from "./units.ts";

/** UTF-16 units of a snippet: shorter ones take in their neighbours, longer ones are cut at a clause. */
const MIN_UNITS = 60;
const MAX_UNITS = 120;
/** Units of a body that are read for a snippet. */
const READ_UNITS = 8000;
const ELLIPSIS = "…";

export interface SnippetQuery {
  /** What each part of the query's words (pairs of characters, single ones, other words, whole phrases; folded) weighs. */
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
  const weighing = new Weighing(weights);
  const scores: number[] = [];
  for (const { start, end } of sentences) scores.push(weighing.weigh(foldText(read.slice(start, end))));
  const isPassedOver = createPassingTest(read, sentences, title);
  const told = bestOf(scores, isPassedOver);
  const best = told ?? indexOfLargest(scores);
  const { start, end } = sentences[best] as Span;
  if (end - start > MAX_UNITS) return cutSentence(read, { start, end }, weighing);
  // What is passed over stands in no snippet, so a snippet grows up to it, unless there is nothing else.
  return collapseSpaces(growing(read, sentences, best, told === undefined ? () => false : isPassedOver));
}

/** The index of the highest score that is not passed over, of equal ones the first; undefined where all are. */
function bestOf(scores: readonly number[], isPassedOver: (index: number) => boolean): number | undefined {
  const best = indexOfLargest(scores);
  if (!isPassedOver(best)) return best;
  const byScore = [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return byScore.find((index) => !isPassedOver(index));
}

/** Tells which sentences repeat the title or tell nothing. Few are asked about: most neither hold much of a query nor stand beside what does. */
function createPassingTest(text: string, sentences: readonly Span[], title: string): (index: number) => boolean {
  const isTold = createTitleTest(title);
  const known = new Map<number, boolean>();
  return (index) => {
    const before = known.get(index);
    if (before !== undefined) return before;
    const { start, end } = sentences[index] as Span;
    const sentence = text.slice(start, end);
    const isPassed = isTold(sentence) || isBoilerplate(sentence);
    known.set(index, isPassed);
    return isPassed;
  };
}

/** The least share of a title that a sentence holds to be the title again: outlets add their name, and cut what is long. */
const TITLE_SHARE = 0.6;
const MIN_TITLE_UNITS = 4;

/** A text without signs and spaces. */
const strip = (text: string): string => text.replace(/[\p{P}\p{S}\s]+/gu, "");

/** Tells whether a sentence says what the title said already: it is the title, a part of it, or little more than it. */
function createTitleTest(title: string): (sentence: string) => boolean {
  let stripped: string | undefined;
  return (sentence) => {
    stripped ??= strip(foldText(title));
    const told = stripped;
    if (told.length < MIN_TITLE_UNITS) return false;
    const folded = foldText(sentence);
    // Without signs and spaces it is no longer.
    if (folded.length < told.length * TITLE_SHARE) return false;
    const said = strip(folded);
    if (said.length < MIN_TITLE_UNITS) return false;
    const [shorter, longer] = said.length < told.length ? [said, told] : [told, said];
    return longer.includes(shorter) && shorter.length >= longer.length * TITLE_SHARE;
  };
}

/** The best sentence with those after it, then those before it, while the snippet is short and they fit; up to what is passed over. */
function growing(
  text: string,
  sentences: readonly Span[],
  best: number,
  isPassedOver: (index: number) => boolean,
): string {
  let first = best;
  let last = best;
  const length = (from: number, to: number): number => (sentences[to]?.end ?? 0) - (sentences[from]?.start ?? 0);
  const isFree = (index: number): boolean => index >= 0 && index < sentences.length && !isPassedOver(index);
  while (length(first, last) < MIN_UNITS) {
    if (length(first, last + 1) <= MAX_UNITS && isFree(last + 1)) last++;
    else if (length(first - 1, last) <= MAX_UNITS && isFree(first - 1)) first--;
    else break;
  }
  const whole = text.slice(sentences[first]?.start, sentences[last]?.end);
  const next = sentences[last + 1];
  if (whole.length >= MIN_UNITS || next === undefined || !isFree(last + 1)) return whole;
  // Still short, and the next sentence is too long: its opening clauses.
  const room = text.slice(sentences[first]?.start, next.start).length;
  const opening = cutSentence(text, next, new Weighing(new Map()), MAX_UNITS - room);
  return `${text.slice(sentences[first]?.start, next.start)}${opening}`;
}

/** The clauses of a long sentence that hold most weight in `room` units; an ellipsis stands for what is left out of it. */
function cutSentence(text: string, sentence: Span, weighing: Weighing, room = MAX_UNITS): string {
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
    const score = weighing.weigh(foldText(text.slice(start, Math.min(end, start + room))));
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

/** Units are told apart by so many of their bits. */
const TOLD_APART = 0xfff;

/** By a unit's lowest bits the number of the last text that holds such a unit: a part is looked for only where all of its are. */
const heldBy = new Uint32Array(TOLD_APART + 1);
let textNumber = 0;

interface Part {
  readonly text: string;
  readonly weight: number;
  /** It begins or ends with a letter or digit, as a word of the text must there too. */
  readonly mayCutWords: boolean;
}

/** Sums up the weights of those parts that a text holds. */
class Weighing {
  readonly #parts: readonly Part[];

  constructor(weights: ReadonlyMap<string, number>) {
    this.#parts = [...weights].map(([text, weight]) => ({
      text,
      weight,
      mayCutWords: unitClassAt(text, 0) === WORD || unitClassAt(text, text.length - 1) === WORD,
    }));
  }

  weigh(folded: string): number {
    textNumber = (textNumber + 1) >>> 0;
    for (let index = 0; index < folded.length; index++) heldBy[folded.charCodeAt(index) & TOLD_APART] = textNumber;
    let sum = 0;
    for (const part of this.#parts) if (mayBeHeld(part.text) && holds(folded, part)) sum += part.weight;
    return sum;
  }
}

/** Whether the last text may hold a part: it holds each of its units, taken by itself. */
function mayBeHeld(part: string): boolean {
  for (let index = 0; index < part.length; index++)
    if (heldBy[part.charCodeAt(index) & TOLD_APART] !== textNumber) return false;
  return true;
}

/** Whether a part stands in a text, and not within a word: `eu` is not in *museum*. */
function holds(folded: string, { text, mayCutWords }: Part): boolean {
  if (!mayCutWords) return folded.includes(text);
  for (let start = folded.indexOf(text); start >= 0; start = folded.indexOf(text, start + 1))
    if (isWordEdge(folded, start) && isWordEdge(folded, start + text.length)) return true;
  return false;
}

function indexOfLargest(numbers: readonly number[]): number {
  let best = 0;
  for (let index = 1; index < numbers.length; index++)
    if ((numbers[index] as number) > (numbers[best] as number)) best = index;
  return best;
}

const collapseSpaces = (text: string): string => text.replace(/\s+/g, " ");

/** Made when a text is first cut: that takes as long as a search. */
let graphemes: Intl.Segmenter | undefined;

/** At most `units` of a text, never through a character as people see it (surrogate pairs, combining marks, joined emoji). */
function cutAtCharacter(text: string, units: number): string {
  if (text.length <= units) return text;
  // A pile of marks may be longer than the room: then only what segments around the place counts.
  const nearby = text.slice(Math.max(0, units - 100), units + 100);
  const start = Math.max(0, units - 100);
  graphemes ??= new Intl.Segmenter("zh", { granularity: "grapheme" });
  return text.slice(0, start + (graphemes.segment(nearby).containing(units - start)?.index ?? 0));
}
