import assert from "node:assert/strict";
import { test } from "node:test";
import type { Backend } from "../../src/api/context.ts";
import type { Article } from "../../src/archive/article.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { describe } from "./description.ts";
import { readFeed } from "./read-feed.ts";
import { startFakeServer } from "./server.ts";

const hostile: Article = {
  id: "hostile",
  title: "大桥 ]]> <b> & \u0000\u000b\ud800 {\\}%",
  body: '大桥\n,"引号"',
  source: "=HYPERLINK(1)",
  url: "https://h.example/?a=1&b=<2>",
  publishedAtMs: Date.UTC(2023, 0, 2),
};
const backend = createFakeBackend([...ARTICLES, hostile]);

for (const [path, type] of [
  ["/feed.atom", "atom"],
  ["/feed.rss", "rss"],
] as const) {
  test(`a search is a feed that a reader understands: ${path}`, async (t) => {
    const app = await startFakeServer(t, { backend });
    const reply = await app.inject({
      url: path,
      query: { q: "大桥", sort: "oldest" },
      headers: { host: "news.example:81" },
    });
    assert.equal(reply.statusCode, 200);
    assert.match(String(reply.headers["content-type"]), new RegExp(type));
    const feed = readFeed(reply.body);
    assert.equal(feed.title, "大桥 · 闻寻");
    assert.match(feed.url ?? "", /^http:\/\/news\.example:81\/\?q=/);
    assert.deepEqual(
      feed.items.map(({ id }) => id),
      ["hostile", "bridge-hant", "bridge"].map((id) => `http://news.example:81/articles/${id}`),
    );
    assert.match(feed.items[0]?.title ?? "", /^大桥 \]\]> <b> &/);
    assert.equal(feed.items[1]?.url, "https://hant.example/bridge");
    assert.equal(Date.parse(feed.items[1]?.published ?? ""), Date.UTC(2021, 2, 15, 3));
  });
}

test("a search is a JSON feed", async (t) => {
  const app = await startFakeServer(t, { backend });
  const feed = (await app.inject({ url: "/feed.json", query: { q: "大桥" } })).json();
  assert.equal(feed.version, "https://jsonfeed.org/version/1.1");
  assert.deepEqual(feed.items[2], {
    id: "http://localhost:80/articles/bridge",
    url: "https://news.example/bridge?a=1&b=2",
    title: "临江大桥通车，两岸通勤缩短半小时",
    content_text: ARTICLES[0]?.body,
    date_published: "2021-03-14T01:00:00.000Z",
    authors: [{ name: "江湾日报" }],
    tags: ["交通"],
  });
});

test("feeds and exports hold what is counted, not what is merely similar", async (t) => {
  const search: Backend["search"] = {
    ...backend.search,
    async search(request, options) {
      const result = await backend.search.search(request, options);
      const hits = result.hits.map((hit) => (hit.id === "bridge" ? { ...hit, match: "related" as const } : hit));
      return { ...result, hits };
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const read = async (url: string): Promise<string> => (await app.inject({ url, query: { q: "大桥" } })).body;
  for (const path of ["/export.jsonl", "/export.csv", "/feed.atom", "/feed.rss", "/feed.json"]) {
    const body = await read(path);
    assert.match(body, /bridge-hant/, path);
    assert.doesNotMatch(body, /临江大桥通车，两岸通勤缩短半小时/, path);
  }
});

test("addresses of feeds follow the setting, never a host that is more than a host", async (t) => {
  const app = await startFakeServer(t, { backend, publicUrl: "https://wx.example/" });
  assert.match((await app.inject("/feed.atom")).body, /href="https:\/\/wx\.example\/feed\.atom"/);
  const open = await startFakeServer(t, { backend });
  const { body } = await open.inject({ url: "/opensearch.xml", headers: { host: 'evil"/><script>' } });
  assert.match(body, /template="http:\/\/localhost\/\?q=\{searchTerms\}"/);
});

test("a result set is exported whole, each format with what was asked and of which state", async (t) => {
  const many = Array.from(
    { length: 250 },
    (_, index): Article => ({ id: `a${index}`, title: `桥 ${index}`, body: "桥" }),
  );
  const app = await startFakeServer(t, { backend: createFakeBackend([...many, hostile]) });
  const csv = await app.inject({ url: "/export.csv", query: { q: "桥" } });
  assert.match(String(csv.headers["content-disposition"]), /attachment; filename="wenxun\.csv"/);
  const rows = csv.body.replace(/^\ufeff/, "").split("\r\n");
  assert.equal(rows[0], "id,title,body,url,source,category,published,query,snapshot,rank,matches,order");
  assert.equal(rows.length, 1 + 251 + 1);
  assert.match(
    csv.body,
    /"大桥\n,""引号""",https:\/\/h\.example\/\?a=1&b=<2>,'=HYPERLINK\(1\),,2023-01-02T08:00:00\.000\+08:00,桥,fake-1,1,251,relevance/,
  );

  const lines = (await app.inject({ url: "/export.jsonl", query: { q: "桥" } })).body.trim().split("\n");
  assert.equal(new Set(lines.map((line) => JSON.parse(line).id)).size, 251);
  const record = lines.map((line) => JSON.parse(line)).find(({ id }) => id === "hostile");
  assert.equal(record.source, "=HYPERLINK(1)");
  assert.equal(record.snapshot, "fake-1");
});

test("a file says what was asked in plain words, how many of how many it holds, in which order, and times in the archive's zone", async (t) => {
  const app = await startFakeServer(t, { backend });
  const query = { q: "大桥", sort: "oldest", source: ["江湾日报", "海灣時報"], to: "2022-12-31" };
  const ris = await app.inject({ url: "/export.ris", query });
  assert.equal(ris.headers["x-wenxun-total"], "2");
  assert.equal(ris.headers["x-wenxun-exported"], "2");
  const notes = [...ris.body.matchAll(/^N1 {2}- (.*)$/gm)].map(([, note]) => note?.trim());
  assert.deepEqual(notes, [
    "wenxun query: 大桥; source: 江湾日报, 海灣時報; … – 2022-12-31; 1 of 2 by oldest; snapshot: fake-1; published: 2021-03-14T09:00:00.000+08:00",
    "wenxun query: 大桥; source: 江湾日报, 海灣時報; … – 2022-12-31; 2 of 2 by oldest; snapshot: fake-1; published: 2021-03-15T11:00:00.000+08:00",
  ]);
  const bib = (await app.inject({ url: "/export.bib", query })).body;
  assert.match(bib, /note = \{wenxun query: 大桥; source: 江湾日报, 海灣時報; [^}]*1 of 2 by oldest/);
  assert.doesNotMatch(ris.body + bib, /%E5/);
  const [line = ""] = (await app.inject({ url: "/export.jsonl", query })).body.split("\n");
  const { rank, matches, order, published } = JSON.parse(line);
  assert.deepEqual(
    { rank, matches, order, published },
    { rank: 1, matches: 2, order: "oldest", published: "2021-03-14T09:00:00.000+08:00" },
  );
});

test("what is asked by no words is exported by date, and said to be", async (t) => {
  const app = await startFakeServer(t, { backend });
  const orderOf = async (query: Record<string, string>): Promise<string> =>
    JSON.parse((await app.inject({ url: "/export.jsonl", query })).body.split("\n")[0] ?? "").order;
  assert.equal(await orderOf({ q: "" }), "newest");
  assert.equal(await orderOf({ q: "", sort: "oldest" }), "oldest");
  assert.equal(await orderOf({ q: "大桥" }), "relevance");
  const { body } = await app.inject({ url: "/", headers: { accept: "text/html" } });
  assert.match(body, /导出全部 \d+ 篇（由新到旧）：/);
});

/** More than a file in the order of the search holds: some on each day, thousands on one, some without a date. */
const crowd: readonly Article[] = Array.from({ length: 6200 }, (_, index) => ({
  id: `a${index}`,
  title: "桥",
  body: "",
  ...(index % 100 === 7
    ? {}
    : { publishedAtMs: Date.UTC(2021, 0, index < 2500 ? 3 : 1 + (index % 300), 3, 0, index % 60) }),
}));

test("the whole set is exported when it is asked for, each article once, by date, those without one last", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(crowd) });
  const first = await app.inject({ url: "/export.jsonl", query: { q: "桥" } });
  assert.deepEqual([first.headers["x-wenxun-total"], first.headers["x-wenxun-exported"]], ["6200", "5000"]);
  assert.equal(first.body.trim().split("\n").length, 5000);
  for (const sort of ["relevance", "oldest"]) {
    const reply = await app.inject({ url: "/export.jsonl", query: { q: "桥", all: "on", sort } });
    assert.equal(reply.headers["x-wenxun-exported"], "6200");
    const records = reply.body
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text));
    assert.deepEqual(
      records.map(({ rank }) => rank),
      Array.from({ length: 6200 }, (_, index) => index + 1),
    );
    assert.equal(new Set(records.map(({ id }) => id)).size, 6200);
    const undated = records.findIndex(({ published }) => published === "");
    assert.equal(undated, 6200 - 62);
    const times = records
      .slice(0, undated)
      .map(({ published }) => Date.parse(published) * (sort === "oldest" ? 1 : -1));
    assert.ok(
      times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0)),
      sort,
    );
    assert.equal(records[0].order, sort === "oldest" ? "oldest" : "newest");
  }
});

test("the page says how many a file will hold and in which order before it is asked for", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(crowd) });
  const take = async (url: string): Promise<string> =>
    /<div class="take">[\s\S]*?<\/div>/.exec((await app.inject({ url, headers: { accept: "text/html" } })).body)?.[0] ??
    "";
  const many = await take("/?q=桥");
  assert.match(many, /导出前 5,000 篇（共 6,200 篇，按相关度排序）：[\s\S]*export\.csv\?q=%E6%A1%A5"/);
  assert.match(many, /导出全部 6,200 篇（由新到旧）：[\s\S]*export\.csv\?q=%E6%A1%A5&amp;all=on"/);
  assert.match(many, /档案库时区 Asia\/Shanghai/);
  const few = await take("/?q=桥&sort=oldest&from=2021-10-01&to=2021-10-01");
  assert.match(few, /导出全部 \d+ 篇（由旧到新）：/);
  assert.doesNotMatch(few, /all=on/);
});

test("one article is cited as a file and carries its metadata", async (t) => {
  const app = await startFakeServer(t, { backend });
  const csl = (await app.inject("/articles/bridge/cite/json")).json();
  assert.equal(csl[0].type, "article-newspaper");
  assert.match((await app.inject("/articles/bridge/cite/ris")).body, /^TY {2}- NEWS\r\n/);
  assert.equal((await app.inject("/articles/none/cite/ris")).statusCode, 404);
  assert.equal((await app.inject("/articles/bridge/cite/doc")).statusCode, 400);
  const { body } = await app.inject({ url: "/articles/bridge", headers: { accept: "text/html" } });
  assert.match(body, /<meta name="citation_publication_date" content="2021\/03\/14">/);
  assert.match(body, /江湾日报, 2021-03-14\[\d{4}-\d\d-\d\d\]\. https:\/\/news\.example/);
});

test("a search page names its feeds in the head, its exports in the body", async (t) => {
  const app = await startFakeServer(t, { backend });
  const { body } = await app.inject({ url: "/?q=大桥&offset=1", headers: { accept: "text/html" } });
  assert.match(
    body,
    /<link rel="alternate" type="application\/atom\+xml" title="Atom" href="\/feed\.atom\?q=%E5%A4%A7%E6%A1%A5">/,
  );
  assert.match(body, /<link rel="search" type="application\/opensearchdescription\+xml"/);
  assert.match(body, /<a href="\/export\.csv\?q=%E5%A4%A7%E6%A1%A5" download>CSV/);
});

test("files and feeds are described by what they obey, and an address that says more is taken", async (t) => {
  const app = await startFakeServer(t, { backend });
  const { paths } = await describe(app);
  const disobeyed = ["limit", "offset", "facetValues"];
  for (const [path, own] of [
    ["/export.csv", ["stories"]],
    ["/export.jsonl", ["stories"]],
    ["/feed.json", ["sort"]],
    ["/feed.atom", ["sort"]],
  ] as const) {
    const names = (paths[path]?.get?.parameters ?? []).map(({ name }) => name);
    assert.ok(names.includes("q") && names.includes("snapshot"), path);
    assert.deepEqual(
      [...disobeyed, ...own].filter((name) => names.includes(name)),
      [],
      path,
    );
    const read = async (more: object) => (await app.inject({ url: path, query: { q: "大桥", ...more } })).body;
    assert.equal(await read({ limit: "1", offset: "2", facetValues: "x", [own[0]]: "on" }), await read({}), path);
  }
});
