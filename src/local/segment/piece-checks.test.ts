import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CHECK_BYTES } from "./layout.ts";
import { createPieces, PieceChecks, PieceSums, pieceCount } from "./piece-checks.ts";

const sumUp = (bytes: Uint8Array, cuts: readonly number[] = []): readonly number[] => {
  const sums = new PieceSums();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let index = 1; index < places.length; index++) sums.add(bytes.subarray(places[index - 1], places[index]));
  return sums.finish();
};

/** Two sections one after the other in one list, as in a file. */
function createChecks(sections: readonly Uint8Array[]): PieceChecks[] {
  const sums = Uint32Array.from(sections.flatMap((bytes) => sumUp(bytes)));
  const pieces = createPieces(new Uint8Array(sums.buffer));
  let first = 0;
  return sections.map((bytes) => {
    const checks = new PieceChecks(pieces, first, bytes.length);
    first += pieceCount(bytes.length);
    return checks;
  });
}

const section = fc.integer({ min: 0, max: 200 * CHECK_BYTES + 5 }).map((length) => {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 97) bytes[index] = index % 251;
  return bytes;
});

test("the sums do not depend on how the bytes come", () => {
  fc.assert(
    fc.property(section, fc.array(fc.nat(), { maxLength: 20 }), (bytes, cuts) => {
      assert.deepEqual(sumUp(bytes, cuts), sumUp(bytes));
      assert.equal(sumUp(bytes).length, pieceCount(bytes.length));
    }),
    { numRuns: 30 },
  );
});

test("what is read is found damaged exactly when a piece of it is, and a sound piece is read once to be checked", () => {
  const share = fc.double({ min: 0, max: 0.9999, noNaN: true });
  const input = fc.record({ before: section, bytes: section, flip: share, reads: fc.array(fc.tuple(share, share)) });
  fc.assert(
    fc.property(input, ({ before, bytes, flip, reads }) => {
      if (bytes.length === 0) return;
      const [, checks] = createChecks([before, bytes]);
      const damaged = bytes.slice();
      const place = Math.floor(flip * bytes.length);
      damaged[place] = (damaged[place] ?? 0) ^ 0x10;
      const bad = Math.floor(place / CHECK_BYTES);
      const checked = new Set<number>();
      for (const [a, b] of reads) {
        const [from, to] = [a, b].sort((x, y) => x - y).map((part) => Math.floor(part * bytes.length)) as [
          number,
          number,
        ];
        if (from === to) continue;
        const isSound = checks?.check(from, to, (offset, target) => {
          target.set(damaged.subarray(offset, offset + target.length));
          for (let at = offset; at < offset + target.length; at += CHECK_BYTES) {
            assert.ok(!checked.has(at / CHECK_BYTES), "read again");
            if (at / CHECK_BYTES < bad) checked.add(at / CHECK_BYTES);
          }
        });
        assert.equal(isSound, !(from <= bad * CHECK_BYTES + CHECK_BYTES - 1 && to > bad * CHECK_BYTES));
      }
    }),
    { numRuns: 60 },
  );
});
