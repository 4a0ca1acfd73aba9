import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors.ts";
import { parsePage } from "../page-tree.ts";
import { findTexts } from "./evaluate-path.ts";
import { parsePath } from "./parse-path.ts";
import { selectorToPath } from "./selector-to-path.ts";

const PAGE = parsePage(`<html><head><meta name="author" content="林小溪"></head><body>
<div id="main" class="col wide"><h1>标题</h1><p class="by">记者：周青</p><p>第一段</p><p class="note last">第二段</p><hr><p>第三段</p></div>
<div class="col"><a href="/2" class="next page">下一页</a><a href="/9">9</a></div></body></html>`);

const find = (path: string): string[] => findTexts(parsePath(path), PAGE.root).map((text) => text.trim());

const PATHS: readonly (readonly [path: string, found: readonly string[]])[] = [
  ["//h1", ["标题"]],
  ["//div[@id='main']/p[2]", ["第一段"]],
  ["//p[last()]", ["第三段"]],
  ["//div[@id='main']/p[last()-1]", ["第二段"]],
  ["(//p)[1]", ["记者：周青"]],
  ["//p[contains(concat(' ', normalize-space(@class), ' '), ' last ')]", ["第二段"]],
  ["//meta[@name='author']/@content", ["林小溪"]],
  ["substring-after(//p[@class='by'], '记者：')", ["周青"]],
  ["//hr/following-sibling::p", ["第三段"]],
  ["//hr/preceding-sibling::p[1]", ["第二段"]],
  ["//h1/following::a", ["下一页", "9"]],
  ["//a/preceding::h1", ["标题"]],
  ["//h1 | //a[@href='/9']", ["标题", "9"]],
  ["//p[not(@class)]", ["第一段", "第三段"]],
  ["//a[contains(., '下一页') and starts-with(@class, 'next')]/@href", ["/2"]],
  ["//h1/../@class", ["col wide"]],
  ["//h1/ancestor::div/@id", ["main"]],
  ["count(//p)", ["4"]],
  ["//p[position() < 3]", ["记者：周青", "第一段"]],
  ["//p[text()='第一段']", ["第一段"]],
  ["id('main')/h1", ["标题"]],
  ["'网站编辑部'", ["网站编辑部"]],
  ["//P[@CLASS='by']", ["记者：周青"]],
  ["//nothing", []],
];

for (const [path, found] of PATHS) {
  test(`a rule with the path ${path} finds what XPath finds`, () => assert.deepEqual(find(path), found));
}

const SELECTORS: readonly (readonly [selector: string, found: readonly string[]])[] = [
  ["h1", ["标题"]],
  ["#main > p.note", ["第二段"]],
  ["div.wide p.last, a.next", ["第二段", "下一页"]],
  ["a[href='/9']", ["9"]],
  ['a[class~="page"]', ["下一页"]],
  ["[href^='/2']", ["下一页"]],
];

for (const [selector, found] of SELECTORS) {
  test(`a rule with the selector ${selector} finds what CSS finds`, () =>
    assert.deepEqual(find(selectorToPath(selector)), found));
}

test("what is no path is refused, with the place", () => {
  for (const path of [
    "//p[",
    "//p[contains(@a)]",
    "//p[unknown()]",
    "//",
    "//p]",
    `${"(".repeat(40)}1${")".repeat(40)}`,
    "//a::b",
  ]) {
    assert.throws(() => parsePath(path), AppError, path);
  }
  assert.throws(() => selectorToPath("p:hover"), /":hover"/);
});

test("a path that looks at everything from everywhere is given up", () => {
  const { root } = parsePage("<div>".repeat(200) + "<p>x</p>".repeat(1_500));
  assert.throws(() => findTexts(parsePath("//*[count(//*[count(//p) > 1]) > 1]"), root), /looks at more than/);
});
