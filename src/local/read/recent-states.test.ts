import assert from "node:assert/strict";
import { test } from "node:test";
import type { SegmentData } from "../segment/segment-data.ts";
import { RecentStates } from "./recent-states.ts";
import type { StateData } from "./state.ts";

const MINUTE_MS = 60_000;

/** A state of segments that have ids and sizes. */
function createState(name: string, segments: Readonly<Record<number, number>>): { view: { data: StateData } } {
  const data: Partial<StateData> = {
    name,
    segments: Object.entries(segments).map(([id, bytes]) => {
      const columns = { keys: new Uint32Array(), times: new Float64Array(), sources: new Uint32Array() };
      const rest = { categories: new Uint32Array(), counts: new Uint16Array() };
      const codes = { buffer: { byteLength: bytes }, absentRows: new Uint32Array() };
      const segment = { id: Number(id), columns: { ...columns, ...rest }, termBlocks: new Uint8Array(), codes };
      return { data: segment as unknown as SegmentData, live: undefined };
    }),
  };
  return { view: { data: data as StateData } };
}

test("what is shared with the newest state costs nothing, the rest is bounded", () => {
  const released: string[] = [];
  const states = new RecentStates<ReturnType<typeof createState>>(({ view }) => void released.push(view.data.name));
  const big = 12 * 2 ** 20;
  states.add(createState("c1", { 1: big, 2: big }), 0);
  states.add(createState("c2", { 1: big, 2: big, 3: 100 }), 0);
  states.prune(createState("c3", { 1: big, 2: big, 4: 100 }).view.data, 1);
  assert.deepEqual(released, []);
  states.prune(createState("c4", { 2: big, 5: big }).view.data, 1);
  assert.deepEqual(released, [], "12 MiB more");
  states.prune(createState("c5", { 6: big * 2 }).view.data, 1);
  assert.deepEqual(released, ["c2", "c1"], "24 MiB more");
  assert.equal(states.find("c1"), undefined);
});

test("states are kept for ten minutes after they were last known to be the newest, and so many of them", () => {
  const released: string[] = [];
  const states = new RecentStates<ReturnType<typeof createState>>(({ view }) => void released.push(view.data.name));
  const newest = createState("now", { 1: 1 }).view.data;
  for (let state = 0; state < 20; state++) states.add(createState(`c${state}`, { 1: 1 }), state * MINUTE_MS);
  states.prune(newest, 13.5 * MINUTE_MS);
  assert.deepEqual(released.toSorted(), ["c0", "c1", "c2", "c3"], "no more than sixteen");
  states.prune(newest, 16 * MINUTE_MS);
  assert.equal(states.find("c6"), undefined);
  assert.equal(states.find("c7")?.view.data.name, "c7");
  states.clear();
  assert.equal(released.length, 20);
});
