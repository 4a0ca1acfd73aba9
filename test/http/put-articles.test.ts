import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import { AppError } from "../../src/errors.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { encode } from "../fakes/encode.ts";
import { startFakeServer } from "./server.ts";

const TOKEN = "correct-horse";
const authorization = `Bearer ${TOKEN}`;

/** A writer that keeps what it is given, and knows how many are open at once. */
function createFakeWriters(): { put: Article[]; mostOpen: number; open: () => Promise<ArchiveWriter> } {
  let nowOpen = 0;
  const writers = {
    put: [] as Article[],
    mostOpen: 0,
    open: async (): Promise<ArchiveWriter> => {
      nowOpen++;
      writers.mostOpen = Math.max(writers.mostOpen, nowOpen);
      return {
        put: async (articles) => {
          await new Promise((resolve) => setImmediate(resolve));
          writers.put.push(...articles);
          return { added: new Set(articles.map(({ id }) => id)).size, updated: 0, unchanged: 0 };
        },
        remove: async () => 0,
        knowShare: () => {},
        finish: async () => ({ withoutVector: 0, isComplete: true }),
        compact: async () => {},
        close: async () => {
          nowOpen--;
        },
      };
    },
  };
  return writers;
}

const record = {
  标题: "渡口改建完成",
  正文: "渡口昨日重新开放。",
  发布时间: "2024-05-01 08:00:00",
  来源: "江湾日报",
  url: "https://n.example/1",
};

test("one record or an array is stored; what cannot be used is named by its place", async (t) => {
  const writers = createFakeWriters();
  const app = await startFakeServer(t, { backend: createFakeBackend([], writers.open), token: TOKEN });
  const one = await app.inject({ method: "POST", url: "/api/articles", headers: { authorization }, payload: record });
  assert.equal(one.statusCode, 200);
  assert.deepEqual(one.json(), { added: 1, updated: 0, unchanged: 0, repeated: 0, rejected: [] });
  assert.equal(writers.put[0]?.title, "渡口改建完成");
  assert.equal(writers.put[0]?.publishedAtMs, Date.UTC(2024, 4, 1));

  const payload = [record, 7, { ...record, url: "https://n.example/2" }, { ...record, 正文: "更正。" }];
  const many = await app.inject({ method: "POST", url: "/api/articles", headers: { authorization }, payload });
  const { added, repeated, rejected } = many.json();
  assert.deepEqual([added, repeated, rejected.length], [2, 1, 1], "the numbers add up to what was sent");
  assert.equal(many.json().rejected[0].index, 1);
  assert.match(many.json().rejected[0].reason, /not an object/);
});

test("nothing usable, broken JSON and other media types are refused with the reason", async (t) => {
  const writers = createFakeWriters();
  const app = await startFakeServer(t, { backend: createFakeBackend([], writers.open), token: TOKEN });
  const post = (payload: string, type = "application/json") =>
    app.inject({ method: "POST", url: "/api/articles", headers: { authorization, "content-type": type }, payload });
  const unusable = await post("[1, null]");
  assert.equal(unusable.statusCode, 422);
  assert.match(unusable.json().message, /record 0: .*; record 1: /);
  assert.equal((await post("{")).statusCode, 400);
  assert.equal((await post("a,b", "text/csv")).statusCode, 415);
  assert.deepEqual(writers.put, []);
});

async function post(t: TestContext, payload: string | Buffer, headers: Record<string, string> = {}, query = "") {
  const writers = createFakeWriters();
  const app = await startFakeServer(t, { backend: createFakeBackend([], writers.open), token: TOKEN });
  const reply = await app.inject({
    method: "POST",
    url: `/api/articles${query}`,
    headers: { authorization, "content-type": "application/json", ...headers },
    payload,
  });
  return { status: reply.statusCode, json: reply.json(), put: writers.put };
}

test("ids keep all their digits, and those that have lost some count as missing", async (t) => {
  const { put } = await post(
    t,
    '[{"id":5000000000000000001,"title":"a"},{"id":5000000000000000002,"title":"b"},{"id":18446744073709551615,"title":"c"}]',
  );
  assert.deepEqual(
    put.map(({ id }) => id),
    ["5000000000000000001", "5000000000000000002", "18446744073709551615"],
  );
});

test("a body is read by the rules of import: control characters, __proto__, NaN, any layout", async (t) => {
  const { put } = await post(
    t,
    '{"status":"ok","data":{"list":[{"title":"一\t二","views":NaN,"__proto__":{"a":1}},{"title":"三","body":"四"}]}}',
  );
  assert.deepEqual(
    put.map(({ title }) => title),
    ["一 二", "三"],
  );
  const lines = await post(t, '{"id":1,"title":"一"}\n{"id":2,"title":}\n{"id":3,"title":"三"}\n', {
    "content-type": "application/x-ndjson; charset=utf-8",
  });
  assert.deepEqual(
    lines.put.map(({ id }) => id),
    ["1", "3"],
  );
  assert.deepEqual(
    lines.json.rejected.map(({ index }: { index: number }) => index),
    [1],
  );
  assert.match(lines.json.rejected[0].reason, /not valid JSON/);
});

test("a body in another encoding is refused with advice, or read as its header says", async (t) => {
  const text = JSON.stringify([{ id: "1", title: "新桥昨日通车", body: "渡口迁走了。" }]);
  const refused = await post(t, encode(text, "gbk"));
  assert.equal(refused.status, 422);
  assert.match(refused.json.message, /not UTF-8.*charset=gb18030/);
  assert.doesNotMatch(refused.json.message, /--/);
  assert.deepEqual(refused.put, []);
  for (const [encoding, charset] of [
    ["gbk", "GBK"],
    ["gb18030", "gb18030"],
    ["utf-16le", "utf-16"],
    ["utf-8 with a mark", "utf-8"],
  ] as const) {
    const { put } = await post(t, encode(text, encoding), { "content-type": `application/json; charset=${charset}` });
    assert.equal(put[0]?.title, "新桥昨日通车", encoding);
  }
  const unknown = await post(t, text, { "content-type": "application/json; charset=klingon" });
  assert.equal(unknown.status, 400);
  assert.match(unknown.json.message, /klingon/);
});

test("a record of bytes that are no text is refused alone, and never stored as U+FFFD", async (t) => {
  const body = Buffer.concat([
    Buffer.from('[{"id":"1","title":"新桥通车，渡口迁走"},\n{"id":"2","title":"'),
    Buffer.from([0xd6, 0xd0]),
    Buffer.from('"},\n{"id":"3","title":"春雨"}]'),
  ]);
  const { put, json } = await post(t, body);
  assert.deepEqual(
    put.map(({ id }) => id),
    ["1", "3"],
  );
  assert.equal(json.rejected[0].index, 1);
  assert.match(json.rejected[0].reason, /not UTF-8.*charset/);
});

test("a gzipped body is unpacked, within the limit, whether its header says so or not", async (t) => {
  const packed = gzipSync(JSON.stringify([record]));
  for (const headers of [{ "content-encoding": "gzip" }, {}] as Record<string, string>[]) {
    const { status, put } = await post(t, packed, headers);
    assert.equal(status, 200);
    assert.equal(put.length, 1);
  }
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
  for (const headers of [{ "content-encoding": "gzip" }, {}] as Record<string, string>[]) {
    assert.equal((await post(t, bomb, headers)).status, 413);
  }
  assert.equal((await post(t, packed.subarray(0, 40))).status, 400);
});

test("a refused record is told what to send, in words of requests", async (t) => {
  for (const payload of [
    '{"id":1,"foo":"x"}',
    '{"id":1,"title":{"a":1}}',
    '{"id":1,"title":"一","body":[{"a":1}]}',
    "[1]",
  ]) {
    const { json } = await post(t, payload);
    // The name of a request is chosen by chance and may hold anything.
    assert.doesNotMatch(JSON.stringify({ ...json, requestId: "" }), /--/, payload);
  }
});

test("OPTIONS tells what a path takes", async (t) => {
  const app = await startFakeServer(t, {});
  for (const [url, allow] of [
    ["/api/v1/articles", "POST, OPTIONS"],
    ["/api/v1/articles/x", "DELETE, GET, HEAD, OPTIONS"],
    ["/api/v1/search/?q=x", "GET, HEAD, OPTIONS"],
  ] as const) {
    const reply = await app.inject({ method: "OPTIONS", url });
    assert.deepEqual([reply.statusCode, reply.headers.allow, reply.body], [204, allow, ""], url);
  }
  assert.equal((await app.inject({ method: "OPTIONS", url: "/nothing" })).statusCode, 404);
});

test("an empty body, and a list of nothing", async (t) => {
  assert.equal((await post(t, "")).status, 400);
  assert.deepEqual((await post(t, "[]")).json, { added: 0, updated: 0, unchanged: 0, repeated: 0, rejected: [] });
});

test("without the token nobody writes, and nothing is read", async (t) => {
  const writers = createFakeWriters();
  const backend = createFakeBackend([], writers.open);
  const guarded = await startFakeServer(t, { backend, token: TOKEN });
  const open = await startFakeServer(t, { backend });
  for (const [app, given] of [
    [guarded, undefined],
    [guarded, "Bearer wrong"],
    [guarded, TOKEN],
    [open, authorization],
  ] as const) {
    const headers = given === undefined ? {} : { authorization: given };
    const reply = await app.inject({ method: "POST", url: "/api/articles", headers, payload: record });
    assert.equal(reply.statusCode, 401);
    assert.equal(reply.json().code, "unauthorized");
    assert.equal(reply.headers["www-authenticate"], "Bearer");
  }
  assert.deepEqual(writers.put, []);
});

test("an archive that another process writes gets 503 with Retry-After; one without a writer too", async (t) => {
  const locked = async (): Promise<ArchiveWriter> => {
    throw new AppError("archive-locked", "Another process writes.");
  };
  for (const openWriter of [locked, undefined]) {
    const app = await startFakeServer(t, { backend: createFakeBackend([], openWriter), token: TOKEN });
    const reply = await app.inject({
      method: "POST",
      url: "/api/articles",
      headers: { authorization },
      payload: record,
    });
    assert.equal(reply.statusCode, 503);
    assert.ok(Number(reply.headers["retry-after"]) > 0);
  }
});

test("a body that is too large gets 413", async (t) => {
  const app = await startFakeServer(t, { token: TOKEN, maxBodyBytes: 100 });
  const payload = { ...record, body: "长".repeat(100) };
  const reply = await app.inject({ method: "POST", url: "/api/articles", headers: { authorization }, payload });
  assert.equal(reply.statusCode, 413);
  assert.equal(reply.json().code, "payload-too-large");
});

/** One request that writes, and those that may wait for it. */
const ACCEPTED = 17;

test("requests write one at a time; too many at once are sent away", async (t) => {
  const writers = createFakeWriters();
  const [busy, refused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const open = async () => {
    await busy.promise;
    return writers.open();
  };
  const app = await startFakeServer(t, { backend: createFakeBackend([], open), token: TOKEN });
  const statuses: number[] = [];
  const requests = Array.from({ length: ACCEPTED + 3 }, async () => {
    const headers = { authorization };
    const { statusCode } = await app.inject({ method: "POST", url: "/api/articles", headers, payload: record });
    statuses.push(statusCode);
    if (statuses.length === 3) refused.resolve();
  });
  await Promise.race([refused.promise, setTimeout(10_000, undefined, { ref: false })]);
  assert.deepEqual(statuses, [429, 429, 429]);
  busy.resolve();
  await Promise.all(requests);
  assert.deepEqual(statuses.slice(3), Array(ACCEPTED).fill(200));
  assert.equal(writers.mostOpen, 1);
});

test("removals wait for each other like what is added; too many at once are sent away", async (t) => {
  const writers = createFakeWriters();
  const [busy, refused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const open = async () => {
    await busy.promise;
    return writers.open();
  };
  const app = await startFakeServer(t, { backend: createFakeBackend([], open), token: TOKEN });
  const statuses: number[] = [];
  const requests = Array.from({ length: ACCEPTED + 3 }, async () => {
    const { statusCode } = await app.inject({
      method: "DELETE",
      url: "/api/articles/nobody",
      headers: { authorization },
    });
    statuses.push(statusCode);
    if (statuses.length === 3) refused.resolve();
  });
  await Promise.race([refused.promise, setTimeout(10_000, undefined, { ref: false })]);
  assert.deepEqual(statuses, [429, 429, 429]);
  busy.resolve();
  await Promise.all(requests);
  assert.deepEqual(statuses.slice(3), Array(ACCEPTED).fill(404));
  assert.equal(writers.mostOpen, 1);
});

test("DELETE removes an article for whoever has the token, and says who to the archive's log", async (t) => {
  const removed: unknown[] = [];
  const borrow = async (): Promise<ArchiveWriter> => ({
    put: async () => ({ added: 0, updated: 0, unchanged: 0 }),
    remove: async (ids, options) => {
      removed.push([ids, options?.by]);
      return ids.includes("a/b 1") ? 1 : 0;
    },
    knowShare: () => {},
    finish: async () => ({ withoutVector: 0, isComplete: true }),
    close: async () => {},
  });
  const app = await startFakeServer(t, { backend: createFakeBackend([], borrow), token: TOKEN });
  const url = `/api/articles/${encodeURIComponent("a/b 1")}`;
  assert.equal((await app.inject({ method: "DELETE", url })).statusCode, 401);
  assert.deepEqual(removed, []);
  const reply = await app.inject({ method: "DELETE", url, headers: { authorization } });
  assert.equal(reply.statusCode, 200);
  assert.deepEqual(reply.json(), { removed: 1 });
  assert.deepEqual(removed, [[["a/b 1"], "the server's token, from 127.0.0.1"]]);
  const missing = await app.inject({ method: "DELETE", url: "/api/articles/nobody", headers: { authorization } });
  assert.equal(missing.statusCode, 404);
  assert.match(missing.json().message, /no article.*nobody/);
});

test("how dates are read can be said for a request, as for an import", async (t) => {
  for (const [date, query, expected] of [
    ["2021-03-14 08:05", "", "2021-03-14T00:05:00.000Z"],
    ["2021-03-14 08:05", "?timezone=UTC", "2021-03-14T08:05:00.000Z"],
    ["03/04/2021", "", undefined],
    ["03/04/2021", "?dayOrder=dmy&timezone=UTC", "2021-04-03T00:00:00.000Z"],
    ["03/04/2021", "?dayOrder=mdy&timezone=UTC", "2021-03-04T00:00:00.000Z"],
    ["3小时前", "", undefined],
    ["3小时前", "?asOf=2021-03-14T12:00&timezone=UTC", "2021-03-14T09:00:00.000Z"],
    ["110/03/14", "?republicYears=true&timezone=UTC", "2021-03-14T00:00:00.000Z"],
    ["民国110/03/14", "?republicYears=false&timezone=UTC", "2021-03-14T00:00:00.000Z"],
    ["110/03/14", "?republicYears=false&timezone=Asia/Taipei", undefined],
    ["1750-03-14", "", undefined],
    ["1750-03-14", "?earliest=1700-01-01&timezone=UTC", "1750-03-14T00:00:00.000Z"],
    ["2021-03-14", "?latest=2020-12-31", undefined],
  ] as const) {
    const { put, status } = await post(t, JSON.stringify({ title: "渡口", body: "渡口重开。", date }), {}, query);
    assert.equal(status, 200, query);
    const { publishedAtMs } = put[0] as Article;
    assert.equal(
      publishedAtMs === undefined ? undefined : new Date(publishedAtMs).toISOString(),
      expected,
      date + query,
    );
  }
});

const countTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("a setting of dates that is none is refused, in words for clients, and no deadline begins after that", async (t) => {
  const timers = countTimers();
  for (const query of [
    "?timezone=Nowhere",
    "?dayOrder=ymd",
    "?asOf=gestern",
    "?earliest=2021-02-30",
    "?republicYears=x",
  ]) {
    const { status, json, put } = await post(t, JSON.stringify({ title: "渡口" }), {}, query);
    assert.deepEqual([status, json.code], [400, "invalid-request"], query);
    assert.doesNotMatch(json.message, /--/);
    assert.deepEqual(put, []);
  }
  // The body that nobody read ends after the answer.
  await setTimeout(20);
  assert.equal(countTimers(), timers);
});

test("a record of other bytes is refused in words for clients", async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('{"title":"渡口重开"}\n{"title":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}\n'),
  ]);
  const { json } = await post(t, bytes, { "content-type": "application/x-ndjson" });
  assert.equal(json.added, 1);
  assert.match(json.rejected[0].reason, /not UTF-8.*charset=/);
  assert.doesNotMatch(json.rejected[0].reason, /--/);
});
