import type { Reranker } from "../../src/encoder/reranker.ts";
import { fold } from "../../src/text/fold.ts";

export interface FakeReranker extends Reranker {
  /** What it was given, in order. */
  readonly read: string[];
  /** From this batch on nothing is answered until {@link release}. */
  holdsFrom: number;
  release(): void;
  /** Thrown instead of scoring. */
  failure: Error | undefined;
}

/** Counts how many of the query's characters stand in a text, the nearer to its beginning the better; needs no model. */
export function createFakeReranker(
  scoreOf: (query: string, text: string) => number = countShared,
  { batchTexts = 4 }: { readonly batchTexts?: number } = {},
): FakeReranker {
  const isReadable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
  let released = Promise.withResolvers<void>();
  let batches = 0;
  const fake: FakeReranker = {
    name: "fake-reranker",
    fingerprint: "fake-reranker-1",
    bytes: 0,
    batchTexts,
    read: [],
    holdsFrom: Number.POSITIVE_INFINITY,
    release: () => {
      fake.holdsFrom = Number.POSITIVE_INFINITY;
      released.resolve();
      released = Promise.withResolvers();
    },
    failure: undefined,
    async score(query, texts, { signal } = {}) {
      signal?.throwIfAborted();
      if (batches++ >= fake.holdsFrom) await released.promise;
      if (fake.failure !== undefined) throw fake.failure;
      fake.read.push(...texts);
      return texts.map((text) => (isReadable(query) && isReadable(text) ? scoreOf(query, text) : undefined));
    },
    close: async () => {},
  };
  return fake;
}

function countShared(query: string, text: string): number {
  const folded = fold(text);
  return [...new Set(fold(query))]
    .map((character) => folded.indexOf(character))
    .reduce((sum, place) => sum + (place < 0 ? 0 : 1 / (1 + place / 100)), 0);
}
