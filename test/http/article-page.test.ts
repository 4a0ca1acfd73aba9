import assert from "node:assert/strict";
import { test } from "node:test";
import type { SearchReply } from "../../src/api/wire.ts";
import type { Article } from "../../src/archive/article.ts";
import type { Copy, Telling } from "../../src/archive/result.ts";
import type { SearchService } from "../../src/search/search.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const accept = "text/html";
const HOUR_MS = 3_600_000;
const noon = Date.UTC(2022, 6, 2, 4);

const tellings: readonly Article[] = [
  {
    id: "first",
    title: "粮仓变成图书馆",
    body: "旧粮仓今天开放。",
    source: "甲报",
    category: "本地",
    publishedAtMs: noon,
  },
  {
    id: "later",
    title: "糧倉變成圖書館",
    body: "舊糧倉今天開放，晚上有燈。",
    source: "乙報",
    category: "本地",
    publishedAtMs: noon + 5 * HOUR_MS,
  },
  {
    id: "eve",
    title: "粮仓明天开放",
    body: "旧粮仓明天开放。",
    source: "丙报",
    category: "本地",
    publishedAtMs: noon - 26 * HOUR_MS,
  },
  {
    id: "old",
    title: "粮仓旧事",
    body: "旧粮仓的故事。",
    source: "丁报",
    category: "本地",
    publishedAtMs: noon - 900 * HOUR_MS,
  },
];

test("an article can be read in the other script, which is said, and stays as it was published elsewhere", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(tellings) });
  const plain = (await app.inject({ url: "/articles/first", headers: { accept } })).body;
  assert.match(plain, /<a href="\/articles\/first\?script=zh-Hant" lang="zh-Hant"/);
  const { body } = await app.inject({ url: "/articles/first?script=zh-Hant", headers: { accept } });
  assert.match(body, /<article class="article" lang="zh-Hant">/);
  assert.match(body, /<h1 dir="auto">糧倉變成圖書館<\/h1>/);
  assert.match(
    body,
    /<p class="notice scripts" lang="zh-Hans"><span lang="zh-Hant">[^<]*僅供閱讀[^<]*<\/span> <a href="\/articles\/first">/,
  );
  assert.match(body, /<meta name="citation_title" content="粮仓变成图书馆">/);
  const back = (await app.inject({ url: "/articles/later?script=zh-Hans", headers: { accept } })).body;
  assert.match(back, /<p dir="auto">旧粮仓今天开放，晚上有灯。<\/p>/);
  const same = (await app.inject({ url: "/articles/first?script=zh-Hans", headers: { accept } })).body;
  assert.doesNotMatch(same, /仅供阅读/);
});

/** The rows of a story: when each telling came, without markup. */
const readWhens = (section: string): (string | undefined)[] =>
  [...section.matchAll(/<p class="when">(.*?)<\/p>/g)].map(([, when]) => when?.replace(/<[^>]*>/g, ""));

test("a story is a time line by outlet: exact times, the earliest marked, how much later the others came", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(tellings) });
  const { body } = await app.inject({ url: "/articles/first", headers: { accept } });
  const section = /<section class="tellings"[\s\S]*?<\/section>/.exec(body)?.[0] ?? "";
  assert.deepEqual(readWhens(section), [
    "2022年7月1日 10:00 UTC+8 其中最早",
    "2022年7月2日 12:00 UTC+8 晚 1天 2小时",
    "2022年7月2日 17:00 UTC+8 晚 1天 7小时",
  ]);
  assert.match(section, /<strong lang="zh-Hans" aria-current="true">[^\n]*本篇/);
  assert.doesNotMatch(section, /旧事/);
  const similar = /<section class="similar"[\s\S]*?<\/section>/.exec(body)?.[0] ?? "";
  assert.match(similar, /旧事/);
  assert.doesNotMatch(similar, /明天/);
  assert.doesNotMatch((await app.inject({ url: "/articles/old", headers: { accept } })).body, /class="tellings"/);
});

test("a story of which the nearest tellings alone are listed says so", async (t) => {
  const many = Array.from({ length: 22 }, (_, index) => ({
    id: `t${index}`,
    title: "粮仓",
    body: "旧粮仓今天开放。",
    category: "本地",
    publishedAtMs: noon + index,
  }));
  const read = async (articles: readonly Article[]) => {
    const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
    return (await app.inject({ url: "/articles/t0", headers: { accept } })).body;
  };
  const cut = await read(many);
  assert.equal(cut.match(/<p class="when">/g)?.length, 21);
  assert.match(cut, /只列出内容最接近的 20 篇，可能还有更早的报道。/);
  assert.doesNotMatch(await read(many.slice(0, 21)), /只列出/);
});

test("two articles are compared sentence by sentence from the older to the newer, whichever way one came, and no text becomes markup", async (t) => {
  const older: Article = {
    id: "a/1",
    title: "桥<b>",
    body: "今天全线放行。\n𠮷<i>\n门票免费，每人限领两张。",
    publishedAtMs: noon,
  };
  const newer: Article = { id: "b", title: "桥<i>", body: "昨天全线放行。\n𠮷<i>", publishedAtMs: noon + HOUR_MS };
  const app = await startFakeServer(t, { backend: createFakeBackend([older, newer]) });
  const pages = ["/articles/a%2F1/differences/b", "/articles/b/differences/a%2F1"];
  const [body = "", other] = await Promise.all(
    pages.map(async (url) => (await app.inject({ url, headers: { accept } })).body.replace(/search[^>]*>/, "")),
  );
  assert.equal(mainOf(body), mainOf(other ?? ""));
  assert.match(body, /较早[\s\S]*articles\/a%2F1[\s\S]*较晚[\s\S]*articles\/b/);
  assert.match(body, /桥&lt;<del>b<\/del>&gt;<\/p><p[^>]*>桥&lt;<ins>i<\/ins>&gt;/);
  assert.match(body, /<del>今天<\/del>全线放行。[\s\S]*<ins>昨天<\/ins>全线放行。/);
  assert.match(body, /class="pair same"><p dir="auto">𠮷&lt;i&gt;<\/p>/);
  assert.match(body, /删去<\/span> <del>门票免费，每人限领两张。<\/del>/);
  assert.match(body, /<strong>56% 相同<\/strong> 前一篇的 42% 见于后一篇，后一篇的 83% 见于前一篇。/);
  assert.equal((await app.inject({ url: "/articles/b/differences/none", headers: { accept } })).statusCode, 404);
});

const mainOf = (page: string): string => /<main[\s\S]*<\/main>/.exec(page)?.[0] ?? "";

test("two independent articles are said to be so, undated ones are not called older, and the same text is said to be the same", async (t) => {
  const articles: readonly Article[] = [
    { id: "flood", title: "暴雨", body: "连日暴雨使河水上涨。水库昨夜开闸泄洪。" },
    { id: "opera", title: "歌剧", body: "歌剧院新演出季今晚开幕。首演的票半年前就卖完了。" },
    { id: "twin", title: "暴雨", body: "連日暴雨使河水上漲。水庫昨夜開閘洩洪。" },
  ];
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const read = async (url: string) => mainOf((await app.inject({ url, headers: { accept } })).body);
  const apart = await read("/articles/flood/differences/opera");
  assert.match(apart, /<strong>0% 相同<\/strong> 这是两篇各自独立的文章/);
  assert.doesNotMatch(apart, /<del>连日|<ins>歌剧院|较早/);
  const same = await read("/articles/flood/differences/twin");
  assert.match(same, /<strong>100% 相同<\/strong> 两篇正文相同/);
});

test("an article without a title is called by the words with which it begins, and marked as untitled where it is read", async (t) => {
  const articles = [{ id: "bare", title: "", body: "渡轮今天停开。台风过后恢复。" }];
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const { body } = await app.inject({ url: "/?q=渡轮", headers: { accept } });
  assert.match(body, /<h2 class="hit-title"[^>]*><a [^>]*>(?:<mark>)?渡轮(?:<\/mark>)?今天停开。<\/a><\/h2>/);
  assert.match(body, /<p class="snippet"[^>]*>台风过后恢复。<\/p>/);
  assert.match(
    body,
    /data-article="\{&quot;id&quot;:&quot;bare&quot;,&quot;title&quot;:&quot;\[渡轮今天停开。\]&quot;/,
  );
  const page = (await app.inject({ url: "/articles/bare", headers: { accept } })).body;
  assert.match(page, /<title>渡轮今天停开。 · 闻寻<\/title>[\s\S]*<h1 class="untitled" dir="auto">（无标题）<\/h1>/);
});

test("copies name their outlets, who was first, and lead to the differences", async (t) => {
  const backend = createFakeBackend(tellings.slice(0, 1));
  const copy = { id: "eve", title: "粮仓开放", source: "丙报", publishedAtMs: noon - HOUR_MS };
  let copies: Copy[] = [copy];
  const search: SearchService = {
    ...backend.search,
    search: async (request) => {
      const result = await backend.search.search(request);
      return { ...result, hits: result.hits.map((hit) => ({ ...hit, copies })) };
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const { body } = await app.inject({ url: "/?q=粮仓", headers: { accept } });
  assert.match(body, /另有 1 家转载[\s\S]*其中最早见于丙报/);
  assert.match(body, /href="\/articles\/first\/differences\/eve"/);

  for (const other of [
    { ...copy, id: "again" },
    { ...copy, id: "nobody", source: undefined },
  ]) {
    copies = [copy, other];
    const page = (await app.inject({ url: "/?q=粮仓", headers: { accept } })).body;
    assert.match(
      page,
      /另有 2 篇内容相同/,
      "of an outlet that is not known, or the same twice, no number of outlets is told",
    );
  }

  const unnamed = { ...copy, id: "unnamed", source: undefined, publishedAtMs: noon - 2 * HOUR_MS };
  copies = [copy, unnamed];
  const page = (await app.inject({ url: "/?q=粮仓", headers: { accept } })).body;
  assert.match(page, /其中最早的一篇未注明来源/, "no later outlet is called the first");
});

test("tellings of one event stand under the best: outlets, when each came, and the way to list them all", async (t) => {
  const backend = createFakeBackend(tellings);
  const [first, ...rest] = tellings;
  const others = rest.map((article, index) => ({
    ...article,
    match: index === 1 ? ("related" as const) : ("words" as const),
  }));
  const search: SearchService = {
    ...backend.search,
    search: async (request) => {
      const result = await backend.search.search(request);
      if (request.stories !== true) return result;
      const [hit] = result.hits.filter(({ id }) => id === first?.id);
      return hit === undefined ? result : { ...result, collapsed: 3, hits: [{ ...hit, tellings: others }] };
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const { body } = await app.inject({ url: "/?q=粮仓", headers: { accept } });
  assert.match(
    body,
    /<strong>4 篇<\/strong> <span class="said"><a class="rule"[^>]*>包含全部检索词，或语义高度相近<\/a><\/span> <span class="part"><span class="folded">已合并 3 篇同题报道/,
  );
  assert.match(body, /<a href="\/\?q=[^"]*stories=off">逐篇显示/);
  const list = /<details class="copies told">[\s\S]*?<\/details>/.exec(body)?.[0] ?? "";
  assert.match(list, /另有 3 篇同题报道[\s\S]*乙報[\s\S]*丙报/);
  assert.deepEqual(readWhens(list), [
    // Known by its day alone.
    "2022年5月26日 其中最早",
    "2022年7月1日 10:00 UTC+8 晚 36天",
    "2022年7月2日 12:00 UTC+8 晚 37天",
    "2022年7月2日 17:00 UTC+8 晚 37天",
  ]);
  // Who was first is told without opening the list, with the way there.
  assert.match(body, /<p class="meta first"><strong class="earliest">其中最早<\/strong> <a href="\/articles\/old">/);
  assert.match(body, /<a class="first" href="\/\?q=[^"]*sort=oldest">谁最早报道/);

  const reply = await app.inject({ url: "/api/v1/search?q=粮仓&stories=on" });
  const matches = reply.json<SearchReply>().hits[0]?.tellings.map(({ match }) => match);
  assert.deepEqual(matches, ["words", "related", "words"], "one that merely is related says so");
  const apart = await app.inject({ url: "/?q=粮仓&stories=off", headers: { accept } });
  assert.equal(apart.body.match(/class="hit"/g)?.length, 4);
  assert.match(apart.body, /<a href="\/\?q=%E7%B2%AE%E4%BB%93">合并同题报道/);
  assert.match(apart.body, /<input type="hidden" name="stories" value="off">/);
  assert.match(apart.body, /href="\/feed\.atom\?q=%E7%B2%AE%E4%BB%93"/);
});

test("copies are not called reports of a story, and where nothing else is grouped no link lists them", async (t) => {
  const backend = createFakeBackend(tellings.slice(0, 1));
  const copies: readonly Copy[] = tellings.slice(1, 3);
  let others: readonly Telling[] = [];
  const search: SearchService = {
    ...backend.search,
    search: async (request) => {
      const { hits, ...result } = await backend.search.search(request);
      const shown = request.stories === true ? others : [];
      const collapsed = copies.length + shown.length;
      return { ...result, collapsed, hits: hits.map((hit) => ({ ...hit, copies, tellings: shown })) };
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const read = async (url: string) => (await app.inject({ url, headers: { accept } })).body;
  const alone = await read("/?q=粮仓");
  assert.match(alone, /已合并 2 篇内容相同的文章/);
  assert.doesNotMatch(alone, /逐篇显示/);
  others = tellings.slice(3).map((article) => ({ ...article, match: "words" as const }));
  assert.match(await read("/?q=粮仓"), /已合并 3 篇同题报道 <a href="[^"]*stories=off">逐篇显示/);
  const apart = await read("/?q=粮仓&stories=off");
  assert.match(apart, /已合并 2 篇内容相同的文章 <a href="[^"]*">合并同题报道/);
});

test("where a copy is the first of a story, it is called the earliest, and stands first in the time line", async (t) => {
  const backend = createFakeBackend(tellings.slice(0, 2));
  const copy = { id: "eve", title: "粮仓开放", source: "戊报", publishedAtMs: Date.UTC(2022, 3, 1, 2) };
  const search: SearchService = {
    ...backend.search,
    search: async (request) => {
      const { hits, ...result } = await backend.search.search(request);
      const [hit] = hits;
      const others = tellings.slice(1, 2).map((article) => ({ ...article, match: "words" as const }));
      return { ...result, hits: hit === undefined ? [] : [{ ...hit, copies: [copy], tellings: others }] };
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const { body } = await app.inject({ url: "/?q=粮仓", headers: { accept } });
  assert.match(body, /<strong class="earliest">其中最早<\/strong> <a href="\/articles\/eve"><bdi>戊报<\/bdi><\/a>/);
  assert.equal(readWhens(body)[0], "2022年4月1日 10:00 UTC+8 其中最早");
});

test("articles with the ids . and .. are reached by their links and by the API", async (t) => {
  const articles = [".", "..", "~.."].map((id) => ({ id, title: `标题 ${id}`, body: "正文" }));
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const { body } = await app.inject({ url: "/", headers: { accept: "text/html" } });
  for (const { id } of articles) {
    const link = `/articles/~${id}`;
    assert.ok(body.includes(`href="${link}?`), link);
    const page = await app.inject({ url: new URL(link, "http://a").pathname, headers: { accept: "text/html" } });
    assert.ok(page.body.includes(`>标题 ${id}</h1>`), page.body);
    assert.equal((await app.inject(`/api/v1${link}`)).json().id, id);
  }
});

test("an article leads to its outlet's other articles and to those of its day", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(tellings) });
  const { body } = await app.inject({ url: "/articles/first", headers: { accept } });
  assert.match(body, /<a href="\/\?source=%E7%94%B2%E6%8A%A5">甲报的其他文章<\/a>/);
  assert.match(body, /<a href="\/\?from=2022-07-02&amp;to=2022-07-02">2022年7月2日的全部文章<\/a>/);
  const bare = createFakeBackend([{ id: "bare", title: "无", body: "没有来源和日期。" }]);
  const plain = await startFakeServer(t, { backend: bare });
  const { body: alone } = await plain.inject({ url: "/articles/bare", headers: { accept } });
  assert.doesNotMatch(alone, /的其他文章|的全部文章/);
});
