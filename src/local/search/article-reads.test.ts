import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemorySnapshot } from "../../../test/fakes/memory-archive.ts";
import { ArticleReads } from "./article-reads.ts";
import { RowSpace } from "./row-space.ts";

test("an article is read once, a very long one each time it is asked for", () => {
  const snapshot = createMemorySnapshot(
    [10, 20_000, 20_001].map((length) => ({ id: `${length}`, title: "", body: "雾".repeat(length) })),
    { segments: 1 },
  );
  const read: number[] = [];
  const counting = {
    ...snapshot,
    articles: (keys: readonly number[]) => {
      read.push(...keys);
      return snapshot.articles(keys);
    },
  };
  const reads = new ArticleReads({ snapshot: counting, space: new RowSpace(snapshot) });
  for (const place of [0, 0, 1, 1, 2, 2]) assert.ok(reads.at(place) !== undefined);
  assert.deepEqual(read, [0, 1, 2, 2]);
});
