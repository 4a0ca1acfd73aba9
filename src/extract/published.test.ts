import assert from "node:assert/strict";
import { test } from "node:test";
import { extractPage } from "./extract-page.ts";

const TEXT =
  "<div><p>河湾镇的老码头上周拆除了最后一段护栏，施工队说新栈道会在入冬前铺好。</p><p>住在码头边的老人每天来看一眼进度，他们都记得从前的样子。</p></div>";
const TITLE = "河湾镇老码头改建工程启动";

interface Parts {
  readonly head?: string;
  readonly above?: string;
  readonly below?: string;
  readonly url?: string;
  readonly text?: string;
}

const dateOf = async ({ head = "", above = "", below = "", url, text = TEXT }: Parts): Promise<string | undefined> => {
  const html = `<title>${TITLE}</title>${head}<h1>${TITLE}</h1>${above}${text}${below}`;
  const { published } = await extractPage(Buffer.from(html), {
    url,
    fetchedAtMs: Date.parse("2025-03-01T12:00+08:00"),
  });
  if (published === undefined) return undefined;
  const local = new Date(published.atMs + 8 * 3_600_000).toISOString();
  return { day: local.slice(0, 10), minute: local.slice(0, 16), second: local.slice(0, 19) }[published.precision];
};

const LINES: readonly (readonly [line: string, wanted: string | undefined])[] = [
  ["2024-05-06 18:30:05 来源：河湾日报", "2024-05-06T18:30:05"],
  ["2024年05月06日18:30 来源：河湾日报", "2024-05-06T18:30"],
  ["发布时间：2024/5/6", "2024-05-06"],
  ["2024年5月6日 星期一 下午6:30", "2024-05-06T18:30"],
  ["民國113年5月6日", "2024-05-06"],
  ["2024/05/06 18:30 最新更新：2024/05/07 09:00", "2024-05-06T18:30"],
  ["発表 2026-05-06 18:30", undefined],
  ["昨天 18:30", undefined],
  ["3小时前", undefined],
  ["阅读 20240 次", undefined],
];

for (const [line, wanted] of LINES) {
  test(`under a headline "${line}" is ${wanted ?? "no date"}`, async () =>
    assert.equal(await dateOf({ above: `<div>${line}</div>` }), wanted));
}

test("the page wins where it and its data differ by hours", async () => {
  const head = '<meta property="article:published_time" content="2024-05-06T10:30:00+08:00">';
  assert.equal(await dateOf({ head, above: "<div>2024-05-06 18:30</div>" }), "2024-05-06T18:30");
});

test("a day on the page takes its time from data of the same day, and from no other", async () => {
  const head = (day: string) => `<meta property="article:published_time" content="${day}T10:30:15+08:00">`;
  assert.equal(await dateOf({ head: head("2024-05-06"), above: "<div>2024-05-06</div>" }), "2024-05-06T10:30:15");
  assert.equal(await dateOf({ head: head("2024-05-08"), above: "<div>2024-05-06</div>" }), "2024-05-06");
});

test("the year that the page leaves out comes from its data", async () => {
  const head = '<meta itemprop="dateUpdate" content="2023-12-30 22:46:13">';
  assert.equal(await dateOf({ head, above: "<div>发布时间：12-30 22:46</div>" }), "2023-12-30T22:46");
  assert.equal(await dateOf({ above: "<div>发布时间：12-30 22:46</div>" }), undefined);
});

test("data alone is believed, and the address for a day", async () => {
  const ld = (json: object) => `<script type="application/ld+json">${JSON.stringify(json)}</script>`;
  assert.equal(
    await dateOf({ head: ld({ "@type": "NewsArticle", datePublished: "2024-05-06T10:30:15Z" }) }),
    "2024-05-06T18:30:15",
  );
  assert.equal(
    await dateOf({ head: '<meta name="firstpublishedtime" content="2024-05-06-23:59:58">' }),
    "2024-05-06T23:59:58",
  );
  assert.equal(await dateOf({ url: "https://hewan.example/news/2024-05/06/c_1.html" }), "2024-05-06");
  assert.equal(
    await dateOf({ url: "https://archive.example/web/20240611024252/http://hewan.example/c_1.html" }),
    undefined,
  );
});

test("where the page says yesterday a script may know the time, but not that of other articles", async () => {
  const above = "<div>昨天</div>";
  assert.equal(await dateOf({ above, below: '<script>var ct = "1714991405";</script>' }), "2024-05-06T18:30:05");
  const list = [
    { title: "停车难", createdAt: "2024-04-01T08:00:00Z" },
    { title: "书展", createdAt: "2024-04-03T08:00:00Z" },
  ];
  assert.equal(await dateOf({ above, below: `<script>var list = ${JSON.stringify(list)};</script>` }), undefined);
});

test("days within sentences, of other articles, and of events are no dates of publication", async () => {
  assert.equal(await dateOf({ text: TEXT.replace("上周", "在2023年9月8日") }), undefined);
  assert.equal(await dateOf({ above: "<p>（2007年6月29日镇民大会第二十八次会议通过）</p>" }), undefined);
  const links =
    '<ul class="list"><li><a href="/1">停车难 2024-05-06</a></li><li><a href="/2">书展 2024-05-05</a></li></ul>';
  assert.equal(await dateOf({ below: links }), undefined);
});

test("the clock of the site and the time of an event are no dates of publication", async () => {
  assert.equal(await dateOf({ head: "<div>今天是2025年2月28日 星期五</div>" }), undefined);
  assert.equal(await dateOf({ head: "<div>2025年2月28日 星期五</div>" }), undefined);
  assert.equal(await dateOf({ head: "<div>现在时间：2025-02-28 10:15</div>" }), undefined);
  const event = TEXT.replace(
    "</div>",
    "<p>时间：2024年6月8日 14:00</p><p>地点：老码头栈道，雨天改在镇文化站二楼，请带好饮水。</p></div>",
  );
  assert.equal(await dateOf({ text: event }), undefined);
  assert.equal(await dateOf({ text: event, above: "<div>2024-05-06</div>" }), "2024-05-06");
});

test("the times of other articles on the page are none of this one", async () => {
  const card = (day: string) =>
    `<li><h4><a href="/${day}">停车难</a></h4><time datetime="${day}T08:00:00+08:00">${day}</time></li>`;
  const list = `<ul>${card("2024-04-01")}${card("2024-04-03")}</ul>`;
  assert.equal(await dateOf({ below: list }), undefined);
  assert.equal(
    await dateOf({ above: '<time datetime="2024-05-06T18:30:00+08:00">昨天</time>', below: list }),
    "2024-05-06T18:30:00",
  );
});

test("a notice is dated where it is signed", async () => {
  const signed = TEXT.replace("</div>", "<p>河湾镇人民政府</p><p>2024年5月6日</p></div>");
  assert.equal(await dateOf({ text: signed }), "2024-05-06");
});

test("a template's time is none of the article", async () => {
  const head = '<meta name="maketime" content="2024-11-22 10:00:00"><meta name="lastmod" content="2024-12-01">';
  assert.equal(await dateOf({ head }), undefined);
});
