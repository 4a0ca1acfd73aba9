import type { Article } from "../archive/article.ts";
import type { Copy, Hit, MatchKind, Telling, Why } from "../archive/result.ts";
import { createHighlighter } from "../text/highlights.ts";
import { makeSnippet, type SnippetQuery } from "../text/snippet.ts";
import type { Candidates } from "./candidates.ts";
import type { Group } from "./groups.ts";
import { distinctTermsOf } from "./matching/words.ts";
import type { ParsedQuery } from "./query.ts";
import type { RankedPlace } from "./ranked.ts";

/** Units of the query that are looked for in texts to be marked. */
const MARKED_UNITS = 512;

export interface HitContext {
  readonly candidates: Pick<Candidates, "article" | "readAhead">;
  readonly snippetQuery: SnippetQuery;
  why(place: number): Why;
  kindOf(place: number): MatchKind;
}

/** The hits of a page, in order. An article that vanished since (never within a snapshot) is left out. */
export function toHits(groups: readonly Group[], { candidates, snippetQuery, why, kindOf }: HitContext): Hit[] {
  const toCopies = (places: readonly RankedPlace[]): Copy[] =>
    places.flatMap(({ place }) => {
      const copy = candidates.article(place);
      return copy === undefined ? [] : [toCopy(copy)];
    });
  const toTellings = (places: readonly RankedPlace[]): Telling[] =>
    places.flatMap((ranked) => toCopies([ranked]).map((copy) => ({ ...copy, match: kindOf(ranked.place) })));
  candidates.readAhead?.(
    groups.flatMap(({ ranked, copies, tellings }) => [ranked, ...copies, ...tellings].map(({ place }) => place)),
  );
  return groups.flatMap(({ ranked, copies, tellings }) => {
    const article = candidates.article(ranked.place);
    if (article === undefined) return [];
    const { id, title, body, url, source, category, publishedAtMs } = article;
    return {
      id,
      title,
      titleHighlights: snippetQuery.highlighter.find(title),
      url,
      source,
      category,
      publishedAtMs,
      score: Number.isFinite(ranked.score) ? ranked.score : 0,
      snippet: makeSnippet(article, snippetQuery),
      bodyLength: body.length,
      copies: toCopies(copies),
      tellings: toTellings(tellings),
      why: why(ranked.place),
      match: kindOf(ranked.place),
    };
  });
}

const toCopy = ({ id, title, source, url, publishedAtMs }: Article): Copy => ({
  id,
  title,
  source,
  url,
  publishedAtMs,
});

/** How a query's words are found in texts. `weights`: how telling each term is. */
export function toSnippetQuery(
  { words, phrases }: Pick<ParsedQuery, "words" | "phrases">,
  weights: ReadonlyMap<string, number>,
): SnippetQuery {
  const marked: string[] = [];
  let units = 0;
  for (const word of [...phrases, ...words]) {
    if (units >= MARKED_UNITS) break;
    marked.push(word.slice(0, MARKED_UNITS - units));
    units += word.length;
  }
  return { weights: withPhrases(weights, phrases), highlighter: createHighlighter(marked) };
}

/** A phrase weighs what its terms weigh once more, so that it is shown where it stands and not where its pairs do. */
function withPhrases(weights: ReadonlyMap<string, number>, phrases: readonly string[]): ReadonlyMap<string, number> {
  const weighed = new Map(weights);
  for (const phrase of phrases) {
    const terms = distinctTermsOf(phrase);
    if (terms.length > 1)
      weighed.set(
        phrase,
        terms.reduce((sum, { text }) => sum + (weights.get(text) ?? 0), 0),
      );
  }
  return weighed;
}
