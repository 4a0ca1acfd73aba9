import type { LruMap } from "../collections/lru-map.ts";
import type { TextRole } from "../encoder/encoder.ts";
import { toUnit } from "../encoder/unit-vector.ts";
import type { TokenWindow, WindowedEncoder } from "../encoder/windowed-encoder.ts";
import { AppError } from "../errors.ts";
import { TimeSlices } from "../threads/time-slices.ts";
import type { Embedding } from "./embedding.ts";
import { FairQueue } from "./fair-queue.ts";
import { SharedQueries } from "./shared-queries.ts";
import { createVectorCache } from "./vector-cache.ts";

/** What becomes of a text that is longer than the encoder reads: refused, cut, or read in windows whose vectors are averaged. */
export const OVERFLOWS = ["error", "truncate", "average"] as const;
export type Overflow = (typeof OVERFLOWS)[number];

export interface EngineLimits {
  /** Texts in one request. */
  readonly maxRequestInputs: number;
  /** Texts accepted and not yet answered, of all requests together. */
  readonly maxHeldInputs: number;
  /** Tokens accepted and not yet answered, of all requests together. */
  readonly maxHeldTokens: number;
  /** Windows of one text under `average`; what follows is cut, and said so. */
  readonly maxWindows: number;
  /** Tokens of a batch, padding included. Larger: more texts per second; smaller: short texts wait less. */
  readonly batchTokens: number;
  /** Texts × longest² of a batch: bounds the memory of attention. */
  readonly batchSquares: number;
  /** Batches that run at the same time. */
  readonly parallelBatches: number;
  /** How long a request may take, waiting included. */
  readonly deadlineMs: number;
  /** Memory for the vectors of recent queries. 0: no cache. */
  readonly cacheBytes: number;
}

export interface EmbedRequest {
  readonly texts: readonly string[];
  readonly role: TextRole;
  readonly overflow: Overflow;
  /** Aborted when the client has gone: its texts leave the queue. */
  readonly signal?: AbortSignal | undefined;
  /** Shorter than the engine's own. */
  readonly deadlineMs?: number | undefined;
}

/** One batch that ran, for metrics. */
export interface BatchReport {
  readonly texts: number;
  readonly tokens: number;
  readonly paddedTokens: number;
  readonly elapsedMs: number;
}

export interface EngineOptions<W extends TokenWindow> {
  readonly encoder: WindowedEncoder<W>;
  readonly limits: EngineLimits;
  readonly onBatch?: (report: BatchReport) => void;
}

/** One window in the queue. */
interface Job<W> {
  readonly window: W;
  readonly tokenCount: number;
  readonly resolve: (vector: Float32Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A token stands for at most about this many characters: what a request is charged before its tokens are counted. */
const UNITS_PER_TOKEN = 8;
/** Requests up to this count as small however little may be held. */
const SMALL_INPUTS = 16;
const SMALL_TOKENS = 1024;
/** Requests up to this part of what may be held count as small. */
const SMALL_SHARE = 1 / 16;
/** Part of what may be held that is open to large requests, while anything is held. */
const LARGE_SHARE = 3 / 4;
/** How long counting tokens may hold the thread. */
const SLICE_MS = 8;

/**
 * Text in, vectors out, for many clients at once: counts what it holds, refuses what would be too much, batches by cost,
 * shares the encoder fairly between short and long, forgets what was cancelled.
 */
export class Engine<W extends TokenWindow = TokenWindow> {
  readonly encoder: WindowedEncoder<W>;
  readonly limits: EngineLimits;
  readonly cache: LruMap<Embedding>;
  readonly #queue: FairQueue<Job<W>>;
  readonly #onBatch: (report: BatchReport) => void;
  readonly #queries: SharedQueries;
  readonly #idle = Promise.withResolvers<void>();
  #heldInputs = 0;
  #heldTokens = 0;
  #runningBatches = 0;
  #msPerToken = 0;
  #isClosing = false;

  constructor({ encoder, limits, onBatch = () => {} }: EngineOptions<W>) {
    this.encoder = encoder;
    this.limits = limits;
    this.cache = createVectorCache(limits.cacheBytes);
    this.#queries = new SharedQueries(this.cache);
    this.#queue = new FairQueue({ maxTokens: limits.batchTokens, maxSquares: limits.batchSquares });
    this.#onBatch = onBatch;
  }

  get state() {
    return {
      heldInputs: this.#heldInputs,
      heldTokens: this.#heldTokens,
      waitingTexts: this.#queue.size,
      runningBatches: this.#runningBatches,
      cacheHits: this.#queries.hits,
      isClosing: this.#isClosing,
    };
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
    this.#checkFits(inputs, tokens);
  }

  /** Refuses a request that holds too many texts before anything is made of them. @throws AppError `payload-too-large` */
  checkCount(texts: number): void {
    if (texts <= this.limits.maxRequestInputs) return;
    throw new AppError(
      "payload-too-large",
      `The request holds ${texts} texts; at most ${this.limits.maxRequestInputs} are taken at once. Send several requests.`,
      { remedy: { code: "set-option", option: "max-request-inputs", does: "allows more" } },
    );
  }

  #checkFits(inputs: number, tokens: number, share = 1): void {
    const maxHeldInputs = this.limits.maxHeldInputs * share;
    const maxHeldTokens = this.limits.maxHeldTokens * share;
    const isFull = this.#heldInputs + inputs > maxHeldInputs || this.#heldTokens + tokens > maxHeldTokens;
    if (!isFull) return;
    throw new AppError(
      "overloaded",
      `The queue is full: ${this.#heldInputs} texts with ${this.#heldTokens} tokens are held, and ${inputs} texts with ` +
        `about ${tokens} tokens more would pass the limit of ${maxHeldInputs} texts or ${maxHeldTokens} tokens. ` +
        "Send fewer at a time, or try again after the time in Retry-After.",
      { retryAfterS: this.#retryAfterS() },
    );
  }

  /** @throws AppError `unavailable` while closing. */
  checkReady(): void {
    if (!this.#isClosing) return;
    const message = "The encoder server is shutting down; ask another one or try again later.";
    throw new AppError("unavailable", message, { retryAfterS: 5 });
  }

  /** Encodes one short text outside the queue, so that the first client does not wait for lazy initialisation. */
  async warmUp(): Promise<void> {
    const { windows } = this.encoder.tokenize("热身 warm-up", "query", 1);
    await this.encoder.encodeWindows(windows);
  }

  /** Accepts nothing more; resolves when everything accepted is answered. */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#settleIfIdle();
    return this.#idle.promise;
  }

  #embedQuery(text: string, { role, overflow }: EmbedRequest, signal: AbortSignal): Promise<Embedding> {
    const embed = async (shared: AbortSignal): Promise<Embedding> => {
      const [first] = await this.#embedAll({ texts: [text], role, overflow }, shared);
      if (first === undefined) throw new AppError("internal", "The engine gave no embedding for one text.");
      return first;
    };
    return this.#queries.embed(JSON.stringify([role, overflow, text]), embed, signal);
  }

  async #embedAll(request: EmbedRequest, signal: AbortSignal): Promise<Embedding[]> {
    const { texts } = request;
    this.checkCount(texts.length);
    let units = 0;
    for (const text of texts) units += text.length;
    const reservation = this.#reserve(texts.length, Math.ceil(units / UNITS_PER_TOKEN));
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
      return await Promise.all(
        tokenized.map(async ({ windows, isCut }) => {
          const vectors = await Promise.all(windows.map((window) => this.#enqueue(window, signal)));
          const counts = windows.map(({ tokenCount }) => tokenCount);
          return { vector: average(vectors, counts), tokenCount: sum(counts), isCut };
        }),
      );
    } finally {
      reservation.release();
    }
  }

  /** Counts a request in; `setTokens` replaces the guess by the true number. */
  #reserve(inputs: number, guessedTokens: number) {
    let tokens = 0;
    const setTokens = (wanted: number, share = 1) => {
      if (wanted > this.limits.maxHeldTokens || inputs > this.limits.maxHeldInputs) {
        throw new AppError(
          "payload-too-large",
          `The request holds ${inputs} texts with about ${wanted} tokens, more than the server ever holds ` +
            `(${this.limits.maxHeldInputs} texts, ${this.limits.maxHeldTokens} tokens). Send several requests.`,
        );
      }
      this.#heldTokens -= tokens;
      tokens = 0;
      this.#checkFits(0, wanted, share);
      this.#heldTokens += wanted;
      tokens = wanted;
    };
    // So that beside clients who send thousands of texts at a time there is room for one who sends a few.
    const share = isLarge(inputs, guessedTokens, this.limits) && this.#heldInputs > 0 ? LARGE_SHARE : 1;
    this.checkReady();
    this.#checkFits(Math.min(inputs, this.limits.maxHeldInputs), 0, share);
    setTokens(guessedTokens, share);
    this.#heldInputs += inputs;
    const release = () => {
      this.#heldInputs -= inputs;
      this.#heldTokens -= tokens;
      this.#settleIfIdle();
    };
    return { setTokens, release };
  }

  #enqueue(window: W, signal: AbortSignal): Promise<Float32Array | undefined> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const leave = () => {
        this.#queue.remove(job);
        reject(signal.reason);
      };
      const job: Job<W> = {
        window,
        tokenCount: window.tokenCount,
        resolve: (vector) => {
          signal.removeEventListener("abort", leave);
          resolve(vector);
        },
        reject: (error) => {
          signal.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#queue.push(job);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#runningBatches < this.limits.parallelBatches && this.#queue.size > 0) {
      this.#runningBatches++;
      // A turn of the event loop lies before each batch: requests that arrive together are batched together, and an
      // encoder that computes on this thread cannot starve the sockets.
      setImmediate(() => {
        this.#runBatch().finally(() => {
          this.#runningBatches--;
          this.#pump();
          this.#settleIfIdle();
        });
      });
    }
  }

  async #runBatch(): Promise<void> {
    const batch = this.#queue.takeBatch();
    const longest = batch[0]?.tokenCount;
    if (longest === undefined) return;
    const startedAt = performance.now();
    try {
      const vectors = await this.encoder.encodeWindows(batch.map(({ window }) => window));
      const elapsedMs = performance.now() - startedAt;
      const paddedTokens = longest * batch.length;
      this.#msPerToken += (elapsedMs / paddedTokens - this.#msPerToken) * 0.1;
      batch.forEach((job, index) => {
        job.resolve(vectors[index]);
      });
      const tokens = sum(batch.map(({ tokenCount }) => tokenCount));
      this.#onBatch({ texts: batch.length, tokens, paddedTokens, elapsedMs });
    } catch (error) {
      for (const job of batch) job.reject(error);
    }
  }

  /** How long the tokens held now will take, 1–60 s. */
  #retryAfterS(): number {
    const ms = (this.#heldTokens * this.#msPerToken) / this.limits.parallelBatches;
    return Math.min(60, Math.max(1, Math.ceil(ms / 1000)));
  }

  #settleIfIdle(): void {
    if (this.#isClosing && this.#heldInputs === 0 && this.#runningBatches === 0) this.#idle.resolve();
  }
}

const isLarge = (inputs: number, tokens: number, { maxHeldInputs, maxHeldTokens }: EngineLimits): boolean =>
  inputs > Math.max(SMALL_INPUTS, maxHeldInputs * SMALL_SHARE) ||
  tokens > Math.max(SMALL_TOKENS, maxHeldTokens * SMALL_SHARE);

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
