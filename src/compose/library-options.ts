import { letsNobodyIn } from "../config/load-config.ts";
import { OPTIONS, type OptionKey } from "../config/options.ts";
import { type EncoderChoice, type RerankerChoice, toPassed } from "../config/value-types.ts";
import { AppError } from "../errors.ts";
import { isOwnPage } from "../site/own-page.ts";
import {
  BOOLEAN,
  checkFields,
  type FieldRule,
  type FieldRules,
  isText,
  isTexts,
  OPTIONS_PLACE,
} from "../text/check-fields.ts";
import type { RerankOptions } from "./load-reranker.ts";
import type { ThreadOptions } from "./open-served.ts";
import type { SearchServerOptions } from "./start-search-server.ts";

/** The options of the library: what they are, and the check of what a program passes for them. */

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
  /** How long a search waits for it, 10–600,000 ms; what was not read by then keeps its place. Default 800. */
  readonly rerankBudgetMs?: number;
  /** How much it counts beside the search itself, 0–1. Default 0.4. */
  readonly rerankWeight?: number;
}

/**
 * Everything that a server may be told, as `wenxun serve` is (docs/CONFIGURATION.md). Left out: this machine alone, port 8600, everybody
 * reads, who writes has a token, the archive's own file of tokens and its audit log; port 0 picks a free one.
 */
export type StartServerOptions = Partial<Omit<SearchServerOptions, "open" | "resources" | "sources" | "alerts">> &
  Omit<ThreadOptions, "onError">;

/** What a setting of the same name takes, as the value that it stands for. */
const asSet = <Key extends OptionKey>(keys: readonly Key[]) =>
  Object.fromEntries(
    keys.map((key): [Key, FieldRule] => {
      const isSecret = "secret" in OPTIONS[key];
      return [key, { ...toPassed(OPTIONS[key].type), ...(isSecret && { isSecret }) }];
    }),
  ) as Record<Key, FieldRule>;

const OPEN_RULES: FieldRules<OpenArchiveOptions> = asSet([
  "encoder",
  "timezone",
  "rerank",
  "rerankDepth",
  "rerankBudgetMs",
  "rerankWeight",
]);

const SERVER_RULES: FieldRules<StartServerOptions> = {
  ...asSet([
    "host",
    "port",
    "publicUrl",
    "securityContact",
    "access",
    "openScopes",
    "token",
    "tokensFile",
    "userHeader",
    "proxyScopes",
    "trustedProxies",
    "allowedHosts",
    "auditFileBytes",
    "searchThreads",
    "searchQueue",
    "requestTimeoutMs",
    "maxConnections",
    "rateLimit",
    "maxMemory",
    "logLevel",
  ]),
  auditFolder: { wanted: "a folder", isRight: (value) => isText(value) && value !== "" },
  auditsSearches: BOOLEAN,
  listensWhenOpen: BOOLEAN,
  pages: {
    wanted: "an array of pages that `definePage` made",
    isRight: (value) => Array.isArray(value) && value.every(isOwnPage),
  },
  examples: { wanted: "an array of queries", isRight: isTexts },
};

export interface ReadOpenOptions {
  readonly encoder: EncoderChoice;
  readonly timezone: string;
  /** Undefined: nothing puts hits in another order. */
  readonly rerank: RerankOptions | undefined;
}

/** @throws AppError `usage` that names an option that there is none of, or what is wanted of one */
export function readOpenOptions(options: OpenArchiveOptions): ReadOpenOptions {
  checkFields<OpenArchiveOptions>(options, OPEN_RULES, OPTIONS_PLACE);
  const { encoder = "builtin", timezone = "Asia/Shanghai", rerank = "off" } = options;
  const { rerankDepth: depth = 30, rerankBudgetMs: budgetMs = 800, rerankWeight: weight = 0.4 } = options;
  // Both were found to be understood.
  const choice = OPTIONS.rerank.type.parse(rerank) as RerankerChoice;
  return {
    encoder: OPTIONS.encoder.type.parse(encoder) as EncoderChoice,
    timezone,
    rerank: choice.kind === "off" ? undefined : { choice, depth, budgetMs, weight },
  };
}

/** @throws AppError `usage` that names an option that there is none of, or what is wanted of one */
export function checkServerOptions(options: StartServerOptions): void {
  checkFields<StartServerOptions>(options, SERVER_RULES, OPTIONS_PLACE);
  if (!letsNobodyIn(options)) return;
  throw new AppError(
    "usage",
    "access is proxy, and no proxy is trusted: nobody could come in. Name the proxy's address in trustedProxies, such as 127.0.0.1.",
  );
}
