import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_QUERY, toArticleUrl, toSearchUrl } from "./search-url.ts";

const ROOT = { root: "/" };

test("only what differs from the defaults stands in the address", () => {
  assert.equal(toSearchUrl(ROOT, DEFAULT_QUERY), "/");
  assert.equal(
    toSearchUrl(ROOT, { ...DEFAULT_QUERY, q: "a&b", source: ["x", "y"], mode: "keyword", from: "2020-01-01" }),
    "/?q=a%26b&from=2020-01-01&source=x&source=y&mode=keyword",
  );
});

test("a change begins at the first page, paging keeps the rest", () => {
  const query = { ...DEFAULT_QUERY, q: "桥", offset: 30 };
  assert.equal(toSearchUrl(ROOT, query, { sort: "newest" }), "/?q=%E6%A1%A5&sort=newest");
  assert.equal(toSearchUrl(ROOT, query, { offset: 40 }), "/?q=%E6%A1%A5&offset=40");
});

test("an article's address escapes its id and carries the search back, unless it is very long", () => {
  assert.equal(toArticleUrl(ROOT, "a/b?c#d 100%"), "/articles/a%2Fb%3Fc%23d%20100%25");
  assert.equal(toArticleUrl(ROOT, "\ud800"), "/articles/%EF%BF%BD");
  assert.equal(toArticleUrl(ROOT, "a", { ...DEFAULT_QUERY, q: "b" }), "/articles/a?q=b");
  assert.equal(toArticleUrl(ROOT, "a", { ...DEFAULT_QUERY, q: "b".repeat(10_000) }), "/articles/a");
});
