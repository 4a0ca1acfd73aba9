import { PacedSize } from "../../collections/paced-size.ts";
import { AppError } from "../../errors.ts";
import type { Encoder, TextRole } from "../encoder.ts";
import { toUnit } from "../unit-vector.ts";
import { Circuit } from "./circuit.ts";
import { type Dialect, type EmbedCall, openDialect } from "./dialects.ts";
import { type Patience, RefusedError, UnansweredError } from "./http-json.ts";
import { parseRemoteAddress, type RemoteAddress } from "./remote-address.ts";
import { findRoleStyle, PLAIN_STYLE, type RoleStyle } from "./role-style.ts";
import { isSameEncoder, PROBES, toSketchFingerprint } from "./sketch.ts";

export interface RemoteOptions {
  /**
   * What the archive was made with. With it, an encoder opens while its server is away, and a server that turns out to be
   * another encoder is refused.
   */
  readonly expected?: { readonly fingerprint: string; readonly dimensions: number } | undefined;
  /** How long an attempt may take. A query has a person waiting; documents come in large batches. */
  readonly timeoutsMs?: Readonly<Record<TextRole, number>>;
  /** How long the server is left alone after failures in a row. */
  readonly restMs?: number;
}

const TIMEOUTS_MS: Readonly<Record<TextRole, number>> = { query: 3000, document: 60_000 };
const ATTEMPTS: Readonly<Record<TextRole, number>> = { query: 2, document: 4 };
const MAX_PAUSE_MS: Readonly<Record<TextRole, number>> = { query: 1000, document: 30_000 };
const FAILURES_TO_OPEN = 2;
const REST_MS = 5000;

/** Texts and UTF-16 units of one request, and requests under way at once. */
const MAX_TEXTS = 64;
const FIRST_TEXTS = 16;
/** How long a request should take: far less than the time that one may, however slow the server. */
const REQUEST_MS = 5_000;
const MAX_UNITS = 100_000;
const PARALLEL = 2;

/** Where a server refuses a text, half of it is tried; shorter than this, the text is not what it minds. */
const SHORTEST_UNITS = 64;

/** A server as found at one connection. */
interface Connection {
  readonly dialect: Dialect;
  readonly roles: RoleStyle;
  readonly fingerprint: string;
  readonly dimensions: number;
}

/**
 * An embedding server as an encoder, in any of the dialects that dialects.ts speaks; see remote-address.ts for `url`.
 * The server is asked who it is at each new connection.
 * @throws AppError `encoder-unavailable` when it does not answer and nothing says what to expect of it; `encoder-mismatch`
 *   when it is not what is expected; `usage` for a wrong address.
 */
export async function openRemoteEncoder(url: string, options: RemoteOptions = {}): Promise<Encoder> {
  const server = new RemoteServer(parseRemoteAddress(url), options);
  const { expected } = options;
  const found = await server.connect("query", undefined).catch((error: unknown) => {
    if (expected !== undefined && error instanceof AppError && error.code === "encoder-unavailable") return undefined;
    throw error;
  });
  const { fingerprint, dimensions } = found ?? expected ?? { fingerprint: "", dimensions: 0 };
  return {
    name: found?.dialect.model.replace(/\s+/g, "-") ?? new URL(url).host,
    fingerprint,
    dimensions,
    bytes: 0,
    encode: (texts, { role, signal }) => server.encode(texts, role, signal),
    close: async () => {},
  };
}

class RemoteServer {
  readonly #address: RemoteAddress;
  readonly #timeoutsMs: Readonly<Record<TextRole, number>>;
  readonly #circuit: Circuit;
  readonly #textsPerRequest = new PacedSize({ first: FIRST_TEXTS, least: 1, most: MAX_TEXTS, targetMs: REQUEST_MS });
  /** What the server must offer: what the archive was made with, or else what the first connection found. */
  #expected: { readonly fingerprint: string; readonly dimensions: number } | undefined;
  #connection: Promise<Connection> | undefined;

  constructor(address: RemoteAddress, { expected, timeoutsMs = TIMEOUTS_MS, restMs = REST_MS }: RemoteOptions) {
    this.#address = address;
    this.#timeoutsMs = timeoutsMs;
    this.#expected = expected;
    this.#circuit = new Circuit({ maxFailures: FAILURES_TO_OPEN, restMs });
  }

  async encode(
    texts: readonly string[],
    role: TextRole,
    signal: AbortSignal | undefined,
  ): Promise<(Float32Array | undefined)[]> {
    signal?.throwIfAborted();
    const vectors = new Array<Float32Array | undefined>(texts.length);
    const waiting = placesToSend(texts);
    const work = async (): Promise<void> => {
      while (waiting.length > 0) {
        const places = takeBatch(waiting, texts, this.#textsPerRequest.size);
        const batch = places.map((place) => texts[place] ?? "");
        const startedMs = performance.now();
        const encoded = await this.#embed(batch, role, signal);
        this.#textsPerRequest.learn(batch.length, performance.now() - startedMs);
        places.forEach((place, index) => {
          vectors[place] = encoded[index];
        });
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return vectors;
  }

  /** @throws AppError `encoder-unavailable`, `encoder-mismatch`. */
  connect(role: TextRole, signal: AbortSignal | undefined): Promise<Connection> {
    return this.#guarded(() => this.#connected(role), signal);
  }

  async #embed(
    batch: readonly string[],
    role: TextRole,
    signal: AbortSignal | undefined,
  ): Promise<(Float32Array | undefined)[]> {
    return await this.#guarded(async () => {
      const { dialect, roles, dimensions } = await this.#connected(role);
      const prompted = batch.map((text) => roles.prompts[role] + text);
      const call = { texts: prompted, role, hint: roles.hints?.[role] };
      const vectors = await this.#embedRefusable(dialect, call, signal);
      for (const vector of vectors) {
        if (vector.length !== dimensions) {
          throw new RefusedError(200, `the server gave vectors of ${vector.length} values instead of ${dimensions}`);
        }
      }
      // Servers say by zeros that they know nothing in a text, and some give vectors of any length.
      return vectors.map((vector) => toUnit(vector));
    }, signal);
  }

  /** A batch that is refused is sent text by text, and a text that is refused, shortened: most servers mind length. */
  async #embedRefusable(dialect: Dialect, call: EmbedCall, signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const { texts } = call;
    try {
      return await dialect.embed(call, this.#patience(call.role, signal));
    } catch (error) {
      if (!(error instanceof RefusedError) || ![400, 413, 422].includes(error.status)) throw error;
      const [text = ""] = texts;
      if (texts.length > 1) {
        const vectors: Float32Array[] = [];
        for (const text of texts)
          vectors.push(...(await this.#embedRefusable(dialect, { ...call, texts: [text] }, signal)));
        return vectors;
      }
      if (text.length <= SHORTEST_UNITS) throw error;
      return await this.#embedRefusable(dialect, { ...call, texts: [text.slice(0, text.length >> 1)] }, signal);
    }
  }

  /** Shared by all who need it; not given up when one of them is. */
  #connected(role: TextRole): Promise<Connection> {
    this.#connection ??= this.#open(role).catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #open(role: TextRole): Promise<Connection> {
    const patience = this.#patience(role, undefined);
    const dialect = await openDialect(this.#address, patience);
    const expected = this.#expected;
    for (const roles of await this.#findRoles(dialect, patience)) {
      const found = dialect.told ?? (await this.#probe(dialect, roles, patience));
      const isExpected =
        expected === undefined ||
        (isSameEncoder(found.fingerprint, expected.fingerprint) && found.dimensions === expected.dimensions);
      if (!isExpected) continue;
      // A sketch that is near enough takes the name under which the archive knows the encoder.
      this.#expected = expected ?? found;
      return { dialect, roles, ...this.#expected };
    }
    throw new AppError(
      "encoder-mismatch",
      `The embedding server at ${this.#address.baseUrl} is now another encoder (${dialect.model}), but ` +
        `${expected?.fingerprint} (${expected?.dimensions} dimensions) is wanted. Start it with that one.`,
      { remedy: { code: "reindex" } },
    );
  }

  /** The ways to tell the roles that may be meant. Earlier versions told a foreign server none: an archive from then stays as it was made. */
  async #findRoles(dialect: Dialect, patience: Patience): Promise<readonly RoleStyle[]> {
    const found = await findRoleStyle(dialect, this.#address, patience);
    return this.#expected === undefined ? [found] : [found, PLAIN_STYLE];
  }

  async #probe(
    dialect: Dialect,
    { prompts, hints }: RoleStyle,
    patience: Patience,
  ): Promise<{ fingerprint: string; dimensions: number }> {
    const vectors: Float32Array[] = [];
    for (const [text, role] of PROBES) {
      const call = { texts: [prompts[role] + text], role, hint: hints?.[role] };
      vectors.push(...(await dialect.embed(call, patience)));
    }
    return { fingerprint: toSketchFingerprint(dialect.model, vectors), dimensions: vectors[0]?.length ?? 0 };
  }

  /** Runs an action unless the circuit is open; says what went wrong in the house's words. */
  async #guarded<T>(action: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const blockedBy = this.#circuit.blockedBy;
    if (blockedBy !== undefined) throw this.#away(blockedBy);
    this.#circuit.begin();
    try {
      const result = await action();
      this.#circuit.succeeded();
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof UnansweredError) {
        // It may come back as another one: it is asked again who it is.
        this.#connection = undefined;
        this.#circuit.failed(error);
        throw this.#away(error);
      }
      if (error instanceof RefusedError) throw this.#away(error);
      throw error;
    }
  }

  #away(cause: Error): AppError {
    return new AppError(
      "encoder-unavailable",
      `The embedding server at ${this.#address.baseUrl} cannot be used: ${cause.message}. Check that it runs.`,
      { cause, remedy: { code: "set-option", option: "encoder", value: "http://…", does: "names its address" } },
    );
  }

  #patience(role: TextRole, signal: AbortSignal | undefined): Patience {
    return {
      timeoutMs: this.#timeoutsMs[role],
      attempts: ATTEMPTS[role],
      maxPauseMs: MAX_PAUSE_MS[role],
      signal,
    };
  }
}

/** Places of the texts, in order; a text without letter or digit is not sent. */
const placesToSend = (texts: readonly string[]): number[] =>
  [...texts.keys()].filter((place) => /[\p{L}\p{N}]/u.test(texts[place] ?? ""));

/** Takes what goes into one request from those that wait: at least one text. */
function takeBatch(waiting: number[], texts: readonly string[], maxTexts: number): number[] {
  let count = 0;
  let units = 0;
  for (const place of waiting.slice(0, maxTexts)) {
    units += texts[place]?.length ?? 0;
    if (count > 0 && units > MAX_UNITS) break;
    count++;
  }
  return waiting.splice(0, count);
}
