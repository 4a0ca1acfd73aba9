import assert from "node:assert/strict";
import { test } from "node:test";
import { toStored } from "../texts/stored-text.ts";
import { isSoundRow, type StoredRow, withChecksum } from "./row-checksum.ts";

const HASH = new Uint8Array(20).fill(7);
const ROW: StoredRow = {
  id: "a1",
  title: toStored("渡口重新开放"),
  body: toStored("渡口昨日重新开放，江水平静。"),
  url: "https://n.example/1",
  sourceId: 3,
  categoryId: 0,
  publishedMs: 1_600_000_000_000,
};

test("a row is sound as it was written, and not when anything of it or of its hash is another", () => {
  const kept = withChecksum(HASH, ROW);
  assert.equal(isSoundRow(kept, ROW), true);
  const changes: Partial<StoredRow>[] = [
    { id: "a2" },
    { title: "渡口重新开放" },
    { body: toStored("渡口昨日重新开放，江水平静，") },
    { url: null },
    { url: "https://n.example/2" },
    { sourceId: 4 },
    { categoryId: 1 },
    { publishedMs: null },
    { publishedMs: 1_600_000_000_001 },
  ];
  for (const change of changes) assert.equal(isSoundRow(kept, { ...ROW, ...change }), false, JSON.stringify(change));
  for (let bit = 0; bit < kept.length * 8; bit++) {
    const damaged = kept.slice();
    damaged[bit >>> 3] = (damaged[bit >>> 3] as number) ^ (1 << (bit & 7));
    assert.equal(isSoundRow(damaged, ROW), false, `bit ${bit}`);
  }
});

test("what moves from the end of one column to the beginning of the next one is noticed", () => {
  const kept = withChecksum(HASH, { ...ROW, title: "甲乙", body: "丙" });
  assert.equal(isSoundRow(kept, { ...ROW, title: "甲", body: "乙丙" }), false);
});

test("of rows without a checksum it is not known", () => {
  for (const length of [0, 16, 20]) assert.equal(isSoundRow(new Uint8Array(length), ROW), undefined);
});
