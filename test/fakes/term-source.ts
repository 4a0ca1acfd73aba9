import assert from "node:assert/strict";
import { PostingsEncoder } from "../../src/local/segment/postings.ts";
import type { KeyedTermEntry } from "../../src/local/segment/term-directory.ts";
import type { TermSource } from "../../src/local/terms/term-board.ts";

/** A term by its `low`: row and frequency of each posting, ascending. */
export type Index = ReadonlyMap<number, readonly (readonly [row: number, frequency: number])[]>;

/** A segment of these postings, without a file. */
export function createTermSource(rows: number, termCounts: Uint16Array, index: Index): TermSource {
  const entries: KeyedTermEntry[] = [];
  const lists: Buffer[] = [];
  let offset = 0;
  for (const [low, postings] of [...index].sort(([a], [b]) => a - b)) {
    const packed = Uint32Array.from(postings, ([row, frequency]) => row * 64 + frequency);
    const encoder = new PostingsEncoder();
    encoder.append(packed, packed.length);
    const bytes = Buffer.from(encoder.take());
    entries.push({ high: 0, low, documentFrequency: packed.length, offset, bytes: bytes.length });
    lists.push(bytes);
    offset += bytes.length;
  }
  const section = Buffer.concat(lists);
  return {
    path: "test.seg",
    rows,
    termCounts,
    find: ({ low, lastLow = low }) => entries.filter((entry) => entry.low >= low && entry.low <= lastLow),
    readPostings: (at, target) => {
      assert.ok(at + target.length <= section.length);
      target.set(section.subarray(at, at + target.length));
    },
  };
}
