import assert from "node:assert/strict";
import { test } from "node:test";
import { LruMap } from "./lru-map.ts";

test("what was asked for least recently goes first", () => {
  const map = new LruMap<number>({ maxWeight: 2 });
  map.set("a", 1);
  map.set("b", 2);
  assert.equal(map.get("a"), 1);
  map.set("c", 3);
  assert.deepEqual([map.get("a"), map.get("b"), map.get("c"), map.size], [1, undefined, 3, 2]);
});

test("entries go until the rest is light enough, and a heavy one does not stay", () => {
  const map = new LruMap<string>({ maxWeight: 10, weigh: (key, value) => key.length + value.length });
  map.set("a", "1234");
  map.set("b", "1234");
  assert.equal(map.weight, 10);
  map.set("c", "12345678");
  assert.deepEqual([map.get("a"), map.get("b"), map.get("c"), map.weight], [undefined, undefined, "12345678", 9]);
  map.set("d", "more than ten letters");
  assert.deepEqual([map.size, map.weight], [0, 0]);
});

test("a key that is set again counts once", () => {
  const map = new LruMap<string>({ maxWeight: 10, weigh: (_, value) => value.length });
  map.set("a", "1234");
  map.set("a", "12");
  assert.deepEqual([map.get("a"), map.weight], ["12", 2]);
  map.delete("a");
  map.delete("a");
  assert.deepEqual([map.get("a"), map.weight], [undefined, 0]);
});

test("a value is made once while it is kept", () => {
  const map = new LruMap<number>({ maxWeight: 1 });
  let made = 0;
  const make = (): number => ++made;
  assert.deepEqual([map.getOrMake("a", make), map.getOrMake("a", make)], [1, 1]);
  assert.equal(map.getOrMake("b", make), 2);
  assert.equal(map.getOrMake("a", make), 3);
});
