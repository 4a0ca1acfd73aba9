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
const toPage = ({ head = "", above = "", text = paragraphs, below = "" } = {}): string => `<!DOCTYPE html>
<html><head><title>${TITLE}_本地新闻_河湾新闻网</title>${head}</head><body>
<div class="nav"><a href="/">首页</a><a href="/local">本地</a><a href="/world">国际</a><a href="/sport">体育</a></div>
<div class="wrap"><h1>${TITLE}</h1>${above}<div class="article-content">${text}</div>${below}</div>
<div class="hot"><h3>热门新闻</h3><ul><li><a href="/1">河湾大桥明年通车，两岸居民通勤时间缩短一半</a></li><li><a href="/2">老城区停车难，三个新车库动工</a></li></ul></div>
<div class="footer">版权所有 河湾新闻网 未经授权不得转载</div></body></html>`;

const extract = (html: string | Buffer, url = "https://www.hewan.example/local/2024-05/06/c_1001.html") =>
  extractPage(Buffer.from(html), { url, fetchedAtMs: Date.parse("2026-01-01") });

test("the text comes in paragraphs, without menu, links and foot", async () => {
  const { title, paragraphs, language } = await extract(toPage());
  assert.equal(title, TITLE);
  assert.deepEqual(paragraphs, body);
  assert.equal(language, "zh-Hans");
});

test("what stands under the headline gives date, source and author, and is no text", async () => {
  const above = `<div class="info">2024年05月06日 18:30 来源：河湾日报 作者：林小溪 <span>字号</span></div>`;
  const found = await extract(toPage({ above }));
  assert.deepEqual(found.published, { atMs: Date.parse("2024-05-06T18:30+08:00"), precision: "minute" });
  assert.deepEqual([found.source, found.author], ["河湾日报", "林小溪"]);
  assert.deepEqual(found.paragraphs, body);
});
