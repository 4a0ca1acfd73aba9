import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemorySnapshot } from "../../../test/fakes/memory-archive.ts";
import { measureBackground, nearFloor } from "../../search/nearness.ts";
import { ALONE } from "../../threads/sharing/work-sharer.ts";
import { RowSpace } from "./row-space.ts";
import { findNearest } from "./semantic.ts";
import { SampleCache } from "./vector-sample.ts";

const background = { rows: 1_000_000, median: 0.1, deviation: 0.05 };

test("the floor is lower in a small archive", () => {
  assert.ok(Math.abs(nearFloor(background) - 0.3) < 1e-9);
  assert.ok(nearFloor({ ...background, rows: 200 }) < 0.25);
});

test("the background is that of most articles, whatever a few near ones do", () => {
  // A tenth of the articles point along the query, the others across it.
  const vectors = Array.from({ length: 1000 }, (_, index) =>
    Float32Array.from(index % 10 === 0 ? [1, 0] : [0, index % 20 < 10 ? 1 : -1]),
  );
  const articles = vectors.map((vector, index) => ({
    id: `${index}`,
    title: "",
    body: "",
    publishedAtMs: index % 10 === 0 ? -index : index,
    vector,
  }));
  const snapshot = createMemorySnapshot(articles, { dimensions: 2, segments: 3 });
  const space = new RowSpace(snapshot);
  const query = Float32Array.from([1, 0]);
  assert.deepEqual(measureBackground(query, new SampleCache().of(snapshot, space)), {
    rows: 1000,
    median: 0,
    deviation: 0,
  });
  const slices = space.segments.map(({ rows }) => ({ from: 0, to: rows, allow: undefined }));
  const nearest = findNearest(query, { space, slices, sharing: ALONE });
  assert.deepEqual(
    nearest.slice(0, 100).map(({ key }) => key),
    Array.from({ length: 100 }, (_, index) => index * 10),
    "best first, ties in order of key, over all segments",
  );
});

test("no vectors, no background", () => {
  const snapshot = createMemorySnapshot([{ id: "a", title: "甲", body: "" }]);
  const sample = new SampleCache().of(snapshot, new RowSpace(snapshot));
  assert.deepEqual(measureBackground(Float32Array.from([1]), sample), { rows: 0, median: 0, deviation: 0 });
});
