import type { SearchMode, SearchRequest } from "../../src/archive/request.ts";
import { hasWords } from "../../src/search/has-words.ts";
import type { ParsedQuery } from "../../src/search/query.ts";
import { parseTimeRange } from "../../src/search/time-range.ts";
import { dotProduct } from "../../src/search/unit-vectors.ts";
import { fold } from "../../src/text/fold.ts";
import type { PlainArticle } from "./plain-store.ts";

/** Cosine from which an article matches by meaning. */
export const NEAR = 0.5;

/** Part of a long word's pairs of characters that an article needs to hold it; of a short one all. */
const LONG_WORD_SHARE = 0.6;

/** Characters of a word that count as short. */
const SHORT_WORD = 3;

/** Times that a word counts in a title. */
const TITLE_WEIGHT = 3;

/** An article with what a search knows of it. */
export interface Seen {
  readonly stored: PlainArticle;
  readonly title: string;
  readonly body: string;
  /** How often the words stand there; 0 where it does not match by words. */
  readonly byWords: number;
  readonly cosine: number | undefined;
}

export function lookAt(stored: PlainArticle, query: ParsedQuery, vector: Float32Array | undefined): Seen {
  const [title, body] = [fold(stored.article.title), fold(stored.article.body)];
  const count = (word: string): number => TITLE_WEIGHT * countHeld(title, word) + countHeld(body, word);
  const counts = [...query.words, ...query.phrases].map(count);
  const byWords = counts.every((times) => times > 0) ? counts.reduce((sum, times) => sum + times, 0) : 0;
  const cosine = vector && stored.vector && dotProduct(vector, stored.vector);
  return { stored, title, body, byWords, cosine };
}

const LATIN = /^[a-z0-9]/;

/** How often a text holds a word: Chinese by its pairs of characters, anything else as a whole. */
function countHeld(text: string, word: string): number {
  const runs = word.match(/[a-z0-9]+|[^a-z0-9]+/g) ?? [];
  return Math.min(...runs.map((run) => countRun(text, run)));
}

function countRun(text: string, run: string): number {
  if (LATIN.test(run)) return (text.match(/[a-z0-9]+/g) ?? []).filter((word) => word === run).length;
  if (run.length === 1) return text.split(run).length - 1;
  const pairs = [...run.slice(1)].map((next, index) => run.charAt(index) + next);
  const counts = pairs.map((pair) => text.split(pair).length - 1).sort((a, b) => b - a);
  const needed = run.length <= SHORT_WORD ? pairs.length : Math.ceil(LONG_WORD_SHARE * pairs.length);
  return counts[needed - 1] ?? 0;
}

/** Letter for letter; a phrase of letters begins and ends words. */
function holdsPhrase(text: string, phrase: string): boolean {
  const escaped = phrase.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll(" ", "\\s+");
  const [begins, ends] = [LATIN.test(phrase), LATIN.test(phrase.slice(-1))];
  return new RegExp(`${begins ? "(?<![a-z0-9])" : ""}${escaped}${ends ? "(?![a-z0-9])" : ""}`, "u").test(text);
}

export function isMatch({ title, body, byWords, cosine }: Seen, query: ParsedQuery, mode: SearchMode): boolean {
  const holds = (phrase: string): boolean => holdsPhrase(title, phrase) || holdsPhrase(body, phrase);
  if (!query.phrases.every(holds) || query.exclusions.some(holds)) return false;
  if (!hasWords(query)) return true;
  const isNear = cosine !== undefined && cosine >= NEAR;
  if (mode === "semantic") return isNear;
  return query.words.length === 0 || byWords > 0 || (mode === "hybrid" && isNear);
}

export function filterAll(seen: readonly Seen[], request: SearchRequest, timezone: string): Seen[] {
  const range = parseTimeRange(request, timezone);
  const isAllowed = (value: string | undefined, wanted: readonly string[], excluded: readonly string[]): boolean => {
    const folded = fold(value ?? "");
    const isIn = (names: readonly string[]): boolean => names.some((name) => fold(name) === folded);
    return (wanted.length === 0 || isIn(wanted)) && !isIn(excluded);
  };
  return seen.filter(({ stored: { article } }) => {
    const time = article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
    if (range !== undefined && !(time >= range.startMs && time < range.endMs)) return false;
    return (
      isAllowed(article.source, request.sources, request.excludedSources) &&
      isAllowed(article.category, request.categories, request.excludedCategories)
    );
  });
}
