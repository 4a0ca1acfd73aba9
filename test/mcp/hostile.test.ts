/** POST /mcp under ids, cursors and messages that are made to break it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import type { App } from "../../src/http/app.ts";
import type { SearchService } from "../../src/search/search.ts";
import { toSafeText } from "../../src/text/safe-text.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "../http/server.ts";

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** Ids that an import keeps as they are given: hidden text, controls, names of prototypes, paths, and the longest there may be. */
const IDS = [
  `t${String.fromCodePoint(0xe0041, 0xe0042)}\u202e\u200bx`,
  "\u0001".repeat(512),
  `${"甲".repeat(511)}\u200b`,
  "乙".repeat(512),
  "100%\u200b",
  "__proto__",
  "constructor",
  "../../etc/passwd?x=%00#y",
  "wenxun://articles/__proto__",
];
const ARTICLES = IDS.map((id, index) => ({
  id,
  title: `第${index}班"渡轮"\\`.repeat(40),
  body: `渡轮在${index}号码头靠岸。`.repeat(600),
  source: '"'.repeat(300),
  category: '"'.repeat(300),
}));

const startHostile = (t: TestContext): Promise<App> => startFakeServer(t, { backend: createFakeBackend(ARTICLES) });

async function post(app: App, payload: object | string) {
  const reply = await app.inject({ method: "POST", url: "/mcp", headers: HEADERS, payload });
  // Of several replies the first.
  const [first = ""] = reply.body.split("\n\n");
  const data = first.replace(/^event: message\ndata: /, "");
  return { status: reply.statusCode, body: data === "" ? undefined : JSON.parse(data) };
}

const toCall = (name: string, args: object) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: args },
});

interface Answer {
  readonly id: string;
  readonly results: readonly { readonly id: string; readonly title: string }[];
  readonly metadata: { readonly start: number; readonly end: number };
  readonly nextCursor?: string;
}

async function call(app: App, name: string, args: object): Promise<Answer> {
  const { body } = await post(app, toCall(name, args));
  const [{ text }] = body.result.content;
  assert.notEqual(body.result.isError, true, text);
  assert.ok(text.length <= 8000, `${name} ${JSON.stringify(args).slice(0, 60)}: ${text.length} characters`);
  assert.equal(toSafeText(text), text, "nothing in an answer is unseen");
  return JSON.parse(text);
}

test("every article is found, read and compared by the id that it is shown with, whatever its id holds", async (t) => {
  const app = await startHostile(t);
  const shown: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(app, "search", { query: "", limit: 20, ...(cursor !== undefined && { cursor }) });
    shown.push(...page.results.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  assert.equal(new Set(shown).size, IDS.length);
  for (const id of shown) {
    let [at, parts] = [0, 0];
    let next: string | undefined;
    do {
      const part = await call(app, "fetch", { id, ...(next !== undefined && { cursor: next }) });
      assert.deepEqual([part.id, part.metadata.start], [id, at]);
      at = part.metadata.end;
      next = part.nextCursor;
      assert.ok(++parts < 100, "each part goes on");
    } while (next !== undefined);
    assert.equal(at, ARTICLES[0]?.body.length);
    await call(app, "similar", { id, limit: 20 });
  }
  const { body } = await post(app, { jsonrpc: "2.0", id: 1, method: "resources/list" });
  assert.equal(toSafeText(JSON.stringify(body)), JSON.stringify(body));
  for (const { uri } of body.result.resources as { uri: string }[]) {
    const read = await post(app, { jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri } });
    assert.equal(read.body.error, undefined, uri);
  }
});

test("a forged cursor leads to nothing, and never to an error of the server", async (t) => {
  const app = await startHostile(t);
  const forge = (at: string, args: object, snapshot: string): string => {
    const rest = Object.entries(args).sort();
    const fingerprint = createHash("sha256").update(JSON.stringify(rest)).digest("base64url").slice(0, 8);
    return Buffer.from(`${at} ${fingerprint} ${snapshot}`).toString("base64url");
  };
  for (const at of ["0", "999999999", "100001", "-1", "1e3", "٣", "1".repeat(300)]) {
    for (const snapshot of ["", "c0", "__proto__", "\n"]) {
      for (const [name, args] of [
        ["search", { query: "渡轮" }],
        ["fetch", { id: "__proto__" }],
        ["similar", { id: "__proto__" }],
        ["count_by_date", { query: "渡轮" }],
        ["sources", {}],
      ] as const) {
        const { status, body } = await post(app, toCall(name, { ...args, cursor: forge(at, args, snapshot) }));
        assert.equal(status, 200);
        assert.doesNotMatch(JSON.stringify(body), /internal/, `${name} ${at} ${snapshot}`);
      }
    }
  }
});

test("messages that are many or nested deeply are refused as a mistake of who sends them", async (t) => {
  const app = await startHostile(t);
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  assert.equal(
    (await post(app, [list, { ...list, id: 2 }])).status,
    200,
    "revisions before 2025-06-18 may send several",
  );
  const many = await post(
    app,
    Array.from({ length: 11 }, (_, id) => ({ ...list, id })),
  );
  assert.deepEqual([many.status, many.body.error.code], [400, -32_600]);
  for (const depth of [40, 5000, 60_000]) {
    const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const text = JSON.stringify(toCall("search", { query: "桥", source: 0 })).replace(
      '"source":0',
      `"source":${nested}`,
    );
    const { status, body } = await post(app, text);
    assert.deepEqual([status, body.error.code], [400, -32_600], `${depth} lists`);
  }
  assert.equal((await post(app, toCall("search", { query: "桥", source: ["a"] }))).body.error, undefined);
});

test("a search is called off when its client goes away", { timeout: 20_000 }, async (t) => {
  const backend = createFakeBackend(ARTICLES);
  let tellStarted = (): void => {};
  const started = new Promise<void>((resolve) => {
    tellStarted = resolve;
  });
  let calledOff: Promise<unknown> | undefined;
  const search: SearchService = {
    ...backend.search,
    search: async (request, options) => {
      // What the instructions are made of.
      if (request.query === "") return backend.search.search(request, options);
      const { signal } = options ?? {};
      if (signal === undefined) throw new Error("a search has a signal");
      calledOff = once(signal, "abort");
      tellStarted();
      await calledOff;
      throw signal.reason;
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const asked = fetch(`${url}/mcp`, {
    method: "POST",
    headers: HEADERS,
    body: JSON.stringify(toCall("search", { query: "渡轮" })),
    signal: stop.signal,
  });
  await started;
  stop.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
  await calledOff;
});
