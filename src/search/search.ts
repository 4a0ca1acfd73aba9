/** The search service of a product over any archive, and the half of it that an engine does. */
import type { Article } from "../archive/article.ts";
import type { EncodedQuery } from "../archive/encoded-query.ts";
import type { ExplainRequest, SearchRequest, SimilarOptions } from "../archive/request.ts";
import type { Compared, Explanation, Hit, SearchFindings, SearchResult } from "../archive/result.ts";

export interface SearchService {
  /**
   * @throws AppError `invalid-request` for a day that does not exist or a range that ends before it begins; `snapshot-gone`
   * for a snapshot that is not kept any more.
   */
  search(request: SearchRequest, options?: { readonly signal?: AbortSignal }): Promise<SearchResult>;
  article(id: string): Promise<Article | undefined>;
  /** Articles nearest in meaning, the article itself and its copies left out; undefined when there is no such article. */
  similar(id: string, options: SimilarOptions): Promise<readonly Hit[] | undefined>;
  /** Why an article matches a query; undefined when there is no such article. */
  explain(id: string, request: ExplainRequest): Promise<Explanation | undefined>;
}

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
