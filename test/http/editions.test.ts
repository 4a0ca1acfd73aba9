/** What an article said before is listed and given by the API, and its page says that it was changed, when and how. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { createSearchService } from "../../src/search/service.ts";
import { putAll } from "../contracts/engine.ts";
import { PlainArchive } from "../engines/plain-archive.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { startFakeServer } from "./server.ts";

const FIRST: Article = {
  id: "a/1",
  title: "渡口恢复<通航>",
  body: "三人受轻伤。",
  source: "江湾日报",
  publishedAtMs: Date.UTC(2021, 2, 14),
};
const SECOND: Article = { ...FIRST, body: "五人受轻伤。" };
const SECOND_MS = Date.UTC(2021, 2, 14, 9, 30);

async function serve(t: TestContext) {
  const encoder = createFakeEncoder();
  const archive = new PlainArchive({ encoder, timezone: "Asia/Shanghai" });
  t.mock.timers.enable({ apis: ["Date"], now: SECOND_MS - 3_600_000 });
  await putAll(archive, [FIRST, { ...FIRST, id: "same" }]);
  t.mock.timers.setTime(SECOND_MS);
  await putAll(archive, [SECOND]);
  t.mock.timers.reset();
  const search = createSearchService({ archive, encoder });
  const app = await startFakeServer(t, { backend: { ...createFakeBackend(), archive, search } });
  const get = (url: string, accept: string) => app.inject({ url, headers: { accept } });
  return { json: (url: string) => get(url, "application/json"), page: (url: string) => get(url, "text/html") };
}

test("the API lists what an article has said, and gives each by its number", async (t) => {
  const { json } = await serve(t);
  const published = "2021-03-14T00:00:00.000Z";
  assert.deepEqual((await json("/api/v1/articles/a%2F1/editions")).json(), {
    id: "a/1",
    editions: [
      { number: 1, since: "", title: FIRST.title, published },
      { number: 2, since: "2021-03-14T09:30:00.000Z", title: FIRST.title, published },
    ],
  });
  const first = (await json("/api/v1/articles/a%2F1/editions/1")).json();
  assert.deepEqual([first.number, first.since, first.body, first.source], [1, "", FIRST.body, FIRST.source]);
  assert.equal((await json("/api/v1/articles/a%2F1/editions/2")).json().body, SECOND.body);
  assert.equal((await json("/api/v1/articles/a%2F1")).json().body, SECOND.body);
  for (const path of ["a%2F1/editions/3", "nobody/editions", "nobody/editions/1"])
    assert.equal((await json(`/api/v1/articles/${path}`)).statusCode, 404, path);
  assert.equal((await json("/api/v1/articles/a%2F1/editions/first")).statusCode, 400);
});

test("the page of an article says how often and when it was changed, and leads to what was changed", async (t) => {
  const { page } = await serve(t);
  const article = (await page("/articles/a%2F1")).body;
  assert.match(
    article,
    /改过 1 次。 <a href="\/articles\/a%2F1\/editions\/2">改了什么<\/a> <time[^>]*>2021年3月14日 17:30</,
  );
  assert.doesNotMatch((await page("/articles/same")).body, /editions\//, "never changed");
  const { body } = await page("/articles/a%2F1/editions/2");
  assert.match(body, /<del>三人受<\/del>[\s\S]*<ins>五人受<\/ins>/);
  assert.match(body, /渡口恢复&lt;通航&gt;/);
  assert.match(body, /<a href="\/articles\/a%2F1\/editions\/1">第 1 版<\/a>/);
  const first = (await page("/articles/a%2F1/editions/1")).body;
  assert.match(first, /<p[^>]*>三人受轻伤。<\/p>/);
  for (const path of ["a%2F1/editions/3", "nobody/editions/1"])
    assert.equal((await page(`/articles/${path}`)).statusCode, 404, path);
});

test("an engine that keeps no editions has the one that is there", async (t) => {
  const backend = createFakeBackend([FIRST]);
  const { editions: _, edition: __, ...archive } = backend.archive;
  const app = await startFakeServer(t, { backend: { ...backend, archive } });
  const list = (await app.inject("/api/v1/articles/a%2F1/editions")).json();
  assert.deepEqual(list.editions, [
    { number: 1, since: "", title: FIRST.title, published: "2021-03-14T00:00:00.000Z" },
  ]);
  assert.equal((await app.inject("/api/v1/articles/a%2F1/editions/1")).json().body, FIRST.body);
  assert.equal((await app.inject("/api/v1/articles/a%2F1/editions/2")).statusCode, 404);
  const article = await app.inject({ url: "/articles/a%2F1", headers: { accept: "text/html" } });
  assert.equal(article.statusCode, 200);
});

test("in Chinese names stand before full-width colons", async (t) => {
  const { page } = await serve(t);
  assert.match((await page("/articles/a%2F1/editions/2")).body, /<title>第 2 版：渡口恢复&lt;通航&gt; · /);
  assert.match((await page("/docs")).body, /：<a href="[^"]*openapi\.json">/);
});
