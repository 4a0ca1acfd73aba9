import type { Article } from "../../src/archive/article.ts";
import type { Lack, SearchMode, SearchRequest } from "../../src/archive/request.ts";
import { createWordTest } from "../../src/search/matching/word-test.ts";
import { createNearTest, createPhraseTest } from "../../src/search/query/phrase.ts";
import type { QueryNode } from "../../src/search/query/tree.ts";
import type { ParsedQuery } from "../../src/search/query.ts";
import { parseTimeRange } from "../../src/search/time-range.ts";
import { dotProduct } from "../../src/search/unit-vectors.ts";
import { dayEndMs, dayStartMs } from "../../src/text/days.ts";
import { fold } from "../../src/text/fold.ts";
import { hasWords } from "./has-words.ts";
import type { PlainArticle } from "./plain-store.ts";
import { countHeld, TITLE_WEIGHT } from "./plain-words.ts";

/** Cosine from which an article matches by meaning. */
export const NEAR = 0.5;

/** An article with what a search knows of it. */
export interface Seen {
  readonly stored: PlainArticle;
  readonly title: string;
  readonly body: string;
  /** How often the words stand there. */
  readonly byWords: number;
  readonly cosine: number | undefined;
}

export function lookAt(stored: PlainArticle, query: ParsedQuery, vector: Float32Array | undefined): Seen {
  const [title, body] = [fold(stored.article.title), fold(stored.article.body)];
  const count = (word: string): number => TITLE_WEIGHT * countHeld(title, word) + countHeld(body, word);
  const byWords = [...query.words, ...query.phrases].reduce((sum, word) => sum + count(word), 0);
  const cosine = vector && stored.vector && dotProduct(vector, stored.vector);
  return { stored, title, body, byWords, cosine };
}

/** Where nodes of a query are looked for. */
interface Place {
  readonly article: Article;
  /** Folded; the title alone below `title:`. */
  readonly texts: readonly string[];
  readonly timezone: string;
  /** Meaning stands for any word. */
  readonly isNear: boolean;
  /** What holds the node is left out: it must hold it in one piece. */
  readonly isExcluded?: boolean;
}

function holds(node: QueryNode, place: Place): boolean {
  const { article, texts, timezone, isNear } = place;
  const time = article.publishedAtMs ?? Number.NaN;
  switch (node.kind) {
    case "word":
      if (place.isExcluded === true) return texts.some(createWordTest(node.text));
      return isNear || texts.some((text) => countHeld(text, node.text) > 0);
    case "phrase":
      return texts.some(createPhraseTest(node.text));
    case "near":
      return texts.some(createNearTest(node.words, node.distance));
    case "title":
      return holds(node.node, { ...place, texts: texts.slice(0, 1) });
    case "source":
      return fold(article.source ?? "") === fold(node.value);
    case "category":
      return fold(article.category ?? "") === fold(node.value);
    case "before":
      return time < dayStartMs(node.day, timezone);
    case "after":
      return time >= dayStartMs(node.day, timezone);
    case "not":
      return !holds(node.node, { ...place, isNear: false, isExcluded: place.isExcluded !== true });
    case "and":
      return node.nodes.every((part) => holds(part, place));
    case "or":
      return node.nodes.some((part) => holds(part, place));
  }
}

/** Whether an article is what is asked, by text or by meaning; filters are not looked at. */
export function isMatch({ stored, title, body, cosine }: Seen, query: ParsedQuery, mode: SearchMode, timezone: string) {
  if (query.tree === undefined) return true;
  const isNear = mode !== "keyword" && hasWords(query) && cosine !== undefined && cosine >= NEAR;
  if (mode === "semantic" && hasWords(query) && !isNear) return false;
  return holds(query.tree, { article: stored.article, texts: [title, body], timezone, isNear });
}

/** Whether an article is within the filters of the request and of the query. */
export function isInside(
  { article }: PlainArticle,
  request: SearchRequest,
  query: ParsedQuery,
  timezone: string,
): boolean {
  const time = article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
  const { from, to } = query.filters;
  const range = parseTimeRange(request, timezone);
  if (range !== undefined && !(time >= range.startMs && time < range.endMs)) return false;
  if (from !== undefined && !(time >= dayStartMs(from, timezone))) return false;
  if (to !== undefined && !(Number.isFinite(time) && time < dayEndMs(to, timezone))) return false;
  const { without = [] } = request;
  if (without.includes("date") && article.publishedAtMs !== undefined) return false;
  const orNone = (names: readonly string[], lack: Lack): readonly string[] =>
    without.includes(lack) ? [...names, ""] : names;
  return [
    {
      ...request,
      sources: orNone(request.sources, "source"),
      categories: orNone(request.categories, "category"),
    },
    query.filters,
  ].every(
    ({ sources, categories, excludedSources, excludedCategories }) =>
      isAllowed(article.source, sources, excludedSources) &&
      isAllowed(article.category, categories, excludedCategories),
  );
}

function isAllowed(value: string | undefined, wanted: readonly string[], excluded: readonly string[]): boolean {
  const folded = fold(value ?? "");
  const isIn = (names: readonly string[]): boolean => names.some((name) => fold(name) === folded);
  return (wanted.length === 0 || isIn(wanted)) && !isIn(excluded);
}
