/** What is followed, through the API of a server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openSourceDesk } from "../../src/compose/source-desk.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { startFakeServer } from "./server.ts";

const FEED =
  "<rss><channel><title>晨报</title><item><title>大桥通车</title><link>https://news.test/1</link></item></channel></rss>";
const SETTINGS = {
  fetchAllow: [],
  fetchContact: undefined,
  fetchTimeoutMs: 5000,
  fetchMaxBytes: 1_000_000,
  timezone: "Asia/Shanghai",
};

test("a source is added, listed, paused, resumed, asked for and removed", async (t) => {
  await using site = await startWebServer((request, response) =>
    response.end(request.url === "/feed" ? FEED : "nothing"),
  );
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  t.after(() => fetcher.close());
  await using sources = openSourceDesk({ ...SETTINGS, folder: join(createTestFolder(), "archive"), fetcher });
  const app = await startFakeServer(t, { token: "secret", sources });
  const ask = async (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, payload?: object) => {
    const headers = { authorization: "Bearer secret" };
    const { statusCode, body } = await app.inject({
      method,
      url: `/api/v1/sources${path}`,
      headers,
      ...(payload && { payload }),
    });
    return { statusCode, reply: JSON.parse(body) };
  };
  assert.deepEqual((await ask("GET", "")).reply, { sources: [] });
  const url = `http://127.0.0.1:${site.port}/feed`;
  const added = await ask("POST", "", { url, name: "晚报" });
  assert.equal(added.statusCode, 200, JSON.stringify(added.reply));
  const { source, isNew } = added.reply;
  assert.deepEqual([source.id, source.kind, source.name, source.health, isNew], [1, "feed", "晚报", "new", true]);
  assert.equal((await ask("POST", "", { url })).reply.isNew, false);
  const paused = await ask("PATCH", "/1", { status: "paused" });
  assert.deepEqual([paused.reply.health, paused.reply.nextCheck], ["paused", null]);
  assert.equal((await ask("PATCH", "/1", { status: "active" })).reply.status, "active");
  assert.ok(Date.parse((await ask("POST", "/1/check", {})).reply.nextCheck) <= Date.now());
  const nothing = await ask("POST", "", { url: `http://127.0.0.1:${site.port}/other` });
  assert.deepEqual([nothing.statusCode, nothing.reply.code], [422, "bad-input"]);
  const file = await ask("POST", "", { url: "file:///etc/passwd" });
  assert.deepEqual([file.statusCode, file.reply.code], [400, "invalid-request"]);
  assert.equal((await ask("DELETE", "/1")).statusCode, 200);
  assert.equal((await ask("DELETE", "/1")).statusCode, 404);
  assert.deepEqual((await ask("GET", "")).reply, { sources: [] });
});
