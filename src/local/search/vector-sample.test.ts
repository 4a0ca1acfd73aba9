import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemorySnapshot, type FakeArticle } from "../../../test/fakes/memory-archive.ts";
import { SAMPLE_ROWS } from "../../search/nearness.ts";
import { RowSpace } from "./row-space.ts";
import { SampleCache, type VectorSample } from "./vector-sample.ts";

/** Articles of which each has a day and a direction of its own. */
const articles = (count: number, change: (index: number) => Partial<FakeArticle> = () => ({})): FakeArticle[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    title: "",
    body: "",
    publishedAtMs: 86_400_000 * index,
    vector: Float32Array.from([Math.cos(index), Math.sin(index)]),
    ...change(index),
  }));

function sampleOf(stored: readonly FakeArticle[], segments: number): VectorSample {
  const snapshot = createMemorySnapshot(stored, { segments, dimensions: 2 });
  return new SampleCache().of(snapshot, new RowSpace(snapshot));
}

const toTexts = ({ vectors }: VectorSample): string[] => vectors.map(String);

test("which articles are drawn does not depend on the segments that they lie in, nor on their order", () => {
  const stored = articles(5000);
  const drawn = toTexts(sampleOf(stored, 1));
  assert.equal(drawn.length, SAMPLE_ROWS);
  assert.deepEqual(toTexts(sampleOf(stored, 7)), drawn);
  assert.deepEqual(toTexts(sampleOf(stored.toReversed(), 3)), drawn);
});

test("what was replaced or has no vector is not drawn", () => {
  const stored = articles(4000, (index) => ({ dead: index % 4 !== 0, ...(index % 8 === 0 && { vector: undefined }) }));
  const left = stored.filter(({ dead, vector }) => dead !== true && vector !== undefined);
  assert.deepEqual(toTexts(sampleOf(stored, 2)), toTexts(sampleOf(left, 1)));
});

test("a sample that was prepared bit by bit is the one that is drawn at once, and its rows are looked at no more", async () => {
  const snapshot = createMemorySnapshot(articles(9000), { segments: 2, dimensions: 2 });
  const space = new RowSpace(snapshot);
  const samples = new SampleCache();
  await samples.prepare(space);
  const looked = snapshot.segments.map(({ codeWord }) => codeWord);
  for (const segment of snapshot.segments) Object.assign(segment, { codeWord: () => assert.fail("looked at again") });
  const prepared = toTexts(samples.of(snapshot, space));
  for (const [index, segment] of snapshot.segments.entries()) Object.assign(segment, { codeWord: looked[index] });
  assert.deepEqual(prepared, toTexts(new SampleCache().of(snapshot, space)));
});

test("a thousand copies of one article are drawn once", () => {
  const copies = articles(3000, () => ({ publishedAtMs: 0, vector: Float32Array.from([0, 1]) }));
  const drawn = toTexts(sampleOf([...copies, ...articles(300)], 1));
  assert.equal(drawn.length, SAMPLE_ROWS);
  assert.ok(drawn.filter((vector) => vector === "0,1").length <= 1);
});
