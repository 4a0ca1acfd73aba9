/** What a search is asked and what it answers: the port between search/ and those who show results. */

export const SEARCH_MODES = ["hybrid", "semantic", "keyword"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

export const SORT_ORDERS = ["relevance", "newest", "oldest"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

export interface SearchRequest {
  /** As typed. Empty: every article, newest first. `"…"` is a phrase, `-word` excludes. At most 10,000 characters are read. */
  readonly query: string;
  readonly mode: SearchMode;
  /** First and last day, `YYYY-MM-DD` in the archive's time zone, both inclusive. Undated articles match only without a range. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Any of these; empty: all. */
  readonly sources: readonly string[];
  readonly categories: readonly string[];
  /** None of these. */
  readonly excludedSources: readonly string[];
  readonly excludedCategories: readonly string[];
  readonly sort: SortOrder;
  /** 0–100. */
  readonly limit: number;
  readonly offset: number;
  /** Tellings of one event become one hit, among the first of the order: see docs/SEARCH.md. Default false. */
  readonly stories?: boolean | undefined;
  /** Values listed of each facet, 0–10,000. Default 50. */
  readonly facetValues?: number | undefined;
  /** Of the histogram. Default: days, months or years, as they fit what matches. */
  readonly interval?: HistogramInterval | undefined;
  /** Name of an earlier result's snapshot, to search what was there then. Default: what is there now. */
  readonly snapshot?: string | undefined;
}

/** Everything, hybrid, best first, ten hits: what a request says where it says nothing else. */
export const PLAIN_REQUEST: SearchRequest = {
  query: "",
  mode: "hybrid",
  sources: [],
  categories: [],
  excludedSources: [],
  excludedCategories: [],
  sort: "relevance",
  limit: 10,
  offset: 0,
};

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

export interface Why {
  /** BM25 of the article for the query's words; absent when none matched or the mode does not use them. */
  readonly keyword?: number;
  /** Cosine of article and query, −1…1; absent without vectors. */
  readonly semantic?: number;
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
  /** Of the whole text, in UTF-16 units. */
  readonly bodyLength: number;
  readonly copies: readonly Copy[];
  /** Other tellings of the event, best first, where the request asks for stories. */
  readonly tellings: readonly Copy[];
  readonly why: Why;
}

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export type HistogramInterval = "day" | "month" | "year";

export interface Histogram {
  readonly interval: HistogramInterval;
  /** Ascending, gaps included as count 0; `start` is the bucket's first day, `YYYY-MM-DD`. */
  readonly buckets: readonly { readonly start: string; readonly count: number }[];
}

export interface SearchResult {
  readonly query: string;
  /** The mode that was used: keyword where the encoder knew no word of the query or was away. */
  readonly mode: SearchMode;
  /** What the reader should know of how the result came about, e.g. that the encoder is away. Codes, shown in the reader's language. */
  readonly notices: readonly SearchNotice[];
  /** Articles that match, near-copies included, by the rules in docs/SEARCH.md; facets and histogram count the same set. */
  readonly total: number;
  /** Near-copies and tellings folded into other hits: `total - collapsed` hits can be paged through. */
  readonly collapsed: number;
  readonly tookMs: number;
  readonly snapshot: string;
  readonly hits: readonly Hit[];
  readonly facets: { readonly source: readonly FacetCount[]; readonly category: readonly FacetCount[] };
  readonly histogram: Histogram;
}

export type SearchNotice =
  | "encoder-away"
  | "encoder-changed"
  | "query-has-no-vector"
  | "query-cut"
  | "query-has-no-words"
  /** It is the headline of an article, whose text says what else is looked for. */
  | "query-names-article"
  /** More articles hold every part of a phrase than are read to check it; the oldest of them are counted unread. */
  | "phrase-unchecked";

export interface SimilarOptions {
  readonly limit: number;
  /** Only articles that tell the same event as this one. Default false. */
  readonly sameStory?: boolean | undefined;
}

/** What is asked of one article: which of the query stands in it, and which of its sentences say it. */
export type ExplainRequest = Pick<SearchRequest, "query" | "mode">;

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

export interface SearchService {
  /**
   * @throws AppError `invalid-request` for a day that does not exist or a range that ends before it begins; `snapshot-gone`
   * for a snapshot that is not kept any more.
   */
  search(request: SearchRequest, options?: { readonly signal?: AbortSignal }): Promise<SearchResult>;
  article(id: string): Promise<import("../archive/archive.ts").StoredArticle | undefined>;
  /** Articles nearest in meaning, the article itself and its copies left out; undefined when there is no such article. */
  similar(id: string, options: SimilarOptions): Promise<readonly Hit[] | undefined>;
  /** Why an article matches a query; undefined when there is no such article. */
  explain(id: string, request: ExplainRequest): Promise<Explanation | undefined>;
}

/** What became of a query's text. */
export interface EncodedQuery {
  /** Unit vector; absent where none was made. */
  readonly vector?: Float32Array;
  /** Of the encoder that made it. */
  readonly fingerprint?: string;
  /** Why there is none though one was wanted. */
  readonly notice?: SearchNotice;
}

/** An article beside a query. */
export interface Compared {
  readonly article: import("../archive/archive.ts").StoredArticle;
  /** Whether there is a vector of the query, and of the encoder that made the archive's. */
  readonly isComparable: boolean;
  /** Cosine of the query and the article; absent without vectors. */
  readonly semantic?: number;
}

/** A search without the time it took. */
export type SearchFindings = Omit<SearchResult, "tookMs">;

/**
 * The half of a search service that comes after the encoder: it finds in the newest state of the archive, in this thread or in
 * others. The signal calls off what has not begun.
 */
export interface Searcher {
  search(request: SearchRequest, encoded: EncodedQuery, signal?: AbortSignal): Promise<SearchFindings>;
  article(id: string): ReturnType<SearchService["article"]>;
  similar(id: string, options: SimilarOptions): ReturnType<SearchService["similar"]>;
  compare(id: string, encoded: EncodedQuery): Promise<Compared | undefined>;
}
