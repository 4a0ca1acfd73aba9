import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstSince, idBytes, keepIds, keepTimes, keptBytes, Times } from "./kept-columns.ts";

const PIECE_BYTES = 64;

/** Reads numbers as a file's section is read. */
const piecesOf = (numbers: Uint32Array | Float64Array) =>
  async function* () {
    const bytes = new Uint8Array(numbers.buffer);
    const piece = new Uint8Array(PIECE_BYTES);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const part = bytes.subarray(at, at + PIECE_BYTES);
      piece.set(part);
      yield piece.subarray(0, part.length);
    }
  };

const SECONDS = fc.integer({ min: -(10 ** 9), max: 4 * 10 ** 9 }).map((seconds) => seconds * 1000);
const ANY_TIME = fc.oneof(
  SECONDS,
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.constantFrom(Number.NEGATIVE_INFINITY, 0.5, 8.64e15),
);

test("times are kept as they are, in half the bytes where they are whole seconds apart", async () => {
  const kept = async (times: readonly number[]) => {
    const ascending = Float64Array.from(times).sort();
    return { ascending, kept: await keepTimes(ascending.length, piecesOf(ascending)) };
  };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.array(fc.oneof(SECONDS, fc.constant(Number.NEGATIVE_INFINITY)), { maxLength: 40 }),
        fc.array(SECONDS.map((ms) => ms + 123)),
        fc.array(ANY_TIME),
      ),
      ANY_TIME,
      async (times, since) => {
        const { ascending, kept: values } = await kept(times);
        const column = new Times(values);
        assert.equal(column.length, ascending.length);
        assert.deepEqual(
          Array.from({ length: column.length }, (_, row) => column.at(row)),
          [...ascending],
        );
        const first = ascending.findIndex((time) => time >= since);
        assert.equal(firstSince(column, since), first < 0 ? ascending.length : first);
      },
    ),
  );
  const bytesOf = async (...times: number[]): Promise<number> => (await kept(times)).kept.values.BYTES_PER_ELEMENT;
  assert.equal(await bytesOf(Number.NEGATIVE_INFINITY, 1500, 2500, 86_400_500), 4);
  assert.equal(await bytesOf(1500, 2501), 8);
  assert.equal(await bytesOf(0, 2 ** 32 * 1000), 8, "further apart than four bytes reach");
  assert.equal(await bytesOf(), 4);
});

test("ids are kept as they are, in as few bytes as the largest needs", async () => {
  for (const [largest, bytes] of [
    [0, 1],
    [255, 1],
    [256, 2],
    [65_535, 2],
    [65_536, 4],
    [2 ** 32 - 1, 4],
  ] as const) {
    const ids = Uint32Array.from({ length: 100 }, (_, row) => (row === 99 ? largest : row % 7));
    const kept = await keepIds(ids.length, piecesOf(ids));
    assert.deepEqual([...kept], [...ids]);
    assert.equal(kept.BYTES_PER_ELEMENT, bytes, `${largest}`);
    assert.equal(idBytes(largest), bytes, "known before");
  }
});

test("what columns keep is counted", async () => {
  const [ids, times] = [Uint32Array.of(1, 2, 3), Float64Array.of(1000, 2000, 3000)];
  const columns = {
    keys: new Uint32Array(new SharedArrayBuffer(12)),
    times: await keepTimes(3, piecesOf(times)),
    sources: await keepIds(3, piecesOf(ids)),
    categories: await keepIds(3, piecesOf(ids)),
    counts: new Uint16Array(new SharedArrayBuffer(6)),
  };
  assert.equal(keptBytes(columns), 12 + 12 + 3 + 3 + 6);
});
