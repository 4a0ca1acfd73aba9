/** A re-ranking server behind every edge: the command line, the library, the search server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { SearchReply } from "../../src/api/wire.ts";
import { openServed } from "../../src/compose/open-served.ts";
import { AppError } from "../../src/errors.ts";
import { openArchive } from "../../src/index.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { type JsonServer, startJsonServer } from "../fakes/json-server.ts";

const ARTICLES = Array.from({ length: 12 }, (_, index) => ({
  id: `a${index}`,
  title: `第${index}号渡轮停航`,
  body: `大风致第${index}号渡轮今日停航，码头工作人员提醒旅客改签。`,
}));
const NEWEST_NUMBER_FIRST = ARTICLES.map(({ id }) => id).reverse();

/** The later the number in a text, the better. */
const answer: JsonServer["answer"] = ({ path, body }) => {
  if (path !== "/v1/rerank") return { status: 404, body: {} };
  const { documents } = body as { documents: readonly string[] };
  const results = documents.map((text, index) => ({ index, relevance_score: Number(/\d+/.exec(text)?.[0] ?? 0) }));
  return { body: { results } };
};

describe("a re-ranking server", () => {
  const folder = join(createTestFolder(), "archive");
  let server: JsonServer;
  before(async () => {
    server = await startJsonServer(answer);
    await using archive = await openArchive(folder);
    await archive.put(ARTICLES);
  });
  after(() => server[Symbol.asyncDispose]());

  // Time enough for a machine that has other things to do.
  const unhurried = ["--rerank-weight", "1", "--rerank-budget", "5m"];
  const flags = () => ["--archive", folder, "--rerank", server.url, ...unhurried];
  const search = async (...more: string[]): Promise<SearchReply> => {
    const { stdout, stderr, exitCode } = await runCli(["search", "渡轮停航", "--json", "--limit", "50", ...more]);
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout) as SearchReply;
  };
  const idsOf = (hits: readonly { readonly id: string }[]) => hits.map(({ id }) => id);

  test("wenxun search shows its order, its scores and how much it read", async () => {
    const plain = await search("--archive", folder);
    assert.equal(plain.reranking, undefined);
    const { hits, total, reranking, notices } = await search(...flags());
    assert.deepEqual(idsOf(hits), NEWEST_NUMBER_FIRST);
    assert.equal(total, plain.total);
    assert.deepEqual(reranking, { by: new URL(server.url).host, read: 12, of: 12 });
    assert.deepEqual(notices, []);
    assert.equal(hits[0]?.why.rerank, 11);
    const { stdout } = await runCli(["search", "渡轮停航", ...flags()]);
    assert.match(stdout, /^12 found \(hybrid, 12 of the first 12 read by \S+, /);
    assert.match(stdout, /re-ranker 11\.00/);
    const few = await search(...flags(), "--rerank-depth", "2");
    assert.deepEqual(few.reranking?.of, 2);
    assert.deepEqual(idsOf(few.hits).slice(2), idsOf(plain.hits).slice(2));
  });

  test("the library and a served archive are in its order", async () => {
    const encoder = { kind: "builtin" } as const;
    await using archive = await openArchive(folder, { rerank: server.url, rerankWeight: 1, rerankBudgetMs: 300_000 });
    assert.deepEqual(idsOf((await archive.search({ query: "渡轮停航", limit: 50 })).hits), NEWEST_NUMBER_FIRST);
    const http = await archive.serve({ port: 0 });
    const address = `${http.url}/api/v1/search?${new URLSearchParams({ q: "渡轮停航", limit: "50" })}`;
    const reply = (await (await fetch(address)).json()) as SearchReply;
    assert.deepEqual([idsOf(reply.hits), reply.reranking?.read], [NEWEST_NUMBER_FIRST, 12]);
    const suggested = server.requests.length;
    await fetch(`${http.url}/api/v1/suggest?q=${encodeURIComponent("渡轮")}`);
    assert.equal(server.requests.length, suggested, "what is suggested while somebody types is not read");
    await http.stop();
    const rerank = { choice: { kind: "remote", url: server.url }, depth: 30, budgetMs: 300_000, weight: 1 } as const;
    await using served = await openServed({ folder, encoder, rerank });
    const { hits } = await served.search.search({
      query: "渡轮停航",
      mode: "keyword",
      sources: [],
      categories: [],
      excludedSources: [],
      excludedCategories: [],
      sort: "relevance",
      limit: 3,
      offset: 3,
    });
    assert.deepEqual(idsOf(hits), NEWEST_NUMBER_FIRST.slice(3, 6));
  });

  test("one that is away costs nothing but the better order, and that is told", async () => {
    const gone = await startJsonServer(answer);
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    const plain = await search("--archive", folder);
    const { hits, notices, reranking } = await search("--archive", folder, "--rerank", url);
    assert.deepEqual([idsOf(hits), notices, reranking?.read], [idsOf(plain.hits), ["rerank-failed"], 0]);
    const { stderr } = await runCli(["search", "渡轮停航", "--archive", folder, "--rerank", url]);
    assert.match(stderr, /re-ranker does not answer/);
  });

  test("settings that are not understood are wrong usage, and a folder that is not there is named", async () => {
    for (const wrong of [
      ["--rerank", "builtin"],
      ["--rerank-weight", "2"],
      ["--rerank-depth", "1"],
      ["--rerank-budget", "5"],
    ])
      assert.equal((await runCli(["search", "x", "--archive", folder, ...wrong])).exitCode, 2, wrong.join(" "));
    const { exitCode, stderr } = await runCli(["search", "x", "--archive", folder, "--rerank", "onnx:nowhere"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /no model folder .*nowhere.*--rerank/);
    for (const options of [{ rerank: "ftp://host" }, { rerank: server.url, rerankWeight: 3 }])
      await assert.rejects(
        openArchive(folder, options),
        (error) => error instanceof AppError && error.code === "usage",
      );
  });
});
