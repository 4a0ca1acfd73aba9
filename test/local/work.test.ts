/**
 * How much a search does, counted, not timed: texts read from the database, bytes read from segments, and what it makes that V8 has to collect.
 * What makes it more is seen here.
 */
import assert from "node:assert/strict";
import { type HeapProfiler, Session } from "node:inspector/promises";
import { after, before, describe, mock, test } from "node:test";
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import { type OpenBackend, openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { SegmentFile } from "../../src/local/segment/segment-file.ts";
import { ArticleStore } from "../../src/local/store/article-store.ts";
import { drawArticles } from "../contracts/search-corpus.ts";
import { createTestFolder } from "../fakes/cli.ts";

const ARTICLES = 4_000;
const encoder = { kind: "builtin" } as const;

/** What one search may cost: about a tenth more than it did when this was written. */
const CASES: readonly {
  readonly name: string;
  readonly request: Partial<SearchRequest>;
  readonly texts: number;
  readonly kilobytes: number;
}[] = [
  { name: "everything, newest first", request: { query: "", sort: "newest" }, texts: 63, kilobytes: 29 },
  { name: "words", request: { query: "供水 地铁", mode: "keyword" }, texts: 60, kilobytes: 34 },
  { name: "words, a hundred hits", request: { query: "大桥", mode: "keyword", limit: 100 }, texts: 129, kilobytes: 32 },
  { name: "a phrase", request: { query: '"地铁，供水"', mode: "keyword" }, texts: 489, kilobytes: 34 },
  { name: "meaning", request: { query: "图书馆 医院 港口", mode: "semantic" }, texts: 28, kilobytes: 1160 },
  { name: "both", request: { query: "地铁 供水" }, texts: 69, kilobytes: 1250 },
  { name: "both, a text", request: { query: "地铁旁边的图书馆和医院恢复了供水" }, texts: 57, kilobytes: 1190 },
  { name: "both, a question", request: { query: "哪些图书馆和医院恢复了供水" }, texts: 44, kilobytes: 1180 },
  { name: "both, with stories", request: { query: "地铁 供水", stories: true }, texts: 71, kilobytes: 1660 },
  { name: "both, counted alone", request: { query: "地铁 供水", ranked: false }, texts: 0, kilobytes: 4 },
  {
    name: "a text, counted alone",
    request: { query: "地铁旁边的图书馆和医院恢复了供水", ranked: false },
    texts: 5,
    kilobytes: 1250,
  },
  {
    name: "both, within a month",
    request: { query: "地铁 供水", from: "2024-03-01", to: "2024-03-31" },
    texts: 18,
    kilobytes: 49,
  },
];

/** What a search may leave to be collected: a third more than it did when this was written, as some of it depends on what is compiled already. */
const COLLECTED: readonly {
  readonly name: string;
  readonly request: Partial<SearchRequest>;
  readonly kilobytes: number;
}[] = [
  { name: "words", request: { query: "供水 地铁", mode: "keyword" }, kilobytes: 1150 },
  { name: "meaning", request: { query: "图书馆 医院 港口", mode: "semantic" }, kilobytes: 1400 },
  { name: "both", request: { query: "地铁 供水" }, kilobytes: 2500 },
  { name: "both, a text", request: { query: "地铁旁边的图书馆和医院恢复了供水" }, kilobytes: 2550 },
];
const SAMPLED_SEARCHES = 10;

describe("work of a search", () => {
  let app: OpenBackend;
  before(async () => {
    const folder = createTestFolder();
    await using writing = await openForWriting({ folder, encoder, timezone: "UTC" });
    const start = Date.UTC(2023, 0, 1);
    await writing.writer.put(drawArticles(ARTICLES, 7, (roll) => start + roll(900) * 86_400_000));
    await writing.writer.finish();
    app = await openBackend({ folder, encoder });
  });
  after(() => app[Symbol.asyncDispose]());

  for (const { name, request, texts, kilobytes } of CASES) {
    test(`${name}: at most ${texts} texts and ${kilobytes} kB`, async () => {
      // What is read once for all searches is not counted.
      await app.search.search({ ...PLAIN_REQUEST, query: "别的 话题" });
      const reads = mock.method(ArticleStore.prototype, "byKey");
      const pieces = mock.method(SegmentFile.prototype, "read");
      try {
        const { total, hits } = await app.search.search({ ...PLAIN_REQUEST, ...request });
        const bytes = pieces.mock.calls.reduce(
          (sum, call) => sum + (call.arguments[3] ?? call.arguments[2]?.byteLength ?? 0),
          0,
        );
        assert.ok(total + hits.length > 0, "there is something to find");
        assert.ok(reads.mock.callCount() <= texts, `${reads.mock.callCount()} texts were read`);
        assert.ok(bytes <= kilobytes * 1_000, `${bytes} bytes were read`);
      } finally {
        mock.restoreAll();
      }
    });
  }

  for (const { name, request, kilobytes } of COLLECTED) {
    test(`${name}: at most ${kilobytes} kB to be collected`, async () => {
      const ask = () => app.search.search({ ...PLAIN_REQUEST, ...request });
      // The first ones compile, and draw the sample.
      for (let warm = 0; warm < 3; warm++) await ask();
      const bytes = await allocatedBytes(async () => {
        for (let search = 0; search < SAMPLED_SEARCHES; search++) await ask();
      });
      const each = bytes / SAMPLED_SEARCHES / 1_000;
      assert.ok(each > 100, `it makes something: ${each} kB`);
      assert.ok(each <= kilobytes, `${each.toFixed(0)} kB were made`);
    });
  }
});

/** Bytes that are allocated in the heap of this thread meanwhile, whether or not they are collected at once; sampled. */
async function allocatedBytes(work: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.startSampling", {
    samplingInterval: 2_048,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  const sum = ({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number =>
    children.reduce((bytes, child) => bytes + sum(child), selfSize);
  return sum(profile.head);
}
