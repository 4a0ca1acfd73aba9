import type { Encoder } from "../../src/encoder/encoder.ts";
import { AppError } from "../../src/errors.ts";
import { fold } from "../../src/text/fold.ts";
import { scanTerms } from "../../src/text/terms.ts";

/** An encoder for tests: terms hashed into a few dimensions. Texts that share terms are near each other. */
export function createBagEncoder(dimensions = 16): Encoder {
  return {
    name: "bag",
    fingerprint: "fake",
    dimensions,
    bytes: 0,
    encode: async (texts) => texts.map((text) => bagVector(text, dimensions)),
    close: async () => {},
  };
}

/** An encoder that never answers, as when its server is down. */
export function createAwayEncoder(): Encoder {
  return {
    ...createBagEncoder(),
    encode: async () => {
      throw new AppError("encoder-unavailable", "The encoder does not answer.");
    },
  };
}

export function bagVector(text: string, dimensions = 16): Float32Array | undefined {
  const vector = new Float32Array(dimensions);
  scanTerms(fold(text), (high, low) => {
    const slot = (Math.imul(high ^ low, 0x9e3779b1) >>> 8) % dimensions;
    vector[slot] = (vector[slot] ?? 0) + 1;
  });
  const norm = Math.hypot(...vector);
  return norm === 0 ? undefined : vector.map((value) => value / norm);
}
