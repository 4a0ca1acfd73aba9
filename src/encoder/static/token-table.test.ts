import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createTokenTable, UNKNOWN } from "./token-table.ts";

/** Few characters, so that n-grams meet. */
const han = fc.string({ unit: fc.constantFrom("水", "火", "山", "石", "𠮷"), minLength: 1, maxLength: 4 });
const ngram = han.filter((token) => token.length <= 4);
const word = fc.string({ unit: fc.constantFrom("a", "b", "7", "é"), minLength: 1, maxLength: 12 });

test("finds every token under its row, and no other string", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(ngram, word)), fc.oneof(ngram, word), (tokens, other) => {
      const table = createTokenTable(tokens, [1, 2, 3, 4]);
      for (const [row, token] of tokens.entries()) assert.equal(table.find(`x${token}y`, 1, 1 + token.length), row);
      assert.equal(table.find(other, 0, other.length), tokens.includes(other) ? tokens.indexOf(other) : UNKNOWN);
    }),
  );
});

test("reports exactly the known n-grams of the asked lengths, as often as they occur", () => {
  const lengths = fc.subarray([1, 2, 3, 4], { minLength: 1 });
  const run = fc.string({ unit: fc.constantFrom("水", "火", "山", "石", "𠮷"), minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.uniqueArray(ngram), run, lengths, (tokens, text, ngramLengths) => {
      const found: number[] = [];
      createTokenTable(tokens, ngramLengths).scanNgrams(`水${text}水`, 1, 1 + text.length, (row) => found.push(row));
      const expected: number[] = [];
      for (let start = 0; start < text.length; start++) {
        for (const length of ngramLengths) {
          if (start + length > text.length) continue;
          const row = tokens.indexOf(text.slice(start, start + length));
          if (row >= 0) expected.push(row);
        }
      }
      assert.deepEqual(found, expected);
    }),
  );
});

test("refuses tokens that are empty, doubled or too long to be exact", () => {
  assert.throws(() => createTokenTable(["水", ""], [1]), /token 1 is empty/);
  assert.throws(() => createTokenTable(["水", "火", "水"], [1]), /token 2.*same as token 0/);
  assert.throws(() => createTokenTable(["水火山石水"], [1]), /longer than 4/);
});
