import assert from "node:assert/strict";
import { test } from "node:test";
import { fuse } from "./fuse.ts";

const SCALES = { bestKeyword: 10, unrelatedCosine: 0 };
const KEYWORD_ONLY = fuse({ keyword: 10, semantic: undefined }, SCALES);
const SEMANTIC_ONLY = fuse({ keyword: 0, semantic: 1 }, SCALES);

const near = (got: number, wanted: number): void => assert.ok(Math.abs(got - wanted) < 1e-9, `${got}, not ${wanted}`);

test("BM25 counts in proportion to the best, a cosine as it is; both count, and together they make 1", () => {
  assert.ok(KEYWORD_ONLY > 0 && SEMANTIC_ONLY > 0);
  near(KEYWORD_ONLY + SEMANTIC_ONLY, 1);
  near(fuse({ keyword: 5, semantic: undefined }, SCALES), KEYWORD_ONLY / 2);
  near(fuse({ keyword: 0, semantic: 0.3 }, SCALES), 0.3 * SEMANTIC_ONLY);
  near(fuse({ keyword: 5, semantic: 0.3 }, SCALES), KEYWORD_ONLY / 2 + 0.3 * SEMANTIC_ONLY);
});

test("an encoder whose cosines begin at .4 counts as one whose begin at 0", () => {
  const scales = { ...SCALES, unrelatedCosine: 0.4 };
  near(fuse({ keyword: 0, semantic: 1 }, scales), SEMANTIC_ONLY);
  near(fuse({ keyword: 0, semantic: 0.7 }, scales), 0.5 * SEMANTIC_ONLY);
  assert.equal(fuse({ keyword: 0, semantic: 0.3 }, scales), 0);
});

test("no vector, a negative cosine and no best count nothing", () => {
  assert.equal(fuse({ keyword: 10, semantic: -0.3 }, SCALES), KEYWORD_ONLY);
  assert.equal(fuse({ keyword: 0, semantic: 0 }, { bestKeyword: 0, unrelatedCosine: 0 }), 0);
});
