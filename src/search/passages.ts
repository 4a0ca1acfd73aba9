/**
 * Questions: an article that answers one mostly does so in one place. Where the words of the question stand together in a stretch of the
 * text, and with them in the title, says more than how often they stand anywhere. Measured: docs/EVALUATION.md.
 */

import type { Article } from "../archive/article.ts";
import { PairTable } from "../collections/pair-table.ts";
import { fold } from "../text/fold.ts";
import { isLastOfRun, scanTerms } from "../text/terms.ts";
import type { Candidates } from "./candidates.ts";
import type { RankedPlace } from "./ranked.ts";

/** Articles of a ranking whose texts are read for a passage. */
const READ_FOR_PASSAGES = 40;

/** Characters of a body that are read. */
const READ_UNITS = 2_400;

/** Characters of a passage. */
const PASSAGE_UNITS = 100;

/** What holding all of a question's weight in the title and one passage adds to a score. */
const PASSAGE_SHARE = 0.4;

/** What says that a text asks something, in folded text. */
const QUESTION =
  /什么|哪|谁|吗|呢|为何|如何|怎么|怎样|多少|何时|何地|何种|是否|几[个年月天次名人岁点条种位家]|[?？]|\b(?:who|whom|whose|what|when|where|which|why|how)\b/;

/** Whether a query is a question. */
export const asksQuestion = (text: string): boolean => QUESTION.test(fold(text));

/** A question, and how telling each term of it is. */
export interface Question {
  readonly text: string;
  readonly weights: ReadonlyMap<string, number>;
}

/** Adds to the scores of the first articles of a ranking what the best passage of each holds of the question. The order stays. */
export function scorePassages(
  ranking: readonly RankedPlace[],
  question: Question,
  candidates: Pick<Candidates, "article" | "readAhead">,
): readonly RankedPlace[] {
  const terms = new QuestionTerms(question);
  if (terms.total === 0) return ranking;
  candidates.readAhead?.(ranking.slice(0, READ_FOR_PASSAGES).map(({ place }) => place));
  return ranking.map((ranked, index) => {
    const article = index < READ_FOR_PASSAGES ? candidates.article(ranked.place) : undefined;
    if (article === undefined) return ranked;
    return { ...ranked, score: ranked.score + PASSAGE_SHARE * bestPassage(article, terms) };
  });
}

/** The terms of a question by number, with their weights. */
class QuestionTerms {
  readonly #table: PairTable;
  readonly weights: number[] = [];
  readonly total: number;

  constructor({ text, weights }: Question) {
    const folded = fold(text);
    this.#table = new PairTable(2 * folded.length);
    scanTerms(folded, (high, low, start, end) => {
      const weight = weights.get(folded.slice(start, end)) ?? 0;
      if (weight > 0 && !isLastOfRun(high, low)) this.weights[this.#table.add(high, low)] = weight;
    });
    this.total = this.weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** Its number, or −1. */
  find(high: number, low: number): number {
    return isLastOfRun(high, low) ? -1 : this.#table.find(high, low);
  }
}

/** The share of the question's weight, 0–1, that the title and the best passage hold together. */
function bestPassage({ title, body }: Article, terms: QuestionTerms): number {
  const counts = new Uint32Array(terms.weights.length);
  let held = 0;
  const enter = (term: number): void => {
    counts[term] = (counts[term] as number) + 1;
    if (counts[term] === 1) held += terms.weights[term] as number;
  };
  scanTerms(fold(title), (high, low) => {
    const term = terms.find(high, low);
    if (term >= 0) enter(term);
  });
  let best = held;
  /** Terms of the passage that ends here, and where they begin. */
  const passage: { readonly term: number; readonly start: number }[] = [];
  let first = 0;
  scanTerms(fold(body.slice(0, READ_UNITS)), (high, low, start) => {
    const term = terms.find(high, low);
    if (term < 0) return;
    passage.push({ term, start });
    enter(term);
    for (
      let gone = passage[first];
      gone !== undefined && gone.start <= start - PASSAGE_UNITS;
      gone = passage[++first]
    ) {
      counts[gone.term] = (counts[gone.term] as number) - 1;
      if (counts[gone.term] === 0) held -= terms.weights[gone.term] as number;
    }
    best = Math.max(best, held);
  });
  return Math.min(1, best / terms.total);
}
