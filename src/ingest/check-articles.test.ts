import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../archive/article.ts";
import { AppError } from "../errors.ts";
import { checkArticles } from "./check-articles.ts";

const ARTICLE: Article = { id: "1", title: "石桥", body: "石桥修好了。" };

test("articles at the ends of what an archive holds pass", () => {
  const ends: readonly Partial<Article>[] = [
    {},
    { id: "长".repeat(512), title: "", body: "" },
    { url: "https://example.org/1", source: "晨报", category: "" },
    { publishedAtMs: Date.parse("0000-01-01T00:00:00Z") },
    { publishedAtMs: Date.parse("9999-12-31T23:59:59.999Z") },
    { url: undefined, source: undefined, category: undefined, publishedAtMs: undefined },
  ];
  assert.doesNotThrow(() => checkArticles(ends.map((end) => ({ ...ARTICLE, ...end }))));
  assert.doesNotThrow(() => checkArticles([]));
});

test("what is no article is refused, with its place and its field", () => {
  for (const [wrong, message] of [
    [{ id: "" }, /^articles\[1\]\.id is "": wanted text of 1 to 512 characters/],
    [{ id: "x".repeat(513) }, /^articles\[1\]\.id is "x+…"/],
    [{ id: 5 }, /^articles\[1\]\.id is 5/],
    [{ title: undefined }, /^articles\[1\]\.title is missing/],
    [{ body: 5 }, /^articles\[1\]\.body is 5/],
    [{ source: null }, /^articles\[1\]\.source is null: wanted text, or no such field/],
    [{ publishedAtMs: Number.NaN }, /^articles\[1\]\.publishedAtMs is NaN: wanted a whole number of milliseconds/],
    [{ publishedAtMs: Number.POSITIVE_INFINITY }, /is Infinity/],
    [{ publishedAtMs: 9e15 }, /is 9000000000000000/],
    [{ publishedAtMs: 1.5 }, /is 1\.5/],
    [{ publishedAtMs: Date.UTC(12_000, 0) }, /publishedAtMs/],
    [{ publishedAtMs: Date.UTC(-300, 0) }, /publishedAtMs/],
    [{ publishedAtMs: "2024-01-01" }, /is "2024-01-01"/],
    [{ publishedAtMs: new Date() }, /is a Date/],
    [{ published: "2024-01-01" }, /^articles\[1\]\.published is unknown: .*Did you mean publishedAtMs\?$/],
  ] as const)
    assert.throws(
      () => checkArticles([ARTICLE, { ...ARTICLE, ...wrong }]),
      (error) => error instanceof AppError && error.code === "bad-input" && message.test(error.message),
      String(message),
    );
});

test("what is no list of articles is refused", () => {
  for (const wrong of [undefined, null, ARTICLE, "1", [null], [undefined], new Array(1), [[ARTICLE]]])
    assert.throws(
      () => checkArticles(wrong),
      (error) => error instanceof AppError && error.code === "bad-input",
    );
});
