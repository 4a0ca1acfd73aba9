/** What prepare.ts left for every peer, and the few things that all of them do alike. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PeerManifest, PeerQuery, PeerRange, PeerSearch } from "./protocol.ts";

export interface GivenArticle {
  readonly row: number;
  readonly id: string;
  /** Days since 1970 in China time. */
  readonly day: number;
  readonly title: string;
  readonly body: string;
}

export interface VectorBlock {
  readonly first: number;
  /** Of the rows from `first` on: parts of one buffer, one after the other. */
  readonly vectors: readonly Float32Array<ArrayBuffer>[];
}

export const TOP = 10;
/** Of each ranking, for fusing. */
export const CANDIDATES = 100;

export const readManifest = (folder: string): PeerManifest =>
  JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

/** In order of their rows. */
export function* eachArticle(folder: string): Generator<GivenArticle, void> {
  const database = new DatabaseSync(join(folder, "articles.db"), { readOnly: true });
  const rows: Iterable<unknown> = database
    .prepare("SELECT row, id, day, title, body FROM article ORDER BY row")
    .iterate();
  yield* rows as Iterable<GivenArticle>;
  database.close();
}

export function* eachVectorBlock(folder: string, blockRows = 1000): Generator<VectorBlock, void> {
  const { rows, dimensions } = readManifest(folder);
  const file = openSync(join(folder, "vectors.f32"), "r");
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const block = new Float32Array(count * dimensions);
    readSync(file, new Uint8Array(block.buffer), 0, block.byteLength, first * dimensions * 4);
    const vectors = Array.from({ length: count }, (_, index) =>
      block.subarray(index * dimensions, (index + 1) * dimensions),
    );
    yield { first, vectors };
  }
  closeSync(file);
}

/**
 * Each query in each of its ranges. Other texts stand between two searches for the same, because engines keep what they found
 * last, and each share of the dates is asked as often as the others at any time.
 */
export function readSearches(folder: string, file: string): (PeerSearch & { readonly query: number })[] {
  const queries = JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly PeerQuery[];
  const [{ ranges: shares } = { ranges: [] }] = queries;
  return shares.flatMap((_, round) =>
    queries.map(({ text, vector, ranges }, query) => ({
      query,
      text,
      terms: toTerms(text),
      vector: Float32Array.from(vector),
      ...(ranges[(query + round) % ranges.length] as PeerRange),
    })),
  );
}

/** Pairs of neighbouring Chinese characters, and words of other scripts: what the keyword side of every peer indexes. */
export function toTerms(text: string): string[] {
  const terms: string[] = [];
  for (const [run] of text.toLowerCase().matchAll(/\p{Script=Han}+|[\p{L}\p{N}]+/gu)) {
    if (!/^\p{Script=Han}/u.test(run) || run.length === 1) terms.push(run);
    else for (let index = 1; index < run.length; index++) terms.push(run.slice(index - 1, index + 1));
  }
  return terms;
}

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009) with the usual k of 60. */
export function fuse(...rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings)
    for (const [rank, row] of ranking.entries()) scores.set(row, (scores.get(row) ?? 0) + 1 / (60 + rank + 1));
  return [...scores]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, TOP)
    .map(([row]) => row);
}

/** The texts of the articles found, as a page of results needs them. */
export function openTexts(folder: string): (rows: readonly number[]) => unknown[] {
  const database = new DatabaseSync(join(folder, "articles.db"), { readOnly: true });
  const select = database.prepare("SELECT title, body, day FROM article WHERE row = ?");
  return (rows) => rows.map((row) => select.get(row));
}
