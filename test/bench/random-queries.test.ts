import assert from "node:assert/strict";
import { test } from "node:test";
import { askRandomly } from "../../bench/random-queries/ask-randomly.ts";
import { searchInThisThread } from "../../src/local/search/searcher.ts";
import { createSearchService } from "../../src/search/service.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createMemoryArchive } from "../fakes/memory-archive.ts";

const words = ["台风", "登陆", "养老院火灾", "總統", "Suez Canal", "2021年", "延迟退休"];

test("no text makes a search fail, and each result says how it was read", async () => {
  const encoder = createFakeEncoder();
  const articles = words.map((word, index) => ({
    id: `${index}`,
    title: word,
    body: `${word}，${words[index - 1] ?? ""}。`,
  }));
  const vectors = await encoder.encode(
    articles.map(({ body }) => body),
    { role: "document" },
  );
  const archive = createMemoryArchive(articles.map((article, index) => ({ ...article, vector: vectors[index] })));
  const folder = createSearchService({ archive: searchInThisThread(archive), encoder });
  const { problems, misread } = await askRandomly(folder, { words, count: 300, seed: 3 });
  assert.deepEqual([problems, misread], [[], []]);
});
