import type { WindowedEncoder } from "../encoder/windowed-encoder.ts";
import type { EngineLimits } from "./engine.ts";

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
