/** What an archive answers. */
import type { Article } from "./article.ts";
import type { HistogramInterval, SearchMode } from "./request.ts";

export interface Snippet {
  readonly text: string;
  /** UTF-16 offsets into `text`, end exclusive, ascending, not overlapping. */
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

/** An article that was folded into a hit: a near-copy, or another telling of its event. */
export interface Copy {
  readonly id: string;
  readonly title: string;
  readonly source?: string | undefined;
  readonly url?: string | undefined;
  readonly publishedAtMs?: number | undefined;
}

/** Another telling of a hit's event, or a copy of one. */
export interface Telling extends Copy {
  /** By what it was found itself: one that is merely related may stand under a hit that matches. */
  readonly match: MatchKind;
}

export interface Why {
  /** BM25 of the article for the query's words; absent when none matched or the mode does not use them. */
  readonly keyword?: number;
  /** Cosine of article and query, −1…1; absent without vectors. */
  readonly semantic?: number;
  /** What a re-ranker gave it for the query; absent where none read it. Comparable only within one result. */
  readonly rerank?: number;
}

export interface Hit {
  readonly id: string;
  readonly title: string;
  /** The query's words in the title, offsets as in {@link Snippet}. */
  readonly titleHighlights: readonly (readonly [start: number, end: number])[];
  readonly url?: string | undefined;
  readonly source?: string | undefined;
  readonly category?: string | undefined;
  readonly publishedAtMs?: number | undefined;
  /** Higher is better; comparable only within one result. 0 when sorted by date. */
  readonly score: number;
  readonly snippet: Snippet;
  /** Length of the whole text, in UTF-16 units. */
  readonly bodyLength: number;
  readonly copies: readonly Copy[];
  /** Other tellings of the event, best first, where the request asks for stories. */
  readonly tellings: readonly Telling[];
  readonly why: Why;
  readonly match: MatchKind;
}

/**
 * By what an article was found: it holds the words that are asked for, it is unmistakably near in meaning, or it is merely related,
 * which is listed after the others and not counted.
 */
export const MATCH_KINDS = ["words", "meaning", "related"] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];

/** Whether a hit is one of the total's: those alone stand in feeds and exports. */
export const isCounted = ({ match }: Pick<Hit, "match">): boolean => match !== "related";

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export interface Histogram {
  readonly interval: HistogramInterval;
  /** Ascending, gaps included as count 0; `start` is the bucket's first day, `YYYY-MM-DD`. */
  readonly buckets: readonly { readonly start: string; readonly count: number }[];
}

/** What of a facet is not listed: with it the counts of the values add up to the total. */
export interface FacetRemainder {
  /** Matching articles that have no value; a request asks for them by `without`. */
  readonly none: number;
  /** Values beyond those listed. */
  readonly values: number;
  /** Matching articles that have one of these. */
  readonly count: number;
}

export interface SearchResult {
  readonly query: string;
  /** The mode that was used: keyword where the encoder knew no word of the query or was away. */
  readonly mode: SearchMode;
  /** What the reader should know of how the result came about, e.g. that the encoder is away. Codes, shown in the reader's language. */
  readonly notices: readonly SearchNotice[];
  /** Articles that match, near-copies included, by the rules in docs/SEARCH.md; facets and histogram count the same set. */
  readonly total: number;
  /** Near-copies and tellings folded into other hits: `total - collapsed` hits can be paged through, then the related ones. */
  readonly collapsed: number;
  /** Articles that do not match but are similar: listed after those that do, near-copies folded, and counted nowhere else. */
  readonly related: number;
  /** Where no article holds all words of the query, each in one piece: how many of how many the matches hold; all of them in pieces. */
  readonly relaxed?: { readonly held: number; readonly wanted: number } | undefined;
  /** How the query was read, in the query language; empty where nothing is asked for. */
  readonly readAs: string;
  /** What in the query looks like an operator and is none that is known, as typed. */
  readonly unknownOperators: readonly string[];
  /** Synonyms of its words that were looked for too. */
  readonly alsoSearched: readonly string[];
  /** Where the first hits were put in order by a re-ranker, or were to be. */
  readonly reranking?: Reranking | undefined;
  readonly tookMs: number;
  readonly snapshot: string;
  readonly hits: readonly Hit[];
  readonly facets: { readonly source: readonly FacetCount[]; readonly category: readonly FacetCount[] };
  readonly facetRemainders: { readonly source: FacetRemainder; readonly category: FacetRemainder };
  readonly histogram: Histogram;
  /** Matching articles without a date, which stand in no bucket of the histogram. */
  readonly undated: number;
}

/** What a re-ranker did with the first hits of a list. */
export interface Reranking {
  /** Its name. */
  readonly by: string;
  /** Hits that it read in time: those are in its order, mixed with the engine's; the others kept their places. */
  readonly read: number;
  /** Hits that it was given. */
  readonly of: number;
}

/** Codes; each place that shows results words them. */
export const SEARCH_NOTICES = [
  "encoder-away",
  "encoder-changed",
  "query-has-no-vector",
  /** Some of it was left out: it was too long, or had too many operators or words in groups. `readAs` says what was obeyed. */
  "query-cut",
  "query-has-no-words",
  /** It is the headline of an article, whose text says what else is looked for. */
  "query-names-article",
  /** More articles hold every part of a phrase, an excluded word, words in the title or near each other than are read: all of them are counted unread. */
  "phrase-unchecked",
  /** More hits follow than can be paged through: a narrower range of days reaches them. */
  "list-cut",
  /** The archive's words were indexed by another version, which knew fewer spellings as one: `wenxun reindex` does it anew. */
  "words-outdated",
  /** The archive's note of its last commit is missing or damaged: nobody can tell whether the latest commits are all there. */
  "commits-unproven",
  /** The re-ranker had not read all that it was given when its time was up: the rest keeps its place. */
  "rerank-cut",
  /** The re-ranker did not answer: the order is the engine's. */
  "rerank-failed",
] as const;

export type SearchNotice = (typeof SEARCH_NOTICES)[number];

/** What an archive finds: a search without the time it took and the words that it was given beside those typed. */
export type SearchFindings = Omit<SearchResult, "tookMs" | "alsoSearched" | "reranking">;

/** An article beside a query. */
export interface Compared {
  readonly article: Article;
  /** Whether there is a vector of the query, and of the encoder that made the archive's. */
  readonly isComparable: boolean;
  /** Cosine of the query and the article; absent without vectors. */
  readonly semantic?: number;
}

export interface Explanation {
  /** What of the query's words stands in the article, as it is written there, most often first. */
  readonly found: readonly { readonly text: string; readonly times: number }[];
  /** Words and phrases of the query of which nothing stands there. Folded. */
  readonly missing: readonly string[];
  /** Cosine of the query and the whole article; absent without vectors. */
  readonly semantic?: number;
  /** The sentences nearest to the query in meaning, nearest first; none where meaning plays no part. */
  readonly sentences: readonly (Snippet & { readonly similarity: number })[];
}
