import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { AppError } from "../../src/errors.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { startFakeServer } from "./server.ts";

const accept = "text/html";
const noon = Date.UTC(2022, 6, 2, 4);

/** Newest first: c, b, a. */
const articles: readonly Article[] = ["a", "b", "c"].map((id, index) => ({
  id,
  title: `大桥${id}通车`,
  body: `今天大桥${id}通车。\n群众看着大橋。`,
  source: "江湾日报",
  publishedAtMs: noon + index * 3_600_000,
}));

test("an article opened from results has the query's words marked, in either script, and the hits before and after it", async (t) => {
  const backend = createFakeBackend(articles);
  const app = await startFakeServer(t, { backend });
  const list = (await app.inject({ url: "/?q=大桥&sort=newest", headers: { accept } })).body;
  const links = [...list.matchAll(/<h2 class="hit-title"[^>]*><a href="([^"]+)"/g)].map(([, url = ""]) => toPlain(url));
  assert.deepEqual(
    links.map((url) => new URL(url, "http://a").searchParams.get("hit")),
    ["1", "2", "3"],
  );

  const { body } = await app.inject({ url: links[1] ?? "", headers: { accept } });
  assert.match(body, /<h1[^>]*><mark>大桥<\/mark>b通车<\/h1>/);
  assert.match(body, /群众看着<mark>大橋<\/mark>。/);
  assert.match(body, /第 2 条结果，共 3 条/);
  const step = (rel: string): string => toPlain(new RegExp(`rel="${rel}" href="([^"]+)"`).exec(body)?.[1] ?? "");
  assert.match(step("prev"), /^\/articles\/c\?q=[^&]+&sort=newest&hit=1&snapshot=fake-1$/);
  assert.match(step("next"), /^\/articles\/a\?q=[^&]+&sort=newest&hit=3&snapshot=fake-1$/);
  assert.match(body, /class="onward"[\s\S]*大桥a通车/);
  assert.equal(backend.search.requests.at(-1)?.snapshot, "fake-1");

  const last = (await app.inject({ url: step("next"), headers: { accept } })).body;
  assert.doesNotMatch(last, /rel="next"/);
  const plain = (await app.inject({ url: "/articles/b", headers: { accept } })).body;
  assert.doesNotMatch(plain, /<mark>|rel="next"|条结果/);
});

test("the way back leads to the page of the list that holds the article, wherever reading went on to", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const { body } = await app.inject({
    url: "/articles/a?q=大桥&sort=newest&limit=2&hit=3&snapshot=fake-1",
    headers: { accept },
  });
  assert.match(body, /<nav class="back"[^>]*><a href="[^"]*limit=2&amp;offset=2">/);
});

test("where the searched state of the archive is gone, reading goes on in the present one, if the article still stands there", async (t) => {
  const backend = createFakeBackend(articles);
  const search: typeof backend.search = {
    ...backend.search,
    search: async (request) => {
      if (request.snapshot === "old") throw new AppError("snapshot-gone", "gone");
      return backend.search.search(request);
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const read = async (url: string) => (await app.inject({ url, headers: { accept } })).body;
  assert.match(await read("/articles/a?q=大桥&sort=newest&hit=2&snapshot=old"), /第 3 条结果，共 3 条/);
  const moved = await read("/articles/a?q=b&sort=newest&hit=1&snapshot=old");
  assert.doesNotMatch(moved, /条结果/);
  assert.match(moved, /返回搜索结果/);
});

test("everything is read in the script of a region once that is chosen: lists, articles, similar ones; not what is cited and saved", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const chosen = await app.inject({ url: "/?q=大桥&reading=zh-Hant", headers: { accept } });
  const cookie = String(chosen.headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal(cookie, "wenxun-reading=zh-Hant");
  assert.match(chosen.body, /<mark>大橋<\/mark>c通車/);
  assert.match(chosen.body, /class="snippet"[^>]*>今天(<mark>)?大橋/);
  assert.doesNotMatch(chosen.body, /href="[^"]*[?&]reading=zh-Hant"/);

  const read = async (url: string) => (await app.inject({ url, headers: { accept, cookie } })).body;
  const list = await read("/?q=大桥");
  assert.match(list, /<mark>大橋<\/mark>c通車/);
  assert.match(list, /data-article="[^"]*大桥c通车/);
  const article = await read("/articles/c?q=大桥&hit=1");
  assert.match(article, /<article class="article" lang="zh-Hant">/);
  assert.match(article, /群眾看著<mark>大橋/);
  assert.match(article, /<meta name="citation_title" content="大桥c通车">/);
  assert.match(/<section class="similar"[\s\S]*?<\/section>/.exec(article)?.[0] ?? "", /大橋b通車/);
  const once = await read("/articles/c?script=published");
  assert.match(once, /群众看着大橋/);
  const hongKong = await read("/articles/c?script=zh-Hant-HK");
  assert.match(hongKong, /<article class="article" lang="zh-Hant-HK">[\s\S]*群眾看着大橋/);
  const back = await app.inject({ url: "/?q=大桥&reading=published", headers: { accept, cookie } });
  assert.match(back.body, /<mark>大桥<\/mark>c通车/);
});

test("who may read but not search is not told what else matches", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ reader: ["read"], searcher: ["read", "search"] });
  const app = await startFakeServer(t, { backend: createFakeBackend(articles), access: "token", tokensFile });
  const read = async (name: "reader" | "searcher"): Promise<string> =>
    (
      await app.inject({
        url: "/articles/b?q=大桥&sort=newest&hit=2",
        headers: { accept, authorization: `Bearer ${secrets[name]}` },
      })
    ).body;
  assert.match(await read("searcher"), /rel="next"/);
  const body = await read("reader");
  assert.match(body, /<mark>大桥<\/mark>b通车/);
  assert.doesNotMatch(body, /rel="next"|条结果/);
});

test("a reader in Hong Kong is offered the Traditional of Hong Kong", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const { body } = await app.inject({ url: "/articles/a", headers: { accept, "accept-language": "zh-HK,zh;q=0.8" } });
  assert.match(body, /script=zh-Hant-HK" lang="zh-Hant-HK"/);
});

const toPlain = (text: string): string => text.replaceAll("&amp;", "&");
