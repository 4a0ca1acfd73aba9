import assert from "node:assert/strict";
import { test } from "node:test";
import { leastShare, MatchRule, neededShare } from "./match-rule.ts";

const bitsOf = (count: number): number => 2 ** count - 1;

test("the more characters a text has, the smaller the share of them that makes a match", () => {
  const shares = [1, 4, 6, 7, 10, 18, 40].map((characters) => Math.round(100 * neededShare(characters)));
  assert.deepEqual(shares, [100, 100, 90, 85, 70, 30, 30]);
  assert.deepEqual(
    [3, 5, 10, 17, 40].map((characters) => Math.round(100 * leastShare(characters))),
    [50, 50, 19, 10, 10],
  );
});

test("a text of ten characters is met by seven of them, and not by six", () => {
  const rule = new MatchRule({ weights: Array.from({ length: 10 }, () => 2), characters: 10 });
  assert.deepEqual(
    [bitsOf(6), bitsOf(7)].map((bits) => rule.isMet(bits)),
    [false, true],
  );
  assert.deepEqual(
    [bitsOf(1), bitsOf(2)].map((bits) => rule.weighsLeast(bits)),
    [false, true],
  );
});

test("no character counts more than the median, so that a misprint cannot decide alone", () => {
  const rule = new MatchRule({ weights: [1, 1, 1, 1, 100], characters: 5 });
  assert.ok(rule.isMet(bitsOf(5)));
  assert.ok(!rule.isMet(bitsOf(4)), "of five characters nineteen twentieths are needed");
  assert.ok(!rule.isMet(1 << 4));
});

test("a rule without wishes takes all; wanted bits are all needed", () => {
  assert.ok(new MatchRule({}).takesAll);
  const rule = new MatchRule({ must: 0b101 });
  assert.deepEqual(
    [0b100, 0b101, 0b111].map((bits) => rule.isMet(bits)),
    [false, true, true],
  );
});
