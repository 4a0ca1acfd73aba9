import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DEVIATIONS, forSize, measureBackground, type NearBy, type SampledVectors } from "../../search/nearness.ts";
import { dotProduct } from "../../search/unit-vectors.ts";
import { MeaningBoard } from "./meaning-board.ts";

/** No multiple of four, so that what is left over counts, too. */
const DIMENSIONS = 7;

const numbers = fc
  .array(fc.integer({ min: -8, max: 8 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .map((values) => Float32Array.from(values));
const changes = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 12 }),
    vector: numbers,
    by: fc.constantFrom<NearBy[]>("meaning", "text", "words"),
    isRemoved: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);
const sampleOf = (vectors: readonly Float32Array[]): SampledVectors => ({ rows: 40, vectors });
const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;

/** The rule, for one query. */
function nearnessOf(article: Float32Array, query: Float32Array, by: NearBy, sample: SampledVectors) {
  const { rows, median, deviation } = measureBackground(query, sample);
  const wanted = by === "meaning" ? { near: 6, sure: 6 } : DEVIATIONS[by];
  const [near, sure] = [wanted.near, wanted.sure].map((n) => median + forSize(n, rows) * deviation);
  const cosine = dotProduct(article, query);
  return cosine >= (sure ?? 0) ? "sure" : cosine >= (near ?? 0) ? "near" : undefined;
}

test("after queries were added, replaced and removed, an article is near to those that the rule says, and to no other", () => {
  fc.assert(
    fc.property(changes, fc.array(numbers, { minLength: 1, maxLength: 5 }), numbers, (steps, background, article) => {
      const board = new MeaningBoard();
      const sample = sampleOf(background);
      const followed = new Map<number, (typeof steps)[number]>();
      for (const step of steps) {
        if (step.isRemoved) board.remove(step.id);
        else board.add(step.id, step.vector, step.by, sample);
        if (step.isRemoved) followed.delete(step.id);
        else followed.set(step.id, step);
      }
      assert.equal(board.size, followed.size);
      const expected = [...followed.values()].flatMap(({ id, vector, by }) => {
        const nearness = nearnessOf(article, vector, by, sample);
        return nearness === undefined ? [] : [{ id, nearness }];
      });
      assert.deepEqual(board.nearTo(article).sort(byId), expected.sort(byId));
    }),
    { numRuns: 300 },
  );
});

test("queries beyond the place that there was at first are found, and vectors of another length are near to nothing", () => {
  const board = new MeaningBoard();
  const sample = sampleOf([new Float32Array(3)]);
  const vectorOf = (id: number): Float32Array => Float32Array.of(id === 150 ? 1 : -1, 0, 0);
  for (let id = 1; id <= 200; id++) board.add(id, vectorOf(id), "meaning", sample);
  assert.deepEqual(board.nearTo(Float32Array.of(1, 0, 0)), [{ id: 150, nearness: "sure" }]);
  assert.deepEqual(board.nearTo(new Float32Array(6).fill(1)), []);
  assert.throws(() => board.add(201, new Float32Array(6), "meaning", sample), RangeError);
  for (let id = 1; id <= 200; id++) board.remove(id);
  board.add(7, Float32Array.of(1, 1, 0, 0, 0, 0), "meaning", sampleOf([new Float32Array(6)]));
  assert.deepEqual(
    board.nearTo(Float32Array.of(1, 0, 0, 0, 0, 0)).map(({ id }) => id),
    [7],
    "another encoder, once all are gone",
  );
});
