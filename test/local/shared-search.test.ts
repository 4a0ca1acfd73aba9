/** A search that is shared finds what one thread finds, to the last digit: whoever does which part, in whatever order. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import { type LocalBackend, openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { doPartsForAnother } from "../../src/local/search/parts/do-parts.ts";
import { type SharedSearch, SnapshotSearcher } from "../../src/local/search/searcher.ts";
import type { Sharing } from "../../src/threads/sharing/work-sharer.ts";
import { drawArticles } from "../contracts/search-corpus.ts";
import { createTestFolder } from "../fakes/cli.ts";

const encoder = { kind: "builtin" } as const;
const BATCHES = 5;
const ARTICLES_OF_BATCH = 400;

const REQUESTS: readonly Partial<SearchRequest>[] = [
  { query: "" },
  { query: "地铁 供水" },
  { query: "地铁旁边的图书馆和医院恢复了供水" },
  { query: "哪些图书馆和医院恢复了供水" },
  { query: "图书馆 医院 港口", mode: "semantic" },
  { query: "供水 地铁", mode: "keyword", limit: 100 },
  { query: '"地铁，供水"' },
  { query: "title:地铁 -港口", sort: "newest" },
  { query: '"地铁 供水"~9 OR 医院', mode: "keyword" },
  { query: "地铁医院图书馆 没有这个词" },
  { query: "地铁 供水", from: "2023-06-01", to: "2024-03-31", stories: true },
  { query: "大桥", excludedSources: ["新华社"], offset: 10 },
  { query: "大桥 港口", ranked: false },
];

describe("a search that is shared", () => {
  let app: LocalBackend;
  before(async () => {
    const folder = createTestFolder();
    const start = Date.UTC(2023, 0, 1);
    const articles = drawArticles(BATCHES * ARTICLES_OF_BATCH, 7, (roll) => start + roll(900) * 86_400_000);
    for (let batch = 0; batch < BATCHES; batch++) {
      await using writing = await openForWriting({ folder, encoder, timezone: "UTC" });
      await writing.writer.put(articles.slice(batch * ARTICLES_OF_BATCH, (batch + 1) * ARTICLES_OF_BATCH));
    }
    app = await openBackend({ folder, encoder });
  });
  after(() => app[Symbol.asyncDispose]());

  test("finds the same", async () => {
    using snapshot = await app.archive.reader.snapshot();
    assert.ok(snapshot.segments.length > 2, `${snapshot.segments.length} segments`);
    const shared: string[] = [];
    let turn = 0;
    /** A helper that takes its turns as they come, and some parts before others. */
    const sharing: Sharing<SharedSearch> = {
      share: (work) => {
        const { task } = structuredClone(work.describe());
        shared.push(task.kind);
        const doPart = doPartsForAnother(task, snapshot);
        const helped = new Map<number, unknown>();
        for (let index = work.count - 1; index >= 0 && (turn++ * 7) % 5 < 3; index--) {
          const { part, buffers = [] } = doPart(index);
          helped.set(index, structuredClone(part, { transfer: [...buffers] }));
        }
        for (let index = 0; index < work.count; index++)
          work.take(helped.has(index) ? work.receive(helped.get(index) as never, index) : work.doPart(index), index);
      },
    };
    const alone = new SnapshotSearcher("UTC");
    const together = new SnapshotSearcher("UTC", sharing);
    for (let round = 0; round < 3; round++) {
      for (const more of REQUESTS) {
        const request = { ...PLAIN_REQUEST, ...more };
        const [vector] = await app.encoder.encode([request.query], { role: "query" });
        const encoded: EncodedQuery =
          vector === undefined || request.mode === "keyword" ? {} : { vector, fingerprint: app.encoder.fingerprint };
        const found = together.search(snapshot, request, encoded);
        assert.ok(found.total + found.related > 0, request.query);
        assert.deepEqual(found, alone.search(snapshot, request, encoded), request.query);
        together.trim();
      }
      const [id = ""] = alone.search(snapshot, PLAIN_REQUEST, {}).hits.map((hit) => hit.id);
      const options = { limit: 5, sameStory: round === 1 };
      assert.deepEqual(together.similar(snapshot, id, options), alone.similar(snapshot, id, options));
    }
    assert.deepEqual([...new Set(shared)].sort(), ["compare", "count", "hold", "match", "read", "scan"]);
  });
});
