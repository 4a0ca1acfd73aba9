import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemorySnapshot, type FakeArticle } from "../../../test/fakes/memory-archive.ts";
import { RowSpace } from "./row-space.ts";
import { createContemporaries } from "./segment-candidates.ts";

const VECTOR = Float32Array.from([1, 0]);
const HOUR_MS = 3_600_000;

/** Articles of which four have each hour, each with a cosine of its own. */
const articles = (count: number, change: (index: number) => Partial<FakeArticle> = () => ({})): FakeArticle[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    title: "",
    body: "",
    publishedAtMs: HOUR_MS * (index >> 2),
    vector: Float32Array.from([index / 1000, Math.sqrt(1 - (index / 1000) ** 2)]),
    ...change(index),
  }));

/** The numbers of the articles around an hour, in the order in which they come. */
function around(stored: readonly FakeArticle[], hour: number, segments: number): number[] {
  const contemporaries = createContemporaries(new RowSpace(createMemorySnapshot(stored, { segments, dimensions: 2 })));
  return contemporaries.cosinesAround(VECTOR, HOUR_MS * hour, 64).map((cosine) => Math.round(1000 * cosine));
}

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

test("contemporaries are those published next before and after, whatever the segments that they lie in", () => {
  const stored = articles(800);
  for (const segments of [1, 2, 7, 64, 300]) {
    assert.deepEqual(around(stored, 100, segments), numbers(400 - 32, 64), `${segments} segments`);
    assert.deepEqual(around(stored, 2, segments), numbers(0, 64), "fewer before it");
    assert.deepEqual(around(stored, 199, segments), numbers(800 - 64, 64), "fewer after it");
    assert.deepEqual(around(articles(40), 3, segments), numbers(0, 40), "fewer in all");
  }
});

test("what was replaced or removed is no contemporary", () => {
  const stored = articles(800, (index) => ({ dead: index % 2 === 1 }));
  for (const segments of [1, 7])
    assert.deepEqual(
      around(stored, 100, segments),
      numbers(200 - 32, 64).map((number) => 2 * number),
    );
});
