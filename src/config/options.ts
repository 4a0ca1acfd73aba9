import { ACCESS_MODES, isScope, SCOPES, type Scope } from "../access/scopes.ts";
import {
  addressList,
  bytes,
  choice,
  duration,
  encoderChoice,
  integer,
  list,
  rerankerChoice,
  share,
  siteAddress,
  text,
  timezone,
  type ValueType,
} from "./value-types.ts";

/** One setting. Its name is also its flag (`--log-level`), environment variable and key in the settings file. */
export interface Option<T = unknown> {
  /** In kebab case. */
  readonly name: string;
  readonly type: ValueType<T>;
  /** As it would be written; absent where doing without is meant. */
  readonly default?: string;
  /** What stands after the flag in the help, e.g. `DIR`. */
  readonly placeholder: string;
  /** Never shown. */
  readonly secret?: true;
  /** One sentence or two: what it does, and what larger and smaller cost. */
  readonly doc: string;
}

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

/** What strangers may be allowed; writing is never for everybody. */
const isOpenScope = (text: string): text is Scope => ["search", "read", "status"].includes(text);

const isHostName = (text: string): text is string =>
  /^(?:\*|(?:\*\.)?[a-z0-9._-]{1,253}|\[?[0-9a-f:.]+\]?)$/i.test(text);

const isFetchHost = (text: string): text is string =>
  /^(?:(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_.])?|\[?[0-9a-f:.]+\]?)(?:\/\d{1,3})?$/i.test(text);

/** Every setting of wenxun, by its key in {@link Config}. */
export const OPTIONS = {
  archive: {
    name: "archive",
    type: text("a folder, or the address of a cluster"),
    default: "./archive",
    placeholder: "DIR",
    doc: "Folder of the archive, relative to the working folder; or its address in a cluster of OpenSearch, such as `opensearch+https://user@host:9200/news`. See CLUSTER.md.",
  },
  clusterPassword: {
    name: "cluster-password",
    type: text("a password"),
    placeholder: "PASSWORD",
    secret: true,
    doc: "Password of the user whom the address of a cluster names. Better set by the environment than by a flag, which others on the machine can read.",
  },
  clusterCa: {
    name: "cluster-ca",
    type: text("a file"),
    placeholder: "FILE",
    doc: "Certificates of the authority that signed those of the cluster, in PEM. Unset: the authorities that Node.js trusts.",
  },
  clusterShards: {
    name: "cluster-shards",
    type: integer(1, 1024),
    placeholder: "N",
    doc: "Shards of an archive that is made in a cluster, or of each of its years: one for each six million articles that it is to hold. It cannot be changed later. Unset: one for each node that keeps data, three at most; one for a year.",
  },
  clusterPartition: {
    name: "cluster-partition",
    type: choice(["none", "year"]),
    default: "none",
    placeholder: "HOW",
    doc: "How the articles of an archive that is made in a cluster are spread over indices: `none`, all in one; `year`, those of each year in an index of its own, so that a search over some days reads no other. It cannot be changed later, but for a copy. See CLUSTER.md.",
  },
  encoder: {
    name: "encoder",
    type: encoderChoice(),
    default: "builtin",
    placeholder: "ENCODER",
    doc: "What turns text into vectors: `builtin`, `onnx:DIR` or the address of an embedding server; of several with commas between them, which take turns. An archive keeps to the encoder it was made with; `wenxun reindex` moves it to another.",
  },
  rerank: {
    name: "rerank",
    type: rerankerChoice(),
    default: "off",
    placeholder: "RERANKER",
    doc: "What reads the first hits of a list and puts them in a better order: `onnx:DIR` (a sentence encoder or a cross-encoder) or the address of a re-ranking server. See RERANKING.md for what it brings and costs.",
  },
  rerankDepth: {
    name: "rerank-depth",
    type: integer(2, 100),
    default: "30",
    placeholder: "N",
    doc: "Hits that the re-ranker reads, from the first on. The time that it takes grows with their number.",
  },
  rerankBudgetMs: {
    name: "rerank-budget",
    type: duration("10ms", "10m"),
    default: "800ms",
    placeholder: "TIME",
    doc: "How long a search waits for the re-ranker; hits that were not read by then keep their places, and the result says so.",
  },
  rerankWeight: {
    name: "rerank-weight",
    type: share(),
    default: "0.4",
    placeholder: "SHARE",
    doc: "How much the re-ranker counts beside the search itself; 1 is its order alone. A strong cross-encoder deserves more than a sentence encoder.",
  },
  timezone: {
    name: "timezone",
    type: timezone(),
    default: "Asia/Shanghai",
    placeholder: "ZONE",
    doc: "Time zone in which a new archive's days begin, and of imported dates that name none.",
  },
  host: {
    name: "host",
    type: text("an address of this machine"),
    default: "127.0.0.1",
    placeholder: "HOST",
    doc: "Address to listen on; `0.0.0.0` makes a server reachable from other machines.",
  },
  port: {
    name: "port",
    type: integer(0, 65535),
    default: "8600",
    placeholder: "PORT",
    doc: "Port of the search server; 0 takes a free one.",
  },
  publicUrl: {
    name: "public-url",
    type: siteAddress(),
    placeholder: "URL",
    doc: "Address under which readers reach the search server, such as `https://example.org/news/`. Pages, feeds, cookies and the description of the API keep to it. A proxy may pass its path on or strip it. Unset: the root of the host that each request names.",
  },
  securityContact: {
    name: "security-contact",
    type: text("a mailto: or https:// address", (text) =>
      /^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s/]+\S*)$/i.test(text),
    ),
    placeholder: "URL",
    doc: "Whom to tell of a security flaw, such as `mailto:security@example.org`; it stands in `/.well-known/security.txt`. Unset: there is no such file.",
  },
  token: {
    name: "token",
    type: text("at least 16 characters, none of them a space", (text) => /^[!-~]{16,}$/.test(text)),
    placeholder: "TOKEN",
    secret: true,
    doc: "One bearer token that may do everything, such as add articles through `POST /api/articles`. `wenxun tokens add` makes tokens that may do less and can be revoked.",
  },
  access: {
    name: "access",
    type: choice(ACCESS_MODES),
    default: "open",
    placeholder: "MODE",
    doc: "Who may read: `open` lets everybody, `token` those who have a token or have logged in with one, `proxy` those whom a trusted proxy names. Writing needs a token in each case. See ACCESS.md.",
  },
  openScopes: {
    name: "open-scopes",
    type: list("scopes out of search, read, status", isOpenScope),
    default: "search,read,status",
    placeholder: "SCOPES",
    doc: "What everybody may do where access is open. Without `status`, the figures of the server and its metrics need a token.",
  },
  tokensFile: {
    name: "tokens-file",
    type: text("a file"),
    placeholder: "FILE",
    doc: "File that holds the hashes of tokens. Unset: `tokens.json` in the archive's folder.",
  },
  userHeader: {
    name: "user-header",
    type: text("the name of a header", (text) => /^[A-Za-z0-9-]{1,100}$/.test(text)),
    default: "x-forwarded-user",
    placeholder: "HEADER",
    doc: "Header in which a trusted proxy names the user, where access is `proxy`. The proxy must remove it from what its clients send.",
  },
  proxyScopes: {
    name: "proxy-scopes",
    type: list(`scopes out of ${SCOPES.join(", ")}`, isScope),
    default: "search,read",
    placeholder: "SCOPES",
    doc: "What users may do whom a trusted proxy names.",
  },
  auditLog: {
    name: "audit-log",
    type: text("a folder, or off"),
    placeholder: "FOLDER",
    doc: "Folder of the audit log, which notes who changed, exported, logged in or failed to; `off` keeps none. What cannot be noted is not changed. Unset: `audit` in the archive's folder. See ACCESS.md.",
  },
  auditFileBytes: {
    name: "audit-file-size",
    type: bytes("64k", "1g"),
    default: "16m",
    placeholder: "SIZE",
    doc: "Size from which on the audit log goes on in another file.",
  },
  auditSearches: {
    name: "audit-searches",
    type: choice(["off", "on"]),
    default: "off",
    placeholder: "MODE",
    doc: "Whether the audit log also notes what readers search for and read, with their names and addresses. Many laws ask that readers be told.",
  },
  allowedHosts: {
    name: "allowed-hosts",
    type: list("host names, such as news.example.org or *.example.org; * for any", isHostName),
    default: "",
    placeholder: "NAMES",
    doc: "More host names that the server answers to, besides that of `public-url`, its addresses and names that only the local network knows. Others get 421, since a page of a stranger may have pointed its own name here.",
  },
  siteRules: {
    name: "site-rules",
    type: text("a folder"),
    placeholder: "DIR",
    doc: "Folder with rules for sites, which say where the parts of an article stand on their pages, in files such as `example.org.txt`. They go before those that come with wenxun. See EXTRACT.md.",
  },
  searchThreads: {
    name: "search-threads",
    type: integer(1, 64),
    placeholder: "N",
    doc: "Threads in which the search server searches; the one that answers requests is none of them. More than the machine has cores gain nothing, and each takes memory: the first is started with the server, others when searches wait or they can help with one in a large archive, until they have had nothing to do for a minute. Unset: 2, or 1 on a machine with one core or where `max-memory` has no room for two.",
  },
  searchQueue: {
    name: "search-queue",
    type: integer(0, 100_000),
    default: "64",
    placeholder: "N",
    doc: "Searches that may wait for a thread; more get 503 and the time after which to try again.",
  },
  requestTimeoutMs: {
    name: "request-timeout",
    type: duration("100ms", "10m"),
    default: "10s",
    placeholder: "TIME",
    doc: "How long a server works for one request until its answer begins; then the work is stopped and the client gets 503. An export has as long for each of its parts.",
  },
  maxConnections: {
    name: "max-connections",
    type: integer(8, 100_000),
    placeholder: "N",
    doc: "Connections that a server holds; one more takes the place of one that is idle or sends nothing. Each may take 128 kB while the head of a request is being sent. Unset: 1024, or what `max-memory` has room for.",
  },
  rateLimit: {
    name: "rate-limit",
    type: integer(1, 1_000_000),
    placeholder: "N",
    doc: "Requests that one client may make in a minute; more get 429, and each reply tells how many are left. Unset: 1200, and any number for programs on this machine.",
  },
  trustedProxies: {
    name: "trusted-proxies",
    type: addressList(),
    placeholder: "LIST",
    doc: "Addresses and ranges of proxies, separated by commas (`127.0.0.1, 10.0.0.0/8`), that are believed: what they say of a client's address, of host and scheme (`X-Forwarded-For`, `-Host`, `-Proto`, read from the right), and of the user where access is `proxy`. Unset: none, and all who come through a proxy share one place.",
  },
  maxMemory: {
    name: "max-memory",
    type: bytes("64m", "1024g"),
    placeholder: "SIZE",
    doc: "Ceiling of the search server's resident memory: heaps, threads and queue are sized by it, an archive that cannot fit is refused, and near it caches are given back and searches refused with 503. Less is slower. Unset: no ceiling.",
  },
  logLevel: {
    name: "log-level",
    type: choice(LOG_LEVELS),
    default: "warn",
    placeholder: "LEVEL",
    doc: "What servers write to standard error; `info` includes each request.",
  },
  follow: {
    name: "follow",
    type: choice(["on", "off"]),
    default: "on",
    placeholder: "MODE",
    doc: "Whether the search server looks at what is followed (`wenxun follow`) when its time has come. Off where `wenxun follow --watch` does it, or for a copy that is only to be read.",
  },
  alerts: {
    name: "alerts",
    type: choice(["on", "off"]),
    default: "on",
    placeholder: "MODE",
    doc: "Whether the search server holds new articles against followed searches and tells people (`wenxun alerts`). Off for a copy that is only to be read.",
  },
  smtp: {
    name: "smtp",
    type: text("an address such as smtp://user:password@mail.example.org:587", (text) =>
      /^smtps?:\/\/[^\s/]+\/?(?:\?\S*)?$/i.test(text),
    ),
    placeholder: "URL",
    secret: true,
    doc: "Mail server by which followed searches are told of: `smtp://user:password@mail.example.org:587`, or `smtps://…:465`. Unset: no mail is sent.",
  },
  mailFrom: {
    name: "mail-from",
    type: text("an e-mail address, with or without a name", (text) =>
      /^(?:[^<>\r\n]*<[^\s@<>]+@[a-z0-9.-]+>|[^\s@<>]+@[a-z0-9.-]+)$/i.test(text),
    ),
    placeholder: "ADDRESS",
    doc: "Sender of mails about followed searches, such as `Archive <archive@example.org>`.",
  },
  fetchAllow: {
    name: "fetch-allow",
    type: list("host names, addresses and ranges, such as rsshub.lan, *.lan, 192.168.1.5 or 10.0.0.0/8", isFetchHost),
    default: "",
    placeholder: "LIST",
    doc: "Hosts that may be fetched from, and that webhooks may go to, although they are not on the public internet, such as an RSSHub of your own. A name allows that name wherever it leads, a range every host in it. Unset: none, so that no feed and no redirect leads into your network.",
  },
  fetchContact: {
    name: "fetch-contact",
    type: text("a mailto: or https:// address", (text) =>
      /^(?:mailto:[^\s@()]+@[^\s@()]+|https?:\/\/[^\s/()]+[^\s()]*)$/i.test(text),
    ),
    placeholder: "URL",
    doc: "Address that other sites find in the User-Agent of requests, to complain to. Unset: that of `public-url`.",
  },
  fetchTimeoutMs: {
    name: "fetch-timeout",
    type: duration("1s", "10m"),
    default: "20s",
    placeholder: "TIME",
    doc: "How long to wait for the whole answer of another site.",
  },
  fetchMaxBytes: {
    name: "fetch-max-size",
    type: bytes("64k", "256m"),
    default: "15m",
    placeholder: "SIZE",
    doc: "Largest answer of another site that is read, packed and unpacked alike. Two times as much may be in memory for each of eight requests.",
  },
  encoderServerPort: {
    name: "encoder-server-port",
    type: integer(0, 65535),
    default: "8666",
    placeholder: "PORT",
    doc: "Port of the embedding server (`wenxun encoder-server`); 0 takes a free one.",
  },
  encoderServerMaxInputs: {
    name: "encoder-server-max-inputs",
    type: integer(1, 100_000),
    default: "2048",
    placeholder: "N",
    doc: "Texts that one request to the embedding server may hold.",
  },
  encoderServerQueueInputs: {
    name: "encoder-server-queue-inputs",
    type: integer(1, 1_000_000),
    default: "8192",
    placeholder: "N",
    doc: "Texts that the embedding server holds, of all requests together; more get 429.",
  },
  encoderServerQueueTokens: {
    name: "encoder-server-queue-tokens",
    type: integer(1024, 1_000_000_000),
    placeholder: "N",
    doc: "Tokens that the embedding server holds, of all requests together; more get 429. Unset: what suits the encoder.",
  },
  encoderServerBatchTokens: {
    name: "encoder-server-batch-tokens",
    type: integer(16, 1_000_000),
    placeholder: "N",
    doc: "Tokens that are encoded in one go. More gives more texts per second, less a shorter wait and less memory. Unset: what suits the encoder.",
  },
  encoderServerDeadlineMs: {
    name: "encoder-server-deadline",
    type: duration("100ms", "1h"),
    default: "60s",
    placeholder: "TIME",
    doc: "How long a request to the embedding server may take, waiting included.",
  },
  encoderServerCacheBytes: {
    name: "encoder-server-cache",
    type: bytes("0", "4g"),
    default: "8m",
    placeholder: "SIZE",
    doc: "Memory of the embedding server for the vectors of recent queries; 0 keeps none.",
  },
} as const satisfies Record<string, Option>;

export type OptionKey = keyof typeof OPTIONS;
export const OPTION_KEYS = Object.keys(OPTIONS) as OptionKey[];

type ValueOf<O> = O extends { type: ValueType<infer T> } ? (O extends { default: string } ? T : T | undefined) : never;

/** The effective settings. */
export type Config = { readonly [Key in OptionKey]: ValueOf<(typeof OPTIONS)[Key]> };

/** `WENXUN_LOG_LEVEL` for `log-level`. */
export function toEnvironmentName({ name }: Pick<Option, "name">): string {
  return `WENXUN_${name.toUpperCase().replaceAll("-", "_")}`;
}
