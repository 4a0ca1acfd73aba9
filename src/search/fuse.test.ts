import assert from "node:assert/strict";
import { test } from "node:test";
import { fuse } from "./fuse.ts";

const KEYWORD_ONLY = fuse({ keyword: 10, semantic: undefined, heldShare: 0 }, 10);
const SEMANTIC_ONLY = fuse({ keyword: 0, semantic: 1, heldShare: 0 }, 10);

test("BM25 counts in proportion to the best, a cosine as it is; both count, and together they make 1", () => {
  assert.ok(KEYWORD_ONLY > 0 && SEMANTIC_ONLY > 0);
  assert.ok(Math.abs(KEYWORD_ONLY + SEMANTIC_ONLY - 1) < 1e-9);
  assert.ok(Math.abs(fuse({ keyword: 5, semantic: undefined, heldShare: 0 }, 10) - KEYWORD_ONLY / 2) < 1e-9);
  assert.ok(Math.abs(fuse({ keyword: 0, semantic: 0.3, heldShare: 0 }, 10) - 0.3 * SEMANTIC_ONLY) < 1e-9);
  assert.ok(
    Math.abs(fuse({ keyword: 5, semantic: 0.3, heldShare: 0 }, 10) - (KEYWORD_ONLY / 2 + 0.3 * SEMANTIC_ONLY)) < 1e-9,
  );
});

test("no vector, a negative cosine and no best count nothing", () => {
  assert.equal(fuse({ keyword: 10, semantic: -0.3, heldShare: 0 }, 10), KEYWORD_ONLY);
  assert.equal(fuse({ keyword: 0, semantic: 0, heldShare: 0 }, 0), 0);
});
