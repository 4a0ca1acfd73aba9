import assert from "node:assert/strict";
import { test } from "node:test";
import { createVectorCache } from "./vector-cache.ts";

const entry = (value: number) => ({ vector: Float32Array.of(value, 0, 0, 0) });

test("the cache stays within its bytes and drops what was asked for least recently", () => {
  const cache = createVectorCache<{ vector: Float32Array | undefined }>(7000);
  for (let index = 0; index < 100; index++) {
    cache.set(`query ${index}`, entry(index));
    cache.get("query 0");
    assert.ok(cache.weight <= 7000);
  }
  assert.ok(cache.size > 5);
  assert.equal(cache.get("query 0")?.vector?.[0], 0);
  assert.equal(cache.get("query 99")?.vector?.[0], 99);
  assert.equal(cache.get("query 50"), undefined);
});

test("the cache counts a replaced entry once, and an entry without a vector", () => {
  const cache = createVectorCache<{ vector: Float32Array | undefined }>(10_000);
  cache.set("a", entry(1));
  const { weight } = cache;
  cache.set("a", entry(2));
  assert.equal(cache.weight, weight);
  cache.set("b", { vector: undefined });
  assert.equal(cache.size, 2);
  assert.equal(cache.get("b")?.vector, undefined);
});

test("a cache of no bytes keeps nothing", () => {
  const cache = createVectorCache<{ vector: Float32Array | undefined }>(0);
  cache.set("a", entry(1));
  assert.equal(cache.size, 0);
  assert.equal(cache.weight, 0);
});
