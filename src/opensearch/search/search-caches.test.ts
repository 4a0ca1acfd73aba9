import assert from "node:assert/strict";
import { test } from "node:test";
import { createCaches } from "./search-caches.ts";

test("what is known of one snapshot is not told of another, and is kept while it is asked for", () => {
  const factsOf = createCaches();
  const first = factsOf("first");
  first.frequencies.set("大桥", 3);
  assert.equal(factsOf("second").frequencies.size, 0);
  assert.equal(factsOf("first"), first);
});
