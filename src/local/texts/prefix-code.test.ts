import assert from "node:assert/strict";
import { test } from "node:test";
import { createPrefixCode, MAX_CODE_BITS } from "./prefix-code.ts";

const asBits = (code: number, length: number): string => code.toString(2).padStart(length, "0");

test("codes follow from their lengths as in RFC 1951", () => {
  // The example there has lengths 3,3,3,3,3,2,4,4 for A to H; here they ascend.
  const { codes, lengths } = createPrefixCode(Uint8Array.of(2, 3, 3, 3, 3, 3, 4, 4));
  const written = [...codes].map((code, symbol) => asBits(code, lengths[symbol] ?? 0));
  assert.deepEqual(written, ["00", "010", "011", "100", "101", "110", "1110", "1111"]);
});

test("each code is found by what begins with it, short or long", () => {
  const lengths = Uint8Array.from({ length: MAX_CODE_BITS + 1 }, (_, index) => Math.min(index + 1, MAX_CODE_BITS));
  const { codes, direct, search } = createPrefixCode(lengths);
  const directBits = Math.log2(direct.length);
  for (const [symbol, code] of codes.entries()) {
    const length = lengths[symbol] ?? 0;
    for (const filled of [0, 2 ** (32 - length) - 1]) {
      const window = (code * 2 ** (32 - length) + filled) >>> 0;
      assert.equal(search(window), symbol * 32 + length);
      assert.equal(direct[window >>> (32 - directBits)] ?? 0, length <= directBits ? symbol * 32 + length : 0);
    }
  }
});

test("where no code begins, none is found, and lengths of no code are refused", () => {
  assert.equal(createPrefixCode(Uint8Array.of(2, 2)).search(0xf0000000), 0);
  assert.throws(() => createPrefixCode(Uint8Array.of(1, 1, 1)), RangeError);
  assert.throws(() => createPrefixCode(Uint8Array.of(2, 1)), RangeError, "they must ascend");
});
