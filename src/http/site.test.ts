import assert from "node:assert/strict";
import { test } from "node:test";
import { at, toSitePath, withoutSitePath } from "./site.ts";

test("the path of a site ends with one slash, however its address is written", () => {
  assert.equal(toSitePath(undefined), "/");
  assert.equal(toSitePath("https://example.org"), "/");
  assert.equal(toSitePath("https://example.org/news"), "/news/");
  assert.equal(toSitePath("https://example.org/news/"), "/news/");
  assert.equal(toSitePath("https://example.org/a/../新闻/x"), "/%E6%96%B0%E9%97%BB/x/");
  assert.equal(at({ root: "/news/" }, "docs"), "/news/docs");
});

test("the path of the site is taken off, whether a proxy passed it on or not", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["/news/", "/news/articles/1?q=a", "/articles/1?q=a"],
    ["/news/", "/articles/1?q=a", "/articles/1?q=a"],
    ["/news/", "/news/", "/"],
    ["/news/", "/news", "/"],
    ["/news/", "/news?q=a", "/?q=a"],
    ["/news/", "/newsroom", "/newsroom"],
    ["/news/", "/articles/news/", "/articles/news/"],
    ["/news/", "/news/news/", "/news/"],
    ["/news/", "/", "/"],
    ["/%E6%96%B0/", "/%e6%96%b0/docs", "/docs"],
    ["/", "/docs", "/docs"],
  ];
  for (const [path, url, wanted] of rows) assert.equal(withoutSitePath(url, path), wanted, `${url} under ${path}`);
});
