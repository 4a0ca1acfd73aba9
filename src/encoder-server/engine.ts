import type { LruMap } from "../collections/lru-map.ts";
import type { TextRole } from "../encoder/encoder.ts";
import { toUnit } from "../encoder/unit-vector.ts";
import type { TokenWindow, WindowedEncoder } from "../encoder/windowed-encoder.ts";
import { AppError } from "../errors.ts";
import { TimeSlices } from "../threads/time-slices.ts";
import { Admission } from "./admission.ts";
import { type BatchReport, BatchRunner } from "./batch-runner.ts";
import type { Embedding } from "./embedding.ts";
import type { EngineLimits } from "./limits.ts";
import { SharedQueries } from "./shared-queries.ts";
import { createVectorCache } from "./vector-cache.ts";

/** What becomes of a text that is longer than the encoder reads: refused, cut, or read in windows whose vectors are averaged. */
export const OVERFLOWS = ["error", "truncate", "average"] as const;
export type Overflow = (typeof OVERFLOWS)[number];

export interface EmbedRequest {
  readonly texts: readonly string[];
  readonly role: TextRole;
  readonly overflow: Overflow;
  /** Who asks: the encoder's time is shared fairly between clients. */
  readonly client?: string | undefined;
  /** Aborted when the client has gone: its texts leave the queue. */
  readonly signal?: AbortSignal | undefined;
  /** Shorter than the engine's own. */
  readonly deadlineMs?: number | undefined;
}

export interface EngineOptions<W extends TokenWindow> {
  readonly encoder: WindowedEncoder<W>;
  readonly limits: EngineLimits;
  readonly onBatch?: (report: BatchReport) => void;
}

/** A token stands for at most about this many characters: what a request is charged before its tokens are counted. */
const UNITS_PER_TOKEN = 8;
/** How long counting tokens may hold the thread. */
const SLICE_MS = 8;

/**
 * Text in, vectors out, for many clients at once: {@link Admission} counts what is held and refuses what would be too much,
 * {@link SharedQueries} computes equal queries once, {@link BatchRunner} encodes.
 */
export class Engine<W extends TokenWindow = TokenWindow> {
  readonly encoder: WindowedEncoder<W>;
  readonly limits: EngineLimits;
  readonly cache: LruMap<Embedding>;
  readonly #admission: Admission;
  readonly #batches: BatchRunner<W>;
  readonly #queries: SharedQueries;

  constructor({ encoder, limits, onBatch = () => {} }: EngineOptions<W>) {
    this.encoder = encoder;
    this.limits = limits;
    this.cache = createVectorCache(limits.cacheBytes);
    this.#queries = new SharedQueries(this.cache);
    this.#batches = new BatchRunner(encoder, limits, onBatch);
    this.#admission = new Admission({ limits, msPerToken: () => this.#batches.msPerToken });
  }

  get state() {
    return { ...this.#admission.state, ...this.#batches.state, cacheHits: this.#queries.hits };
  }

  /**
   * One embedding per text, in order.
   * @throws AppError `overloaded` when too much is held, `payload-too-large` for a request that could never be held,
   *   `text-too-long` under overflow `error`, `timeout` after the deadline, `unavailable` while closing; the signal's reason
   *   when aborted.
   */
  async embed(request: EmbedRequest): Promise<Embedding[]> {
    const patience = startPatience(Math.min(request.deadlineMs ?? Infinity, this.limits.deadlineMs), request.signal);
    try {
      const [text] = request.texts;
      if (text !== undefined && request.texts.length === 1 && this.#queries.isShared(text)) {
        return [await this.#embedQuery(text, request, patience.signal)];
      }
      return await this.#embedAll(request, patience.signal);
    } finally {
      patience.end();
    }
  }

  /**
   * Refuses at once, before a body is read, what would be refused anyway.
   * @throws AppError `overloaded`, `unavailable`
   */
  checkRoom(inputs = 1, tokens = 1): void {
    this.checkReady();
    this.#admission.checkFits(inputs, tokens);
  }

  /** Refuses a request that holds too many texts before anything is made of them. @throws AppError `payload-too-large` */
  checkCount(texts: number): void {
    this.#admission.checkCount(texts);
  }

  /** @throws AppError `unavailable` while closing. */
  checkReady(): void {
    this.#admission.checkReady();
  }

  /** Encodes one short text outside the queue, so that the first client does not wait for lazy initialisation. */
  async warmUp(): Promise<void> {
    const { windows } = this.encoder.tokenize("热身 warm-up", "query", 1);
    await this.encoder.encodeWindows(windows);
  }

  /** Accepts nothing more; resolves when everything accepted is answered. */
  async close(): Promise<void> {
    await this.#admission.close();
    // A batch may still run for clients who have gone.
    await this.#batches.whenIdle();
  }

  #embedQuery(text: string, { role, overflow, client }: EmbedRequest, signal: AbortSignal): Promise<Embedding> {
    const embed = async (shared: AbortSignal): Promise<Embedding> => {
      const [first] = await this.#embedAll({ texts: [text], role, overflow, client }, shared);
      if (first === undefined) throw new AppError("internal", "The engine gave no embedding for one text.");
      return first;
    };
    return this.#queries.embed(JSON.stringify([role, overflow, text]), embed, signal);
  }

  async #embedAll(request: EmbedRequest, signal: AbortSignal): Promise<Embedding[]> {
    const { texts, client } = request;
    this.checkCount(texts.length);
    let units = 0;
    for (const text of texts) units += text.length;
    const reservation = this.#admission.reserve(texts.length, Math.ceil(units / UNITS_PER_TOKEN));
    try {
      const tokenized = [];
      let tokens = 0;
      const slices = new TimeSlices(SLICE_MS);
      for (const index of texts.keys()) {
        const windows = tokenizeOne(this, request, index);
        tokenized.push(windows);
        for (const { tokenCount } of windows.windows) tokens += tokenCount;
        if (!slices.isOver) continue;
        await slices.next();
        signal.throwIfAborted();
      }
      reservation.setTokens(tokens);
      const all = tokenized.flatMap(({ windows }) => windows);
      const vectors = await this.#batches.encode(all, { signal, client });
      let start = 0;
      return tokenized.map(({ windows, isCut }) => {
        const counts = windows.map(({ tokenCount }) => tokenCount);
        const own = vectors.slice(start, start + counts.length);
        start += counts.length;
        return { vector: average(own, counts), tokenCount: sum(counts), isCut };
      });
    } finally {
      reservation.release();
    }
  }
}

/** @throws AppError `text-too-long` under overflow `error`. */
function tokenizeOne<W extends TokenWindow>(
  { encoder, limits }: Pick<Engine<W>, "encoder" | "limits">,
  { overflow, role, texts }: EmbedRequest,
  index: number,
) {
  const text = texts[index] ?? "";
  const tokenized = encoder.tokenize(text, role, overflow === "average" ? limits.maxWindows : 1);
  if (tokenized.isCut && overflow === "error") {
    const which = texts.length === 1 ? "The text" : `Text ${index + 1} of ${texts.length}`;
    throw new AppError(
      "text-too-long",
      `${which} has ${text.length} characters and more than the ${encoder.maxTokens} tokens (${encoder.tokenUnit}s) ` +
        `that ${encoder.name} reads. Shorten it, or allow it to be cut ("truncate") or averaged over windows ("average").`,
    );
  }
  return tokenized;
}

/** A signal that fires with the client's own or after the deadline; `end` lets go of both. */
function startPatience(deadlineMs: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const leave = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => {
    controller.abort(
      new AppError(
        "timeout",
        `The texts were not encoded within ${deadlineMs} ms. Send fewer at a time or allow more time.`,
      ),
    );
  }, deadlineMs);
  signal?.addEventListener("abort", leave, { once: true });
  if (signal?.aborted) leave();
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    },
  };
}

/** The mean of unit vectors, weighed by tokens, at norm 1. */
function average(vectors: readonly (Float32Array | undefined)[], weights: readonly number[]): Float32Array | undefined {
  if (vectors.length === 1) return vectors[0];
  let total: Float32Array | undefined;
  vectors.forEach((vector, place) => {
    if (vector === undefined) return;
    total ??= new Float32Array(vector.length);
    const weight = weights[place] ?? 0;
    for (let index = 0; index < vector.length; index++) {
      total[index] = (total[index] ?? 0) + (vector[index] ?? 0) * weight;
    }
  });
  return total === undefined ? undefined : toUnit(total);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
