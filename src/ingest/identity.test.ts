import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalUrl } from "./identity.ts";

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
