/**
 * The client: the API of a server, typed, over `fetch`. Needs nothing of Node.js.
 *
 *     const archive = createClient("http://127.0.0.1:8600");
 *     const { total, hits } = await archive.search({ q: "台风", from: "2024-01-01" });
 *     for await (const hit of archive.searchAll({ q: "台风" })) console.log(hit.title);
 */
import { toIdSegment } from "../api/id-segment.ts";
import type {
  CountArticlesParams,
  CountArticlesReply,
  FindSimilarArticlesParams,
  FindSimilarArticlesReply,
  GetArticleReply,
  GetStatusReply,
  PutArticlesParams,
  PutArticlesReply,
  RemoveArticleReply,
  SearchParams,
  SearchReply,
  SuggestReply,
} from "./api-types.ts";
import { ClientError } from "./client-error.ts";
import { readLines } from "./read-lines.ts";
import { asIs, type ClientOptions, type RequestOptions, type Sent, send, toBrokenOff } from "./send.ts";

export type { ApiErrorCode, SearchParams, SearchReply } from "./api-types.ts";
export { ClientError } from "./client-error.ts";
export { provesQuote, type Quote } from "./proves-quote.ts";
export type { ClientOptions, RequestOptions } from "./send.ts";

export type SearchHit = SearchReply["hits"][number];
export type Article = GetArticleReply;

/** What a search finds, and whether all of it is exported, by date, instead of the first 5,000. */
export type ExportParams = Omit<SearchParams, "cursor" | "limit" | "offset" | "facetValues" | "stories"> & {
  readonly all?: "on" | "off";
};

/** An article of an export, with what was asked of which state of the archive. `published` is in the archive's time zone. */
export interface ExportedArticle extends GetArticleReply {
  /** In plain words. */
  readonly query: string;
  readonly snapshot: string;
  /** From 1. */
  readonly rank: number;
  /** Articles that match, exported or not. */
  readonly matches: number;
  readonly order: "relevance" | "newest" | "oldest";
}

/** An article to be put; other names of its fields are understood as `wenxun import` does. */
export type PutArticle = Readonly<Record<string, unknown>>;

export const EXPORT_FORMATS = ["csv", "jsonl", "ris", "bib"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Every method rejects with a {@link ClientError}, or with the reason of its signal. */
export interface Client {
  search(params: SearchParams, options?: RequestOptions): Promise<SearchReply>;
  /**
   * Every hit that counts, page after page, of one state of the archive; with `related`, those merely similar after them. A server lists
   * about 100,000: where more follow it fails with `list-cut` behind them.
   */
  searchAll(
    params: Omit<SearchParams, "limit" | "offset">,
    options?: RequestOptions & { readonly related?: boolean },
  ): AsyncGenerator<SearchHit, void>;
  /** Queries side by side, by day, week, month or year, also by source or category: articles, all articles, and the share. */
  counts(params: CountArticlesParams, options?: RequestOptions): Promise<CountArticlesReply>;
  /** The same as a file of CSV. */
  countsFile(params: CountArticlesParams, options?: RequestOptions): Promise<Response>;
  /** Whole articles of a search as they come: the first 5,000, or all. */
  exportArticles(params: ExportParams, options?: RequestOptions): AsyncGenerator<ExportedArticle, void>;
  /** A file of the articles of a search; its body is a stream. */
  exportFile(format: ExportFormat, params: ExportParams, options?: RequestOptions): Promise<Response>;
  /** Undefined where there is none. */
  article(id: string, options?: RequestOptions): Promise<Article | undefined>;
  /** Articles nearest in meaning; undefined where there is no such article. */
  similar(
    id: string,
    options?: FindSimilarArticlesParams & RequestOptions,
  ): Promise<FindSimilarArticlesReply["hits"] | undefined>;
  /** Titles that hold what is being typed. */
  suggest(typed: string, options?: RequestOptions): Promise<SuggestReply["titles"]>;
  status(options?: RequestOptions): Promise<GetStatusReply>;
  /** Adds or replaces articles by id. */
  put(articles: readonly PutArticle[], options?: PutArticlesParams & RequestOptions): Promise<PutArticlesReply>;
  /** Removes an article; false where there was none. */
  remove(id: string, options?: RequestOptions): Promise<boolean>;
}

/** Hits of one page of {@link Client.searchAll}. */
const PAGE = 100;

/**
 * @param url where the server is, with its path if it has one: `https://example.org/news/`
 * @throws ClientError `invalid-request` for an address, a token or a header that can be none
 */
export function createClient(url: string | URL, options: ClientOptions = {}): Client {
  const root = toRoot(url);
  checkHeaders(options);
  const toUrl = (path: string, params: object = {}): URL => {
    const target = new URL(path, root);
    for (const [name, value] of Object.entries(params)) {
      for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, String(one));
    }
    return target;
  };
  const ask = <T>(sent: Sent): Promise<T> =>
    send(sent, options, async (response) => toValue(await response.text(), response) as T);
  const toArticle = (id: string, part = "", params?: object): URL =>
    toUrl(`api/v1/articles/${toIdSegment(id)}${part}`, params);
  /** No article has an empty id, and its address would be that of all articles. */
  const ofArticle = async <T>(id: string, sent: Omit<Sent, "url">, url = toArticle(id)): Promise<T | undefined> =>
    id === "" ? undefined : orUndefined(ask<T>({ ...sent, url }));
  const client: Client = {
    search: (params, { signal } = {}) => ask({ url: toUrl("api/v1/search", params), signal }),
    async *searchAll(params, { signal, related = false } = {}) {
      // Where a state of the archive is not kept long enough, the newer one is read from its beginning: each hit is given once.
      const given = new Set<string>();
      let { snapshot } = params;
      for (let offset = 0; ; offset += PAGE) {
        const page = await client
          .search({ ...params, limit: PAGE, offset, snapshot }, { signal })
          .catch((error: unknown) => {
            const isGone = error instanceof ClientError && error.code === "snapshot-gone";
            if (!isGone || params.snapshot !== undefined) throw error;
            offset = 0;
            return client.search({ ...params, limit: PAGE, offset }, { signal });
          });
        snapshot = page.snapshot;
        for (const hit of page.hits) {
          if (given.has(hit.id) || (hit.match === "related" && !related)) continue;
          given.add(hit.id);
          yield hit;
        }
        if (page.hits.length < PAGE || (!related && page.hits.at(-1)?.match === "related")) return;
        if (page.notices.includes("list-cut")) throw toListCut(page);
      }
    },
    counts: (params, { signal } = {}) => ask({ url: toUrl("api/v1/counts", params), signal }),
    countsFile: (params, { signal } = {}) => send({ url: toUrl("api/v1/counts.csv", params), signal }, options, asIs),
    async *exportArticles(params, { signal } = {}) {
      const response = await client.exportFile("jsonl", params, { signal });
      const breakOff = (error: unknown): never => {
        signal?.throwIfAborted();
        throw toBrokenOff(root, error);
      };
      for await (const line of readLines(response, breakOff)) yield toValue(line, response) as ExportedArticle;
    },
    exportFile: (format, params, { signal } = {}) =>
      send({ url: toUrl(`export.${format}`, params), signal }, options, asIs),
    article: (id, { signal } = {}) => ofArticle<Article>(id, { signal }),
    similar: async (id, { signal, ...params } = {}) =>
      (await ofArticle<FindSimilarArticlesReply>(id, { signal }, toArticle(id, "/similar", params)))?.hits,
    suggest: async (typed, { signal } = {}) =>
      (await ask<SuggestReply>({ url: toUrl("api/v1/suggest", { q: typed }), signal })).titles,
    status: ({ signal } = {}) => ask({ url: toUrl("api/v1/status"), signal }),
    put: async (articles, { signal, ...params } = {}) =>
      ask({ method: "POST", url: toUrl("api/v1/articles", params), body: toJson(articles), signal }),
    remove: async (id, { signal } = {}) =>
      (await ofArticle<RemoveArticleReply>(id, { method: "DELETE", signal }))?.removed === 1,
  };
  return client;
}

/** @throws ClientError `invalid-request` */
function toRoot(url: string | URL): URL {
  const root = URL.parse(String(url));
  if (root === null || !/^https?:$/.test(root.protocol))
    throw toUnusable(`"${url}" is no address of a server: wanted one such as https://example.org/news/.`);
  if (!root.pathname.endsWith("/")) root.pathname += "/";
  return root;
}

/** @throws ClientError `invalid-request` */
function checkHeaders({ token = "", headers }: ClientOptions): void {
  try {
    new Headers(headers);
    new Headers({ authorization: token });
  } catch (cause) {
    throw toUnusable("The token, or another header, has characters that no header may have.", cause);
  }
}

/** @throws ClientError `invalid-request` for what JSON cannot say */
function toJson(articles: readonly PutArticle[]): string {
  try {
    return JSON.stringify(articles);
  } catch (cause) {
    throw toUnusable("The articles cannot be written as JSON.", cause);
  }
}

const toUnusable = (message: string, cause?: unknown): ClientError =>
  new ClientError(message, { code: "invalid-request", status: 0 }, { cause });

const toListCut = ({ total }: SearchReply): ClientError =>
  new ClientError(
    `Of ${total} articles that match, a search lists no more than these: exportArticles({ ...search, all: "on" }) gives them all, and a narrower range of days reaches the rest.`,
    { code: "list-cut", status: 200 },
  );

/** @throws ClientError `unreadable` */
function toValue(text: string, { status, url }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = URL.parse(url)?.origin ?? "The server";
    throw new ClientError(
      `${where} answered with something else than JSON.`,
      { code: "unreadable", status },
      { cause },
    );
  }
}

/** What is not there is no failure. */
async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ClientError && error.code === "not-found") return undefined;
    throw error;
  }
}
