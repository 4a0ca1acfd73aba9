import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import type { SearchService } from "../../src/search/search.ts";
import { readFront } from "../../src/site/front.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const accept = "text/html";
const at = (day: number, hour: number): number => Date.UTC(2026, 4, day, hour);

const articles: readonly Article[] = [
  {
    id: "flood-a",
    title: "上游连日暴雨水位猛涨",
    body: "雨。",
    source: "甲报",
    category: "社会",
    publishedAtMs: at(8, 1),
  },
  { id: "flood-b", title: "暴雨致水位上涨，多地转移群众", body: "雨。", source: "乙报", publishedAtMs: at(8, 3) },
  { id: "flood-c", title: "水位上涨，铁路停运", body: "雨。", source: "丙报", publishedAtMs: at(8, 5) },
  { id: "opera", title: "歌剧院今晚首演新作", body: "歌。", source: "甲报", publishedAtMs: at(9, 2) },
  {
    id: "old",
    title: "去年的大事早已过去了",
    body: "旧。",
    source: "甲报",
    publishedAtMs: at(8, 1) - 300 * 86_400_000,
  },
  { id: "future", title: "来自未来的稿件排不上", body: "", source: "甲报", publishedAtMs: Date.UTC(2999, 0, 1) },
];

/** Where stories are asked for, the flood is one. */
function createBackend() {
  const backend = createFakeBackend(articles);
  const search: SearchService = {
    ...backend.search,
    search: async (request) => {
      const result = await backend.search.search(request);
      if (request.stories !== true) return result;
      const hits = result.hits.filter(({ id }) => !["flood-b", "flood-c"].includes(id));
      const tellings = articles.slice(1, 3).map((article) => ({ ...article, match: "words" as const }));
      return { ...result, hits: hits.map((hit) => (hit.id === "flood-a" ? { ...hit, tellings } : hit)) };
    },
  };
  return { backend, search };
}

test("the first page tells what the archive holds, what most outlets reported in its last week, and headlines to try", async (t) => {
  const { backend, search } = createBackend();
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const { body } = await app.inject({ url: "/", headers: { accept } });
  assert.match(body, /<strong>6 篇<\/strong> [\s\S]*3 个来源[\s\S]*2025年7月 – /);
  const big = /<section class="big"[\s\S]*?<\/section>/.exec(body)?.[0] ?? "";
  assert.match(big, /上游连日暴雨水位猛涨[\s\S]*3 家来源 · 3 篇报道[\s\S]*其中最早 <bdi>甲报<\/bdi>[\s\S]*09:00/);
  assert.equal(big.match(/<li>/g)?.length, 1, "what one outlet told once is no big story");
  const latest = /<section class="results"[\s\S]*?<\/section>/.exec(body)?.[0] ?? "";
  assert.match(latest, /<a href="\/articles\/flood-a#tellings">另有 2 篇同题报道<\/a>[\s\S]*乙报[\s\S]*丙报/);
  assert.doesNotMatch(latest, /class="story"/, "the time line is one press away: the first page stays small");
  const examples = /<p class="examples">[\s\S]*?<\/p>/.exec(body)?.[0] ?? "";
  assert.match(examples, /上游连日暴雨水位猛涨[\s\S]*歌剧院今晚首演新作/);
  assert.doesNotMatch(examples, /甲报|社会|来自未来/, "names of sources and categories are no queries");
  const narrowed = await app.inject({ url: "/?source=甲报", headers: { accept } });
  assert.doesNotMatch(narrowed.body, /class="big"/);
});

test("a list is called by its order, in every language", async (t) => {
  const { backend, search } = createBackend();
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  for (const [language, latest, oldest, rule] of [
    ["zh-Hans", "最新文章", "最早的文章", "全部文章，最早在前"],
    ["zh-Hant", "最新文章", "最舊的文章", "全部文章，最舊的在前"],
    ["en", "Latest articles", "Oldest articles", "All articles, oldest first"],
  ] as const) {
    const read = async (params: string) =>
      (await app.inject({ url: `/?${params}&lang=${language}`, headers: { accept } })).body;
    for (const [params, name, other] of [
      ["sort=oldest", oldest, latest],
      ["sort=newest", latest, oldest],
    ] as const) {
      const body = await read(params);
      assert.match(body, new RegExp(`<h1 class="unseen">${name}</h1>`));
      assert.match(body, new RegExp(`<h2 class="latest">${name}</h2>`));
      assert.match(body, new RegExp(`id="results" aria-label="${name}"`));
      assert.ok(!body.includes(other), `${language} ${params}`);
    }
    assert.ok((await read("sort=oldest&offset=1")).includes(rule), language);
  }
});

test("what the first page tells is read once for a state of the archive, and a page that cannot read it is whole", async (t) => {
  const { backend, search } = createBackend();
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const readings = (): number =>
    backend.search.requests.filter(({ limit, stories }) => limit === 100 && stories === true).length;
  await app.inject({ url: "/", headers: { accept } });
  const once = readings();
  assert.ok(once > 0);
  await app.inject({ url: "/", headers: { accept } });
  assert.equal(readings(), once);

  const failing: SearchService = {
    ...search,
    search: async (request) => {
      if (request.limit === 100) throw new Error("too much at a time");
      return search.search(request);
    },
  };
  const other = await startFakeServer(t, { backend: { ...backend, search: failing } });
  const { statusCode, body } = await other.inject({ url: "/", headers: { accept } });
  assert.equal(statusCode, 200);
  assert.match(body, /歌剧院今晚首演新作/);
  assert.doesNotMatch(body, /class="big"/);
});

test("the last week of an archive that has stopped is not called this week", async () => {
  const { search } = createBackend();
  const read = async (todayMs: number) => (await readFront(search, "s1", { timezone: "Asia/Shanghai", todayMs })).week;
  assert.deepEqual(await read(at(9, 12)), { fromMs: at(3, 2), toMs: at(9, 2), isThis: true });
  assert.deepEqual(await read(at(30, 12)), { fromMs: at(3, 2), toMs: at(9, 2), isThis: false });
});
