/** The search service of a product over any archive, and what it asks of one. */
import type { Archive, ReadOptions } from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import type { ExplainRequest, SearchRequest, SimilarOptions } from "../archive/request.ts";
import type { Explanation, Hit, SearchResult } from "../archive/result.ts";

export interface SearchService {
  /**
   * @throws AppError `invalid-request` for a day that does not exist or a range that ends before it begins; `snapshot-gone`
   * for a snapshot that is not kept any more.
   */
  search(request: SearchRequest, options?: ReadOptions): Promise<SearchResult>;
  article(id: string, options?: ReadOptions): Promise<Article | undefined>;
  /** Articles nearest in meaning, the article itself and its copies left out; undefined when there is no such article. */
  similar(id: string, options: SimilarOptions & ReadOptions): Promise<readonly Hit[] | undefined>;
  /** Why an article matches a query; undefined when there is no such article. */
  explain(id: string, request: ExplainRequest, options?: ReadOptions): Promise<Explanation | undefined>;
  /** Names what results depend on beside the archive: encoder, synonyms, a re-ranker. Absent: nothing else. */
  fingerprint?(): string;
}

/** The part of an archive that a search service stands on. */
export type SearchedArchive = Pick<Archive, "search" | "article" | "similar" | "compare"> & {
  readonly info: Pick<Archive["info"], "timezone">;
};
