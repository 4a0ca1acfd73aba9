/** An archive whose articles stand in an index of their year: one archive for whoever reads or writes it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import { ClusterArchive } from "../../src/opensearch/cluster-archive.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import {
  type ClusterClient,
  type ClusterReply,
  type ClusterRequest,
  connectToCluster,
} from "../../src/opensearch/connection/cluster-client.ts";
import { openIndex } from "../../src/opensearch/index/open-index.ts";
import { createMoodyEncoder, putAll, removeAll, scan, throwAway } from "../contracts/engine.ts";
import { anyFilters, anyOrder, anyQuery, drawArticles, encode, encoder, somewhen } from "../contracts/search-corpus.ts";
import { writeQuery } from "../contracts/search-referee.ts";
import { addressOf, clusterEngine, WITHOUT_CLUSTER, yearsEngine } from "./cluster-engine.ts";

const OPTIONS = { encoder, timezone: "Asia/Shanghai" };

const at = (year: number): number => Date.UTC(year, 5, 1);

const article = (id: string, year: number | undefined, body = "渡口恢复通航。"): Article => ({
  id,
  title: `渡口${id}`,
  body,
  publishedAtMs: year === undefined ? undefined : at(year),
});

/** The archive as a process sees it of which each request, and each reply, passes through other hands. */
async function openBetween(
  prefix: string,
  between: (request: ClusterRequest, ask: () => Promise<ClusterReply>) => Promise<ClusterReply>,
): Promise<ClusterArchive> {
  const client = connectToCluster(parseClusterAddress(addressOf(prefix)));
  const guarded: ClusterClient = { ...client, request: (request) => between(request, () => client.request(request)) };
  return new ClusterArchive({ index: await openIndex(guarded, prefix), encoder });
}

/** How many articles stand in each index, by the end of its name. */
async function countParts(prefix: string): Promise<Readonly<Record<string, number>>> {
  const client = connectToCluster(parseClusterAddress(addressOf(prefix)));
  const { body } = await client.request({
    method: "POST",
    path: `/${prefix}-articles/_search`,
    body: { size: 0, aggs: { parts: { terms: { field: "_index", size: 1000 } } } },
  });
  await client.close();
  const { buckets } = (body as { aggregations: { parts: { buckets: { key: string; doc_count: number }[] } } })
    .aggregations.parts;
  return Object.fromEntries(buckets.map(({ key, doc_count }) => [key.split("-000001-")[1] ?? key, doc_count]));
}

test("each article stands in the index of its year, and moves with its date", { skip: WITHOUT_CLUSTER }, async () => {
  const { archive, reopen, prefix } = await yearsEngine.create(OPTIONS);
  const other = await reopen();
  const years = [2022, 2023, 2024, undefined, 1492];
  await Promise.all([
    putAll(
      archive,
      years.map((year, index) => article(`a${index}`, year)),
    ),
    putAll(
      other,
      years.map((year, index) => article(`b${index}`, year)),
    ),
  ]);
  assert.deepEqual(await countParts(prefix), { 2022: 2, 2023: 2, 2024: 2, undated: 2, "before-1800": 2 });
  const moved = await putAll(archive, [article("a0", 2025, "渡口停航。"), article("a1", 2023), article("b3", 2022)]);
  assert.deepEqual([moved.added, moved.updated, moved.unchanged], [0, 2, 1]);
  assert.deepEqual(await countParts(prefix), {
    2022: 2,
    2023: 2,
    2024: 2,
    2025: 1,
    undated: 1,
    "before-1800": 2,
  });
  assert.equal((await scan(archive)).size, 10);
  assert.equal((await other.article("a0"))?.body, "渡口停航。");
  assert.deepEqual(
    (await other.editions?.("a0"))?.map(({ publishedAtMs }) => publishedAtMs),
    [at(2022), at(2025)],
  );
  assert.equal(await removeAll(other, ["a0", "b3", "none"]), 2);
  assert.equal((await archive.stats()).articles, 8);
  assert.equal(await archive.article("a0"), undefined);
});

test("whoever reads while articles move sees each of them once", { skip: WITHOUT_CLUSTER }, async () => {
  const { archive, reopen } = await yearsEngine.create(OPTIONS);
  const ids = ["a", "b", "c", "d"];
  const put = (years: readonly number[]) =>
    putAll(
      archive,
      ids.map((id, index) => article(id, years[index % 2])),
    );
  await put([2022, 2023]);
  const reader = await reopen();
  let isMoving = true;
  let reads = 0;
  const reading = (async () => {
    for (; isMoving; reads++) {
      assert.deepEqual([...(await scan(reader)).keys()].sort(), ids);
      for (const id of ids) assert.equal((await reader.article(id))?.id, id, `${id} is there`);
    }
  })();
  for (let round = 0; round < 6; round++) await put(round % 2 === 0 ? [2023, 2022] : [2022, 2023]);
  isMoving = false;
  await reading;
  assert.ok(reads >= 2, `${reads}`);
});

test("articles of several years that waited for the encoder get their vectors", { skip: WITHOUT_CLUSTER }, async () => {
  const moody = createMoodyEncoder();
  const { archive, prefix } = await yearsEngine.create({ ...OPTIONS, encoder: moody });
  const writer = await archive.borrowWriter();
  moody.before = throwAway;
  await writer.put([article("a", 2022), article("b", 2023)]);
  assert.equal((await archive.stats()).withoutVector, 2);
  moody.before = () => {};
  assert.deepEqual(await writer.finish(), { withoutVector: 0, isComplete: true });
  await writer.close();
  assert.deepEqual([(await archive.stats()).withoutVector, await countParts(prefix)], [0, { 2022: 1, 2023: 1 }]);
});

const isBulk = ({ path, lines = [] }: ClusterRequest, what: "index" | "delete"): boolean =>
  path.endsWith("_bulk") && lines.some((line) => typeof line === "object" && what in line);

/** Where a writer ends: before a request, or before it is told that it was done. */
const ENDS = [
  ["before the new one is written", (request: ClusterRequest) => isBulk(request, "index"), false],
  ["when the new one is written", (request: ClusterRequest) => isBulk(request, "index"), true],
  ["before the old one is removed", (request: ClusterRequest) => isBulk(request, "delete"), false],
  ["when the old one is removed", (request: ClusterRequest) => isBulk(request, "delete"), true],
  ["before it is seen", ({ path }: ClusterRequest) => path.endsWith("-articles/_refresh"), false],
] as const;

test("an article whose writer ends while it moves is there once, whoever writes next", {
  skip: WITHOUT_CLUSTER,
}, async (t) => {
  const { archive, prefix } = await yearsEngine.create(OPTIONS);
  const countAll = async (): Promise<number> => Object.values(await countParts(prefix)).reduce((all, one) => all + one);
  let stored = 0;
  for (const [name, isEnd, isDone] of ENDS)
    for (const goesOn of ["the same", "another"] as const)
      await t.test(`${name}, and ${goesOn} goes on`, async (sub) => {
        const [moves, loses, comes, next] = ["a", "b", "c", "d"].map((id) => `${id} ${name} ${goesOn}`) as [
          string,
          string,
          string,
          string,
        ];
        await putAll(archive, [article(moves, 2022), article(loses, 2023)]);
        const moved = [article(moves, 2023), article(loses, undefined), article(comes, 2022)];
        let isEnding = false;
        const ending = await openBetween(prefix, async (request, ask) => {
          const ends = isEnding && isEnd(request);
          const reply = ends && !isDone ? undefined : await ask();
          if (ends || reply === undefined) throw new AppError("unavailable", "It ended here.");
          return reply;
        });
        sub.after(() => ending.close());
        const writer = await ending.borrowWriter();
        isEnding = true;
        await assert.rejects(writer.put(moved), /ended here/);
        // What is being made visible is waited for as long as a writer may take.
        if (name !== "before it is seen") {
          assert.equal((await scan(archive)).size, stored + 2);
          assert.equal((await archive.article(moves))?.publishedAtMs, at(2022));
        }
        isEnding = false;
        if (goesOn === "the same") await writer.put([article(next, 2024)]);
        await writer.close();
        if (goesOn === "another") await putAll(archive, [article(next, 2024)]);
        const isNew = name !== "before the new one is written";
        const both = async (): Promise<number[]> => [(await scan(archive)).size, await countAll()];
        assert.deepEqual(await both(), isNew ? [stored + 4, stored + 4] : [stored + 3, stored + 3]);
        assert.equal((await archive.article(moves))?.publishedAtMs, at(isNew ? 2023 : 2022));
        await putAll(archive, moved);
        stored += 4;
        assert.deepEqual(await both(), [stored, stored]);
        assert.equal((await archive.article(loses))?.publishedAtMs, undefined);
      });
});

test("the index of a year that somebody has removed is made again, as the others are", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  const { archive, prefix } = await yearsEngine.create(OPTIONS);
  const client = connectToCluster(parseClusterAddress(addressOf(prefix)));
  const writer = await archive.borrowWriter();
  await writer.put([article("a", 2022), article("b", 2023)]);
  const find = async () => (await archive.search({ ...PLAIN_REQUEST, query: "渡口", mode: "keyword" }, {})).total;
  assert.equal(await find(), 2);
  await client.request({ method: "DELETE", path: `/${prefix}-articles-000001-2022` });
  assert.equal(await find(), 1);
  await writer.put([article("a", 2022), article("b", 2022)]);
  await writer.close();
  const again = await openBetween(prefix, (_, ask) => ask());
  assert.equal((await again.search({ ...PLAIN_REQUEST, query: "渡口", mode: "keyword" }, {})).total, 2);
  await again.close();
  await client.close();
});

test("what searches find, count and score is what one index gives, and of a range of days no other year is searched", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  const articles = drawArticles(200, 5, somewhen);
  const [one, years] = [await clusterEngine.create(OPTIONS), await yearsEngine.create(OPTIONS)];
  await Promise.all([one, years].map(({ archive }) => putAll(archive, articles)));
  /** Shards that were left out of searches which asked some indices alone. */
  const leftOut: number[] = [];
  const watched = await openBetween(years.prefix, async ({ lines = [] }, ask) => {
    const reply = await ask();
    const { responses = [] } = reply.body as { responses?: readonly { _shards: { skipped: number } }[] };
    for (const [index, { _shards }] of responses.entries())
      if (JSON.stringify(lines[2 * index + 1]).includes('"_index"')) leftOut.push(_shards.skipped);
    return reply;
  });
  const encoded = await encode("渡口");
  const ask = async (request: SearchRequest): Promise<void> => {
    const asked = request.mode === "keyword" ? {} : encoded;
    const [expected, found] = [await one.archive.search(request, asked), await watched.search(request, asked)];
    assert.deepEqual({ ...found, snapshot: "" }, { ...expected, snapshot: "" });
  };
  for (const [more, others] of [
    [{}, undefined],
    [{ from: "2022-01-01", to: "2022-12-31" }, 3],
    [{ from: "2022-03-01" }, 2],
    [{ without: ["date"] as const }, 3],
    [{ from: "2022-01-01", sort: "newest" as const }, 2],
  ] as const)
    for (const mode of SEARCH_MODES) {
      leftOut.length = 0;
      const request: SearchRequest = { ...PLAIN_REQUEST, ...more, query: "渡口 港口", mode };
      await ask(request);
      const what = `${JSON.stringify(more)} ${mode}`;
      if (others === undefined) assert.deepEqual(leftOut, [], what);
      // One that nothing can match leaves out more.
      else assert.equal(Math.min(...leftOut), others, what);
    }
  const modes = fc.constantFrom(...SEARCH_MODES);
  const property = fc.asyncProperty(anyQuery, anyFilters, anyOrder, modes, (query, filters, order, mode) =>
    ask({ ...filters, ...order, query: writeQuery(query), mode, limit: 50, facetValues: 1000 }),
  );
  await fc.assert(property, { numRuns: 12, seed: 42 });
  await watched.close();
});
