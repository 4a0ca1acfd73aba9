import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Article } from "../archive/article.ts";
import { type BatchOptions, BatchWriter } from "./batch-writer.ts";

/** Writes articles at a pace, and returns how many each batch held. */
async function batchesOf(count: number, msPerArticle: number, options: Partial<BatchOptions> = {}): Promise<number[]> {
  const batches: number[] = [];
  let nowMs = 0;
  const put = async (articles: readonly Article[]) => {
    batches.push(articles.length);
    nowMs += articles.length * msPerArticle;
    return { added: articles.length, updated: 0, unchanged: 0 };
  };
  const writer = new BatchWriter({ writer: { put }, nowMs: () => nowMs, ...options }, () => {});
  for (let index = 0; index < count; index++) {
    writer.add({ id: `a${index}`, title: "标题", body: "正文" }, false);
    if (writer.isFull) await writer.write();
  }
  await writer.finish(true);
  assert.equal(writer.added, count);
  return batches;
}

describe("batches of an import", () => {
  test("grow to their limit where writing is fast", async () => {
    const batches = await batchesOf(10_000, 0.1);
    assert.equal(Math.max(...batches), 2048);
    assert.ok(batches.length < 10, `${batches}`);
  });

  test("take some seconds where writing is slow, so that an import which ends loses little", async () => {
    const batches = await batchesOf(600, 100);
    assert.deepEqual(batches.slice(0, 4), [128, 50, 50, 50]);
  });

  test("hold a few articles however slow it is, and no more than they may", async () => {
    assert.equal((await batchesOf(300, 60_000)).at(-2), 16);
    assert.ok((await batchesOf(300, 0, { batchArticles: 10 })).every((articles) => articles === 10));
  });
});
