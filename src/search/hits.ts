import type { Article } from "../archive/article.ts";
import type { Copy, Hit, Why } from "../archive/result.ts";
import type { Snapshot, StoredArticle } from "../local/read/snapshot.ts";
import type { RowSpace } from "../local/search/row-space.ts";
import type { RankedPlace } from "../local/search/top-rows.ts";
import { createHighlighter } from "../text/highlights.ts";
import { makeSnippet, type SnippetQuery } from "../text/snippet.ts";
import { groupCopies } from "./copies.ts";
import type { ParsedQuery } from "./query.ts";
import { groupStories } from "./stories.ts";

/** The first articles of a ranking among which near-copies are folded together; later ones each stand alone. */
export const COPY_WINDOW = 100;
/** Units of the query that are looked for in texts to be marked. */
const MARKED_UNITS = 512;

/** A hit's place with those that were folded into it, best first. */
export interface Group {
  readonly ranked: RankedPlace;
  readonly copies: readonly RankedPlace[];
  /** Other tellings of the same event, each followed by its own copies. */
  readonly tellings: readonly RankedPlace[];
}

/** Units of a body up to which an article is kept: 200 of them are 8 MB, and a book among the news is read again. */
const KEPT_UNITS = 20_000;

/** Reads the articles of a snapshot by place, each once unless it is very long. */
export class ArticleReads {
  readonly #snapshot: Snapshot;
  readonly #space: RowSpace;
  readonly #known = new Map<number, StoredArticle | undefined>();

  constructor(snapshot: Snapshot, space: RowSpace) {
    this.#snapshot = snapshot;
    this.#space = space;
  }

  at(place: number): StoredArticle | undefined {
    if (this.#known.has(place)) return this.#known.get(place);
    const [article] = this.#snapshot.articles([this.#space.articleKey(place)]);
    if (article === undefined || article.body.length <= KEPT_UNITS) this.#known.set(place, article);
    return article;
  }
}

/**
 * Folds the near-copies among the first {@link COPY_WINDOW} of a ranking into the first of each, then, with `stories`, the
 * tellings of one event into the first of them; the order stays.
 */
export function groupRanking(
  ranking: readonly RankedPlace[],
  space: RowSpace,
  reads: ArticleReads,
  { stories = false }: { readonly stories?: boolean } = {},
): Group[] {
  const window = ranking.slice(0, COPY_WINDOW);
  const leaders = groupCopies({
    count: window.length,
    vector: (index) => space.at(window[index]?.place ?? 0, (segment, row) => segment.vector(row)),
    publishedAtMs: (index) =>
      space.at(window[index]?.place ?? 0, (segment, row) => segment.publishedAtMs[row] ?? Number.NEGATIVE_INFINITY),
    article: (index) => reads.at(window[index]?.place ?? 0),
  });
  const groups = window.flatMap((ranked, index): Group[] => {
    if (leaders[index] !== index) return [];
    return [{ ranked, copies: window.filter((_, at) => at !== index && leaders[at] === index), tellings: [] }];
  });
  const rest = ranking.slice(COPY_WINDOW).map((ranked): Group => ({ ranked, copies: [], tellings: [] }));
  return [...(stories ? foldStories(groups, space) : groups), ...rest];
}

function foldStories(groups: readonly Group[], space: RowSpace): Group[] {
  const leaders = groupStories(
    groups.map(({ ranked }) => ranked.place),
    space,
  );
  return groups.flatMap((group, index) => {
    if (leaders[index] !== index) return [];
    const others = groups.filter((_, at) => at !== index && leaders[at] === index);
    return [{ ...group, tellings: others.flatMap(({ ranked, copies }) => [ranked, ...copies]) }];
  });
}

export interface HitContext {
  readonly reads: ArticleReads;
  readonly snippetQuery: SnippetQuery;
  why(place: number): Why;
}

/** The hits of a page, in order. An article that vanished since (never within a snapshot) is left out. */
export function toHits(groups: readonly Group[], { reads, snippetQuery, why }: HitContext): Hit[] {
  const toCopies = (places: readonly RankedPlace[]): Copy[] =>
    places.flatMap(({ place }) => {
      const copy = reads.at(place);
      return copy === undefined ? [] : [toCopy(copy)];
    });
  return groups.flatMap(({ ranked, copies, tellings }) => {
    const article = reads.at(ranked.place);
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
      tellings: toCopies(tellings),
      why: why(ranked.place),
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

/** How a query's words are found in texts. */
export function toSnippetQuery({ words, phrases }: ParsedQuery, weights: ReadonlyMap<string, number>): SnippetQuery {
  const marked: string[] = [];
  let units = 0;
  for (const word of [...phrases, ...words]) {
    if (units >= MARKED_UNITS) break;
    marked.push(word.slice(0, MARKED_UNITS - units));
    units += word.length;
  }
  return { weights, highlighter: createHighlighter(marked) };
}
