import assert from "node:assert/strict";
import { test } from "node:test";
import { extractPage } from "../extract-page.ts";
import { rulesFor } from "./rule-book.ts";
import { parseSiteRules } from "./site-rules.ts";

const TEXT = [
  "河湾镇的老码头上周拆除了最后一段护栏，施工队说新栈道会在入冬前铺好。",
  "住在码头边的老人每天来看一眼进度，他们记得四十年前这里停满了运砖的船。",
];
const PROMOTION = "本栏目由河湾旅行社赞助播出，报名秋游的读者可以在网站首页找到全部线路和价格。";

const PAGE =
  Buffer.from(`<html><head><title>河湾老码头改建</title></head><body><div class="x1"><div><span class="x2">老码头改建：新栈道入冬前铺好</span></div>
<div><em class="x3">发于 2023年9月8日 07:05</em><i class="x4">文 夏知秋</i><b class="x5">河湾周刊</b></div>
<div class="x6"><p>${TEXT[0]}</p><p class="promo-box">${PROMOTION}</p><p>${TEXT[1]}</p></div><a class="x7" href="more/2.html">往后翻</a></div></body></html>`);

const RULES = `# The file of a test
title: //span[@class='x2']
body: //div[@class='nothing']
body: div.x6
date: //em[@class='x3']
author: substring-after(//i[@class='x4'], '文 ')
source: //b[@class='x5']
strip_id_or_class: promo-box
next_page_link: //a[@class='x7']
`;

const extract = (rules: string, host = "hewan.example") =>
  extractPage(PAGE, { url: "https://www.hewan.example/a/1.html", rules: new Map([[host, rules]]) });

test("the rules of a site take each field, and say so", async () => {
  const found = await extract(RULES);
  assert.equal(found.title, "老码头改建：新栈道入冬前铺好");
  assert.deepEqual(found.paragraphs, TEXT);
  assert.deepEqual(found.published, { atMs: Date.parse("2023-09-08T07:05+08:00"), precision: "minute" });
  assert.deepEqual([found.author, found.source], ["夏知秋", "河湾周刊"]);
  assert.equal(found.nextPage, "https://www.hewan.example/a/more/2.html");
  for (const field of ["title", "body", "published", "author", "source", "nextPage"] as const)
    assert.equal(found.why[field], "site rules of hewan.example", field);
});

test("a field for which the rules find nothing is found as on any page", async () => {
  const found = await extract("body: //div[@class='nothing']\ntitle: //h6");
  assert.deepEqual(found.paragraphs, [TEXT[0], PROMOTION, TEXT[1]]);
  assert.notEqual(found.why.body, "site rules of hewan.example");
});

test("text is replaced before the page is read", async () => {
  const found = await extract(
    `find_string: <p class="promo-box"\nreplace_string: <p hidden\nreplace_string(运砖): 运瓦`,
  );
  assert.deepEqual(found.paragraphs, [TEXT[0], TEXT[1]?.replace("运砖", "运瓦")]);
});

test("lines that are not understood are told with their number, and the others count", async () => {
  const { notices, title } = await extract(
    "title: //span[@class='x2']\nbodi: //p\nbody: //p[\ntest_url: https://a.example/",
  );
  assert.equal(title, "老码头改建：新栈道入冬前铺好");
  assert.match(
    notices.join("\n"),
    /^hewan\.example\.txt, line 2: "bodi: \/\/p" is not understood\nhewan\.example\.txt, line 3: .*\/\/p\[/,
  );
  assert.equal(parseSiteRules("a", "prune: no\n\n# c\ntidy: yes").problems.length, 0);
});

test("a file is for its host, or with a dot before for all below it; the nearest counts", () => {
  const book = new Map([
    ["news.example.org", "1"],
    [".example.org", "2"],
    ["plain.example", "3"],
  ]);
  const found = (url: string) => rulesFor(book, url)?.[1];
  assert.equal(found("https://news.example.org/a"), "1");
  assert.equal(found("https://www.news.example.org/a"), "1");
  assert.equal(found("https://m.news.example.org/a"), "2");
  assert.equal(found("https://example.org/"), "2");
  assert.equal(found("https://www.plain.example/"), "3");
  assert.equal(found("https://sub.plain.example/"), undefined);
  assert.equal(found("https://notexample.org/"), undefined);
  assert.equal(found("no address"), undefined);
});
