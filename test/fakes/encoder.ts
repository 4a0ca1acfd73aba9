import { createHash } from "node:crypto";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { fold } from "../../src/text/fold.ts";
import { scanTerms } from "../../src/text/terms.ts";

export interface FakeEncoderOptions {
  readonly name?: string;
  readonly dimensions?: number;
}

/**
 * An encoder that needs no model: each keyword term of the folded text (Chinese bigram, word) adds one of ±1 to a few
 * places that its hash picks. Texts that share terms are near each other, others are almost orthogonal.
 */
export function createFakeEncoder({ name = "fake", dimensions = 64 }: FakeEncoderOptions = {}): Encoder {
  const encodeText = (text: string): Float32Array | undefined => {
    const sum = new Float32Array(dimensions);
    scanTerms(fold(text), (high, low) => {
      const hash = createHash("sha256").update(`${high} ${low}`).digest();
      for (let index = 0; index < 8; index++) {
        const place = hash.readUInt16LE(index * 2) % dimensions;
        sum[place] = (sum[place] ?? 0) + ((hash[16 + index] ?? 0) % 2 === 0 ? 1 : -1);
      }
    });
    const norm = Math.hypot(...sum);
    return norm === 0 ? undefined : sum.map((value) => value / norm);
  };
  return {
    name,
    fingerprint: `${name}-${dimensions}`,
    dimensions,
    bytes: 0,
    async encode(texts, { signal }) {
      signal?.throwIfAborted();
      return texts.map(encodeText);
    },
    close: async () => {},
  };
}

/**
 * The same encoder as many transformers are: all its vectors lie close around one direction.
 * @param perRole queries lie around another direction than documents
 */
export function inNarrowCone(encoder: Encoder, { perRole = false } = {}): Encoder {
  const axis = (role: "query" | "document"): number => (perRole && role === "query" ? 1 : 0);
  return {
    ...encoder,
    fingerprint: `${encoder.fingerprint}-cone`,
    async encode(texts, options) {
      const vectors = await encoder.encode(texts, options);
      return vectors.map((vector) => {
        if (vector === undefined) return undefined;
        const moved = vector.slice();
        moved[axis(options.role)] = (moved[axis(options.role)] ?? 0) + 2;
        const norm = Math.hypot(...moved);
        return moved.map((value) => value / norm);
      });
    },
  };
}
