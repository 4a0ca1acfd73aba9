import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { McpArchive } from "../context.ts";
import { type McpAsker, McpThread } from "./mcp-thread.ts";
import type { McpQuestion } from "./messages.ts";

const info = { encoderFingerprint: "fake", dimensions: 1, timezone: "Asia/Shanghai", createdAtMs: 0 };
const stats = { snapshot: "s", encoderFingerprint: "fake", articles: 0, withoutVector: 0, sources: 0, categories: 0 };

const question = (name: string): McpQuestion => ({
  headers: [
    ["content-type", "application/json"],
    ["accept", "application/json, text/event-stream"],
  ],
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: name === "search" ? { query: "桥" } : {} },
  }),
  mayRead: true,
  site: { root: "http://localhost/" },
  info,
  version: "0.0.0-test",
});

/** Searches for clients never end; those that the thread makes for itself find nothing. */
function createAsker(signal?: AbortSignal) {
  const asked = Promise.withResolvers<unknown>();
  const tools: string[] = [];
  const nothing = { hits: [], facets: { source: [] }, facetRemainders: { source: { none: 0 } } };
  const search = {
    search: async (_request: unknown, options: unknown) => {
      if (options === undefined) return nothing;
      asked.resolve(options);
      return new Promise(() => {});
    },
  };
  const archive = { search, archive: { info, stats: async () => stats, activity: async () => undefined } };
  const asker: McpAsker = {
    archive: archive as unknown as McpArchive,
    options: { client: "reader", signal },
    note: (tool) => tools.push(tool),
  };
  return { asker, asked: asked.promise, tools };
}

test("a question that is called off rejects at once, and others are answered beside it and after it", async () => {
  await using thread = new McpThread({ freeBytes: () => undefined, onProblem: assert.fail });
  const client = new AbortController();
  const { asker, asked, tools } = createAsker(client.signal);
  const searching = thread.ask(question("search"), asker);
  searching.catch(() => {});
  assert.deepEqual(await asked, asker.options, "the archive is asked for the client, until it goes");
  const beside = await thread.ask(question("status"), createAsker().asker);
  assert.match(beside.body, /"articles":0|articles\\":0/);
  client.abort(new Error("gone"));
  await assert.rejects(searching, /gone/);
  assert.equal((await thread.ask(question("status"), createAsker().asker)).status, 200);
  assert.deepEqual(tools, ["search"]);
});

test("where memory is short a language model is told to come again, and no thread is started", async () => {
  await using thread = new McpThread({ freeBytes: () => 1_000_000, onProblem: assert.fail });
  await assert.rejects(thread.ask(question("status"), createAsker().asker), { code: "unavailable" });
});

test("a client that asks for more than can wait gives way to another one", async () => {
  await using thread = new McpThread({ freeBytes: () => undefined, onProblem: assert.fail });
  const refused: number[] = [];
  for (let turn = 0; turn < 108; turn++)
    thread.ask(question("search"), createAsker().asker).catch(() => refused.push(turn));
  await nextTurn();
  assert.deepEqual(refused, [], "so many are held");
  const { asker } = createAsker();
  let isRefused = false;
  thread.ask(question("status"), { ...asker, options: { client: "polite" } }).catch(() => {
    isRefused = true;
  });
  await assert.rejects(thread.ask(question("search"), createAsker().asker), { code: "unavailable" });
  await nextTurn();
  assert.deepEqual([isRefused, refused], [false, [107]]);
});

test("near the ceiling of memory two questions are answered at a time, and others wait", async () => {
  let freeBytes: number | undefined;
  await using thread = new McpThread({ freeBytes: () => freeBytes, onProblem: assert.fail });
  const askers = [createAsker(), createAsker(), createAsker()] as const;
  const ask = (which: 0 | 1 | 2): void => void thread.ask(question("search"), askers[which].asker).catch(() => {});
  ask(0);
  await askers[0].asked;
  freeBytes = 0;
  ask(1);
  await askers[1].asked;
  ask(2);
  const third = askers[2].asked.then(() => "asked");
  assert.equal(await Promise.race([third, sleep(250).then(() => "waits")]), "waits");
});
