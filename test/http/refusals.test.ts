/** The refusals that the description of the search server promises: all of them, and no others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { NO_SOURCES, type SourceDesk } from "../../src/api/source-desk.ts";
import { AppError } from "../../src/errors.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { MemoryWriter } from "../fakes/writer.ts";
import { describe, OPERATIONS, operationsOf } from "./description.ts";
import { startFakeServer } from "./server.ts";

/** A refusal does not wait for what the server is busy with. */
const PATIENCE_MS = 10_000;

const { tokensFile, secrets } = createTestTokens({ reader: ["search", "read"] });
const READER = secrets.reader;

const ALERT = '{"search":{"query":"bridge"},"channel":"mail","address":"reader@example.org"}';

/** What can be refused, by operation: each is provoked, and nothing else is promised. */
const REFUSALS: Readonly<Record<string, readonly (readonly [status: number, url: string, extra?: object])[]>> = {
  search: [
    [400, "/api/v1/search?limit=x"],
    [410, "/api/v1/search?q=gone"],
    [503, "/api/v1/search?q=busy"],
  ],
  suggest: [
    [400, `/api/v1/suggest?q=${"x".repeat(101)}`],
    [503, "/api/v1/suggest?q=busy"],
  ],
  getArticle: [
    [400, `/api/v1/articles/${"x".repeat(513)}`],
    [404, "/api/v1/articles/nobody"],
    [503, "/api/v1/articles/busy"],
  ],
  findSimilarArticles: [
    [400, "/api/v1/articles/bridge/similar?limit=0"],
    [404, "/api/v1/articles/nobody/similar"],
    [503, "/api/v1/articles/busy/similar"],
  ],
  listEditions: [
    [400, `/api/v1/articles/${"x".repeat(513)}/editions`],
    [404, "/api/v1/articles/nobody/editions"],
    [503, "/api/v1/articles/busy/editions"],
  ],
  getEdition: [
    [400, "/api/v1/articles/bridge/editions/0"],
    [404, "/api/v1/articles/bridge/editions/9"],
    [503, "/api/v1/articles/busy/editions/1"],
  ],
  putArticles: [
    [400, "/api/v1/articles", { body: "{" }],
    [401, "/api/v1/articles", { token: "wrong" }],
    [403, "/api/v1/articles", { token: READER }],
    [413, "/api/v1/articles", { body: `"${"x".repeat(5000)}"` }],
    [415, "/api/v1/articles", { type: "text/html" }],
    [422, "/api/v1/articles", { body: "[{}]" }],
    [429, "/api/v1/articles", { crowd: true }],
    [503, "/api/v1/articles", { body: '{"id":"locked","title":"t"}' }],
  ],
  removeArticle: [
    [400, `/api/v1/articles/${"x".repeat(513)}`],
    [401, "/api/v1/articles/nobody", { token: "wrong" }],
    [403, "/api/v1/articles/nobody", { token: READER }],
    [404, "/api/v1/articles/nobody"],
    [429, "/api/v1/articles/nobody", { crowd: true }],
    [503, "/api/v1/articles/nobody", { opening: true }],
  ],
  getStatus: [],
  listSources: [
    [400, "/api/v1/sources?limit=0"],
    [401, "/api/v1/sources", { token: "wrong" }],
    [403, "/api/v1/sources", { token: READER }],
  ],
  addSource: [
    [400, "/api/v1/sources", { body: "{}" }],
    [401, "/api/v1/sources", { token: "wrong" }],
    [403, "/api/v1/sources", { token: READER }],
    [422, "/api/v1/sources", { body: '{"url":"http://10.0.0.1/"}' }],
    [502, "/api/v1/sources", { body: '{"url":"https://down.test/"}' }],
    [503, "/api/v1/sources", { body: '{"url":"https://slow.test/"}' }],
  ],
  changeSource: [
    [400, "/api/v1/sources/1", { body: "{}" }],
    [401, "/api/v1/sources/1", { token: "wrong" }],
    [403, "/api/v1/sources/1", { token: READER }],
    [404, "/api/v1/sources/1", { body: '{"status":"paused"}' }],
  ],
  removeSource: [
    [400, "/api/v1/sources/x"],
    [401, "/api/v1/sources/1", { token: "wrong" }],
    [403, "/api/v1/sources/1", { token: READER }],
    [404, "/api/v1/sources/1"],
  ],
  checkSource: [
    [400, "/api/v1/sources/x/check"],
    [401, "/api/v1/sources/1/check", { token: "wrong" }],
    [403, "/api/v1/sources/1/check", { token: READER }],
    [404, "/api/v1/sources/1/check"],
  ],
  listAlerts: [
    [400, "/api/v1/alerts?limit=0"],
    [401, "/api/v1/alerts", { token: "wrong" }],
    [403, "/api/v1/alerts", { token: READER }],
  ],
  addAlert: [
    [400, "/api/v1/alerts", { body: "{}" }],
    [401, "/api/v1/alerts", { token: "wrong" }],
    [403, "/api/v1/alerts", { token: READER }],
    [503, "/api/v1/alerts", { body: ALERT, opening: true }],
  ],
  previewAlert: [
    [400, "/api/v1/alerts/preview", { body: "{}" }],
    [401, "/api/v1/alerts/preview", { token: "wrong" }],
    [403, "/api/v1/alerts/preview", { token: READER }],
    [503, "/api/v1/alerts/preview", { body: ALERT, opening: true }],
  ],
  getAlert: [
    [400, "/api/v1/alerts/x"],
    [401, "/api/v1/alerts/1", { token: "wrong" }],
    [403, "/api/v1/alerts/1", { token: READER }],
    [404, "/api/v1/alerts/1"],
  ],
  changeAlert: [
    [400, "/api/v1/alerts/1", { body: "{}" }],
    [401, "/api/v1/alerts/1", { token: "wrong" }],
    [403, "/api/v1/alerts/1", { token: READER }],
    [404, "/api/v1/alerts/1", { body: '{"status":"paused"}' }],
  ],
  removeAlert: [
    [400, "/api/v1/alerts/x"],
    [401, "/api/v1/alerts/1", { token: "wrong" }],
    [403, "/api/v1/alerts/1", { token: READER }],
    [404, "/api/v1/alerts/1"],
  ],
  replayAlert: [
    [400, "/api/v1/alerts/x/replay", { body: "{}" }],
    [401, "/api/v1/alerts/1/replay", { token: "wrong" }],
    [403, "/api/v1/alerts/1/replay", { token: READER }],
    [404, "/api/v1/alerts/1/replay", { body: "{}" }],
  ],
  citeArticle: [
    [400, "/articles/bridge/cite/doc"],
    [404, "/articles/nobody/cite/ris"],
    [503, "/articles/busy/cite/ris"],
  ],
  checkAlive: [],
  checkReady: [[503, "/readyz", { opening: true }]],
  ...Object.fromEntries(
    Object.entries(OPERATIONS)
      .filter(([address]) => /\/(?:export|feed)\.|\/counts/.test(address))
      .map(([address, id]) => {
        const path = address.slice(4);
        return [
          id,
          [
            [400, `${path}?from=yesterday`],
            [410, `${path}?q=gone`],
            [429, `${path}?q=slow`, { crowd: true }],
            [503, `${path}?q=busy`],
          ] as const,
        ];
      }),
  ),
};

test("each refusal that is described occurs, and each that occurs is described", async (t) => {
  const base = createFakeBackend();
  const busy = new AppError("unavailable", "Too much is asked at the same time.");
  let gate = Promise.withResolvers<void>();
  /** A writer of its own for each request, as an archive lends it. */
  const lendWriter = async (): Promise<MemoryWriter> => {
    const writer = new MemoryWriter();
    writer.onPut = async ([article]) => {
      if (article?.id === "locked") throw new AppError("archive-locked", "Another process writes.");
      if (article?.id === "slow") await gate.promise;
    };
    return writer;
  };
  const backend = createFakeBackend(undefined, lendWriter);
  const throwsFor = (word: string) => {
    if (word === "busy") throw busy;
    if (word === "gone") throw new AppError("snapshot-gone", "It is gone.");
  };
  const search: typeof base.search = {
    ...base.search,
    search: async (request, options) => {
      throwsFor(request.query);
      if (request.query === "slow") await gate.promise;
      return base.search.search(request, options);
    },
    article: async (id) => {
      throwsFor(id);
      return base.search.article(id);
    },
    similar: async (id, options) => {
      throwsFor(id);
      return base.search.similar(id, options);
    },
  };
  const sources: SourceDesk = {
    ...NO_SOURCES,
    add: async ({ url }) => {
      if (url.includes("slow")) throw busy;
      throw new AppError(url.includes("10.0.0.1") ? "fetch-refused" : "fetch-failed", "It cannot be followed.");
    },
  };
  const options = { token: "secret", tokensFile, maxBodyBytes: 4096, sources };
  const app = await startFakeServer(t, { ...options, backend: { ...backend, search } });
  const opening = await startFakeServer(t, { ...options, backend: new Promise(() => {}) });

  interface Extra {
    readonly body?: string;
    readonly token?: string;
    readonly type?: string;
    readonly crowd?: boolean;
    readonly opening?: boolean;
  }
  const send = (
    method: "GET" | "POST" | "PATCH",
    url: string,
    { body = '{"id":"a","title":"t"}', token = "secret", type = "application/json", opening: isOpening = false }: Extra,
  ) =>
    (isOpening ? opening : app).inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      ...(method !== "GET" && { payload: body }),
    });
  const put = (url: string, extra: Extra) => send("POST", url, extra);
  const remove = (url: string, { token = "secret", opening: isOpening = false }: Extra) =>
    (isOpening ? opening : app).inject({ method: "DELETE", url, headers: { authorization: `Bearer ${token}` } });
  /** What a request gets when as many wait for a slow one as may. */
  const askInCrowd = async (
    request: () => ReturnType<typeof put>,
    askSlowly = () => put("/api/v1/articles", { body: '{"id":"slow","title":"t"}' }),
  ): Promise<number> => {
    const slow = Array.from({ length: 20 }, askSlowly);
    await Promise.race(slow);
    const reply = request();
    await Promise.race([reply, setTimeout(PATIENCE_MS, undefined, { ref: false })]);
    gate.resolve();
    await Promise.all(slow);
    gate = Promise.withResolvers();
    return (await reply).statusCode;
  };
  const WRITES: Readonly<Record<string, typeof put | typeof remove>> = {
    putArticles: put,
    addSource: put,
    checkSource: put,
    removeArticle: remove,
    removeSource: remove,
    listSources: (url, extra) => send("GET", url, extra),
    changeSource: (url, extra) => send("PATCH", url, extra),
    listAlerts: (url, extra) => send("GET", url, extra),
    addAlert: put,
    previewAlert: put,
    getAlert: (url, extra) => send("GET", url, extra),
    changeAlert: (url, extra) => send("PATCH", url, extra),
    removeAlert: remove,
    replayAlert: put,
  };
  const ask = async (id: string, url: string, extra: Extra): Promise<number> => {
    const write = WRITES[id];
    const get = () => (extra.opening === true ? opening : app).inject(url);
    if (write === undefined) return extra.crowd === true ? askInCrowd(get, get) : (await get()).statusCode;
    if (extra.crowd === true) return askInCrowd(() => write(url, extra));
    return (await write(url, extra)).statusCode;
  };

  for (const { operation } of operationsOf(await describe(app))) {
    const id = (operation.operationId ?? "").replace(/Unversioned$/, "");
    const described = Object.keys(operation.responses).filter((status) => /^[45]/.test(status));
    const occurring: string[] = [];
    for (const [status, url, extra = {}] of REFUSALS[id] ?? assert.fail(id)) {
      const isUnversioned = operation.operationId !== id;
      const path = isUnversioned ? url.replace("/api/v1/", "/api/") : url;
      assert.equal(await ask(id, path, extra), status, `${path} ${JSON.stringify(extra)}`);
      occurring.push(String(status));
    }
    assert.deepEqual([...new Set(occurring)].sort(), described.sort(), operation.operationId);
  }
});
