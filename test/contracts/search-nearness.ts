import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import { createFilled, type Engine, putAll } from "./engine.ts";
import {
  anyFilters,
  anyOrder,
  anyQuery,
  DAY_MS,
  drawArticles,
  encode,
  encoder,
  fill,
  somewhen,
} from "./search-corpus.ts";
import { checkOrder, idsOf, isCounted, readPages } from "./search-pages.ts";
import { isInside, matchesText, type PlainQuery, writeQuery } from "./search-referee.ts";

/** What is found by meaning, where the rules leave no engine free to decide. */
export function testNearness(engine: Engine): void {
  describe(`what is near in ${engine.name}`, () => {
    test("by meaning and by both, phrases, exclusions and filters hold, and no page repeats another", async () => {
      const { archive, articles, timezone } = await fill(engine, drawArticles(220, 11, somewhen), "Asia/Shanghai");
      const byId = new Map(articles.map((article) => [article.id, article]));
      const check = async (query: PlainQuery, filters: SearchRequest, order: Partial<SearchRequest>) => {
        const text = writeQuery(query);
        const encoded = await encode([...query.words, ...query.phrases].join(" "));
        for (const mode of ["semantic", "hybrid"] as const) {
          const request: SearchRequest = { ...filters, ...order, query: text, mode };
          const { first, hits } = await readPages(archive, request, encoded, 50);
          const ids = idsOf(hits);
          assert.equal(new Set(ids).size, ids.length, "each article once");
          for (const id of ids) {
            const article = byId.get(id) ?? assert.fail(`${id} is not in the archive`);
            assert.ok(isInside(article, filters, timezone), `${id} is outside of the filters`);
            assert.ok(matchesText(article, { ...query, words: [] }), `${id} breaks a phrase or an exclusion`);
          }
          assert.equal(first.mode, encoded.notice === undefined ? mode : "keyword");
          for (const values of [first.facets.source, first.facets.category, first.histogram.buckets])
            assert.ok(values.reduce((sum, { count }) => sum + count, 0) <= first.total);
          checkOrder(hits.filter(isCounted), request);
          checkOrder(
            hits.filter((hit) => !isCounted(hit)),
            request,
          );
        }
      };
      await fc.assert(fc.asyncProperty(anyQuery, anyFilters, anyOrder, check), { numRuns: 15, seed: 42 });
    });

    test("the article that says just what is asked comes first by meaning and by both", async () => {
      const { archive, articles } = await fill(engine, drawArticles(200, 3, somewhen), "Asia/Shanghai");
      const own: Article = { id: "own", title: "云海茶园采茶节开幕", body: "云海茶园采茶节昨日开幕，茶农唱起山歌。" };
      await putAll(archive, [own]);
      const encoded = await encode(`${own.title}\n${own.body}`);
      for (const mode of ["semantic", "hybrid"] as const) {
        const { hits } = await archive.search({ ...PLAIN_REQUEST, query: own.title, mode }, encoded);
        assert.equal(hits[0]?.id, "own", mode);
        assert.ok((hits[0]?.why.semantic ?? 0) > 0.97, "its cosine is told, as precisely as vectors are stored");
      }
      assert.equal(articles.length, 200);
    });

    test("similar articles are the nearest, without the article and its copies", async () => {
      const body = "渡轮公司说，码头将在下月扩建，新的候船厅可以容纳两千名旅客。".repeat(4);
      const near = (id: string, change: string, publishedAtMs: number): Article => ({
        id,
        title: `码头扩建${change}`,
        body: body + change,
        publishedAtMs,
      });
      const archive = await createFilled(
        engine,
        [
          near("own", "", 0),
          near("copy", "", DAY_MS),
          {
            id: "next",
            title: "候船厅扩建完工",
            body: "扩建的候船厅可以容纳两千名旅客，渡轮公司说。",
            publishedAtMs: 2 * DAY_MS,
          },
          ...drawArticles(150, 23, somewhen),
        ],
        { encoder },
      );
      const similar = (await archive.similar("own", { limit: 5 })) ?? assert.fail("the article is there");
      assert.equal(similar[0]?.id, "next");
      assert.ok(similar.every(({ id }) => id !== "own" && id !== "copy"));
      assert.ok((similar[0]?.why.semantic ?? 0) > 0.2);
      assert.deepEqual(await archive.similar("own", { limit: 0 }), []);
      const story =
        (await archive.similar("own", { limit: 5, sameStory: true })) ?? assert.fail("the article is there");
      assert.ok(
        story.some(({ id }) => id === "copy"),
        "a copy tells the same event",
      );
      assert.ok(story.every(({ publishedAtMs }) => Math.abs(publishedAtMs ?? Number.NaN) <= 3 * DAY_MS));
      await putAll(archive, [{ id: "blank", title: "", body: "" }]);
      assert.deepEqual(await archive.similar("blank", { limit: 5 }), [], "nothing is near to nothing");
    });

    test("an article beside a query has the cosine of their vectors, where both are of one encoder", async () => {
      const article: Article = { id: "own", title: "云海茶园", body: "采茶节昨日开幕。" };
      const archive = await createFilled(engine, [article, { id: "blank", title: "", body: "" }], { encoder });
      const encoded = await encode(`${article.title}\n${article.body}`);
      const own = (await archive.compare("own", encoded)) ?? assert.fail("the article is there");
      assert.deepEqual([own.article.title, own.isComparable], [article.title, true]);
      assert.ok(Math.abs((own.semantic ?? 0) - 1) < 0.03);
      for (const foreign of [{}, { notice: "encoder-away" }, { ...encoded, fingerprint: "another-64" }] as const)
        assert.deepEqual(
          await archive.compare("own", foreign).then((compared) => [compared?.isComparable, compared?.semantic]),
          [false, undefined],
        );
      assert.equal((await archive.compare("blank", encoded))?.semantic, undefined);
    });
  });
}
