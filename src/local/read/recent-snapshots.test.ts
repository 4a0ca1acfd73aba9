import assert from "node:assert/strict";
import { test } from "node:test";
import type { SegmentData } from "../segment/segment-data.ts";
import type { SnapshotData } from "./loaded-snapshot.ts";
import { RecentSnapshots } from "./recent-snapshots.ts";

const MINUTE_MS = 60_000;

/** A snapshot of segments that have ids and sizes. */
function createState(name: string, segments: Readonly<Record<number, number>>): { view: { data: SnapshotData } } {
  const data: Partial<SnapshotData> = {
    name,
    segments: Object.entries(segments).map(([id, bytes]) => {
      const columns = { keys: new Uint32Array(), times: { values: new Uint32Array(), firstMs: 0 } };
      const rest = { sources: new Uint8Array(), categories: new Uint8Array(), counts: new Uint16Array() };
      const codes = { buffer: { byteLength: bytes }, absentRows: new Uint32Array() };
      const segment = { id: Number(id), columns: { ...columns, ...rest }, termBlocks: new Uint8Array(), codes };
      return { data: segment as unknown as SegmentData, live: undefined };
    }),
  };
  return { view: { data: data as SnapshotData } };
}

test("what is shared with the newest snapshot costs nothing, the rest is bounded", () => {
  const released: string[] = [];
  const snapshots = new RecentSnapshots<ReturnType<typeof createState>>(
    ({ view }) => void released.push(view.data.name),
  );
  const big = 12 * 2 ** 20;
  snapshots.add(createState("c1", { 1: big, 2: big }), 0);
  snapshots.add(createState("c2", { 1: big, 2: big, 3: 100 }), 0);
  snapshots.prune(createState("c3", { 1: big, 2: big, 4: 100 }).view.data, 1);
  assert.deepEqual(released, []);
  snapshots.prune(createState("c4", { 2: big, 5: big }).view.data, 1);
  assert.deepEqual(released, [], "12 MiB more");
  snapshots.prune(createState("c5", { 6: big * 2 }).view.data, 1);
  assert.deepEqual(released, ["c2", "c1"], "24 MiB more");
  assert.equal(snapshots.find("c1"), undefined);
});

test("snapshots are kept for ten minutes after they were last known to be the newest, and so many of them", () => {
  const released: string[] = [];
  const snapshots = new RecentSnapshots<ReturnType<typeof createState>>(
    ({ view }) => void released.push(view.data.name),
  );
  const newest = createState("now", { 1: 1 }).view.data;
  for (let snapshot = 0; snapshot < 20; snapshot++)
    snapshots.add(createState(`c${snapshot}`, { 1: 1 }), snapshot * MINUTE_MS);
  snapshots.prune(newest, 13.5 * MINUTE_MS);
  assert.deepEqual(released.toSorted(), ["c0", "c1", "c2", "c3"], "no more than sixteen");
  snapshots.prune(newest, 16 * MINUTE_MS);
  assert.equal(snapshots.find("c6"), undefined);
  assert.equal(snapshots.find("c7")?.view.data.name, "c7");
  snapshots.clear();
  assert.equal(released.length, 20);
});
