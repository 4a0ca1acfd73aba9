import { join } from "node:path";
import { tokensPath } from "./access/tokens-path.ts";
import type { Article } from "./archive/article.ts";
import { PLAIN_REQUEST, type SearchRequest } from "./archive/request.ts";
import type { Explanation, Hit, SearchResult } from "./archive/result.ts";
import type { ArchiveWriter, PutResult, RemoveOptions } from "./archive/writer.ts";
import { AUDIT_FOLDER } from "./audit/audit-files.ts";
import { inLibraryWords, withLibraryWords } from "./compose/library-words.ts";
import {
  type BackendOptions,
  folderHoldsArchive,
  type OnError,
  openBackend,
  openForWriting,
} from "./compose/open-backend.ts";
import { inThreads, type ThreadOptions } from "./compose/open-served.ts";
import { type SearchServer, type SearchServerOptions, startSearchServer } from "./compose/start-search-server.ts";
import { encoderChoice, rerankerChoice } from "./config/value-types.ts";
import { AppError } from "./errors.ts";
import { type ImportOptions, importArticles } from "./ingest/import.ts";
import { LIBRARY_REMEDIES } from "./ingest/remedies.ts";
import type { ImportReport } from "./ingest/report.ts";
import { createResources } from "./resources/registry.ts";
import type { Resources } from "./resources/resources.ts";
import { type CountInterval, countByDate, type DateCounts } from "./search/count-by-date.ts";

/**
 * The library: an archive in a folder, and the search page over it, in a few lines.
 *
 *     const archive = await openArchive("./my-archive");
 *     await archive.import("articles.csv");
 *     const server = await startServer(archive, { port: 8600 });
 */

export type { Article } from "./archive/article.ts";
export type { SearchMode, SearchRequest, SortOrder } from "./archive/request.ts";
export type { Explanation, Hit, SearchResult } from "./archive/result.ts";
export type { PutResult, RemoveOptions } from "./archive/writer.ts";
export type { SearchServer } from "./compose/start-search-server.ts";
export { AppError, type ErrorCode } from "./errors.ts";
export type { ImportProgress } from "./ingest/import.ts";
export type { ImportReport } from "./ingest/report.ts";
export type { Resources } from "./resources/resources.ts";
export type { CountInterval, DateCounts, PeriodCount } from "./search/count-by-date.ts";
export { type Html, html } from "./site/html.ts";
export { definePage, type OwnPage, type PageArchive, type PageCall, type PageReply } from "./site/own-page.ts";

export interface OpenArchiveOptions {
  /** `builtin` (default), `onnx:FOLDER`, or the address of an embedding server. */
  readonly encoder?: string;
  /** IANA zone in which the days of a new archive begin, and of dates that do not say theirs. Default Asia/Shanghai. */
  readonly timezone?: string;
  /**
   * Reads the first hits of a search and puts them in a better order: `onnx:FOLDER` (a sentence encoder or a cross-encoder) or the address of
   * a re-ranking server. Default: the order of the search.
   */
  readonly rerank?: string;
  /** Hits that it reads, 2–100. Default 30. */
  readonly rerankDepth?: number;
  /** How long a search waits for it; what was not read by then keeps its place. Default 800. */
  readonly rerankBudgetMs?: number;
  /** How much it counts beside the search itself, 0–1. Default 0.4. */
  readonly rerankWeight?: number;
}

export type LibraryImportOptions = Partial<Omit<ImportOptions, "inputs" | "writer">>;

export interface Archive extends AsyncDisposable {
  readonly folder: string;
  /** What is loaded once and shared: by this archive, by its servers and their pages, and by the program. */
  readonly resources: Resources;
  /** Reads files (JSON lines, JSON, CSV, TSV, SQLite; gzipped or not; patterns such as `news/*.jsonl.gz`) into the archive. */
  import(files: string | readonly string[], options?: LibraryImportOptions): Promise<ImportReport>;
  /** Adds or replaces articles by id; durable when it resolves. */
  put(articles: readonly Article[]): Promise<PutResult>;
  /** Removes articles by id; returns how many were there. The archive's log notes it, with `by`. */
  remove(ids: string | readonly string[], options?: RemoveOptions): Promise<number>;
  /** Makes searches as quick as they can be, and erases the texts of removed articles from the disk. */
  compact(options?: { readonly rewrite?: boolean }): Promise<void>;
  /** Searches by what is asked; what is left out is as on the search page: hybrid, best first, ten hits. */
  search(query: string | Partial<SearchRequest>): Promise<SearchResult>;
  article(id: string): Promise<Article | undefined>;
  /** Articles nearest in meaning; undefined when there is no article with that id. */
  similar(id: string, limit?: number): Promise<readonly Hit[] | undefined>;
  /** Why an article matches a query: what of it stands there, what is missing, which sentences are nearest; undefined where there is no such article. */
  explain(id: string, query: string | Partial<Pick<SearchRequest, "query" | "mode">>): Promise<Explanation | undefined>;
  /** Articles that match, by day, week, month or year, beside all that there are. */
  count(query: string | Partial<SearchRequest>, interval: CountInterval): Promise<DateCounts>;
  /** Every article once, of one state of the archive, in no order; a few at a time are in memory. */
  export(options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<Article>;
  /** The search page and the API over this archive; see {@link startServer}. */
  serve(options?: StartServerOptions): Promise<SearchServer>;
  /** Stop its servers first. */
  close(): Promise<void>;
}

/**
 * Everything that a server may be told, as `wenxun serve` is (docs/CONFIGURATION.md). Left out: this machine alone, port 8600, everybody
 * reads, who writes has a token, the archive's own file of tokens and its audit log; port 0 picks a free one.
 */
export type StartServerOptions = Partial<Omit<SearchServerOptions, "open" | "resources">> &
  Omit<ThreadOptions, "onError">;

const DEFAULT_TIMEZONE = "Asia/Shanghai";

/**
 * Opens the archive in a folder, and makes it first where there is none. Everything heavy is loaded once and shared by the
 * archive and every server over it.
 * @throws AppError `usage` for an encoder that is not understood; `archive-damaged`, `archive-version`, `encoder-unavailable`,
 * `io`.
 */
export const openArchive = (folder: string, options: OpenArchiveOptions = {}): Promise<Archive> =>
  inLibraryWords(async () => {
    const archive = await open(folder, options);
    // What gives one article after the other gives no promise that could be worded.
    return { ...withLibraryWords(archive), export: archive.export };
  });

async function open(folder: string, options: OpenArchiveOptions): Promise<Archive> {
  const { encoder: encoderText = "builtin", timezone = DEFAULT_TIMEZONE } = options;
  const encoder = encoderChoice().parse(encoderText);
  if (encoder === undefined) {
    throw new AppError("usage", `encoder must be ${encoderChoice().wanted}, got ${JSON.stringify(encoderText)}.`);
  }
  const rerank = toRerank(options);
  await using opening = new AsyncDisposableStack();
  const resources = opening.use(createResources());
  const appOptions = { folder, encoder, resources };
  if (!folderHoldsArchive(folder)) {
    const made = await openForWriting({ ...appOptions, timezone });
    await made[Symbol.asyncDispose]();
  }
  const backend = opening.use(await openBackend({ ...appOptions, rerank, mergesBeside: true }));
  const { archive, search } = backend;
  const opened = opening.move();

  const close = async (): Promise<void> => {
    // A program that writes a little and ends, day after day, would otherwise leave its segments unmerged for ever.
    await archive.writer.settle();
    await opened.disposeAsync();
  };
  const writing = async <T>(write: (writer: ArchiveWriter) => Promise<T>): Promise<T> => {
    const writer = await archive.borrowWriter();
    try {
      return await write(writer);
    } finally {
      await writer.close();
    }
  };
  return {
    folder,
    resources,
    import: (files, importOptions) =>
      writing(async (writer) => {
        const inputs = typeof files === "string" ? [files] : files;
        const mapping = { timezone: archive.info.timezone, ...importOptions?.mapping };
        const report = await importArticles({
          rejectsFolder: folder,
          remedies: LIBRARY_REMEDIES,
          ...importOptions,
          mapping,
          inputs,
          writer,
        });
        if (report.failure !== undefined) throw report.failure;
        return report;
      }),
    put: (articles) => writing((writer) => writer.put(articles)),
    remove: (ids, options) => writing((writer) => writer.remove(typeof ids === "string" ? [ids] : ids, options)),
    compact: (options) => writing(async (writer) => writer.compact?.(options)),
    search: (query) => search.search(toRequest(query)),
    explain: (id, query) => search.explain(id, toRequest(query)),
    count: (query, interval) => countByDate(search, toRequest(query), { interval }),
    export: (scanOptions) => archive.articles(scanOptions),
    article: (id) => search.article(id),
    similar: (id, limit = 10) => search.similar(id, { limit }),
    serve: async ({ host = "127.0.0.1", port = 8600, ...rest } = {}) => {
      const open = async ({ onError }: { readonly onError: OnError }) => inThreads(backend, { ...rest, onError });
      const { opened, ...server } = await startSearchServer({
        open,
        resources,
        host,
        port,
        tokensFile: tokensPath(folder),
        auditFolder: join(folder, AUDIT_FOLDER),
        ...rest,
      });
      await opened;
      return server;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const toRequest = (query: string | Partial<SearchRequest>): SearchRequest => ({
  ...PLAIN_REQUEST,
  ...(typeof query === "string" ? { query } : query),
});

/** @throws AppError `usage` for a re-ranker that is not understood, or a number out of its range. */
function toRerank(options: OpenArchiveOptions): BackendOptions["rerank"] {
  const { rerank = "off", rerankDepth = 30, rerankBudgetMs = 800, rerankWeight = 0.4 } = options;
  const choice = rerankerChoice().parse(rerank);
  if (choice === undefined)
    throw new AppError("usage", `rerank must be ${rerankerChoice().wanted}, got ${JSON.stringify(rerank)}.`);
  const limits = { rerankDepth: [2, 100], rerankBudgetMs: [1, 600_000], rerankWeight: [0, 1] } as const;
  for (const [name, value] of Object.entries({ rerankDepth, rerankBudgetMs, rerankWeight })) {
    const [lowest, highest] = limits[name as keyof typeof limits];
    if (value >= lowest && value <= highest) continue;
    throw new AppError("usage", `${name} must be a number from ${lowest} to ${highest}, got ${value}.`);
  }
  if (choice.kind === "off") return undefined;
  return { choice, depth: Math.round(rerankDepth), budgetMs: rerankBudgetMs, weight: rerankWeight };
}

/**
 * Serves the search page and the API over an archive, ready when it resolves. `server.stop()` finishes what was accepted.
 * @throws AppError `port-in-use`, or `usage` for an address that cannot be bound.
 */
export const startServer = (archive: Archive, options?: StartServerOptions): Promise<SearchServer> =>
  archive.serve(options);
