import type { Encoder, TextRole } from "./encoder.ts";
import { NEUTRAL_TEXTS } from "./neutral-texts.ts";
import { toUnit } from "./unit-vector.ts";

/** Ends the fingerprint: which texts the mean is taken of and what is done with it. */
const SUFFIX = "/centred-1";

/**
 * Squared length of the mean of the neutral texts' vectors, about the cosine of two unrelated texts, above which an encoder's vectors lie
 * close together. Measured: multilingual-e5-small .86, the built-in encoder .04.
 */
const CLOSE = 0.4;

/**
 * An encoder with the mean of its vectors taken out. The vectors of many transformers lie in a narrow cone, where every text is much like
 * every other; the search, which selects rows by signs and takes a cosine near 0 for unrelated, then sees little. Less the mean of the
 * neutral texts of the same role, and at norm 1 again, they point in all directions, and what tells texts apart is left.
 * The first step of Mu and Viswanath, All-but-the-Top (2018).
 */
export function withCentredVectors(encoder: Encoder): Encoder {
  const means = new Map<TextRole, Promise<Float32Array>>();
  /** Measured at the first text of a role, and again where that failed. */
  const meanOf = (role: TextRole): Promise<Float32Array> => {
    const known = means.get(role);
    if (known) return known;
    const measured = measureMean(encoder, role);
    means.set(role, measured);
    measured.catch(() => means.delete(role));
    return measured;
  };
  return {
    ...encoder,
    fingerprint: encoder.fingerprint + SUFFIX,
    async encode(texts, options) {
      const mean = await meanOf(options.role);
      options.signal?.throwIfAborted();
      const vectors = await encoder.encode(texts, options);
      return vectors.map((vector) => vector && centred(vector, mean));
    },
  };
}

/** Whether a fingerprint is that of an encoder with centred vectors. */
export const isOfCentred = (fingerprint: string): boolean => fingerprint.endsWith(SUFFIX);

/** The fingerprint of the encoder within. */
export const withoutCentring = (fingerprint: string): string =>
  isOfCentred(fingerprint) ? fingerprint.slice(0, -SUFFIX.length) : fingerprint;

/** Whether an encoder's vectors lie so close together that they want centring. @throws AppError `encoder-unavailable`. */
export async function liesClose(encoder: Pick<Encoder, "encode" | "dimensions">): Promise<boolean> {
  const mean = await measureMean(encoder, "document");
  return mean.reduce((sum, value) => sum + value * value, 0) > CLOSE;
}

/** The mean of unit vectors; its squared length is the average cosine of two of the texts, of a text with itself included. */
async function measureMean(encoder: Pick<Encoder, "encode" | "dimensions">, role: TextRole): Promise<Float32Array> {
  const vectors = (await encoder.encode(NEUTRAL_TEXTS, { role })).filter((vector) => vector !== undefined);
  const mean = new Float32Array(encoder.dimensions);
  for (const vector of vectors)
    for (let index = 0; index < mean.length; index++)
      mean[index] = (mean[index] ?? 0) + (vector[index] ?? 0) / vectors.length;
  return mean;
}

/** A vector that is the mean itself stays as it is: it would have no direction. */
const centred = (vector: Float32Array, mean: Float32Array): Float32Array =>
  toUnit(vector.map((value, index) => value - (mean[index] ?? 0))) ?? vector;
