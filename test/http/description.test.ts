/** The descriptions of both servers: complete, unambiguous, and true of what is answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { NO_SOURCES, type SourceDesk } from "../../src/api/source-desk.ts";
import { SEARCH_NOTICES } from "../../src/archive/result.ts";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import { AppError, ERROR_KINDS } from "../../src/errors.ts";
import type { App } from "../../src/http/app.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { MemoryWriter } from "../fakes/writer.ts";
import { startFakeServer } from "./server.ts";

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const describe = async (app: App): Promise<Description> => (await app.inject("/openapi.json")).json();

const operationsOf = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

/** Every object within a value. */
function* eachObject(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const part of Object.values(value)) yield* eachObject(part);
}

const OPERATIONS: Readonly<Record<string, string>> = {
  "GET /api/v1/search": "search",
  "GET /api/v1/suggest": "suggest",
  "GET /api/v1/counts": "countArticles",
  "GET /api/v1/counts.csv": "countArticlesCsv",
  "GET /api/v1/articles/{id}": "getArticle",
  "GET /api/v1/articles/{id}/similar": "findSimilarArticles",
  "GET /api/v1/articles/{id}/editions": "listEditions",
  "GET /api/v1/articles/{id}/editions/{number}": "getEdition",
  "POST /api/v1/articles": "putArticles",
  "DELETE /api/v1/articles/{id}": "removeArticle",
  "GET /api/v1/status": "getStatus",
  "GET /api/v1/sources": "listSources",
  "POST /api/v1/sources": "addSource",
  "PATCH /api/v1/sources/{source}": "changeSource",
  "DELETE /api/v1/sources/{source}": "removeSource",
  "POST /api/v1/sources/{source}/check": "checkSource",
  "GET /api/v1/alerts": "listAlerts",
  "POST /api/v1/alerts": "addAlert",
  "POST /api/v1/alerts/preview": "previewAlert",
  "GET /api/v1/alerts/{alert}": "getAlert",
  "PATCH /api/v1/alerts/{alert}": "changeAlert",
  "DELETE /api/v1/alerts/{alert}": "removeAlert",
  "POST /api/v1/alerts/{alert}/replay": "replayAlert",
  "GET /articles/{id}/cite/{format}": "citeArticle",
  "GET /export.csv": "exportCsv",
  "GET /export.jsonl": "exportJsonLines",
  "GET /export.ris": "exportRis",
  "GET /export.bib": "exportBibtex",
  "GET /feed.atom": "followAtom",
  "GET /feed.rss": "followRss",
  "GET /feed.json": "followJsonFeed",
  "GET /livez": "checkAlive",
  "GET /readyz": "checkReady",
};

test("every operation of the search server has the name that programs made from its description rely on", async (t) => {
  const description = await describe(await startFakeServer(t));
  const names = operationsOf(description).map(({ path, method, operation }) => [
    `${method} ${path}`,
    operation.operationId,
  ]);
  const unversioned = Object.entries(OPERATIONS)
    .filter(([address]) => address.includes("/api/v1/"))
    .map(([address, id]) => [address.replace("/api/v1/", "/api/"), `${id}Unversioned`]);
  assert.deepEqual(Object.fromEntries(names), { ...OPERATIONS, ...Object.fromEntries(unversioned) });
});

for (const [name, start] of [
  ["search server", startFakeServer],
  [
    "embedding server",
    () => createEncoderServer({ encoder: createFakeEncoder(), resources: createResources(), version: "0" }),
  ],
] as const) {
  test(`${name}: names are unique, and no schema is written in a way that OpenAPI 3.1 does not know`, async (t) => {
    const description = await describe(await start(t));
    assert.match(description.openapi, /^3\.1/);
    const ids = operationsOf(description).map(({ operation }) => operation.operationId);
    assert.ok(ids.every((id) => id !== undefined));
    assert.equal(new Set(ids).size, ids.length);
    const arrays = [...eachObject(description)].filter(({ items }) => Array.isArray(items));
    assert.deepEqual(arrays, [], "items is an array");
    assert.ok(operationsOf(description).every(({ operation }) => "default" in operation.responses));
  });
}

test("a feed in JSON is described as an object, one in XML as a text", async (t) => {
  const { paths } = await describe(await startFakeServer(t));
  const typeOf = (path: string) => [...eachObject(paths[path]?.get?.responses["200"])].find(({ type }) => type)?.type;
  assert.deepEqual([typeOf("/feed.json"), typeOf("/feed.atom")], ["object", "string"]);
});

test("notices and error codes are listed, so that a program can tell them apart", async (t) => {
  const { paths } = await describe(await startFakeServer(t));
  const { responses } = paths["/api/v1/search"]?.get ?? assert.fail();
  const enums = [...eachObject(responses)].map((schema) => schema.enum);
  const holds = (wanted: readonly string[]) =>
    enums.some((values) => JSON.stringify(values) === JSON.stringify(wanted));
  assert.ok(holds(SEARCH_NOTICES));
  assert.ok(holds(Object.keys(ERROR_KINDS)));
});

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

test("both addresses of the API answer the same, but for what changes from request to request", async (t) => {
  const app = await startFakeServer(t);
  for (const path of [
    "/search?q=大桥",
    "/suggest?q=大桥",
    "/articles/bridge",
    "/articles/bridge/similar",
    "/articles/x",
  ]) {
    const [now, before] = await Promise.all(
      ["/api/v1", "/api"].map(async (prefix) => {
        const { statusCode, body, headers } = await app.inject(encodeURI(prefix + path));
        const { requestId: _, ...reply } = JSON.parse(body);
        return { statusCode, reply, type: headers["content-type"] };
      }),
    );
    assert.deepEqual(now, before, path);
  }
});

test("the examples of the description are answered", async (t) => {
  const app = await startFakeServer(t, {
    backend: createFakeBackend(undefined, async () => new MemoryWriter()),
    token: "secret",
  });
  let sent = 0;
  for (const { path, method, operation } of operationsOf(await describe(app))) {
    const { parameters = [] } = operation;
    const given = parameters.filter(({ in: place, example }) => place === "query" && example !== undefined);
    if (given.length === 0) continue;
    sent++;
    const pairs = given.flatMap(({ name, example }) =>
      [example].flat().map((one): [string, string] => [name, String(one)]),
    );
    const reply = await app.inject({
      method: method as "GET" | "POST",
      url: `${path.replace("{id}", "bridge")}?${new URLSearchParams(pairs)}`,
      headers: { authorization: "Bearer secret", "content-type": "application/json" },
      ...(method !== "GET" && { payload: '{"id":"a","title":"t"}' }),
    });
    assert.equal(reply.statusCode, 200, `${method} ${path} ${reply.body.slice(0, 300)}`);
  }
  assert.ok(sent > 10, `${sent}`);
});
