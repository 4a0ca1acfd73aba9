import { createHash } from "node:crypto";
import { AppError } from "../../errors.ts";
import type { Reranker } from "../reranker.ts";
import { Circuit } from "./circuit.ts";
import { exchangeJson, type Patience, RefusedError, UnansweredError } from "./http-json.ts";

/**
 * Servers that re-rank. Two dialects of `POST …/rerank` are spoken:
 *
 *     tei      Text Embeddings Inference    {query, texts}                → [{index, score}]
 *     cohere   Cohere, Jina, vLLM and kin   {model, query, documents}     → {results: [{index, relevance_score}]}
 */
const DIALECTS = ["tei", "cohere"] as const;
type DialectName = (typeof DIALECTS)[number];

interface RerankAddress {
  /** Of the server, or of its `/v1`, `/v2` or `/rerank`; without parameters, password or slash at the end. */
  readonly baseUrl: string;
  readonly dialect: DialectName | undefined;
  readonly model: string | undefined;
  /** Sent as bearer token. */
  readonly token: string | undefined;
}

export interface RemoteRerankerOptions {
  /** How long one request may take. */
  readonly timeoutMs?: number;
  /** How long a server that does not answer is left alone. */
  readonly restMs?: number;
}

const TIMEOUT_MS = 10_000;
const REST_MS = 5_000;
const FAILURES_TO_OPEN = 3;
/** Texts of one request: a server scores some together faster than one by one. */
const BATCH_TEXTS = 10;
const PARAMETERS = ["dialect", "model"];
/** Scored first, to learn which dialect a server speaks. */
const PROBE = { query: "水", texts: ["水"] } as const;

/**
 * A server at `http://[:TOKEN@]HOST[:PORT][/PATH][?dialect=tei|cohere&model=…]` as a re-ranker. It is not asked before the first text is
 * to be scored: a search does not depend on it.
 * @throws AppError `usage` for an address that is not understood.
 */
export function openRemoteReranker(url: string, options: RemoteRerankerOptions = {}): Reranker {
  const address = parseRerankAddress(url);
  const { timeoutMs = TIMEOUT_MS, restMs = REST_MS } = options;
  const circuit = new Circuit({ maxFailures: FAILURES_TO_OPEN, restMs });
  const patience = (signal?: AbortSignal): Patience => ({ timeoutMs, attempts: 1, maxPauseMs: 0, signal });

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    const { blockedBy } = circuit;
    if (blockedBy !== undefined) throw toUnavailable(address, blockedBy);
    circuit.begin();
    try {
      const result = await work();
      circuit.succeeded();
      return result;
    } catch (error) {
      if (error instanceof UnansweredError) circuit.failed(error);
      if (error instanceof UnansweredError || error instanceof RefusedError) throw toUnavailable(address, error);
      throw error;
    }
  };
  let dialect: DialectName | undefined;
  const score = async (question: Question, signal: AbortSignal | undefined): Promise<number[]> => {
    dialect ??= await findDialect(address, patience(signal));
    return await ask(dialect, address, question, patience(signal));
  };
  return {
    name: (address.model ?? new URL(address.baseUrl).host).replace(/\s+/g, "-"),
    fingerprint: `rerank-${createHash("sha256")
      .update(JSON.stringify([address.baseUrl, address.model]))
      .digest("hex")
      .slice(0, 16)}`,
    bytes: 0,
    batchTexts: BATCH_TEXTS,
    async score(query, texts, { signal } = {}) {
      signal?.throwIfAborted();
      const isReadable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
      const scores = new Array<number | undefined>(texts.length).fill(undefined);
      const places = isReadable(query) ? [...texts.keys()].filter((place) => isReadable(texts[place] ?? "")) : [];
      for (let start = 0; start < places.length; start += BATCH_TEXTS) {
        const batch = places.slice(start, start + BATCH_TEXTS);
        const given = batch.map((place) => texts[place] ?? "");
        const found = await guarded(() => score({ query, texts: given }, signal));
        batch.forEach((place, index) => {
          scores[place] = found[index];
        });
      }
      return scores;
    },
    close: async () => {},
  };
}

function parseRerankAddress(text: string): RerankAddress {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new AppError("usage", `${JSON.stringify(text)} is no http:// or https:// address of a re-ranking server.`);
  for (const name of url.searchParams.keys()) {
    if (PARAMETERS.includes(name)) continue;
    const known = PARAMETERS.join(", ");
    throw new AppError("usage", `The re-ranker's address has the parameter ${name}; understood are ${known}.`);
  }
  const wanted = url.searchParams.get("dialect") ?? undefined;
  const dialect = DIALECTS.find((name) => name === wanted);
  if (wanted !== undefined && dialect === undefined)
    throw new AppError("usage", `The re-ranker's address has dialect=${wanted}; wanted one of ${DIALECTS.join(", ")}.`);
  return {
    baseUrl: `${url.origin}${url.pathname}`.replace(/(?:\/rerank)?\/*$/, ""),
    dialect,
    model: url.searchParams.get("model") ?? undefined,
    token: url.password === "" ? undefined : decodeURIComponent(url.password),
  };
}

async function findDialect(address: RerankAddress, patience: Patience): Promise<DialectName> {
  if (address.dialect !== undefined) return address.dialect;
  const refusals: string[] = [];
  for (const name of DIALECTS) {
    try {
      await ask(name, address, PROBE, patience);
      return name;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refusals.push(`${name}: ${error.message}`);
      // The server knows the dialect and wants something else of us.
      if (error.status === 401 || error.status === 403) break;
    }
  }
  throw new RefusedError(0, `no dialect of a re-ranking server was understood there (${refusals.join("; ")})`);
}

interface Question {
  readonly query: string;
  readonly texts: readonly string[];
}

/** One score for each text. @throws RefusedError for a reply that is not that. */
async function ask(
  dialect: DialectName,
  { baseUrl, model, token }: RerankAddress,
  { query, texts }: Question,
  patience: Patience,
): Promise<number[]> {
  if (dialect === "tei") {
    const body = { query, texts, truncate: true };
    const reply = await exchangeJson({ url: `${baseUrl}/rerank`, method: "POST", body, token }, patience);
    return toScores(reply, "score", texts.length);
  }
  const apiUrl = /\/v\d+$/.test(baseUrl) ? baseUrl : `${baseUrl}/v1`;
  const body = { ...(model === undefined ? {} : { model }), query, documents: texts, top_n: texts.length };
  const reply = await exchangeJson({ url: `${apiUrl}/rerank`, method: "POST", body, token }, patience);
  return toScores(isJson(reply) ? reply.results : undefined, "relevance_score", texts.length);
}

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The scores in the order of the texts; servers list the best first. */
function toScores(rows: unknown, key: "score" | "relevance_score", count: number): number[] {
  const scores = new Map<unknown, number>();
  for (const row of Array.isArray(rows) ? rows.filter(isJson) : []) {
    const score = row[key];
    if (typeof score === "number" && Number.isFinite(score)) scores.set(row.index, score);
  }
  const found = Array.from({ length: count }, (_, index) => scores.get(index)).filter((score) => score !== undefined);
  if (found.length === count) return found;
  throw new RefusedError(200, `the server gave ${found.length} scores for ${count} texts`);
}

const toUnavailable = ({ baseUrl }: RerankAddress, cause: Error): AppError =>
  new AppError("encoder-unavailable", `The re-ranking server at ${baseUrl} cannot be used: ${cause.message}.`, {
    cause,
    remedy: { code: "set-option", option: "rerank", value: "http://…", does: "names its address" },
  });
