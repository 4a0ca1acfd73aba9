import assert from "node:assert/strict";
import { test } from "node:test";
import { backgroundFor, fullKeyword, fuse } from "./fuse.ts";

const scaleOf = (full: number) => ({ fullKeyword: full, background: undefined });
const SCALE = scaleOf(10);
const KEYWORD_ONLY = fuse({ keyword: 10, semantic: undefined, heldShare: 0 }, SCALE);
const SEMANTIC_ONLY = fuse({ keyword: 0, semantic: 1, heldShare: 0 }, SCALE);
const BACKGROUND = { rows: 1000, median: 0.1, deviation: 0.05 };

test("BM25 counts in proportion to the best, a cosine as it is; both count, and together they make 1", () => {
  assert.ok(KEYWORD_ONLY > 0 && SEMANTIC_ONLY > 0);
  assert.ok(Math.abs(KEYWORD_ONLY + SEMANTIC_ONLY - 1) < 1e-9);
  assert.ok(Math.abs(fuse({ keyword: 5, semantic: undefined, heldShare: 0 }, SCALE) - KEYWORD_ONLY / 2) < 1e-9);
  assert.ok(Math.abs(fuse({ keyword: 0, semantic: 0.3, heldShare: 0 }, SCALE) - 0.3 * SEMANTIC_ONLY) < 1e-9);
  assert.ok(
    Math.abs(fuse({ keyword: 5, semantic: 0.3, heldShare: 0 }, SCALE) - (KEYWORD_ONLY / 2 + 0.3 * SEMANTIC_ONLY)) <
      1e-9,
  );
});

test("no vector, a negative cosine and no best count nothing", () => {
  assert.equal(fuse({ keyword: 10, semantic: -0.3, heldShare: 0 }, SCALE), KEYWORD_ONLY);
  assert.equal(fuse({ keyword: 0, semantic: 0, heldShare: 0 }, scaleOf(0)), 0);
});

test("where even the best article holds little of the query, words count as the square of what it has", () => {
  const ceiling = 40;
  const best = (keyword: number) =>
    fuse({ keyword, semantic: undefined, heldShare: 0 }, scaleOf(fullKeyword(keyword, ceiling))) / KEYWORD_ONLY;
  for (const keyword of [10, 25, 40]) assert.equal(best(keyword), 1);
  assert.ok(Math.abs(best(5) - 1 / 4) < 1e-9);
  assert.ok(Math.abs(best(2.5) - 1 / 16) < 1e-9);
  assert.equal(fullKeyword(0, ceiling), 0);
});

test("measured by a background, a cosine counts by a power of its deviations, and nothing below the median", () => {
  const meaning = (deviations: number) => {
    const semantic = BACKGROUND.median + deviations * BACKGROUND.deviation;
    return fuse({ keyword: 0, semantic, heldShare: 0 }, { fullKeyword: 10, background: BACKGROUND }) / SEMANTIC_ONLY;
  };
  assert.ok(Math.abs(meaning(9.5) - 1) < 1e-9);
  assert.ok(Math.abs(meaning(9.5 / 4) - 1 / 32) < 1e-9);
  assert.ok(meaning(12) > 12 / 9.5, "far over the background more than in proportion");
  assert.equal(meaning(-3), 0);
  const withoutVector = { keyword: 10, semantic: undefined, heldShare: 0 };
  assert.equal(fuse(withoutVector, { fullKeyword: 10, background: BACKGROUND }), KEYWORD_ONLY);
});

test("cosines of a table of token vectors count as they are, and those of a few articles", () => {
  assert.equal(backgroundFor("onnx-0123", BACKGROUND), BACKGROUND);
  assert.equal(backgroundFor("onnx-0123/centred-1", BACKGROUND), BACKGROUND);
  assert.equal(backgroundFor("static-zh-0123", BACKGROUND), undefined);
  assert.equal(backgroundFor("onnx-0123", { ...BACKGROUND, rows: 20 }), undefined);
  assert.equal(backgroundFor("onnx-0123", { ...BACKGROUND, deviation: 0 }), undefined);
});
