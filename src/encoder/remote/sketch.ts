import { cosine } from "./cosine.ts";

/**
 * Who a foreign server is, by what it answers: a sketch of its vectors for fixed texts. Vectors of one model differ a little
 * from machine to machine, so sketches are compared, never hashed:
 *
 *     remote:MODEL:DIMENSIONS:BASE64URL      (three probes × 32 values as int8)
 */

/** Given as [text, role]. */
export const PROBES = [
  ["港口恢复通航，首批货轮进港。", "document"],
  ["The museum opens its new wing on Sunday.", "document"],
  ["港口恢复通航，首批货轮进港。", "query"],
] as const;

const VALUES_PER_PROBE = 32;
/** Below this cosine two sketches are of two encoders. int8 and other threads stay above .999, another pooling falls below .9. */
const MIN_COSINE = 0.99;

/** The fingerprint of a server from its vectors for {@link PROBES}. */
export function toSketchFingerprint(model: string, vectors: readonly Float32Array[]): string {
  const sketch = Buffer.concat(vectors.map(toSketch));
  return `remote:${model.replace(/[\s:]+/g, "-")}:${vectors[0]?.length ?? 0}:${sketch.toString("base64url")}`;
}

/** True when two fingerprints name the same encoder: equal, or sketches of the same model and nearly the same vectors. */
export function isSameEncoder(a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [parse(a), parse(b)];
  if (first === undefined || second === undefined || first.head !== second.head) return false;
  return PROBES.every((_, probe) => {
    const start = probe * VALUES_PER_PROBE;
    return (
      cosine(
        first.values.subarray(start, start + VALUES_PER_PROBE),
        second.values.subarray(start, start + VALUES_PER_PROBE),
      ) >= MIN_COSINE
    );
  });
}

/** Evenly spread values of a vector, the largest as 127. */
function toSketch(vector: Float32Array): Buffer {
  const sketch = new Int8Array(VALUES_PER_PROBE);
  const step = vector.length / VALUES_PER_PROBE;
  const picked = Array.from(sketch, (_, index) => vector[Math.floor(index * step)] ?? 0);
  const largest = Math.max(...picked.map(Math.abs)) || 1;
  picked.forEach((value, index) => {
    sketch[index] = Math.round((value / largest) * 127);
  });
  return Buffer.from(sketch.buffer);
}

function parse(fingerprint: string): { head: string; values: Int8Array } | undefined {
  const match = /^(remote:[^:]*:\d+):([\w-]+)$/.exec(fingerprint);
  const [, head, sketch] = match ?? [];
  if (head === undefined || sketch === undefined) return undefined;
  const values = Int8Array.from(Buffer.from(sketch, "base64url"), (byte) => (byte << 24) >> 24);
  return values.length === PROBES.length * VALUES_PER_PROBE ? { head, values } : undefined;
}
