import fc from "fast-check";

/** Bytes as a file would give them, cut anywhere. */
export async function* streamOf(...chunks: (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** Cuts bytes at the given places (taken modulo the length). */
export function cut(bytes: Buffer | string, places: readonly number[]): Buffer[] {
  const whole = Buffer.from(bytes);
  const ends = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => whole.subarray(start, ends[index] ?? whole.length));
}

/** Places for {@link cut}. */
export const cuts = (): fc.Arbitrary<number[]> => fc.array(fc.nat(), { maxLength: 12 });

/** A stream that gives `chunks` and then fails. */
export async function* brokenStream(error: Error, ...chunks: (Buffer | string)[]): AsyncGenerator<Buffer> {
  yield* streamOf(...chunks);
  throw error;
}
