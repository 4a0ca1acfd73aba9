import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../../src/http/app.ts";
import { startFakeServer } from "./server.ts";

const read = (app: App, query: Record<string, string>) =>
  app.inject({ url: "/", query, headers: { accept: "text/html" } });

/** The attributes of a field of the form. */
const fieldOf = (page: string, name: string): string =>
  new RegExp(`<input form="search" name="${name}"([^>]*)>`).exec(page)?.[1] ?? "";

test("days that cannot be read leave the whole search in its form, and are named in the page's language", async (t) => {
  const app = await startFakeServer(t);
  const asked = { q: "地震", source: "海灣時報", without: "category", mode: "keyword", sort: "oldest" };
  for (const [language, named, hint] of [
    ["zh-Hans", "无法识别开始日期“2023-02-30”", "日期可写作"],
    ["zh-Hant", "無法辨識開始日期「2023-02-30」", "日期可寫作"],
    ["en", "From: “2023-02-30” is no day", "Days can be written"],
  ] as const) {
    const { statusCode, body } = await read(app, { ...asked, from: "2023-02-30", to: "去年", lang: language });
    assert.equal(statusCode, 400);
    assert.match(body, new RegExp(`role="alert"><p class="notice" id="day-fault">${named}`));
    assert.ok(body.includes(hint));
    assert.match(body, /<a class="skip" href="#main">/, "the sheet of filters is hidden on small screens");
    assert.doesNotMatch(body, /YYYY/);
    assert.match(fieldOf(body, "from"), /value="2023-02-30".*aria-invalid="true" aria-describedby="day-fault"/);
    assert.match(fieldOf(body, "to"), /value="去年"/);
    assert.doesNotMatch(fieldOf(body, "to"), /aria-invalid/);
    assert.match(body, /id="q" name="q" type="search" value="地震"/);
    assert.match(body, /<input type="hidden" name="source" value="海灣時報">/);
    assert.match(body, /<input type="hidden" name="without" value="category">/);
    assert.match(body, /value="keyword" checked/);
    assert.match(body, /<option value="oldest" selected/);
    assert.match(body, /<ul class="chips"[\s\S]*海灣時報/);
  }
});

test("an end before the beginning, and days of articles that have none, are told in the same way", async (t) => {
  const app = await startFakeServer(t);
  const reversed = await read(app, { q: "桥", from: "2021年3月", to: "2020" });
  assert.equal(reversed.statusCode, 400);
  assert.match(reversed.body, /结束日期“2020”早于开始日期“2021年3月”。/);
  const undated = await read(app, { q: "桥", from: "2021", without: "date" });
  assert.equal(undated.statusCode, 400);
  assert.match(undated.body, /日期不详的文章无法再按日期筛选/);
  const markup = await read(app, { from: '"><script>' });
  assert.doesNotMatch(markup.body, /"><script>/);
});

test("days that can be read are searched, and programs get the error itself", async (t) => {
  const app = await startFakeServer(t);
  const { statusCode, body } = await read(app, { q: "桥", from: "110/03/14", to: "民國110年" });
  assert.equal(statusCode, 200);
  assert.match(fieldOf(body, "from"), /value="2021-03-14"/);
  assert.match(fieldOf(body, "to"), /value="2021-12-31"/);
  const reply = await app.inject({ url: "/?q=桥&from=soon", headers: { accept: "*/*" } });
  assert.equal(reply.statusCode, 400);
  assert.match(reply.json().detail, /from is "soon": wanted a day/);
});
