import type { DatabaseSync } from "node:sqlite";
import type { Alert } from "../alerts/alert.ts";
import type { PageAddresses } from "../alerts/delivery/announcement.ts";
import { createMailSender } from "../alerts/delivery/mail-sender.ts";
import { createWebhookSender } from "../alerts/delivery/webhook-sender.ts";
import { Matcher } from "../alerts/matching/matcher.ts";
import type { AlertWork } from "../alerts/run-alerts.ts";
import { AlertStore } from "../alerts/store/alert-store.ts";
import { openAlertsDatabase } from "../alerts/store/alerts-database.ts";
import { Outbox } from "../alerts/store/outbox.ts";
import { ProgressStore } from "../alerts/store/progress-store.ts";
import { VectorStore } from "../alerts/store/vector-store.ts";
import type { WatchedArchive } from "../alerts/watched-archive.ts";
import { DEFAULT_QUERY, toArticleUrl, toSearchUrl } from "../api/search-url.ts";
import type { Config } from "../config/options.ts";
import { readVersion } from "../config/paths.ts";
import { createPoster } from "../fetch/create-poster.ts";
import { toUserAgent } from "../fetch/user-agent.ts";
import { at, toSitePath } from "../http/site.ts";
import type { OpenBackend } from "./open-backend.ts";
import { watchArchive } from "./watch-archive.ts";
import { watchCluster } from "./watch-cluster.ts";

export interface AlertingOptions
  extends Pick<Config, "fetchAllow" | "fetchContact" | "fetchTimeoutMs" | "smtp" | "mailFrom"> {
  /** The archive's. */
  readonly folder: string;
  /** Where readers reach the server; undefined: mails and webhooks link to the articles themselves alone. */
  readonly publicUrl?: string | undefined;
}

/** Everything that followed searches take. Dispose it after use. */
export interface Alerting extends AlertWork, AsyncDisposable {
  readonly database: DatabaseSync;
  /** Of the archive, in this thread. */
  readonly search: OpenBackend["search"];
  /** The cosine from which an article is told of where a query is followed by meaning alone; undefined where it has none. */
  readonly floorOf: (query: string) => Promise<number | undefined>;
}

/** @throws AppError `io`, `archive-version` */
export function openAlerting(
  backend: Pick<OpenBackend, "local" | "clustered" | "encoder" | "synonyms" | "search">,
  options: AlertingOptions,
): Alerting {
  const { encoder, synonyms, search } = backend;
  const { folder, publicUrl, fetchContact } = options;
  const database = openAlertsDatabase(folder);
  const [alerts, outbox, progress] = [new AlertStore(database), new Outbox(database), new ProgressStore(database)];
  const archive = watch(backend);
  const vectors = new VectorStore(database);
  const nowMs = Date.now;
  const poster = createPoster({
    userAgent: toUserAgent(readVersion(), fetchContact ?? publicUrl),
    allow: options.fetchAllow,
    timeoutMs: options.fetchTimeoutMs,
  });
  const pages = toPageAddresses(publicUrl);
  const matcher = new Matcher({ alerts, vectors, archive, encoder, synonyms, nowMs });
  const mail = createMailSender({ server: options.smtp, from: options.mailFrom, pages });
  return {
    database,
    search,
    alerts,
    outbox,
    progress,
    archive,
    matcher,
    senders: { mail, webhook: createWebhookSender({ poster, nowMs }) },
    pages,
    nowMs,
    floorOf: (query) => matcher.meaningFloor(query),
    random: Math.random,
    [Symbol.asyncDispose]: async () => {
      await poster.close();
      await mail[Symbol.asyncDispose]();
      database.close();
    },
  };
}

function watch({ local, clustered }: Pick<OpenBackend, "local" | "clustered">): WatchedArchive {
  if (clustered !== undefined) return watchCluster(clustered);
  if (local !== undefined) return watchArchive(local.reader);
  throw new Error("an archive is in a folder or in a cluster");
}

function toPageAddresses(publicUrl: string | undefined): PageAddresses {
  if (publicUrl === undefined) {
    const none = (): undefined => undefined;
    return { toArticle: none, toSearch: none, toUnsubscribe: none };
  }
  const site = { root: new URL(toSitePath(publicUrl), publicUrl).href };
  return {
    toArticle: (id) => toArticleUrl(site, id),
    toSearch: (alert) => toSearchUrl(site, toPageQuery(alert)),
    toUnsubscribe: (key) => at(site, `unsubscribe/${key}`),
  };
}

function toPageQuery({ search }: Alert): typeof DEFAULT_QUERY {
  const { query, mode, from, to, sources, categories, excludedSources, excludedCategories, without = [] } = search;
  return {
    ...DEFAULT_QUERY,
    q: query,
    mode,
    source: [...sources],
    category: [...categories],
    excludeSource: [...excludedSources],
    excludeCategory: [...excludedCategories],
    without: [...without],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    sort: "newest",
  };
}
