import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { LARGEST_MERGED_ROWS, type MergeCandidate, pickForCompaction, pickTier } from "./merge-policy.ts";

/** Replaces what was picked by one segment of its live rows, until nothing is picked. */
function mergeAll(
  segments: readonly MergeCandidate[],
  pick: (segments: readonly MergeCandidate[]) => readonly MergeCandidate[],
): readonly MergeCandidate[] {
  let left = segments;
  for (let merges = 0; ; merges++) {
    assert.ok(merges <= 2 * segments.length, "merging goes on for ever");
    const picked = pick(left);
    if (picked.length === 0) return left;
    const liveRows = picked.reduce((sum, segment) => sum + segment.liveRows, 0);
    assert.ok(picked.length === 1 || liveRows <= LARGEST_MERGED_ROWS, `${liveRows} rows would become one segment`);
    left = left.filter((segment) => !picked.includes(segment));
    if (liveRows > 0) left = [...left, { id: 1000 + merges, rows: liveRows, liveRows }];
  }
}

const segment = (id: number, rows: number, liveRows = rows): MergeCandidate => ({ id, rows, liveRows });

const segmentList = fc
  .array(
    fc.record({
      rows: fc.integer({ min: 1, max: 2 * LARGEST_MERGED_ROWS }),
      live: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    {
      maxLength: 40,
    },
  )
  .map((list) => list.map(({ rows, live }, id) => segment(id, rows, Math.floor(rows * live))));

describe("what is merged", () => {
  test("eight of about the same size, and fewer not", () => {
    const seven = Array.from({ length: 7 }, (_, id) => segment(id, 2000));
    assert.deepEqual(pickTier(seven), []);
    assert.equal(pickTier([...seven, segment(7, 2100), segment(8, 90_000)]).length, 8);
  });

  test("never makes a large segment, always ends, and leaves few of each size", () => {
    fc.assert(
      fc.property(segmentList, (segments) => {
        const left = mergeAll(segments, pickTier);
        const live = (list: readonly MergeCandidate[]): number => list.reduce((sum, { liveRows }) => sum + liveRows, 0);
        assert.equal(live(left), live(segments));
        // Tiers from 0 to 65,536 rows: five of them, each with seven segments at most.
        assert.ok(left.filter(({ liveRows }) => liveRows * 2 <= LARGEST_MERGED_ROWS).length <= 5 * 7);
      }),
    );
  });

  test("compaction ends, never makes a large segment, and leaves nothing wasteful and one small segment at most", () => {
    fc.assert(
      fc.property(segmentList, (segments) => {
        const left = mergeAll(segments, pickForCompaction);
        const total = left.reduce((sum, { liveRows }) => sum + liveRows, 0);
        for (const { rows, liveRows } of left) assert.ok(rows - liveRows <= rows * 0.25);
        const small = left.filter(({ liveRows }) => liveRows * 2 <= LARGEST_MERGED_ROWS && liveRows * 8 < total);
        assert.ok(small.length <= 1);
      }),
    );
  });

  test("a small archive becomes one segment; a million articles stay in theirs when a few come", () => {
    assert.equal(pickForCompaction([segment(1, 30_000), segment(2, 20_000)]).length, 2);
    const million = Array.from({ length: 7 }, (_, id) => segment(id, 131_072));
    assert.deepEqual(pickTier([...million, segment(7, 82_496), segment(8, 2048)]), []);
    assert.deepEqual(pickForCompaction([...million, segment(7, 82_496)]), []);
  });
});
