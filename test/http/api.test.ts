import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activity } from "../../src/archive/archive.ts";
import { AppError, ERROR_KINDS, type ErrorCode } from "../../src/errors.ts";
import { listen } from "../../src/http/listen.ts";
import type { SearchService } from "../../src/search/search.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const failingSearch = (error: unknown): SearchService => ({
  search: async () => {
    throw error;
  },
  article: async () => undefined,
  similar: async () => undefined,
  explain: async () => undefined,
});

test("a search answers in the documented shape", async (t) => {
  const app = await startFakeServer(t);
  const reply = await app.inject({ url: "/api/search", query: { q: "大桥" } });
  assert.equal(reply.statusCode, 200);
  assert.match(String(reply.headers["content-type"]), /^application\/json/);
  assert.deepEqual(reply.json(), {
    query: "大桥",
    mode: "hybrid",
    total: 2,
    collapsed: 0,
    related: 0,
    readAs: "大桥",
    unknownOperators: [],
    alsoSearched: [],
    tookMs: 0.25,
    snapshot: "fake-1",
    hits: [
      {
        id: "bridge-hant",
        title: "臨江大橋通車首日 市民排隊過橋",
        url: "https://hant.example/bridge",
        source: "海灣時報",
        category: "交通",
        published: "2021-03-15T03:00:00.000Z",
        score: 1,
        titleHighlights: [],
        snippet: { text: "臨江大橋啟用首日，步道上擠滿了人。晚間燈光亮起時，許多人停下腳步拍照。", highlights: [] },
        bodyLength: 35,
        copies: [],
        tellings: [],
        why: { keyword: 1, semantic: 0.62 },
        match: "words",
      },
      {
        id: "bridge",
        title: "临江大桥通车，两岸通勤缩短半小时",
        url: "https://news.example/bridge?a=1&b=2",
        source: "江湾日报",
        category: "交通",
        published: "2021-03-14T01:00:00.000Z",
        score: 1,
        titleHighlights: [[2, 4]],
        snippet: {
          text: "临江大桥今日上午正式通车。市民排队步行过桥，有人凌晨四点就来等候。\n\n交通部门说，大桥设有六条车道和两侧步道。",
          highlights: [[2, 4]],
        },
        bodyLength: 55,
        copies: [],
        tellings: [],
        why: { keyword: 1, semantic: 0.62 },
        match: "words",
      },
    ],
    facets: {
      source: [
        { value: "江湾日报", count: 1 },
        { value: "海灣時報", count: 1 },
      ],
      category: [{ value: "交通", count: 2 }],
    },
    facetRemainders: { source: { none: 0, values: 0, count: 0 }, category: { none: 0, values: 0, count: 0 } },
    histogram: { interval: "month", buckets: [{ start: "2021-03-01", count: 2 }], undated: 0 },
    notices: [],
  });
});

test("every parameter reaches the search, empty ones count as absent, unknown ones are ignored", async (t) => {
  const backend = createFakeBackend();
  const app = await startFakeServer(t, { backend });
  const url =
    "/api/search?q=a&from=2020-02-29&to=&source=S1&source=S2&category=&category=C&excludeSource=S3&without=source&without=date&mode=keyword&sort=oldest&limit=3&offset=6&stories=on&facetValues=7&snapshot=c7&colour=blue";
  assert.equal((await app.inject(url)).statusCode, 200);
  assert.deepEqual(backend.search.requests, [
    {
      query: "a",
      mode: "keyword",
      from: "2020-02-29",
      to: undefined,
      sources: ["S1", "S2"],
      categories: ["C"],
      excludedSources: ["S3"],
      excludedCategories: [],
      without: ["source", "date"],
      sort: "oldest",
      limit: 3,
      offset: 6,
      stories: true,
      facetValues: 7,
      snapshot: "c7",
    },
  ]);
});

test("a parameter that is not understood gets 400 with its name, what was wanted and what came", async (t) => {
  const app = await startFakeServer(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    ["from=2021-02-29", /^from must be a day, YYYY-MM-DD, got "2021-02-29"\.$/],
    ["to=yesterday", /^to must be a day/],
    ["mode=magic", /^mode must be one of hybrid, semantic, keyword, got "magic"\.$/],
    ["sort=random", /^sort must be one of relevance, newest, oldest/],
    ["limit=101", /^limit must be <= 100, got 101\.$/],
    ["limit=-1", /^limit must be >= 0/],
    ["limit=2.5", /^limit must be integer, got "2\.5"\.$/],
    ["offset=x", /^offset must be integer, got "x"\.$/],
    ["q=a&q=b", /^q must be string/],
  ];
  for (const [query, message] of cases) {
    const reply = await app.inject(`/api/search?${query}`);
    assert.equal(reply.statusCode, 400, query);
    const body = reply.json();
    assert.equal(body.code, "invalid-request");
    assert.match(body.message, message);
    assert.equal(body.requestId, reply.headers["x-request-id"]);
  }
});

test("a query of 10,000 characters arrives whole, over a socket", async (t) => {
  const backend = createFakeBackend();
  const app = await startFakeServer(t, { backend });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  const query = "桥".repeat(10_000);
  const reply = await fetch(`${server.url}/api/search?q=${encodeURIComponent(query)}`);
  assert.equal(reply.status, 200);
  assert.equal(backend.search.requests[0]?.query, query);
  await server.stop();
});

test("an article is found by any id, its text as it is", async (t) => {
  const app = await startFakeServer(t);
  const id = "undated/ünï 100%";
  const reply = await app.inject(`/api/articles/${encodeURIComponent(id)}`);
  assert.deepEqual(reply.json(), {
    id,
    title: '<script>alert("标题")</script> & 转义',
    body: "没有日期的一条，标题里带着标签。</p><img src=x onerror=alert(1)>",
    url: "",
    source: "",
    category: "",
    published: "",
  });
  const long = await app.inject(`/api/articles/${encodeURIComponent("桥".repeat(512))}`);
  assert.equal(long.json().code, "not-found");
});

test("similar articles leave the article out; an unknown id gets 404", async (t) => {
  const app = await startFakeServer(t);
  const { id, hits } = (await app.inject("/api/articles/bridge/similar?limit=2")).json();
  assert.equal(id, "bridge");
  assert.deepEqual(
    hits.map((hit: { id: string }) => hit.id),
    ["bridge-hant", "library"],
  );
  for (const url of ["/api/articles/none", "/api/articles/none/similar"]) {
    const reply = await app.inject(url);
    assert.equal(reply.statusCode, 404);
    const message = 'There is no article with the id "none" in the archive.';
    assert.deepEqual(reply.json(), {
      code: "not-found",
      message,
      requestId: reply.headers["x-request-id"],
      type: "/docs#error-not-found",
      title: "Not found",
      status: 404,
      detail: message,
    });
  }
});

test("each error code answers with its status; what is not public stays hidden", async (t) => {
  for (const [code, kind] of Object.entries(ERROR_KINDS)) {
    const error = new AppError(code as ErrorCode, "a sentence with /etc/secret", { retryAfterS: 7 });
    const app = await startFakeServer(t, { backend: { ...createFakeBackend(), search: failingSearch(error) } });
    const reply = await app.inject("/api/search?q=x");
    assert.equal(reply.statusCode, kind.status, code);
    const { status, detail, message, ...problem } = reply.json();
    assert.deepEqual([problem.code, status, detail], [code, kind.status, message]);
    assert.equal(problem.type, `/docs#error-${code}`);
    assert.equal(reply.headers["content-type"], "application/problem+json; charset=utf-8");
    // Failures of the server name no folder of it.
    assert.equal(message.includes("secret"), kind.public && kind.status < 500, code);
    assert.equal(reply.headers["retry-after"], "7");
  }
});

test("a defect answers 500 and tells nothing", async (t) => {
  const defect = new TypeError("cannot read /home/editor/secret");
  const app = await startFakeServer(t, { backend: { ...createFakeBackend(), search: failingSearch(defect) } });
  const reply = await app.inject("/api/search?q=x");
  assert.equal(reply.statusCode, 500);
  assert.equal(reply.json().code, "internal");
  assert.doesNotMatch(reply.body, /secret/);
});

test("an unknown address gets 404 as JSON under /api", async (t) => {
  const app = await startFakeServer(t);
  const reply = await app.inject("/api/nothing?x=1");
  assert.equal(reply.statusCode, 404);
  assert.equal(reply.json().message, "There is nothing at GET /api/nothing. See /docs for what there is.");
});

test("status tells what is loaded, without errors or paths", async (t) => {
  const resource = { key: "encoder", loads: 1, loadMs: 12, bytes: 34, borrowers: 2, hits: 5 };
  const resources = {
    status: () => [{ ...resource, state: "ready", error: "/secret" } as const],
    acquire: () => Promise.reject(new Error("nothing to load")),
  };
  const app = await startFakeServer(t, { resources });
  const reply = await app.inject("/api/status");
  const status = reply.json();
  assert.deepEqual(status.resources, [{ ...resource, state: "ready" }]);
  assert.deepEqual(status.archive, {
    snapshot: "fake-1",
    articles: 4,
    sources: 2,
    categories: 2,
    timezone: "Asia/Shanghai",
    created: "2026-01-01T00:00:00.000Z",
    encoderFingerprint: "fake",
    vectorsOutdated: false,
  });
  assert.equal(status.encoder.name, "fake");
  assert.ok(status.memory.rssBytes > 1e6 && status.memory.heapUsedBytes > 1e6);
  assert.doesNotMatch(reply.body, /nowhere|secret/);
});

test("the server answers before its archive is open, and says when it cannot be", async (t) => {
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof createFakeBackend>>();
  const app = await startFakeServer(t, { backend: promise });
  assert.equal((await app.inject("/livez")).statusCode, 200);
  for (const url of ["/readyz", "/api/search?q=x", "/api/articles/bridge"]) {
    const reply = await app.inject(url);
    assert.equal(reply.statusCode, 503, url);
    assert.equal(reply.headers["retry-after"], "1");
  }
  assert.equal((await app.inject("/api/status")).json().ready, false);
  resolve(createFakeBackend());
  await promise;
  assert.equal((await app.inject("/readyz")).statusCode, 200);
  assert.equal((await app.inject("/api/search?q=x")).statusCode, 200);

  const broken = await startFakeServer(t, { backend: Promise.reject(new AppError("archive-missing", "no archive")) });
  assert.equal((await broken.inject("/readyz")).json().code, "archive-missing");
});

test("metrics count requests by route pattern, not by address", async (t) => {
  const app = await startFakeServer(t);
  await app.inject("/api/articles/bridge");
  await app.inject("/api/articles/library");
  const { body } = await app.inject("/metrics");
  assert.match(body, /request_duration_seconds_count\{method="GET",route="\/api\/articles\/:id",status="200"\} 2/);
  assert.match(body, /wenxun_archive_articles 4/);
});

test("every reply carries the security headers", async (t) => {
  const app = await startFakeServer(t);
  for (const url of ["/api/search", "/nothing", "/livez"]) {
    const { headers } = await app.inject(url);
    assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(String(headers["content-security-policy"]), /unsafe|https?:/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "same-origin");
  }
});

test("stopping finishes what was accepted", async (t) => {
  const backend = createFakeBackend();
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const slow: SearchService = {
    ...backend.search,
    search: async (request) => {
      started.resolve();
      await gate.promise;
      return backend.search.search(request);
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search: slow } });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  const reply = fetch(`${server.url}/api/search?q=大桥`);
  await started.promise;
  const stopped = server.stop();
  gate.resolve();
  const body = (await (await reply).json()) as { total: number };
  assert.equal(body.total, 2);
  await stopped;
  await assert.rejects(fetch(`${server.url}/livez`));
});

test("a port in use is named, with what to do", async (t) => {
  const first = await listen(await startFakeServer(t), { host: "127.0.0.1", port: 0 });
  const second = await startFakeServer(t);
  await assert.rejects(listen(second, { host: "127.0.0.1", port: first.port }), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "port-in-use");
    assert.match(error.message, new RegExp(`Port ${first.port} `));
    assert.equal(error.remedy?.code === "set-option" && error.remedy.option, "port");
    return true;
  });
});

test("status tells what is being written, how far it is, and no process", async (t) => {
  const backend = createFakeBackend();
  const activity: Activity = { what: "merge", startedAtMs: Date.UTC(2026, 0, 2), done: 1200, share: 0.25 };
  const archive = { ...backend.archive, activity: async () => activity };
  const app = await startFakeServer(t, { backend: { ...backend, archive } });
  const reply = (await app.inject("/api/status")).json();
  assert.deepEqual(reply.activity, { what: "merge", started: "2026-01-02T00:00:00.000Z", done: 1200, share: 0.25 });
  const { body } = await app.inject({ url: "/status", headers: { accept: "text/html" } });
  assert.match(body, /正在合并索引[\s\S]*<progress max="1" value="0\.250"[\s\S]*25% 1,200 篇/);
  const idle = await startFakeServer(t);
  assert.equal((await idle.inject("/api/status")).json().activity, undefined);
});

test("status draws every source over time, counted once for as long as the archive stays as it is", async (t) => {
  const backend = createFakeBackend();
  const app = await startFakeServer(t, { backend });
  const accept = "text/html";
  const { body } = await app.inject({ url: "/status", headers: { accept } });
  assert.match(body, /<table class="strips">[\s\S]*<a href="\/\?source=%E6%B1%9F[^"]*"><bdi>江湾日报/);
  const strip = /<svg class="strip" role="img" aria-label="江湾日报"[^>]*>(.*?)<\/svg>/.exec(body)?.[1] ?? "";
  assert.equal(strip.match(/M\d+ 100v-\d+h0\.84v\d+/g)?.length, 2);
  const counted = backend.search.requests.length;
  assert.ok(backend.search.requests.every(({ interval, limit }) => interval === "month" && limit === 0));
  await app.inject({ url: "/status", headers: { accept } });
  assert.equal(backend.search.requests.length, counted);
});

test("status says how many sources and categories it does not list, and leads to all of them", async (t) => {
  const articles = Array.from({ length: 60 }, (_, index) => ({
    id: `a${index}`,
    title: "桥",
    body: "",
    source: `来源${index}`,
    category: `栏目${index % 55}`,
  }));
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const { body } = await app.inject({ url: "/status", headers: { accept: "text/html" } });
  assert.match(body, /展开更多（48）/);
  assert.match(body, /<a class="all" href="\/facets\/source">另有 10 项未列出，共 10 篇。/);
  assert.match(body, /<a class="all" href="\/facets\/category">另有 5 项未列出，共 5 篇。/);
});
