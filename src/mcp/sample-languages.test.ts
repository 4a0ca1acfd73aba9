import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeBackend } from "../../test/fakes/backend.ts";
import { PLAIN_REQUEST } from "../archive/request.ts";
import { sampleLanguages } from "./sample-languages.ts";

const toArticles = (source: string | undefined, title: string, count: number, year: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${source ?? "none"}-${index}`,
    title,
    body: title,
    ...(source !== undefined && { source }),
    publishedAtMs: Date.UTC(year, 0, 1, index),
  }));

test("a few old and new articles of one paper do not stand for all the others", async () => {
  const { search } = createFakeBackend([
    ...toArticles("早年小报", "臨江大橋通車，兩岸風光", 40, 2001),
    ...toArticles("日报", "临江大桥通车，两岸风光", 100, 2010),
    ...toArticles(undefined, "临江大桥通车，两岸风光", 20, 2015),
    ...toArticles("新出晚報", "臨江大橋通車，兩岸風光", 40, 2025),
  ]);
  const found = await search.search({ ...PLAIN_REQUEST, limit: 0, facetValues: 8 });
  assert.deepEqual(await sampleLanguages(search, found), [
    { language: "zh-Hans", share: 0.6 },
    { language: "zh-Hant", share: 0.4 },
  ]);
});

test("an empty archive has no language", async () => {
  const { search } = createFakeBackend([]);
  const found = await search.search({ ...PLAIN_REQUEST, limit: 0, facetValues: 8 });
  assert.deepEqual(await sampleLanguages(search, found), []);
});
