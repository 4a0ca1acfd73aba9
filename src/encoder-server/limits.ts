import type { WindowedEncoder } from "../encoder/windowed-encoder.ts";

/** How much an engine takes, and in what portions it encodes it. */
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

/** What may be set; the rest follows from the encoder. */
export type LimitOptions = { readonly [Key in keyof EngineLimits]?: EngineLimits[Key] | undefined };

/** Texts in one request, where the options do not say. */
export const MAX_REQUEST_INPUTS = 2048;

/** How long a request may take, where the options do not say. */
export const DEFAULT_DEADLINE_MS = 60_000;

/** For an encoder that pays for tokens × tokens. One window of usual length fills a batch: more gains nothing on a CPU. */
const TRANSFORMER: EngineLimits = {
  maxRequestInputs: MAX_REQUEST_INPUTS,
  maxHeldInputs: 8192,
  maxHeldTokens: 262_144,
  maxWindows: 64,
  batchTokens: 512,
  batchSquares: 512 ** 2,
  parallelBatches: 1,
  deadlineMs: DEFAULT_DEADLINE_MS,
  cacheBytes: 8 * 2 ** 20,
};

/** For an encoder that adds up rows and reads any length: its tokens are characters and cost a thousandth. */
const ADDER: EngineLimits = { ...TRANSFORMER, maxHeldTokens: 4_194_304, batchTokens: 16_384, batchSquares: Infinity };

export function toLimits(encoder: WindowedEncoder, options: LimitOptions = {}): EngineLimits {
  const base = encoder.tokenUnit === "character" ? ADDER : TRANSFORMER;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...base, ...given };
}
