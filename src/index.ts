import { join } from "node:path";
import { tokensPath } from "./access/tokens-path.ts";
import type { Article } from "./archive/article.ts";
import type { SearchRequest } from "./archive/request.ts";
import type { Explanation, Hit, SearchResult } from "./archive/result.ts";
import type { ArchiveWriter, PutResult, RemoveOptions } from "./archive/writer.ts";
import { AUDIT_FOLDER } from "./audit/audit-files.ts";
import { checkImport, importFiles, type LibraryImportOptions } from "./compose/library-import.ts";
import {
  checkServerOptions,
  type OpenArchiveOptions,
  readOpenOptions,
  type StartServerOptions,
} from "./compose/library-options.ts";
import { inLibraryWords, withLibraryWords } from "./compose/library-words.ts";
import { folderHoldsArchive, type OnError, openBackend, openForWriting } from "./compose/open-backend.ts";
import { inThreads } from "./compose/open-served.ts";
import { type SearchServer, startSearchServer } from "./compose/start-search-server.ts";
import { checkArticles } from "./ingest/check-articles.ts";
import type { ImportReport } from "./ingest/report.ts";
import { createResources } from "./resources/registry.ts";
import type { Resources } from "./resources/resources.ts";
import { type CountInterval, countByDate, type DateCounts } from "./search/count-by-date.ts";
import { toId, toRequest, toSimilarLimit } from "./search/to-request.ts";
import {
  BOOLEAN,
  checkFields,
  checkValue,
  type FieldRule,
  type FieldRules,
  isText,
  isTexts,
  OPTIONS_PLACE,
} from "./text/check-fields.ts";

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
export { ImportError, type LibraryImportOptions } from "./compose/library-import.ts";
export type { OpenArchiveOptions, StartServerOptions } from "./compose/library-options.ts";
export type { SearchServer } from "./compose/start-search-server.ts";
export { AppError, type ErrorCode } from "./errors.ts";
export type { ImportProgress } from "./ingest/import.ts";
export type { ImportReport } from "./ingest/report.ts";
export type { Resources } from "./resources/resources.ts";
export type { CountInterval, DateCounts, PeriodCount } from "./search/count-by-date.ts";
export { type Html, html } from "./site/html.ts";
export { definePage, type OwnPage, type PageArchive, type PageCall, type PageReply } from "./site/own-page.ts";

export interface CompactOptions {
  /** Also writes every text anew as new ones are written: for archives of earlier versions. Default false. */
  readonly rewrite?: boolean;
}

export interface ExportOptions {
  /** Aborted: the export ends with what it is aborted with. */
  readonly signal?: AbortSignal;
}

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
  compact(options?: CompactOptions): Promise<void>;
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
  export(options?: ExportOptions): AsyncIterableIterator<Article>;
  /** The search page and the API over this archive; see {@link startServer}. */
  serve(options?: StartServerOptions): Promise<SearchServer>;
  /** Stop its servers first. */
  close(): Promise<void>;
}

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

const FOLDER: FieldRule = { wanted: "the path of a folder", isRight: (value) => isText(value) && value !== "" };
const IDS: FieldRule = { wanted: "the id of an article, or an array of ids", isRight: isTexts };
const REMOVE_OPTIONS: FieldRules<RemoveOptions> = { by: { wanted: "text", isRight: isText } };
const COMPACT_OPTIONS: FieldRules<CompactOptions> = { rewrite: BOOLEAN };
const EXPORT_OPTIONS: FieldRules<ExportOptions> = {
  signal: { wanted: "an AbortSignal", isRight: (value) => value instanceof AbortSignal },
};

async function open(folder: string, options: OpenArchiveOptions): Promise<Archive> {
  checkValue(folder, FOLDER, { code: "usage", name: "folder" });
  const { encoder, timezone, rerank } = readOpenOptions(options);
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
    import: (files, options = {}) => {
      checkImport(files, options);
      const { timezone } = archive.info;
      return writing((writer) => importFiles(files, options, { writer, folder, timezone }));
    },
    put: (articles) => {
      checkArticles(articles);
      return writing((writer) => writer.put(articles));
    },
    remove: (ids, options = {}) => {
      const removed = typeof ids === "string" ? [ids] : ids;
      checkValue(removed, IDS, { code: "invalid-request", name: "ids" });
      checkFields<RemoveOptions>(options, REMOVE_OPTIONS, OPTIONS_PLACE);
      return writing((writer) => writer.remove(removed, options));
    },
    compact: (options = {}) => {
      checkFields<CompactOptions>(options, COMPACT_OPTIONS, OPTIONS_PLACE);
      return writing(async (writer) => writer.compact?.(options));
    },
    search: (query) => search.search(toRequest(query)),
    explain: (id, query) => search.explain(toId(id), toRequest(query)),
    count: (query, interval) => countByDate(search, toRequest(query), { interval }),
    export: (options = {}) => {
      checkFields<ExportOptions>(options, EXPORT_OPTIONS, OPTIONS_PLACE);
      return archive.articles(options);
    },
    article: (id) => search.article(toId(id)),
    similar: (id, limit) => search.similar(toId(id), { limit: toSimilarLimit(limit) }),
    serve: async (options = {}) => {
      checkServerOptions(options);
      const { host = "127.0.0.1", port = 8600, ...rest } = options;
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
      try {
        await opened;
      } catch (error) {
        await server.stop();
        throw error;
      }
      return server;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Serves the search page and the API over an archive, ready when it resolves. `server.stop()` finishes what was accepted.
 * @throws AppError `port-in-use`, or `usage` for an address that cannot be bound.
 */
export const startServer = (archive: Archive, options?: StartServerOptions): Promise<SearchServer> =>
  archive.serve(options);
