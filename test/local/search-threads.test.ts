/** The pool with real threads over a real archive. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import type { LocalBackend } from "../../src/compose/open-backend.ts";
import { inThreads } from "../../src/compose/open-served.ts";
import { AppError } from "../../src/errors.ts";
import type { ToThread } from "../../src/local/pool/messages.ts";
import { SearchPool } from "../../src/local/pool/pool.ts";
import { startSearchPool } from "../../src/local/pool/start-search-pool.ts";
import { SharingBoard } from "../../src/threads/sharing/sharing-board.ts";
import { startThread } from "../../src/threads/start-thread.ts";
import { loadJsonLines } from "../quality/sample.ts";
import { openSampleApp } from "../quality/sample-app.ts";

const QUERIES = loadJsonLines<{ readonly text: string }>(join(import.meta.dirname, "../quality/judged.jsonl"));

/** Every query once, in one of four forms: whether threads agree does not depend on which query has which form. */
const REQUESTS: readonly SearchRequest[] = QUERIES.map(({ text }, index) => {
  const request = { ...PLAIN_REQUEST, query: text };
  const forms: readonly SearchRequest[] = [
    request,
    { ...request, mode: index % 8 < 4 ? "semantic" : "keyword", limit: 3, offset: index % 3 },
    { ...request, from: "2024-01-01", to: "2025-06-30", sort: index % 8 < 4 ? "newest" : "oldest" },
    { ...request, sources: [], excludedCategories: ["体育"] },
  ];
  return forms[index % forms.length] ?? request;
});

const withoutTime = ({ tookMs: _, ...result }: { readonly tookMs: number }) => result;

describe("search threads", () => {
  /** One archive for all tests, which run one after the other; the last one spoils it. */
  let app: LocalBackend;
  before(async () => {
    app = await openSampleApp();
  });
  after(() => app[Symbol.asyncDispose]());

  test("find exactly what this thread finds, with everything loaded once", async () => {
    await using threaded = inThreads(app, { searchThreads: 2, searchQueue: 1000 });
    const service = threaded.search;
    const threadedResults = await Promise.all(REQUESTS.map((request) => service.search(request)));
    for (const [index, request] of REQUESTS.entries()) {
      const expected = await app.search.search(request);
      assert.deepEqual(withoutTime(threadedResults[index] ?? expected), withoutTime(expected));
    }
    const ids = (await app.search.search(PLAIN_REQUEST)).hits.map(({ id }) => id);
    for (const id of [...ids, "no such article"]) {
      assert.deepEqual(await service.article(id), await app.search.article(id));
      assert.deepEqual(await service.similar(id, { limit: 5 }), await app.search.similar(id, { limit: 5 }));
      const why = { query: "台风登陆", mode: "hybrid" } as const;
      assert.deepEqual(await service.explain(id, why), await app.search.explain(id, why));
    }
    for (const { key, loads } of app.resources.status()) assert.equal(loads, 1, key);
  });

  test("share a search with one that is free, and find the same", async (t) => {
    const meet = t.mock.method(Worker.prototype, "postMessage");
    await using pool = startSearchPool(app.archive.reader, { threads: 2, sharedFromMs: 0 });
    const ask = async (request: SearchRequest) => {
      const [vector] = await app.encoder.encode([request.query], { role: "query" });
      return pool.search(request, vector === undefined ? {} : { vector, fingerprint: app.encoder.fingerprint });
    };
    const boards = () =>
      meet.mock.calls.flatMap((call) => {
        const message = call.arguments[0] as ToThread;
        return message.kind === "meet" ? [new SharingBoard(message.seat.board)] : [];
      });
    const request = { ...PLAIN_REQUEST, query: "台风登陆" };
    const expected = await ask(request);
    // More than one thread can do starts the other.
    while (boards().length < 2) await Promise.all([ask(request), ask(request)]);
    const [board = assert.fail()] = boards();
    const before = [board.rings(0), board.rings(1)] as const;
    for (let round = 0; round < 20; round++) assert.deepEqual(await ask(request), expected);
    // The first thread searches: its bell says that it is asked, and that the other one has helped; the other's that it may help.
    const rings = [board.rings(0) - before[0], board.rings(1) - before[1]] as const;
    assert.ok(rings[0] > 25 && rings[1] >= 20, `${rings} rings`);
  });

  test("see a new commit in the next search", async () => {
    await using threaded = inThreads(app, { searchThreads: 1 });
    const service = threaded.search;
    const before = await service.search({ ...PLAIN_REQUEST, query: "青金石矿脉" });
    const writer = await app.archive.borrowWriter();
    await writer.put([{ id: "lapis", title: "山谷里发现青金石矿脉", body: "勘探队说，矿脉长两公里。" }]);
    await writer.close();
    const after = await service.search({ ...PLAIN_REQUEST, query: "青金石矿脉" });
    assert.notEqual(after.snapshot, before.snapshot);
    assert.equal(after.hits[0]?.id, "lapis");
    assert.equal((await service.article("lapis"))?.title, "山谷里发现青金石矿脉");
  });

  test("refuse what is asked wrongly as this thread does", async () => {
    await using pool = startSearchPool(app.archive.reader, { threads: 1 });
    await assert.rejects(
      pool.search({ ...PLAIN_REQUEST, from: "2024-02-30" }, {}),
      (error) => error instanceof AppError && error.code === "invalid-request" && error.message.startsWith("from is"),
    );
  });

  test("another takes the place of one that ends", async () => {
    const source = `import { parentPort } from "node:worker_threads";
      parentPort.on("message", ({ kind, task }) => {
        if (kind === "close") parentPort.close();
        if (kind === "task" && task.id === "end") process.exit(3);
        if (kind === "task") parentPort.postMessage({ kind: "done", value: task.id });
      });`;
    const file = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    const state = { data: { name: "c1" }, [Symbol.dispose]: () => {} };
    await using pool = new SearchPool({
      info: { timezone: "UTC" },
      startThread: (events) => startThread({ file, workerData: undefined }, events),
      threads: 1,
      maxWaiting: 5,
      borrowSnapshot: async () => state,
    });
    const tasks = [pool.article("one"), pool.article("end"), pool.article("two")];
    const [one, end, two] = await Promise.allSettled(tasks);
    assert.deepEqual(
      [one, two],
      [
        { status: "fulfilled", value: "one" },
        { status: "fulfilled", value: "two" },
      ],
    );
    assert.ok(end?.status === "rejected" && end.reason instanceof AppError && end.reason.code === "unavailable");
  });

  test("read the same memory as the thread that loaded it", async () => {
    await using threaded = inThreads(app, { searchThreads: 2 });
    const service = threaded.search;
    {
      using state = await app.archive.reader.borrowSnapshot();
      for (const { data } of state.data.segments) data.columns.sources.fill(1);
    }
    const results = await Promise.all([1, 2, 3, 4].map(() => service.search(PLAIN_REQUEST)));
    for (const { facets, total } of results)
      assert.deepEqual(
        facets.source.map(({ count }) => count),
        [total],
      );
  });
});
