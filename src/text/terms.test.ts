import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scanTerms, TermKeys, unitKeyRange, wordKey } from "./terms.ts";

const unit = (character: string): number => character.charCodeAt(0);
const pair = (text: string): number => ((unit(text) << 16) | text.charCodeAt(1)) >>> 0;

function terms(text: string): { high: number; low: number; text: string }[] {
  const found: { high: number; low: number; text: string }[] = [];
  scanTerms(text, (high, low, start, end) => found.push({ high, low, text: text.slice(start, end) }));
  return found;
}

test("Chinese gives pairs of neighbours and the last character, other words stand whole", () => {
  assert.deepEqual(
    terms("人工智能, gpt4 和").map(({ text }) => text),
    ["人工", "工智", "智能", "能", "gpt4", "gpt", "4", "和"],
  );
  assert.deepEqual(terms("人工")[0], { high: 0, low: pair("人工"), text: "人工" });
});

test("every character of a text lies in the key range of that character", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("人", "工", "智", "能", "，", "𠮷", "a") }), (text) => {
      const lows = terms(text)
        .filter(({ high }) => high === 0)
        .map(({ low }) => low);
      for (const character of ["人", "工", "智", "能"]) {
        const { first, last } = unitKeyRange(unit(character));
        assert.equal(
          lows.filter((low) => low >= first && low <= last).length,
          text.split(character).length - 1,
          character,
        );
      }
    }),
  );
});

test("keys of words are never those of pairs, and differ", () => {
  const seen = new Set<string>();
  for (let number = 0; number < 50_000; number++) {
    const word = number.toString(36);
    const { high, low } = wordKey(word, 0, word.length);
    assert.ok(high >= 0x80000000 && low >= 0);
    seen.add(`${high} ${low}`);
  }
  assert.equal(seen.size, 50_000);
});

test("punctuation, emoji and lone surrogates give no terms", () => {
  assert.deepEqual(terms("！？…🙂\ud800 \udc00"), []);
});

test("terms in arrays are those that a call tells one by one, of long texts too", () => {
  const keys = new TermKeys();
  const read = (text: string): { high: number; low: number }[] => {
    keys.read(text);
    return Array.from({ length: keys.count }, (_, index) => ({
      high: keys.highs[index] as number,
      low: keys.lows[index] as number,
    }));
  };
  const told = (text: string): { high: number; low: number }[] => terms(text).map(({ high, low }) => ({ high, low }));
  const characters = fc.constantFrom(
    "人",
    "工",
    "，",
    " ",
    "𠮷",
    "\ud842",
    "\udfb7",
    "😀",
    "a",
    "z",
    "4",
    ".",
    "c++",
    "-",
    "%",
  );
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 60 }), fc.constantFrom(1, 300), (text, times) => {
      assert.deepEqual(read(text.repeat(times)), told(text.repeat(times)));
    }),
  );
});
