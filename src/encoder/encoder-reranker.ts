import { createHash } from "node:crypto";
import type { Encoder } from "./encoder.ts";
import type { Reranker } from "./reranker.ts";

/** Vectors of queries that are kept: a list is scored a few texts at a time. */
const KEPT_QUERIES = 64;
/** A transformer's time grows with the number of texts, so a small batch costs nothing. */
const DEFAULT_BATCH_TEXTS = 4;

/** A sentence encoder as a re-ranker: the score is the cosine of query and text, each encoded in its role. Closing it closes the encoder. */
export function createEncoderReranker(
  encoder: Encoder,
  { batchTexts = DEFAULT_BATCH_TEXTS }: { readonly batchTexts?: number } = {},
): Reranker {
  const queries = new Map<string, Promise<Float32Array | undefined>>();
  const encodeQuery = (query: string): Promise<Float32Array | undefined> => {
    const known = queries.get(query);
    if (known !== undefined) return known;
    const encoding = encoder.encode([query], { role: "query" }).then(([vector]) => vector);
    queries.set(query, encoding);
    encoding.catch(() => queries.delete(query));
    for (const oldest of queries.keys()) {
      if (queries.size <= KEPT_QUERIES) break;
      queries.delete(oldest);
    }
    return encoding;
  };
  return {
    name: encoder.name,
    fingerprint: `cosine-${createHash("sha256").update(encoder.fingerprint).digest("hex").slice(0, 16)}`,
    bytes: encoder.bytes,
    batchTexts,
    async score(query, texts, { signal } = {}) {
      signal?.throwIfAborted();
      const vector = await encodeQuery(query);
      signal?.throwIfAborted();
      if (vector === undefined) return texts.map(() => undefined);
      const vectors = await encoder.encode(texts, { role: "document", ...(signal === undefined ? {} : { signal }) });
      return vectors.map((other) => (other === undefined ? undefined : dotProduct(vector, other)));
    },
    close: () => encoder.close(),
  };
}

function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
