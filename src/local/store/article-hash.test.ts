import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Article } from "../../archive/article.ts";
import { articleHash, isAsStored } from "./article-hash.ts";

const ARTICLE: Article = {
  id: "一",
  title: "标题",
  body: "正文",
  url: "https://news.example/1",
  source: "早报",
  category: "城市",
  publishedAtMs: 5,
};

test("an article is another one when anything of it changes", () => {
  const hash = articleHash(ARTICLE);
  assert.ok(isAsStored({ ...ARTICLE }, { hash }));
  for (const change of [
    { id: "二" },
    { title: "标题。" },
    { body: "" },
    { url: undefined },
    { source: "晚报" },
    { category: undefined },
    { publishedAtMs: 6 },
    { publishedAtMs: undefined },
  ])
    assert.ok(!isAsStored({ ...ARTICLE, ...change }, { hash }), JSON.stringify(change));
  assert.ok(!isAsStored(ARTICLE, { hash: hash.subarray(1) }));
  assert.ok(!isAsStored(ARTICLE, { hash: new Uint8Array() }));
});

test("what the database changes of itself is no change", () => {
  assert.ok(
    isAsStored({ ...ARTICLE, title: "半个\ufffd" }, { hash: articleHash({ ...ARTICLE, title: "半个\ud83d" }) }),
  );
  assert.ok(isAsStored({ ...ARTICLE, source: undefined }, { hash: articleHash({ ...ARTICLE, source: "" }) }));
});

test("hashes that were made without the id are known", () => {
  const { id: _, ...rest } = ARTICLE;
  const hash = createHash("sha256")
    .update(JSON.stringify(Object.values(rest)))
    .digest()
    .subarray(0, 16);
  assert.ok(isAsStored(ARTICLE, { hash }));
  assert.ok(isAsStored({ ...ARTICLE, id: "二" }, { hash }));
  assert.ok(!isAsStored({ ...ARTICLE, body: "" }, { hash }));
});
