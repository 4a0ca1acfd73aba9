import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalUrl, toArticleId } from "./identity.ts";

const SAME: [string, string][] = [
  ["HTTPS://News.Example/A", "https://news.example/A"],
  ["https://news.example:443/a", "https://news.example/a"],
  ["http://news.example:80/a/", "http://news.example/a"],
  ["https://news.example/", "https://news.example/"],
  ["https://news.example", "https://news.example/"],
  ["https://news.example/a#part", "https://news.example/a"],
  ["https://news.example/#!/a", "https://news.example/#!/a"],
  ["https://news.example/a?utm_source=x&UTM_medium=y&spm=1.2", "https://news.example/a"],
  ["https://news.example/a?id=1&utm_source=x&p=%20b", "https://news.example/a?id=1&p=%20b"],
  ["https://news.example/a?", "https://news.example/a"],
  ["https://例子.example/路", "https://xn--fsqu00a.example/%E8%B7%AF"],
];

for (const [url, canonical] of SAME) test(`${url} → ${canonical}`, () => assert.equal(canonicalUrl(url), canonical));

test("what is no absolute address has no canonical form", () => {
  for (const text of ["", "/a/b", "news.example/a", "::"]) assert.equal(canonicalUrl(text), undefined);
});

test("articles whose address names no page are told apart by their text", () => {
  for (const url of [
    "#",
    "#top",
    "javascript:void(0)",
    "JavaScript:;",
    "about:blank",
    "暂无",
    "-",
    "/",
    "http://",
    "https:",
    " ",
  ]) {
    const [one, other] = ["一", "二"].map((title) => toArticleId({ url, title, body: "正文" }));
    assert.match(one ?? "", /^text-/, url);
    assert.notEqual(one, other, url);
  }
});

test("an address that names a page is the id, also where it is not written in full", () => {
  for (const [url, id] of [
    ["https://news.example/a/", toArticleId({ url: "https://news.example/a#x", title: "", body: "" })],
    ["/a/1.html", "url-tmJQaE7_mFRbj_nW6U0ShC"],
    ["news.example/a", "url-oDS3NiiNPDAB1qA2TA1LJy"],
  ] as const)
    assert.equal(toArticleId({ url, title: "题", body: "文" }), id, url);
  for (const url of ["?id=1", "1.html", "ftp://news.example/a", "urn:a:1"])
    assert.match(toArticleId({ url, title: "题", body: "文" }), /^url-/, url);
});
