import assert from "node:assert/strict";
import { test } from "node:test";
import { extractPage } from "./extract-page.ts";

const FIRST = "市图书馆昨天下午重新开放，读者在门口排起了长队，馆长说新书架比旧书架高出半米。";
const SECOND = "工作人员介绍，整修历时八个月，一楼增设了儿童阅览区，二楼保留原来的自习座位。";
const THIRD = "一位带孩子来借书的读者表示，新馆光线更好，座位也多，以后周末会常来。";
const TITLE = "市图书馆整修后重新开放 一楼增设儿童阅览区";

const body = [FIRST, SECOND, THIRD];
const paragraphs = body.map((text) => `<p>${text}</p>`).join("\n");

/** A page as sites write them: a menu, the article, links below it, a foot. */
const toPage = ({
  head = "",
  above = "",
  text = paragraphs,
  below = "",
  title = `${TITLE}_本地新闻_河湾新闻网`,
} = {}): string =>
  `<!DOCTYPE html>
<html><head><title>${title}</title>${head}</head><body>
<div class="nav"><a href="/">首页</a><a href="/local">本地</a><a href="/world">国际</a><a href="/sport">体育</a></div>
<div class="wrap"><h1>${TITLE}</h1>${above}<div class="article-content">${text}</div>${below}</div>
<div class="hot"><h3>热门新闻</h3><ul><li><a href="/1">河湾大桥明年通车，两岸居民通勤时间缩短一半</a></li><li><a href="/2">老城区停车难，三个新车库动工</a></li></ul></div>
<div class="footer">版权所有 河湾新闻网 未经授权不得转载</div></body></html>`;

const URL_OF_PAGE = "https://www.hewan.example/local/c_1001.html";
const extract = (html: string, url: string | undefined = URL_OF_PAGE) =>
  extractPage(Buffer.from(html), { url, fetchedAtMs: Date.parse("2026-01-01") });
const at = (text: string): number => Date.parse(text);

test("the text comes in paragraphs, without menu, links and foot", async () => {
  const found = await extract(toPage());
  assert.equal(found.title, TITLE);
  assert.deepEqual(found.paragraphs, body);
  assert.equal(found.language, "zh-Hans");
});

test("what stands under the headline gives date, source and author, and is no text", async () => {
  const above = `<div class="info">2024年05月06日 18:30 来源：河湾日报 作者：林小溪 <span>字号</span></div>`;
  const found = await extract(toPage({ above }));
  assert.deepEqual(found.published, { atMs: at("2024-05-06T18:30+08:00"), precision: "minute" });
  assert.deepEqual([found.source, found.author], ["河湾日报", "林小溪"]);
  assert.deepEqual(found.paragraphs, body);
});

test("an account beside the date is author and source, a pair of names is outlet and person", async () => {
  const account = await extract(toPage({ above: "<p>原创 河湾生活指南 2024-05-06 18:30:05</p>" }));
  assert.deepEqual([account.author, account.source], ["河湾生活指南", "河湾生活指南"]);
  const pair = await extract(toPage({ above: "<p>河湾晚报／林小溪　2024-05-06 18:30</p>" }));
  assert.deepEqual([pair.author, pair.source], ["林小溪", "河湾晚报"]);
});

/** Lines within the box of an article that are none of it. */
const LINES: readonly (readonly [line: string, rule: string])[] = [
  ["（责任编辑：周青）", "editors"],
  ["责编：周青 审核：林小溪", "editors"],
  ["編輯／周青　核稿編輯／林小溪", "editors"],
  ["返回河湾，查看更多", "back to the site"],
  ["原标题：《图书馆开了》", "original title"],
  ["分享到：微信 微博 QQ空间", "buttons"],
  ["扫描二维码关注河湾新闻网公众号", "app and codes to scan"],
  ["不用抽 不用搶 點我下載河灣新聞APP", "app and codes to scan"],
  ["看新闻，请下载河湾新闻客户端", "app and codes to scan"],
  ["声明：本文仅代表作者个人观点，与河湾新闻网无关。", "disclaimer"],
  ["本文未经授权不得转载，转载请注明出处", "disclaimer"],
  ["上一篇：老城区停车难", "neighbours"],
  ["您的浏览器不支持播放视频", "player"],
  ["本文来源：河湾日报 责任编辑：周青_HW01", "line with date and origin"],
];

for (const [line, rule] of LINES) {
  test(`a line such as ${line} is taken out, and told`, async () => {
    const found = await extract(toPage({ text: `${paragraphs}<p>${line}</p>` }));
    assert.deepEqual(found.paragraphs, body);
    assert.deepEqual(
      found.dropped.filter(({ text }) => text === line),
      [{ text: line, rule }],
    );
  });
}

test("sentences that only look like such lines stay", async () => {
  const sentences = [
    "编辑部的灯亮到很晚，值班的人说读者来信比往年多了一倍，回信要写到下个月。",
    "根据新的规定，未经本人同意，任何机构不得向他人提供读者的借书记录，违者将被处罚。",
    "2024年5月6日，市图书馆收到第一笔捐款，金额虽小，却来自一位九十岁的老读者。",
    "馆长说，关注图书馆的人越来越多，公众号里的留言每天都有几百条，大家都在问何时开放。",
  ];
  const found = await extract(toPage({ text: sentences.map((text) => `<p>${text}</p>`).join("") }));
  assert.deepEqual(found.paragraphs, sentences);
});

test("boxes of links within the text are taken out, before, between and behind", async () => {
  const box =
    '<p>相关新闻：</p><p><a href="/5">河湾书展下月开幕，百家出版社参展</a></p><p><a href="/6">老馆长的四十年</a></p>';
  const text = `${box}<p>${FIRST}</p><div class="related"><a href="/7">图书馆明年再建两座分馆</a></div><p>${SECOND}</p><p>${THIRD}</p>${box}<div class="x"><p>另一篇报道说，河湾书展的门票已经售完，主办方正在考虑加开一天。</p></div>`;
  assert.deepEqual((await extract(toPage({ text }))).paragraphs, body);
});

test("comments longer than the article are not taken for it", async () => {
  const comments = Array.from(
    { length: 40 },
    (_, index) =>
      `<div class="item"><b>读者${index}</b><div class="txt">我觉得这次整修很成功，座位比以前舒服多了，就是停车还是不太方便，希望能改进。</div></div>`,
  );
  const found = await extract(
    toPage({ below: `<div class="comment-list"><h3>网友评论</h3>${comments.join("")}</div>` }),
  );
  assert.deepEqual(found.paragraphs, body);
});

test("hidden spam is no text, however long it is", async () => {
  const spam = `<div style="display:none">${"娱乐城开户送礼金，点击进入官方网站，".repeat(5_000)}</div><div style="position:absolute;left:-9999px">${"博彩公司大全，".repeat(500)}</div>`;
  assert.deepEqual((await extract(toPage({ below: spam }))).paragraphs, body);
});

test("a text that a script shows at first is text: WeChat hides it by its visibility", async () => {
  const text = `<section style="visibility: hidden; opacity: 0;">${body.map((line) => `<p style="margin:0"><span style="font-size:16px">${line}</span></p>`).join("")}</section>`;
  const script = '<script>var ct = "1714991405"; var nickname = "河湾";</script>';
  const found = await extract(toPage({ text, above: "<div>河湾 <em>昨天</em></div>", below: script }));
  assert.deepEqual(found.paragraphs, body);
  assert.deepEqual(found.published, { atMs: 1_714_991_405_000, precision: "second" });
});

test("broken documents hold an article all the same", async () => {
  const stray = toPage().replace('<div class="wrap">', '</body></html><div class="wrap">');
  const nested = toPage({ above: "<html><head></head><body>".repeat(6) });
  const unclosed = toPage({ text: body.map((line) => `<p>${line}`).join("") });
  const deep = toPage({ text: `${"<div>".repeat(50_000)}${paragraphs}${"</div>".repeat(50_000)}` });
  for (const html of [stray, nested, unclosed, deep]) assert.deepEqual((await extract(html)).paragraphs, body);
});

test("line breaks make paragraphs where there are no others", async () => {
  assert.deepEqual((await extract(toPage({ text: body.join("<br><br>　　") }))).paragraphs, body);
});

test("an article in several boxes with advertisements between them is whole", async () => {
  const text = body
    .map((line) => `<div class="part"><p>${line}</p><p>${line.replace("，", "；")}</p></div>`)
    .join('<div class="ad">推广</div>');
  assert.equal((await extract(toPage({ text }))).paragraphs.length, 6);
});

test("captions are told apart from the text", async () => {
  const text = `<p>${FIRST}</p><figure><img src="1.jpg"><figcaption>新的儿童阅览区</figcaption></figure><p>${SECOND}</p><p><img src="2.jpg"></p><p style="text-align:center">读者在自习区 周青 摄</p><p>${THIRD}</p>`;
  const found = await extract(toPage({ text }));
  assert.deepEqual(found.paragraphs, body);
  assert.deepEqual(found.captions, ["新的儿童阅览区", "读者在自习区 周青 摄"]);
});

test("a widget in mid-sentence goes, and the sentence stays", async () => {
  const text = `<p>${FIRST.replace("馆长说", '馆长<span>(<a href="/w">微博</a>)</span>说')}</p><p>${SECOND.replace("八个月", "八个月(行情000756,诊股)")}</p><p>${THIRD.replace("。", "。返回河湾，查看更多")}</p>`;
  assert.deepEqual((await extract(toPage({ text }))).paragraphs, body);
});

test("a gallery has its texts in a script, escaped twice", async () => {
  const inner = JSON.stringify({ title: TITLE, sub_abstracts: [...body, `${FIRST}（完）`] });
  const text = `<div class="abstract"><i>1/4</i> ${FIRST}</div><script>var gallery = JSON.parse(${JSON.stringify(inner)});</script>`;
  const found = await extract(toPage({ text }));
  assert.deepEqual(found.paragraphs, [...body, `${FIRST}（完）`]);
  assert.equal(found.why.body, "in a script: sub_abstracts");
});

test("a page whose text only its script would show is read from the data", async () => {
  const content = body.map((line) => `<p>${line}</p>`).join("");
  const head = `<meta name="description" content="${FIRST}"><script id="__NEXT_DATA__" type="application/json">${JSON.stringify({ article: { content } })}</script>`;
  assert.deepEqual((await extract(toPage({ head, text: "" }))).paragraphs, body);
});

test("a page of links, an empty page and bytes that are no page give no text", async () => {
  const links = Array.from(
    { length: 60 },
    (_, index) => `<li><a href="/${index}">河湾新闻标题第${index}条，点击进入</a></li>`,
  );
  for (const html of [`<ul>${links.join("")}</ul>`, "", "\u0000\u0001\u0002", "<html></html>"]) {
    assert.deepEqual((await extract(html)).paragraphs, []);
  }
});

test("the next page of an article is told, and the next article is not", async () => {
  const pager = '<div class="pages"><span>1</span><a href="c_1001_2.html">2</a><a href="c_1001_3.html">3</a></div>';
  const inWords = '<p><a href="c_1001_2.html">下一页</a></p>';
  const nextArticle =
    '<link rel="next" href="/local/c_1002.html"><p>下一篇：<a href="/local/c_1002.html">停车难</a></p><a href="/local/c_1002.html">下一页</a>';
  const next = async (below: string) => (await extract(toPage({ below }))).nextPage;
  assert.equal(await next(pager), "https://www.hewan.example/local/c_1001_2.html");
  assert.equal(await next(inWords), "https://www.hewan.example/local/c_1001_2.html");
  assert.equal(await next(nextArticle), undefined);
});

test("the canonical address is absolute, safe, and not that of the front page", async () => {
  const canonical = async (href: string, more = "") =>
    (await extract(toPage({ head: `<link rel="canonical" href="${href}">${more}` }))).canonicalUrl;
  assert.equal(await canonical("/local/c_1001.html"), "https://www.hewan.example/local/c_1001.html");
  assert.equal(await canonical("javascript:alert(1)"), undefined);
  const other = '<meta property="og:url" content="https://hewan.example/a?id=7">';
  assert.equal(await canonical("https://www.hewan.example/", other), "https://hewan.example/a?id=7");
});
