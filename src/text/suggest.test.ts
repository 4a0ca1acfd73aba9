import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, suggest } from "./suggest.ts";

test("what was typed wrongly is told as it was probably meant", () => {
  for (const [word, candidates, meant] of [
    ["hybird", ["hybrid", "semantic", "keyword"], ["hybrid"]],
    ["mont", ["day", "week", "month", "year"], ["month"]],
    ["sem", ["hybrid", "semantic", "keyword"], ["semantic"]],
    ["TOKEN", ["open", "token", "proxy"], ["token"]],
    ["prt", ["port", "part"], ["port", "part"]],
    ["bananas", ["hybrid", "semantic"], []],
    ["关健词", ["关键词", "语义"], ["关键词"]],
  ] as const) {
    assert.deepEqual(suggest(word, candidates), meant, word);
  }
  assert.equal(didYouMean("hybird", ["hybrid"]), " Did you mean hybrid?");
  assert.equal(didYouMean("x", ["hybrid"]), "");
});
