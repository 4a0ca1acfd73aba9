import type { DatabaseSync } from "node:sqlite";
import type { Archive } from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import type { Config } from "../config/options.ts";
import { readVersion } from "../config/paths.ts";
import { startExtractor } from "../extract/extractor.ts";
import { type Clock, MACHINE_CLOCK } from "../fetch/clock.ts";
import { createFetcher } from "../fetch/create-fetcher.ts";
import { createPoster, type Poster } from "../fetch/create-poster.ts";
import type { Fetcher } from "../fetch/fetcher.ts";
import { RobotsCache } from "../fetch/robots-cache.ts";
import { ROBOT_NAME, toUserAgent } from "../fetch/user-agent.ts";
import { at, toSitePath } from "../http/site.ts";
import type { CheckOptions } from "../sources/check-source.ts";
import { startDocumentReader } from "../sources/documents/document-reader.ts";
import { createSubscriber, type Subscriber } from "../sources/push/ask-hub.ts";
import type { ReadPage } from "../sources/source.ts";
import { ItemStore } from "../sources/store/item-store.ts";
import { PageStore } from "../sources/store/page-store.ts";
import { PushStore } from "../sources/store/push-store.ts";
import { SourceStore } from "../sources/store/source-store.ts";
import { openSourcesDatabase } from "../sources/store/sources-database.ts";
import { loadSiteRules } from "./load-site-rules.ts";

export interface FollowingOptions
  extends Pick<Config, "fetchAllow" | "fetchContact" | "fetchTimeoutMs" | "fetchMaxBytes"> {
  /** The archive's. */
  readonly folder: string;
  /** Folder with rules for sites, before those that come with wenxun. */
  readonly siteRules?: string | undefined;
  /** IANA zone of dates that name none. */
  readonly timezone: string;
  /** Where a public server is reached: who is asked, and has no contact, finds the archive itself. */
  readonly publicUrl?: string | undefined;
  /** Whether hubs that feeds name are asked to tell of what is new: they call back under `publicUrl`. Default false. */
  readonly asksHubs?: boolean | undefined;
  /** The archive that articles are put into; called for each batch, since another may have been opened meanwhile. */
  readonly archive: () => Pick<Archive, "borrowWriter">;
  readonly clock?: Clock | undefined;
  /** Default: one of its own, which ends with this. */
  readonly fetcher?: Fetcher | undefined;
}

export type AskingOptions = Omit<FollowingOptions, "folder" | "timezone" | "archive">;

/** What asks other sites. Dispose it after use. */
export interface Asking extends Pick<Following, "fetcher" | "assertAllowed" | "clock">, AsyncDisposable {}

export function openAsking(options: AskingOptions): Asking {
  const { fetchContact, publicUrl, clock = MACHINE_CLOCK } = options;
  const fetcher =
    options.fetcher ??
    createFetcher({
      userAgent: toUserAgent(readVersion(), fetchContact ?? publicUrl),
      allow: options.fetchAllow,
      timeoutMs: options.fetchTimeoutMs,
      maxBytes: options.fetchMaxBytes,
      clock,
    });
  const robots = new RobotsCache({ fetcher, robot: ROBOT_NAME, clock });
  return {
    fetcher,
    clock,
    assertAllowed: (url, signal) => robots.assertAllowed(url, signal),
    [Symbol.asyncDispose]: async () => {
      if (options.fetcher === undefined) await fetcher.close();
    },
  };
}

/** Everything that following takes. Dispose it after use. */
export interface Following extends CheckOptions, AsyncDisposable {
  readonly database: DatabaseSync;
  readonly readPage: ReadPage;
  readonly pushes: PushStore;
  readonly subscriber: Subscriber | undefined;
}

/** @throws AppError `io`, `archive-version` */
export function openFollowing(options: FollowingOptions): Following {
  const { folder, timezone, archive, clock = MACHINE_CLOCK } = options;
  const database = openSourcesDatabase(folder);
  const asking = openAsking(options);
  const { fetcher, assertAllowed } = asking;
  const extractor = startExtractor({ maxBytes: options.fetchMaxBytes, rules: loadSiteRules(options.siteRules) });
  const documents = startDocumentReader();
  const readPage: ReadPage = async (bytes, { url, contentType, fetchedAtMs = clock.nowMs() }) => {
    const page = await extractor.extract(bytes, { url, contentType, timezone, fetchedAtMs });
    const { title, paragraphs, source, published, canonicalUrl, nextPage } = page;
    return { title, paragraphs, source, publishedAtMs: published?.atMs, canonicalUrl, nextPage };
  };
  const put = async (articles: readonly Article[]): Promise<void> => {
    const writer = await archive().borrowWriter();
    try {
      await writer.put(articles);
    } finally {
      await writer.close();
    }
  };
  const poster = createPoster({
    userAgent: toUserAgent(readVersion(), options.fetchContact ?? options.publicUrl),
    allow: options.fetchAllow,
    timeoutMs: options.fetchTimeoutMs,
  });
  return {
    database,
    pushes: new PushStore(database),
    subscriber: createSubscriberFor(options, poster, clock),
    sources: new SourceStore(database),
    items: new ItemStore(database),
    pages: new PageStore(database),
    fetcher,
    assertAllowed,
    readPage,
    readDocument: documents.read,
    readsPages: true,
    put,
    timezone,
    clock,
    random: Math.random,
    [Symbol.asyncDispose]: async () => {
      await asking[Symbol.asyncDispose]();
      await extractor[Symbol.asyncDispose]();
      await documents[Symbol.asyncDispose]();
      await poster.close();
      database.close();
    },
  };
}

/** Undefined where no hub could call back. */
function createSubscriberFor(
  { asksHubs = false, publicUrl }: FollowingOptions,
  poster: Poster,
  clock: Clock,
): Subscriber | undefined {
  if (!asksHubs || publicUrl === undefined) return undefined;
  const site = { root: new URL(toSitePath(publicUrl), publicUrl).href };
  return createSubscriber({ poster, callbackOf: (key) => at(site, `websub/${key}`) }, clock);
}
