import type { WindowedEncoder } from "../encoder/windowed-encoder.ts";
import type { EngineLimits } from "./engine.ts";

/** What may be set; the rest follows from the encoder. */
export type LimitOptions = { readonly [Key in keyof EngineLimits]?: EngineLimits[Key] | undefined };

/** For an encoder that pays for tokens × tokens. One window of usual length fills a batch: more gains nothing on a CPU. */
const TRANSFORMER: EngineLimits = {
  maxRequestInputs: 2048,
  maxHeldInputs: 8192,
  maxHeldTokens: 262_144,
  maxWindows: 64,
  batchTokens: 512,
  batchSquares: 512 ** 2,
  parallelBatches: 1,
  deadlineMs: 60_000,
  cacheBytes: 8 * 2 ** 20,
};

/** For an encoder that adds up rows and reads any length: its tokens are characters and cost a thousandth. */
const ADDER: EngineLimits = { ...TRANSFORMER, maxHeldTokens: 4_194_304, batchTokens: 16_384, batchSquares: Infinity };

export function toLimits(encoder: WindowedEncoder, options: LimitOptions = {}): EngineLimits {
  const base = encoder.tokenUnit === "character" ? ADDER : TRANSFORMER;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...base, ...given };
}
