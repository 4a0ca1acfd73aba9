import type { Article } from "../../archive/article.ts";
import type { Candidates } from "../../search/candidates.ts";
import { dotProduct } from "../../search/unit-vectors.ts";
import { unpackVector } from "../index/pack-vector.ts";
import type { StoredDocument } from "../index/to-document.ts";
import type { SnapshotReads } from "../read/snapshot-reads.ts";

/** What is read of a document for ranking and for hits. */
export const DOCUMENT_FIELDS = ["article", "key", "packedVector", "code"] as const;

/** Documents that are read in one go. */
const READ_BATCH = 500;

/**
 * The articles of one search, by their keys. Ranking and folding ask for them one by one and at once, while a cluster gives many and later:
 * what is asked for and not there yet is noted, read, and the work is done again, until nothing is missing.
 */
export class Documents implements Candidates {
  /** BM25 of those that were scored. */
  readonly scores = new Map<number, number>();
  readonly #reads: SnapshotReads;
  readonly #known = new Map<number, StoredDocument | undefined>();
  readonly #vectors = new Map<number, Float32Array>();
  readonly #missing = new Set<number>();

  constructor(reads: SnapshotReads) {
    this.#reads = reads;
  }

  /** Takes in what a search has read anyway. */
  add(document: StoredDocument): void {
    this.#known.set(document.key, document);
  }

  vector(place: number): Float32Array | undefined {
    const packed = this.#at(place)?.packedVector;
    if (packed === undefined) return undefined;
    const known = this.#vectors.get(place) ?? unpackVector(packed);
    this.#vectors.set(place, known);
    return known;
  }

  cosine(query: Float32Array, place: number): number | undefined {
    const own = this.vector(place);
    return own && dotProduct(query, own);
  }

  publishedAtMs(place: number): number {
    return this.#at(place)?.article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
  }

  article(place: number): Article | undefined {
    return this.#at(place)?.article;
  }

  /** Reads what was asked for; false where nothing was missing. */
  async readMissing(): Promise<boolean> {
    const places = [...this.#missing];
    this.#missing.clear();
    for (let start = 0; start < places.length; start += READ_BATCH) {
      const batch = places.slice(start, start + READ_BATCH);
      const { hits } = await this.#reads.search({
        query: { terms: { key: batch } },
        size: batch.length,
        track_total_hits: false,
        _source: DOCUMENT_FIELDS,
      });
      for (const place of batch) this.#known.set(place, undefined);
      for (const { _source } of hits) if (_source !== undefined) this.add(_source);
    }
    return places.length > 0;
  }

  #at(place: number): StoredDocument | undefined {
    const known = this.#known.get(place);
    if (known === undefined && !this.#known.has(place)) this.#missing.add(place);
    return known;
  }
}

/** Something that notes what it lacks, and reads it. */
export interface Reading {
  readMissing(): Promise<boolean>;
}

/** Does synchronous work over what has to be read first: again, until nothing is missing. */
export async function whenRead<T>(work: () => T, readings: readonly Reading[]): Promise<T> {
  for (;;) {
    const done = work();
    const wereMissing = await Promise.all(readings.map((reading) => reading.readMissing()));
    if (!wereMissing.includes(true)) return done;
  }
}
