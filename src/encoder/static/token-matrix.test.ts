import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createTokenMatrix, MAX_SCALE } from "./token-matrix.ts";

const cases = fc
  .record({ tokenCount: fc.integer({ min: 1, max: 50 }), sixteenths: fc.integer({ min: 1, max: 20 }) })
  .chain(({ tokenCount, sixteenths }) => {
    const size = tokenCount * sixteenths * 16;
    return fc.record({
      tokenCount: fc.constant(tokenCount),
      dimensions: fc.constant(sixteenths * 16),
      vectors: fc.int8Array({ minLength: size, maxLength: size }),
      // From those so small that they have fewer bits to those that no model has.
      scales: fc.oneof(
        fc.float32Array({ minLength: tokenCount, maxLength: tokenCount, min: -1, max: 1, noNaN: true }),
        fc.float32Array({
          minLength: tokenCount,
          maxLength: tokenCount,
          min: -(2 ** -120),
          max: 2 ** -120,
          noNaN: true,
        }),
        fc.float32Array({ minLength: tokenCount, maxLength: tokenCount, min: -MAX_SCALE, max: MAX_SCALE, noNaN: true }),
      ),
      rows: fc.oneof(fc.array(fc.nat(tokenCount - 1)), fc.constant(new Array<number>(3000).fill(tokenCount - 1))),
    });
  });

test("adds up rows times scales, with the same bits in WebAssembly and in JavaScript", () => {
  fc.assert(
    fc.property(cases, ({ tokenCount, dimensions, vectors, scales, rows }) => {
      const expected = new Float32Array(dimensions);
      for (const row of rows) {
        for (let d = 0; d < dimensions; d++) {
          const product = Math.fround((scales[row] ?? 0) * (vectors[row * dimensions + d] ?? 0));
          expected[d] = (expected[d] ?? 0) + product;
        }
      }
      for (const simd of [true, false]) {
        const asked: number[] = [];
        const matrix = createTokenMatrix(
          {
            count: tokenCount,
            dimensions,
            scales,
            read(row, target) {
              asked.push(row);
              target.set(vectors.subarray(row * dimensions, row * dimensions + target.length));
            },
          },
          simd,
        );
        const atFirst = matrix.bytes;
        matrix.add(0);
        matrix.clear();
        for (const row of rows) matrix.add(row);
        assert.deepEqual(matrix.finish(), expected);
        const different = new Set([0, ...rows]).size;
        if (tokenCount > 1) {
          assert.equal(asked.length, different, "each is read once");
          assert.equal(matrix.bytes - atFirst, different * (dimensions + 4));
        }
        // By now all have been read, where most were.
        matrix.clear();
        for (const row of rows) matrix.add(row);
        assert.deepEqual(matrix.finish(), expected);
      }
    }),
    { numRuns: 60 },
  );
});
