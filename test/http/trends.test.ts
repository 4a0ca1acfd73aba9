import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const accept = "text/html";

/** Four outlets through 2020 and 2021; each second article is about the bridge, except those of 丁报. */
const articles: readonly Article[] = Array.from({ length: 96 }, (_, index) => ({
  id: `a${index}`,
  title: index % 4 !== 3 && index % 8 < 4 ? "大桥通车" : "图书馆开放",
  body: "",
  source: ["甲报", "乙报", "丙报", "丁报"][index % 4],
  publishedAtMs: Date.UTC(2020, Math.floor(index / 4), 10),
}));

const toPlain = (text: string): string => text.replaceAll("&amp;", "&");
const tableOf = (page: string): string[][] =>
  [...(/<table class="counts">[\s\S]*<\/table>/.exec(page)?.[0] ?? "").matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(
    ([, row = ""]) =>
      [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = ""]) => cell.replace(/<[^>]+>/g, "")),
  );

test("a search page draws periods, shares and sources as its address asks, and leads to each of them", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const read = async (url: string) => (await app.inject({ url, headers: { accept } })).body;
  const plain = await read("/?q=大桥");
  assert.match(plain, /<svg class="scale"[^>]*><text x="0" y="[^"]+">/);
  const controls = toPlain(/<nav class="controls"[\s\S]*?<\/nav>/.exec(plain)?.[0] ?? "");
  for (const change of ["interval=week", "interval=year", "measure=share", "by=source", "/trends?q="])
    assert.ok(controls.includes(change), change);

  const shares = await read("/?q=大桥&interval=year&measure=share");
  assert.match(shares, /2020年：18 篇（38%）/);
  assert.match(shares, />40%<\/text>|>30%<\/text>/);
  const bySource = await read("/?q=大桥&by=source&measure=share&interval=year");
  assert.deepEqual(
    [...bySource.matchAll(/<li class="series-\d">[\s\S]*?<bdi>([^<]*)<\/bdi> <span class="count">(\d+)/g)]
      .map(([, name, count]) => `${name} ${count}`)
      .sort(),
    ["丙报 12", "乙报 12", "甲报 12"],
  );
  assert.match(bySource, /2021年：[甲乙丙]报 6 篇（50%），/);
});

test("several queries and four sources or more stand in one picture, each by its own line", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const read = async (url: string) => (await app.inject({ url, headers: { accept } })).body;
  const queries = await read("/?q=大桥&vs=图书馆&vs=通车&vs=开放");
  assert.equal(queries.match(/<path class="line series-/g)?.length, 4);
  assert.match(queries, /<input type="hidden" name="vs" value="图书馆">/);
  assert.match(queries, /<input name="vs"/);
  const full = await read("/?q=大桥&vs=图书馆&vs=通车&vs=开放&vs=甲");
  assert.match(full, /<form class="compare"[\s\S]*<bdi>甲<\/bdi>/);
  assert.doesNotMatch(full, /<input name="vs"/, "no fifth is offered");
  const sources = await read(`/?${["甲报", "乙报", "丙报", "丁报"].map((source) => `source=${source}`).join("&")}`);
  assert.equal(sources.match(/<path class="line series-/g)?.length, 4);
  const together = await read("/?source=甲报&source=乙报&by=none");
  assert.equal(together.match(/<path class="line series-/g), null);
});

test("the page of counts holds the numbers of the picture as a table that adds up, and the API gives the same as CSV", async (t) => {
  const app = await startFakeServer(t, {
    backend: createFakeBackend([...articles, { id: "u", title: "大桥", body: "" }]),
  });
  const page = (await app.inject({ url: "/trends?q=大桥&vs=图书馆&interval=year", headers: { accept } })).body;
  const rows = tableOf(page);
  assert.deepEqual(rows.slice(2), [
    ["2020年", "18", "48", "38%", "30", "48", "63%"],
    ["2021年", "18", "48", "38%", "30", "48", "63%"],
    ["日期不详", "1", "1", "100%", "0", "1", "0%"],
    ["合计", "37", "97", "38%", "60", "97", "62%"],
  ]);
  const csvUrl = toPlain(/href="([^"]*counts\.csv[^"]*)"/.exec(page)?.[1] ?? "");
  const csv = await app.inject(csvUrl);
  assert.equal(csv.statusCode, 200);
  assert.match(csv.body, /大桥,all,,2020-01-01,18,48,0\.375/);
  const split = (await app.inject({ url: "/trends?q=大桥&by=source&interval=year", headers: { accept } })).body;
  const [, , ...counts] = tableOf(split);
  for (const row of counts) {
    const own = row
      .slice(1)
      .filter((_, index) => index % 3 === 0)
      .map(Number);
    const whole = { "2020年": 18, "2021年": 18, 日期不详: 1, 合计: 37 }[row[0] ?? ""];
    assert.equal(
      own.reduce((sum, count) => sum + count, 0),
      whole,
      row[0],
    );
  }
});

test("a bar that a range cuts opens the articles that it counts, under the name of their days", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const read = async (url: string) => (await app.inject({ url, headers: { accept } })).body;
  const range = "from=2020-05-20&to=2021-03-05";
  for (const interval of ["week", "month", "year"]) {
    const page = toPlain(await read(`/?q=通车&${range}&interval=${interval}`));
    const bars = [
      ...page.matchAll(/<a data-from="([^"]*)" data-to="([^"]*)" href="([^"]*)" aria-label="[^：]*：(\d+) 篇/g),
    ];
    assert.ok(bars.length >= 2, interval);
    for (const [, from = "", to = "", href = "", count] of bars) {
      assert.ok(from >= "2020-05-20" && to <= "2021-03-05", `${interval} ${from} ${to}`);
      assert.match(await read(href), new RegExp(`<strong>${count} 篇</strong>`), href);
    }
  }
  const rows = tableOf(await read(`/trends?q=通车&${range}&interval=year`)).slice(2);
  assert.deepEqual(
    rows.map(([name]) => name),
    ["2020-05-20 – 2020-12-31", "2021-01-01 – 2021-03-05", "合计"],
  );
});

test("articles without a date have no picture, but they were found", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend([{ id: "u", title: "大桥", body: "" }]) });
  const read = async (q: string) =>
    (await app.inject({ url: `/trends?q=${q}&without=date`, headers: { accept } })).body;
  const found = await read("大桥");
  assert.doesNotMatch(found, /没有找到结果/);
  assert.deepEqual(tableOf(found).at(-1)?.slice(0, 2), ["合计", "1"]);
  assert.match(await read("图书馆"), /没有找到结果/);
});

test("the picture as a file stands by itself: a scale, what was asked, and no markup out of a query", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const reply = await app.inject({ url: "/trends.svg?q=大桥&vs=%3Cscript%3E&measure=share", headers: { accept } });
  assert.equal(reply.headers["content-type"], "image/svg+xml; charset=utf-8");
  assert.match(reply.body, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="1200" height="630"/);
  assert.match(reply.body, /大桥 \/ &lt;script&gt;/);
  assert.doesNotMatch(reply.body, /<script/);
  assert.match(reply.body, /占全部文章的比例/);
  assert.match(reply.body, />\d+%<\/text>/);
});

test("periods too short for the picture become the next longer ones instead of an error", async (t) => {
  const long = Array.from({ length: 60 }, (_, index) => ({
    id: `l${index}`,
    title: "大桥",
    body: "",
    publishedAtMs: Date.UTC(1960 + index, 3, 4),
  }));
  const app = await startFakeServer(t, { backend: createFakeBackend(long) });
  const reply = await app.inject({ url: "/?q=大桥&interval=day&measure=share", headers: { accept } });
  assert.equal(reply.statusCode, 200);
  assert.match(reply.body, /<figcaption>时间分布 <span>每年<\/span>/);
});
