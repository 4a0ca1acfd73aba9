import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FakeArticle } from "../../test/fakes/memory-archive.ts";
import { allIdsOf, createService, day, idsOf, matchingIdsOf, REQUEST } from "../../test/fakes/memory-search.ts";
import type { SearchRequest } from "../archive/request.ts";

describe("near-copies", () => {
  const body = "今晨，江面上起了大雾，渡轮停航三个小时，码头上的旅客改乘公交过江，傍晚航线全部恢复。";
  const copies: FakeArticle[] = Array.from({ length: 30 }, (_, index) => ({
    id: `c${index}`,
    title: index % 3 === 0 ? `大雾停航，第${index}号渡轮的一天` : "大雾停航三小时",
    body: index % 3 === 0 ? `第${index}号渡轮的船长讲了${index}个故事，每个都不一样：${"雾".repeat(index)}。` : body,
    source: `报纸${index}`,
    publishedAtMs: day("2021-03-14") + index,
  }));

  test("are folded into the best hit, counted in the total, and never lost by paging", async () => {
    const service = await createService(copies);
    const request: SearchRequest = { ...REQUEST, query: "大雾停航" };
    const whole = await service.search(request);
    assert.equal(whole.total, 30);
    assert.equal(whole.hits.length, whole.total - whole.collapsed);
    assert.ok(whole.collapsed >= 19, `${whole.collapsed}`);
    assert.deepEqual(allIdsOf(whole).sort(), copies.map(({ id }) => id).sort());
    const paged: string[] = [];
    for (let offset = 0; offset < whole.hits.length; offset += 3)
      paged.push(...idsOf(await service.search({ ...request, limit: 3, offset })));
    assert.deepEqual(paged, idsOf(whole));
  });

  test("what is related counts as many as can be paged through, its near-copies folded", async () => {
    const service = await createService([
      ...copies.slice(1, 3),
      ...Array.from({ length: 9 }, (_, index) => ({
        id: `s${index}`,
        title: "停电通知",
        body: `第${index}区今晚停电。`,
      })),
      { id: "whole", title: "夜市停电", body: "大雾里的江边夜市昨晚停电两小时，摊主点起了蜡烛。" },
    ]);
    const result = await service.search({ ...REQUEST, mode: "keyword", query: "大雾 停电" });
    assert.deepEqual(matchingIdsOf(result), ["whole"]);
    assert.ok(result.hits.some(({ match, copies: own }) => match === "related" && own.length > 0));
    assert.equal(result.hits.length, result.total - result.collapsed + result.related);
  });

  test("similar articles leave out the article and its copies", async () => {
    const service = await createService(copies);
    const similar = await service.similar("c1", { limit: 10 });
    assert.ok(similar !== undefined);
    for (const { id, copies: own } of similar)
      for (const one of [id, ...own.map((copy) => copy.id)]) assert.equal(Number(one.slice(1)) % 3, 0, one);
    assert.equal(await service.similar("nobody", { limit: 10 }), undefined);
  });
});

describe("long lists", () => {
  test("pages of a hybrid ranking go on past the candidates without repeating or losing one", async () => {
    const articles = Array.from(
      { length: 700 },
      (_, index): FakeArticle => ({ id: `${index}`, title: `第${index}期电车月报`, body: "电".repeat(index % 50) }),
    );
    const service = await createService(articles);
    const found: string[] = [];
    const scores: number[] = [];
    for (let offset = 0; ; offset += 100) {
      const page = await service.search({ ...REQUEST, query: "电车", offset });
      assert.equal(page.total, 700);
      found.push(...allIdsOf(page));
      scores.push(...page.hits.map(({ score }) => score));
      if (page.hits.length < 100) break;
    }
    assert.deepEqual(found.toSorted(), articles.map(({ id }) => id).toSorted());
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
  });
});
