import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BLOCK_POSTINGS, createPostingsTarget, decodePostings, PostingsEncoder, unpackPostings } from "./postings.ts";

const decode = (bytes: Uint8Array, count: number, from: number, to: number): number[] => {
  const target = createPostingsTarget();
  decodePostings(bytes, count, { from, to }, target);
  return Array.from(
    { length: target.count },
    (_, index) => (target.rows[index] ?? 0) * 64 + (target.frequencies[index] ?? 0),
  );
};

const anyPostings = fc
  .array(fc.record({ gap: fc.oneof(fc.nat(3), fc.nat(100_000)), frequency: fc.integer({ min: 1, max: 63 }) }), {
    minLength: 1,
    maxLength: 3 * BLOCK_POSTINGS,
    size: "max",
  })
  .map((steps) => {
    let row = -1;
    return steps.flatMap(({ gap, frequency }) => {
      row += gap + 1;
      return row < 2 ** 26 ? [row * 64 + frequency] : [];
    });
  });

test("what is encoded is decoded, whole and in every slice of rows", () => {
  const encoder = new PostingsEncoder();
  fc.assert(
    fc.property(anyPostings, fc.nat(), fc.nat(), (postings, a, b) => {
      const size = encoder.append(Uint32Array.from(postings), postings.length);
      const bytes = Uint8Array.from(encoder.take());
      assert.equal(bytes.length, size);
      const end = ((postings.at(-1) ?? 0) >>> 6) + 1;
      assert.deepEqual(decode(bytes, postings.length, 0, end), postings);
      const unpacked = new Uint32Array(postings.length);
      unpackPostings(Uint8Array.of(1, 2, 3, ...bytes), 3, postings.length, unpacked);
      assert.deepEqual([...unpacked], postings);
      const from = Math.min(a % (end + 1), b % (end + 1));
      const to = Math.max(a % (end + 1), b % (end + 1));
      const slice = postings.filter((value) => value >>> 6 >= from && value >>> 6 < to);
      assert.deepEqual(decode(bytes, postings.length, from, to), slice);
    }),
    { numRuns: 60 },
  );
});

test("terms that are encoded one behind the other are taken together", () => {
  const encoder = new PostingsEncoder();
  const terms = Array.from({ length: 40 }, (_, term) =>
    Array.from({ length: 1 + term * 97 }, (_, index) => index * (1 + term) * 64 + 1 + (index % 63)),
  );
  const sizes = terms.map((postings) => encoder.append(Uint32Array.from(postings), postings.length));
  assert.equal(
    encoder.length,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let bytes = Uint8Array.from(encoder.take());
  assert.equal(encoder.length, 0);
  for (const [index, postings] of terms.entries()) {
    const part = bytes.slice(0, sizes[index]);
    assert.deepEqual(decode(part, postings.length, 0, 2 ** 26), postings);
    bytes = bytes.slice(sizes[index]);
  }
});
