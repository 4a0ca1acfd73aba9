/** What is asked of an archive. */

export const SEARCH_MODES = ["hybrid", "semantic", "keyword"] as const;

export type SearchMode = (typeof SEARCH_MODES)[number];

export const SORT_ORDERS = ["relevance", "newest", "oldest"] as const;

export type SortOrder = (typeof SORT_ORDERS)[number];

/** What an article may lack: what a facet counts as none, and a histogram as undated. */
export const LACKS = ["source", "category", "date"] as const;

export type Lack = (typeof LACKS)[number];

export const HISTOGRAM_INTERVALS = ["day", "month", "year"] as const;

export type HistogramInterval = (typeof HISTOGRAM_INTERVALS)[number];

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
  /**
   * What articles may lack: `source` asks for those without a source, beside those of `sources`; `category` likewise; `date` asks for
   * those without a date alone. Default: nothing is asked.
   */
  readonly without?: readonly Lack[] | undefined;
  /** None of these. */
  readonly excludedSources: readonly string[];
  readonly excludedCategories: readonly string[];
  readonly sort: SortOrder;
  /** 0–100. */
  readonly limit: number;
  readonly offset: number;
  /** Tellings of one event become one hit, among the first of the order: see docs/SEARCH.md. Default false. */
  readonly stories?: boolean | undefined;
  /** False: the order is the engine's, also where there is a re-ranker. Default true. */
  readonly rerank?: boolean | undefined;
  /** False: the matches are counted and not put in order; there are no hits, and none is folded or related. Default true. */
  readonly ranked?: boolean | undefined;
  /** Values listed of each facet, 0–10,000. Default 50. */
  readonly facetValues?: number | undefined;
  /** Interval of the histogram. Default: days, months or years, whichever fits the matches. */
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

export interface SimilarOptions {
  readonly limit: number;
  /** Only articles that tell the same event as this one. Default false. */
  readonly sameStory?: boolean | undefined;
}

/** What is asked of one article: which of the query stands in it, and which of its sentences say it. */
export type ExplainRequest = Pick<SearchRequest, "query" | "mode">;
