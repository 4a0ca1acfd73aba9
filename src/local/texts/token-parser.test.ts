import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createTokenParser, ESCAPED_BITS, PARSED_UNITS } from "./token-parser.ts";
import { LENGTH_MASK, tokenOf } from "./token-trie.ts";

const unit = fc.constantFrom("a", "b", "c", "中", "国", "\uffff", "\u0000");
const tokensAndText = fc.record({
  tokens: fc.uniqueArray(fc.string({ unit, minLength: 1, maxLength: 5 }), { maxLength: 60 }),
  bits: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 61, maxLength: 61 }),
  place: fc.nat(60),
  text: fc.string({ unit: fc.oneof(unit, fc.constant("外")), maxLength: 60 }),
});

/** Least bits of the text from each place on, found by trying all tokens. */
function leastBits(text: string, tokens: readonly string[], lengths: Uint8Array): number[] {
  const costs = new Array<number>(text.length + 1).fill(0);
  for (let at = text.length - 1; at >= 0; at--)
    costs[at] = Math.min(
      ...tokens.flatMap((token, index) => {
        const bits = lengths[index] ?? 0;
        if (token === "") return bits + ESCAPED_BITS + (costs[at + 1] ?? 0);
        return text.startsWith(token, at) ? bits + (costs[at + token.length] ?? 0) : [];
      }),
    );
  return costs;
}

test("finds tokens that make up the text, in as few bits as any", () => {
  fc.assert(
    fc.property(tokensAndText, ({ tokens: chosen, bits, place, text }) => {
      const tokens = chosen.toSpliced(place % (chosen.length + 1), 0, "");
      const lengths = Uint8Array.from(bits.slice(0, tokens.length)).sort();
      const parser = createTokenParser(tokens, lengths);
      parser.parse(`x${text}x`, 1, 1 + text.length);
      let sum = 0;
      let read = "";
      for (let at = 0; at < text.length; at += parser.spans[at] ?? 1) {
        const word = parser.words[at] ?? 0;
        const token = tokens[tokenOf(word)] ?? assert.fail();
        assert.equal(word & LENGTH_MASK, lengths[tokenOf(word)]);
        sum += (word & LENGTH_MASK) + (token === "" ? ESCAPED_BITS : 0);
        read += token === "" ? text.charAt(at) : token;
      }
      assert.equal(read, text);
      assert.equal(sum, leastBits(text, tokens, lengths)[0]);
    }),
  );
});

test("takes the shortest of tokens that cost the same, and many with many beginnings", () => {
  const units = Array.from({ length: 3000 }, (_, index) => String.fromCharCode(0x4e00 + index));
  const pairs = units.flatMap((first, index) => [1, 2, 3].map((step) => first + (units[(index * step) % 3000] ?? "")));
  const tokens = ["", ...units, ...new Set(pairs)];
  const lengths = Uint8Array.from(tokens, (_, index) => (index <= 3000 ? 7 : 14));
  const parser = createTokenParser(tokens, lengths);
  const text = pairs.join("").slice(0, PARSED_UNITS);
  parser.parse(text, 0, text.length);
  assert.ok(parser.spans.every((span) => span === 1));
  for (const at of [0, 1, 777, PARSED_UNITS - 1]) assert.equal(tokens[tokenOf(parser.words[at] ?? 0)], text.charAt(at));
});

test("tokens of too many different units are refused", () => {
  const tokens = Array.from({ length: 16_384 }, (_, index) => String.fromCharCode(index));
  assert.throws(() => createTokenParser(["", ...tokens], new Uint8Array(16_385).fill(15)), RangeError);
});
